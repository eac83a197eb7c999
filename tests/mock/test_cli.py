"""The command: what it prints, writes and returns."""

import contextlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import version
from pathlib import Path

import pytest

from recombee_mock.cli import main
from recombee_mock.commands.options import parse, parse_database

COMMAND = [sys.executable, "-W", "error", "-m", "recombee_mock"]


@contextlib.contextmanager
def running(tmp_path, *options):
    """The command, serving; yields process and ready file's content."""
    ready = tmp_path / "ready.json"
    arguments = [*COMMAND, *options, "--ready-file", str(ready)]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            deadline = time.monotonic() + 20
            while not ready.exists():
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield process, json.loads(ready.read_text())
        finally:
            process.kill()


def run(*options, timeout=20):
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=timeout, check=False
    )


def health(url, context=None):
    with urllib.request.urlopen(f"{url}/_mock/health", context=context) as reply:
        return json.load(reply)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(tmp_path, number):
    with running(tmp_path, "serve", "--port", "0", "--database", "shop=t-o-k-e-n") as (
        process,
        ready,
    ):
        assert health(ready["http"])["databases"] == ["shop"]
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert f"answers on {ready['http']}" in out
    assert "database shop in eu-west" in out
    assert "t-o-k-e-n" not in out
    assert not (tmp_path / "ready.json").exists()


def test_the_ready_file_names_everything_a_script_needs(tmp_path):
    ca = tmp_path / "ca.pem"
    with running(tmp_path, "--port", "0", "--tls-port", "0", "--ca", str(ca)) as (process, ready):
        assert sorted(ready) == ["ca", "http", "https", "pid"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", ready["http"])
        assert ready["ca"] == str(ca)
        assert ready["pid"] == process.pid
        context = ssl.create_default_context(cafile=ready["ca"])
        assert health(ready["https"], context)["status"] == "ok"


def test_without_tls_the_ready_file_says_null(tmp_path):
    with running(tmp_path, "--port", "0") as (_, ready):
        assert (ready["https"], ready["ca"]) == (None, None)


def test_without_a_database_a_well_known_one_is_served_and_told(tmp_path):
    with running(tmp_path, "--port", "0") as (process, ready):
        assert health(ready["http"])["databases"] == ["mock-db"]
        process.terminate()
        out, _ = process.communicate(timeout=10)
    assert "--database mock-db=mock-private-token,public=mock-public-token" in out


def test_a_stale_ready_file_is_not_taken_for_a_new_one(tmp_path):
    (tmp_path / "ready.json").write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("--port", port, "--ready-file", str(tmp_path / "ready.json"))
    assert done.returncode == 1
    assert not (tmp_path / "ready.json").exists()


def test_a_taken_port_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "recombee-mock: the port is taken on 127.0.0.1 by another program; choose another with "
        "--port, or 0 for any free one\n"
    )


def test_an_address_of_another_machine_is_one_clear_line():
    done = run("--port", "0", "--host", "192.0.2.1")
    assert done.returncode == 1
    assert re.fullmatch(r"recombee-mock: cannot start: .+\n", done.stderr)


def test_a_ready_file_that_cannot_be_written_is_one_clear_line(tmp_path):
    done = run("--port", "0", "--ready-file", str(tmp_path / "no" / "ready.json"))
    assert done.returncode == 1
    assert re.fullmatch(r"recombee-mock: cannot start: No such file or directory .+\n", done.stderr)


def test_a_folder_in_place_of_a_ready_file_is_one_clear_line(tmp_path):
    done = run("--port", "0", "--ready-file", str(tmp_path))
    assert done.returncode == 1
    assert re.fullmatch(r"recombee-mock: cannot start: .+\n", done.stderr)
    assert str(tmp_path) in done.stderr


def test_an_output_that_is_full_is_one_clear_line(tmp_path):
    ca = tmp_path / "ca.pem"
    ca.write_text("-----BEGIN CERTIFICATE-----")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "trust", "--ca", str(ca)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.stderr == "recombee-mock trust: the output: No space left on device\n"
    assert done.returncode == 1


def test_it_tells_its_version(capsys):
    with pytest.raises(SystemExit) as told:
        main(["--version"])
    assert told.value.code == 0
    assert capsys.readouterr().out == f"recombee-mock {version('aiorecombee')}\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--database", "shop"], "expected ID=TOKEN"),
        (["--database", "shop="], "expected ID=TOKEN"),
        (["--database", "=s3cret"], "expected ID=TOKEN"),
        (["--database", "shop=s3cret,regoin=eu-west"], "database shop: 'regoin' is not a setting"),
        (["--database", "shop=s3cret,s3cret"], "database shop: is not a setting"),
        (["--database", "shop=s3cret,public="], "database shop: public has no value"),
        (["--database", "shop=a,region=ap-se,region=ap-se"], "region is there twice"),
        (["--database", "shop=a,region=eu-wset"], "did you mean eu-west?"),
        (["--database", "shop=a,region=moon"], "the regions are us-west, ca-east, eu-west, ap-se"),
        (["--database", "a b=s3cret"], "A database ID has"),
        (["--database", "_mock=s3cret"], "A database ID has"),
        (["--database", "a=s3cret,public=s3cret"], "the same"),
        (["--database", "a=s3cret", "--database", "a=t"], "a is there twice"),
        (["--datbase", "shop=s3cret"], "there is no option --datbase"),
        (["--token=s3cret"], "there is no option --token"),
        (["shop=s3cret"], "an argument that belongs to no option"),
        (["--port", "s3cret"], "expected a port from 0 (any free one) to 65535"),
        (["--port", "65536"], "expected a port"),
        (["--port"], "expected one argument"),
        (["--journal", "s3cret"], "expected a whole number"),
        (["--erase-window", "s3cret"], "expected a number of seconds"),
        (["--erase-window", "nan"], "expected a number of seconds"),
        (["--ca", "ca.pem"], "it needs --tls"),
        (["--listing-lag", "s3cret"], "expected a number of seconds"),
        (["--data-sync"], "it needs --data"),
        (["sede"], "the commands are serve, seed, export, snapshot and trust"),
        (["seed"], "seed: name files to import, or say --planted"),
        (["seed", "x", "--planted", "users=9"], "seed: name files to import, or say --planted"),
        (["snapshot", "save"], "snapshot: save needs the name of a snapshot"),
        (["snapshot", "list", "x"], "snapshot: list takes no name"),
        (["snapshot"], "required: save, list, restore or delete"),
        (["trust", "--token=s3cret"], "recombee-mock trust --help"),
    ],
)
def test_a_mistake_is_named_with_its_remedy_and_without_tokens(capsys, options, words):
    with contextlib.suppress(SystemExit):
        assert main(options) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("recombee-mock: ")
    assert err.count("\n") == 1
    assert words in err
    assert "s3cret" not in err


def test_help_teaches_how_to_point_a_client_here():
    done = run("--help")
    assert done.returncode == 0
    for hint in ("RAPI_URI=127.0.0.1:8484", "REQUESTS_CA_BUNDLE=ca.pem", "--ready-file", "/_mock/"):
        assert hint in done.stdout


def test_a_database_option_is_taken_apart():
    option = parse_database("shop=t=1,region=us-west,public=p")
    assert (option.id, option.token, option.public, option.region) == (
        "shop",
        "t=1",
        "p",
        "us-west",
    )
    assert repr(option) == "DatabaseOption('shop')"


def test_serve_may_be_said_or_left_out():
    assert vars(parse(["serve", "--port", "1"])) == vars(parse(["--port", "1"]))


def test_reading_the_command_line_loads_nothing_heavy():
    code = (
        "import sys; from recombee_mock.cli import main; main(['--port', 'x']);"
        "print(sorted({'aiohttp', 'asyncio', 'attrs', 'aiorecombee'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_trust_store_setting_is_left_as_it_was(tmp_path):
    code = (
        "import os; from recombee_mock.commands.serve import import_aiohttp; import_aiohttp();"
        "print(os.environ.get('SSL_CERT_FILE'))"
    )
    for given in (None, str(tmp_path / "own.pem")):
        environment = {k: v for k, v in os.environ.items() if k != "SSL_CERT_FILE"}
        if given is not None:
            environment["SSL_CERT_FILE"] = given
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        assert done.stdout == f"{given}\n"


def test_one_port_takes_both_when_asked_to(tmp_path):
    with running(tmp_path, "--port", "0", "--tls") as (_, ready):
        assert ready["https"] == ready["http"].replace("http:", "https:")
        context = ssl.create_default_context(cafile=ready["ca"])
        assert health(ready["http"]) == health(ready["https"], context)
        with urllib.request.urlopen(f"{ready['http']}/_mock/ca.pem") as reply:
            assert reply.read().startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_configuration_is_served(tmp_path):
    config = tmp_path / "mock.toml"
    config.write_text(
        'port = 0\n[databases.shop]\ntoken = "t-o-k-e-n"\n'
        '[[faults]]\nid = "slow"\neffect = { kind = "latency", delay = 0.01 }\n'
    )
    with running(tmp_path, "--config", str(config)) as (process, ready):
        assert health(ready["http"])["databases"] == ["shop"]
        with urllib.request.urlopen(f"{ready['http']}/_mock/faults") as reply:
            assert [one["id"] for one in json.load(reply)["faults"]] == ["slow"]
        process.terminate()
        out, _ = process.communicate(timeout=10)
    assert "faults: 1" in out
    assert "t-o-k-e-n" not in out


def test_what_is_being_answered_is_finished_before_it_stops(tmp_path):
    config = tmp_path / "mock.toml"
    config.write_text('port = 0\n[[faults]]\neffect = { kind = "latency", delay = 300 }\n')
    with running(tmp_path, "--config", str(config)) as (process, ready):
        port = int(ready["http"].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET /mock-db/items/list/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            journal = {"entries": []}
            while not journal["entries"]:
                with urllib.request.urlopen(f"{ready['http']}/_mock/journal") as reply:
                    journal = json.load(reply)
            process.terminate()
            assert line.makefile("rb").readline() == b"HTTP/1.1 401 Unauthorized\r\n"
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("name", ["seed", "export", "snapshot", "trust"])
def test_every_other_command_has_a_help_of_its_own(capsys, name):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"recombee-mock {name}" in capsys.readouterr().out
