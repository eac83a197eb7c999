"""The commands that bring data in and out: of a running server, and of a file without one."""

import contextlib
import io
import json
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from recombee_mock import Database, MockServerThread
from recombee_mock.cli import main
from recombee_mock.data.file import DataFile

LINES = [
    {"method": "PUT", "path": "/items/properties/price", "params": {"type": "double"}},
    {"method": "POST", "path": "/items/a", "params": {"price": 2.5, "!cascadeCreate": True}},
    {"method": "PUT", "path": "/users/u", "params": {}},
    {
        "method": "POST",
        "path": "/purchases/",
        "params": {"userId": "u", "itemId": "a", "timestamp": 1.0},
    },
]


@pytest.fixture
def lines(tmp_path):
    """A seed file."""
    path = tmp_path / "shop.jsonl"
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in LINES))
    return path


@pytest.fixture(params=["running", "file"])
def place(request, tmp_path):
    """Options that name an empty database `shop`."""
    if request.param == "running":
        with MockServerThread([Database("shop", "token")]) as server:
            yield ["--url", server.url]
        return
    data = tmp_path / "data.db"
    with serving(tmp_path, "--data", data, "--database", "shop=token"):
        pass
    yield ["--data", str(data)]


@contextlib.contextmanager
def serving(folder, *options):
    """The command, serving; it is told to stop at the end."""
    ready = folder / "ready.json"
    command = [sys.executable, "-W", "error", "-m", "recombee_mock", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, *map(str, options), "--ready-file", str(ready)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not ready.exists():
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield process, json.loads(ready.read_text())["http"]
            process.send_signal(signal.SIGTERM)
            _, process.said = process.communicate(timeout=20)
            assert process.returncode == 0
        finally:
            process.kill()


def test_what_is_seeded_can_be_exported(place, lines, tmp_path, capsys):
    assert main(["seed", *place, str(lines)]) == 0
    assert capsys.readouterr().out == "4 lines carried out\n"
    out = tmp_path / "out.jsonl"
    assert main(["export", *place, "-o", str(out)]) == 0
    assert out.read_bytes() == lines.read_bytes()
    assert main(["seed", *place, "--database", "shop", str(lines)]) == 0
    assert capsys.readouterr().out == "1 lines carried out, 3 were there already\n"


def test_failures_are_told_by_line_over_all_files(place, lines, tmp_path, capsys):
    more = tmp_path / "more.jsonl"
    more.write_text('{"method": "PUT", "path": "/items/b"}\nbroken\n')
    assert main(["seed", *place, str(lines), str(more)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "5 lines carried out, 1 failed\n"
    assert captured.err.startswith("line 6: 400 This is not valid JSON")


def test_many_lines_go_in_pieces_and_keep_their_numbers(place, tmp_path, capsys):
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        for number in range(12_000):
            file.write(json.dumps({"method": "PUT", "path": f"/items/i{number}"}) + "\n")
        file.write("broken")
    assert main(["seed", *place, str(path)]) == 1
    captured = capsys.readouterr()
    assert "12000 lines carried out, 1 failed" in captured.out
    assert captured.err.startswith("line 12001: 400")


def test_made_up_data_comes_in(place, capsys):
    assert main(["seed", *place, "--planted", "users=10,items=5,interactions=50"]) == 0
    assert capsys.readouterr().out == "71 lines carried out\n"


def test_snapshots_are_taken_and_gone_back_to(place, lines, capsys):
    assert main(["snapshot", "save", "empty", *place]) == 0
    assert main(["seed", *place, str(lines)]) == 0
    assert main(["snapshot", "restore", "empty", *place]) == 0
    assert main(["export", *place]) == 0
    assert main(["snapshot", "list", *place]) == 0
    assert main(["snapshot", "delete", "empty", *place]) == 0
    assert main(["snapshot", "restore", "empty", *place]) == 1
    captured = capsys.readouterr()
    assert "shop is what it was at empty" in captured.out
    assert "purchases" not in captured.out
    assert captured.err.endswith("There is no snapshot empty; there are: none\n")


def test_an_export_can_be_printed(place, lines, capsysbinary):
    main(["seed", *place, str(lines)])
    capsysbinary.readouterr()
    assert main(["export", *place]) == 0
    assert capsysbinary.readouterr().out == lines.read_bytes()


def test_the_standard_input_is_a_file_too(place, lines, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.read_bytes())))
    assert main(["seed", *place, "-"]) == 0
    assert capsys.readouterr().out == "4 lines carried out\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["seed", "--url", "http://127.0.0.1:1", "x"], "Nothing listens on 127.0.0.1:1; is"),
        (["seed", "--url", "nonsense", "x"], "looks like http://127.0.0.1:8484"),
        (["seed", "--data", "nowhere.db", "x"], "nowhere.db: there is no such file"),
        (["export", "--data", "nowhere.db"], "nowhere.db: there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments, why, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1


def test_wrong_options_are_named(place, lines, capsys):
    assert main(["seed", *place, str(lines) + ".gone"]) == 1
    assert "shop.jsonl.gone: No such file" in capsys.readouterr().err
    assert main(["seed", *place, "--database", "nope", str(lines)]) == 1
    assert "there is no database nope; there are: shop" in capsys.readouterr().err
    assert main(["export", *place, "-o", "/nowhere/x"]) == 1
    assert "/nowhere/x: No such file" in capsys.readouterr().err
    for planted in ("users=x", "user=1"):
        assert main(["seed", *place, "--planted", planted]) == 2
    assert main(["seed", *place, "--planted", "users=2"]) == 1
    assert "for each of one or more clusters, not of 5" in capsys.readouterr().err
    assert main(["seed", *place, "--planted", "noise=5"]) == 1
    assert "noise is a share, from 0 to 1" in capsys.readouterr().err


def test_a_file_that_a_server_has_open_is_named(tmp_path, capsys):
    file = DataFile(tmp_path / "data.db")
    assert main(["export", "--data", str(tmp_path / "data.db")]) == 1
    assert "another server (or command) has it open" in capsys.readouterr().err
    file.close()


def test_serving_begins_with_a_seed_and_ends_with_an_export(tmp_path, lines):
    out = tmp_path / "out.jsonl"
    with serving(tmp_path, "--seed", lines, "--export-on-exit", out, "--database", "shop=t"):
        assert not out.exists()
    assert out.read_bytes() == lines.read_bytes()


def test_a_data_file_is_served_without_naming_its_databases(tmp_path, lines):
    data = tmp_path / "data.db"
    with serving(tmp_path, "--data", data, "--database", "shop=token", "--seed", lines):
        pass
    with (
        serving(tmp_path, "--data", data, "--seed", lines) as (process, url),
        urllib.request.urlopen(f"{url}/_mock/health") as reply,
    ):
        health = json.load(reply)
        assert health["databases"] == ["shop"]
        assert health["data"] == {"file": str(data), "writable": True}
        second = subprocess.run(
            [sys.executable, "-m", "recombee_mock", "--port", "0", "--data", str(data)],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert second.returncode == 1
        assert "another server (or command) has it open" in second.stderr
        assert second.stderr.count("\n") == 1
    assert "shop holds data already" in process.said


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--seed", "gone.jsonl"], "--seed: gone.jsonl: No such file"),
        (["--seed", "nope=x.jsonl"], "there is no database nope; there are: mock-db"),
        (["--export-on-exit", "nope=x.jsonl"], "there is no database nope; there are: mock-db"),
        (["--export-on-exit", "no/x.jsonl"], "--export-on-exit: no/x.jsonl: No such file"),
        (["--export-on-exit", "."], "--export-on-exit: .: Is a directory"),
        (["--data", "/nowhere/data.db"], "/nowhere/data.db: No such file"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(options, why, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "recombee_mock", "--port", "0", *options],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
