"""`aiorecombee segment serve`: how it starts, what it refuses, and how it ends."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from aiorecombee import ListUserDetailViews, ListUsers
from aiorecombee.cli.segment.letters.program import run as letters
from aiorecombee.cli.segment.serve import run
from aiorecombee.cli.segment.serve_running import tidied
from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.spool import SpoolError
from aiorecombee.forwarder.signature import SharedSecret

PATIENCE = 40.0
START = """
import sys
from aiorecombee.cli.segment.serve import run
sys.exit(run("serve", sys.argv[1:]))
"""


@pytest.fixture
def on_mock(recombee_mock):
    """The options that lead to the mock, and the environment with its token."""
    place = ["--base-uri", recombee_mock.base_uri, "--protocol", "http"]
    return ["--database", recombee_mock.database_id, *place], {
        **os.environ,
        "RECOMBEE_TOKEN": str(recombee_mock.token),
    }


@pytest.fixture
def serve(tmp_path, on_mock):
    """Start the command, and wait until it listens; gives the process and its address."""
    running = []

    def serve(*more, connects=True):
        ready = tmp_path / "ready.json"
        ready.unlink(missing_ok=True)
        options, environ = on_mock
        command = [sys.executable, "-W", "error", "-c", START, "--port", "0"]
        command += ["--ready-file", str(ready), *(options if connects else ()), *map(str, more)]
        process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        greeting = process.stdout.readline()
        # The greeting comes before the file, and the next thing is to wait.
        for _ in tries("it does not listen"):
            if not greeting or ready.exists() or process.poll() is not None:
                break
        assert ready.exists(), process.stderr.read()
        found = json.loads(ready.read_text())
        assert found["pid"] == process.pid
        return process, found["http"], greeting

    yield serve
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def spool(tmp_path):
    return tmp_path / "events.spool"


def post(url, body, **headers):
    """The status of the answer; 0 if there is none."""
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = urllib.request.Request(url, written, {"Content-Type": "application/json", **named})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def read_text(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def read(url):
    return json.loads(read_text(url))


def ended(process, with_signal=signal.SIGTERM):
    process.send_signal(with_signal)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def tries(why):
    """As often as there is time for; then it is given up."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        yield
    raise TimeoutError(why)


def delivered(url):
    for _ in tries("events wait"):
        if not read(f"{url}/ready")["backlog"]["events"]:
            return


def not_ready(url):
    """Why it is not ready, once it is not."""
    trying = tries("it is ready")
    while True:
        next(trying)
        try:
            read(f"{url}/ready")
        except urllib.error.HTTPError as error:
            with error:
                return json.loads(error.read())["problems"][0]


def page(user, item, second=0):
    timestamp = f"2026-01-05T10:{second // 60:02}:{second % 60:02}.000Z"
    about = {"type": "page", "name": item, "userId": user, "timestamp": timestamp}
    return {**about, "messageId": f"{user}/{item}"}


# --- Running --------------------------------------------------------------------------------------


async def test_events_arrive_and_it_says_where_it_listens_and_sends(
    serve, spool, recombee_mock, recombee_client
):
    process, url, greeting = serve("--spool", spool)
    assert greeting == (
        f"listening on {url}; sending to {recombee_mock.database_id}"
        f" at http://{recombee_mock.base_uri}\n"
    )
    assert post(f"{url}/v1/batch", {"batch": [page("u", "a")]}) == 200
    delivered(url)
    sent = 'aiorecombee_forwarder_sent_events_total{outcome="delivered"} 1\n'
    assert sent in read_text(f"{url}/metrics")
    assert ended(process) == (0, "", "")
    assert [one.item_id for one in await recombee_client.send(ListUserDetailViews("u"))] == ["a"]


async def test_who_may_send_is_read_from_files(serve, spool, tmp_path, recombee_client):
    names = ("keys", "secret", "partners", "deleters")
    files = {name: tmp_path / name for name in names}
    for name, file in files.items():
        file.write_text(f"# who may\n\n {name}-1 \n")
    process, url, _ = serve(
        *("--spool", spool, "--write-key", "another", "--write-keys-file", files["keys"]),
        *("--webhook-secret-file", files["secret"], "--partner-keys-file", files["partners"]),
        *("--deletion-keys-file", files["deleters"]),
    )
    signed = json.dumps(page("u", "b")).encode()
    signature = SharedSecret("secret-1").sign(signed)
    statuses = [
        post(f"{url}/v1/page", {**page("u", "a"), "writeKey": "keys-1"}),
        post(f"{url}/v1/page", {**page("u", "x"), "writeKey": "another"}),
        post(f"{url}/v1/page", {**page("u", "y"), "writeKey": "unknown"}),
        post(f"{url}/webhooks", signed, X_Signature=signature),
        post(f"{url}/webhooks", signed),
        post(f"{url}/partner", page("u", "c"), Authorization="Basic cGFydG5lcnMtMTo="),
        post(f"{url}/deletions", {}, Authorization="Bearer keys-1"),
        post(
            f"{url}/deletions",
            {"type": "delete", "userId": "nobody", "messageId": "d"},
            Authorization="Bearer deleters-1",
        ),
    ]
    assert statuses == [200, 200, 401, 200, 401, 200, 401, 200]
    delivered(url)
    assert ended(process, signal.SIGINT) == (0, "", "")
    assert await recombee_client.send(ListUsers()) == ["u"]


async def test_one_process_receives_and_another_sends(serve, spool, recombee_client):
    receiving, url, greeting = serve("--spool", spool, "--only", "receive", connects=False)
    assert "others send" in greeting
    assert post(f"{url}/v1/batch", {"batch": [page("u", "a")]}) == 200
    sending, other, _ = serve("--spool", spool, "--only", "send")
    delivered(other)
    assert post(f"{other}/v1/batch", {"batch": [page("u", "b")]}) == 404
    assert [ended(one)[0] for one in (sending, receiving)] == [0, 0]
    assert len(await recombee_client.send(ListUserDetailViews("u"))) == 1


def test_a_dry_run_prints_what_it_would_send(serve):
    process, url, greeting = serve("--dry-run", connects=False)
    assert "sending nothing" in greeting
    assert post(f"{url}/v1/batch", {"batch": [page("u", "a"), page("u", "no blanks")]}) == 200
    delivered(url)
    status, out, err = ended(process)
    assert status == 0
    assert [json.loads(line)["params"]["itemId"] for line in out.splitlines()] == ["a"]
    (line,) = err.splitlines()
    assert line.startswith("refused: AddDetailView.item_id = 'no blanks': ")


def test_what_could_not_be_sent_is_there_when_it_starts_again(serve, spool, recombee_mock):
    recombee_mock.add_fault({"kind": "status", "status": 503}, id="down")
    process, url, _ = serve("--spool", spool)
    assert post(f"{url}/v1/batch", {"batch": [page("u", "a")]}) == 200
    assert ended(process)[0] == 0
    recombee_mock.remove_faults()
    process, url, _ = serve("--spool", spool)
    delivered(url)
    assert ended(process)[0] == 0


def test_a_batch_has_no_more_time_than_it_is_given(serve, spool, on_mock):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = ["--base-uri", f"127.0.0.1:{silent.getsockname()[1]}", "--protocol", "http"]
        on_mock[0][2:] = place
        process, url, _ = serve("--spool", spool, "--timeout", "0.05")
        assert post(f"{url}/v1/batch", {"batch": [page("u", "a")]}) == 200
        for _ in tries("no batch timed out"):
            if 'batches_total{outcome="RequestTimeoutError"}' in read_text(f"{url}/metrics"):
                break
        assert ended(process)[0] == 0


def test_a_wrong_token_shows_in_readiness_and_in_no_text(serve, spool, on_mock):
    on_mock[1]["RECOMBEE_TOKEN"] = "wr0ng-t0ken"
    process, url, _ = serve("--spool", spool)
    assert post(f"{url}/v1/batch", {"batch": [page("u", "a")]}) == 200
    problem = not_ready(url)
    assert "401" in problem
    status, out, err = ended(process)
    assert status == 0
    assert "wr0ng" not in problem + out + err


async def test_a_dead_letter_that_is_mended_and_resent_is_delivered_by_who_runs(
    serve, spool, tmp_path, recombee_client, capsys
):
    process, url, _ = serve("--spool", spool)
    assert post(f"{url}/v1/batch", {"batch": [page("u", "no blanks"), page("u", "b", 1)]}) == 200
    delivered(url)
    mended = tmp_path / "event.json"
    mended.write_text(json.dumps(page("someone-else", "no-blanks")))
    for command in (["edit", "1", "--body", str(mended)], ["resend", "1"]):
        done = await asyncio.to_thread(letters, "letters", [*command, "--spool", str(spool)])
        assert done == 0
    delivered(url)
    assert ended(process) == (0, "", "")
    assert capsys.readouterr().out == (
        "letter 1 is edited; it is about someone-else now\n1 dead letter resent\n"
    )
    found = await recombee_client.send(ListUserDetailViews("someone-else"))
    assert [one.item_id for one in found] == ["no-blanks"]


async def test_tidying_goes_on_after_whatever_breaks_it(caplog):
    errors = [RuntimeError("of a driver"), SpoolError("the disk is full")]
    tidied_up = asyncio.Event()

    class Queue:
        async def tidy(self):
            if errors:
                raise errors.pop()
            tidied_up.set()

    async with asyncio.timeout(20), tidied(Queue(), every=0.0):
        await tidied_up.wait()
    assert [str(one.exc_info[1]) for one in caplog.records] == ["the disk is full", "of a driver"]


# --- Refusing to start ----------------------------------------------------------------------------


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """Why the command does not start."""
    monkeypatch.setenv("RECOMBEE_TOKEN", "t0ken")

    def refused(*options):
        with pytest.raises(UsageError) as found:
            run("serve", [*map(str, options)])
        return str(found.value).replace(str(tmp_path), "")

    return refused


PLACE = ("--database", "my-db", "--region", "eu-west")


def test_without_a_spool_it_does_not_start(refused):
    assert "give --spool" in refused(*PLACE)
    assert "leave --spool and --queue away" in refused("--dry-run", "--spool", "x")
    assert "leave --only away" in refused("--dry-run", "--only", "send")


def test_without_a_database_it_does_not_start(refused, spool):
    assert "no database" in refused("--spool", spool)


def test_a_spool_that_cannot_be_opened_is_named(refused, tmp_path):
    assert refused("--spool", tmp_path / "no" / "spool", *PLACE).startswith("--spool /no/spool: ")


def test_a_spool_of_another_database_is_refused(refused, serve, spool):
    process, _, _ = serve("--spool", spool)
    assert ended(process)[0] == 0
    said = refused("--spool", spool, *PLACE)
    assert "there for events for the database test-" in said
    assert "and not for events for the database my-db" in said


def test_an_address_that_is_taken_is_named(refused, spool, recombee_mock):
    port = recombee_mock.base_uri.rpartition(":")[2]
    said = refused("--spool", spool, "--port", port, *PLACE)
    assert said.startswith(f"cannot listen on 127.0.0.1:{port}: ")


def test_a_ready_file_that_cannot_be_written_is_named(refused, spool, tmp_path):
    said = refused("--spool", spool, "--port", 0, "--ready-file", tmp_path / "no" / "r", *PLACE)
    assert said == "--ready-file /no/r: No such file or directory"


def test_everybody_is_let_in_on_purpose_only(refused, spool):
    said = refused("--spool", spool, "--host", "0.0.0.0", *PLACE)
    assert "everybody who reaches 0.0.0.0" in said
    assert "contradict" in refused("--spool", spool, "--any-write-key", "--write-key", "k", *PLACE)


@pytest.mark.parametrize(
    "option",
    ["--write-keys-file", "--webhook-secret-file", "--partner-keys-file", "--deletion-keys-file"],
)
def test_files_of_secrets_that_are_no_good_are_named_and_not_quoted(
    refused, spool, tmp_path, option
):
    file = tmp_path / "file"
    assert refused("--spool", spool, option, file, *PLACE).startswith(f"{option} /file: ")
    for content in (b"", b"\n \n", b"hush\xff", b"x" * 1_000_001):
        file.write_bytes(content)
        said = refused("--spool", spool, option, file, *PLACE)
        assert said.startswith(f"{option} /file: ")
        assert "hush" not in said


def test_a_secret_of_several_lines_is_refused(refused, spool, tmp_path):
    Path(tmp_path / "file").write_text("hush\nhush\n")
    said = refused("--spool", spool, "--webhook-secret-file", tmp_path / "file", *PLACE)
    assert said == "--webhook-secret-file /file: it should hold one line, the secret"


def test_an_empty_write_key_is_refused(refused, spool):
    assert refused("--spool", spool, "--write-key", "", *PLACE) == "--write-key: a key is empty"


@pytest.mark.parametrize(
    "options",
    [("--port", "x"), ("--batch-size", "0"), ("--lease-for", "-1"), ("--token", "t")],
)
def test_options_that_are_no_good_are_refused(options, capsys):
    with pytest.raises(SystemExit) as found:
        run("serve", ["--spool", "x", *options])
    assert (found.value.code, options[0] in capsys.readouterr().err) == (2, True)
