"""The command as a whole: help, versions, and quiet ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from aiorecombee import __version__
from aiorecombee.cli import main


def test_without_arguments_it_shows_what_there_is(capsys):
    assert main([]) == 2
    assert "segment    map, explain, check and compare Segment events" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["segment", "--help"], ["segment", "map", "--help"]]
)
def test_every_help_has_an_example(arguments, capsys):
    assert main(arguments) == 0
    assert "example:" in capsys.readouterr().out


def test_the_version_is_the_packages(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"aiorecombee {__version__}\n"


@pytest.mark.parametrize("arguments", [["nope"], ["segment", "nope"], ["segment", "map"], ["-x"]])
def test_a_wrong_call_is_status_2(arguments, capsys):
    assert main(arguments) == 2
    assert "usage: aiorecombee" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    events = tmp_path / "events.jsonl"
    events.write_text('{"type": "page", "name": "x", "userId": "u"}\n' * 5000)
    command = [sys.executable, "-m", "aiorecombee.cli", "segment", "map", str(events)]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b'{"line": 1, ')
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_help_loads_neither_mapper_nor_network():
    code = (
        "import sys; from aiorecombee.cli import main; main(['--help']);"
        "loaded = {'aiorecombee.segment', 'aiohttp', 'aiorecombee.client'};"
        "sys.exit(', '.join(loaded & set(sys.modules)) or 0)"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_full_disk_is_told_in_one_line(tmp_path):
    events = tmp_path / "events.jsonl"
    events.write_text('{"type": "page", "name": "x", "userId": "u"}\n')
    command = [sys.executable, "-m", "aiorecombee.cli", "segment", "map", str(events)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    told = b"aiorecombee: cannot write the output: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, told)


@pytest.mark.parametrize(
    ("redirection", "said"),
    [(">&-", "standard output is closed"), ("<&-", "-: standard input is closed")],
)
def test_a_closed_stream_is_status_2(redirection, said):
    command = f"{sys.executable} -m aiorecombee.cli segment map - {redirection}"

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (2, f"aiorecombee: {said}\n")
