"""The commands about Segment explain themselves."""

import io

import pytest

from aiorecombee.cli import main
from aiorecombee.cli.progress import watched

COMMANDS = ["map", "explain", "validate", "test", "diff", "presets", "replay", "serve", "letters"]


def test_all_commands_are_listed(capsys):
    assert main(["segment", "--help"]) == 0
    listed = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name}" not in listed] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_an_example(command, capsys):
    assert main(["segment", command, "--help"]) == 0
    told = capsys.readouterr().out
    _, example = told.split("example", 1)
    assert f"aiorecombee segment {command}" in example


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_a_bar_shows_how_far_it_is(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"x" * 70_000 + b"\n")
    terminal = Terminal()

    with file.open("rb") as lines, watched(lines, str(file), terminal) as counted:
        assert [len(line) for line in counted] == [70_001]

    assert "events.jsonl" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_elsewhere_there_is_no_bar():
    out = io.StringIO()

    with watched([b"a"], "events.jsonl", out) as lines:
        assert lines == [b"a"]

    assert out.getvalue() == ""
