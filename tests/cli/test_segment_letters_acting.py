"""`aiorecombee segment letters resend` and `drop`: those that are meant, each once."""

import asyncio
import io
import sys

import attrs
import pytest

from aiorecombee.cli.segment.letters.acting import carry_out
from aiorecombee.cli.segment.letters.choosing import Choice
from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.queue import Counts, Item, Letter, QueueError


def names(letters):
    return [event["name"] for event in letters.events()]


@pytest.fixture
def five(letters, page):
    reasons = ("AddDetailView: 404: a", "AddDetailView: 404: b", "other", "other", "other")
    users = ("u-1", "u-1", "u-1", "u-2", "u-3")
    marked = zip(range(1, 6), users, reasons, strict=True)
    letters.die(*((page(user, f"p{n}"), reason) for n, user, reason in marked))
    return letters


def test_those_that_are_named_are_resent_in_the_order_in_which_they_came(five, run):
    assert run("resend", 3, 1, 1) == (0, "2 dead letters resent\n", "")
    assert [item.key for item in five.waiting()] == ["u-1/p1", "u-1/p3"]
    assert names(five) == ["p2", "p4", "p5"]


def test_of_those_that_are_named_the_missing_are_told_and_the_others_resent(five, run):
    status, out, err = run("resend", 9, 4, 8)
    assert (status, out) == (1, "1 dead letter resent\n")
    assert err == (
        "aiorecombee: there is no dead letter 8\naiorecombee: there is no dead letter 9\n"
    )
    assert [item.key for item in five.waiting()] == ["u-2/p4"]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--all"], []),
        (["--all", "--limit", "2"], ["p3", "p4", "p5"]),
        (["--reason", "AddDetailView: 404: *"], ["p3", "p4", "p5"]),
        (["--user", "u-1"], ["p4", "p5"]),
        (["--user", "u-1", "--reason", "other"], ["p1", "p2", "p4", "p5"]),
        (["--origin", "nowhere"], ["p1", "p2", "p3", "p4", "p5"]),
    ],
)
def test_those_like_this_are_resent_or_dropped(five, run, options, left):
    gone = 5 - len(left)
    said = f"{gone} dead letter{'' if gone == 1 else 's'}"
    command = ("drop", "--yes") if "--user" in options else ("resend",)
    done = "dropped" if "--user" in options else "resent"
    assert run(*command, *options) == (0, f"{said} {done}\n", "")
    assert names(five) == left


@pytest.mark.parametrize("command", ["resend", "drop"])
@pytest.mark.parametrize(
    "options", [[], ["1", "--all"], ["1", "--user", "u"], ["--all", "--reason", "*"]]
)
def test_who_is_meant_must_be_said_once(run, command, options):
    with pytest.raises(UsageError, match="say which ones: their numbers, or --all, or"):
        run(command, *options)


def test_a_limit_is_not_for_those_that_are_named(run):
    with pytest.raises(UsageError, match="--limit"):
        run("resend", 1, "--limit", 1)


def test_many_are_resent_in_parts(letters, page, run):
    letters.die(*((page(f"u-{n}"), "no") for n in range(1_150)))
    assert run("resend", "--all") == (0, "1,150 dead letters resent\n", "")
    assert len(letters.waiting()) == 1_150


@attrs.define
class Hopeless:
    """A queue with letters that die again as soon as they are resent."""

    numbers: list
    acted: list = attrs.field(factory=list)
    fails_after: int = 10_000

    async def counts(self):
        return Counts(0, 0, 0, len(self.numbers), None, {})

    async def letters(self, *, after=0, limit=100):
        found = [number for number in self.numbers if number > after][:limit]
        return tuple(Letter(number, Item(("u",), b""), "no", 1, 0.0, 0.0) for number in found)

    async def resend(self, numbers):
        if len(self.acted) >= self.fails_after:
            raise QueueError("the disk is gone")
        self.acted += numbers
        highest = max(self.numbers)
        left = [number for number in self.numbers if number not in set(numbers)]
        self.numbers = left + [highest + 1 + at for at in range(len(numbers))]
        return len(numbers)


async def test_those_that_die_again_meanwhile_are_not_resent_for_ever(capsys):
    queue = Hopeless(list(range(1, 1_551)))
    assert await carry_out(queue, Choice(), queue.resend, "resent") == 0
    assert queue.acted == list(range(1, 1_551))
    assert capsys.readouterr().out == "1,550 dead letters resent\n"


async def test_however_it_ends_it_says_how_many_there_were(capsys):
    queue = Hopeless(list(range(1, 2_551)), fails_after=2_000)
    with pytest.raises(QueueError):
        await carry_out(queue, Choice(), queue.resend, "resent")
    assert capsys.readouterr().out == "2,000 dead letters resent\n"


def test_on_a_terminal_a_bar_shows_how_far_it_is_if_there_are_many(monkeypatch):
    terminal = Terminal("")
    monkeypatch.setattr(sys, "stderr", terminal)
    few, many = Hopeless(list(range(1, 301))), Hopeless(list(range(1, 1_501)))
    asyncio.run(carry_out(few, Choice(), few.resend, "resent"))
    assert terminal.getvalue() == ""
    asyncio.run(carry_out(many, Choice(), many.resend, "resent"))
    assert "100%" in terminal.getvalue()


# --- Dropping -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def answer(monkeypatch):
    """Sit before a terminal, and answer."""
    return lambda text: monkeypatch.setattr(sys, "stdin", Terminal(text))


def test_without_a_terminal_a_yes_is_needed(five, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="give --yes"):
        run("drop", "--all")
    assert len(names(five)) == 5


@pytest.mark.parametrize("text", ["", "\n", "n\n", "yesterday\n"])
def test_who_does_not_say_yes_drops_nothing(five, run, answer, text):
    answer(text)
    assert run("drop", "--all") == (0, "", "Drop 5 dead letters, for good? [y/N] ")
    assert len(names(five)) == 5


def test_who_says_yes_drops_them(five, run, answer):
    answer("Y\n")
    asked = "Drop 3 dead letters, for good? [y/N] "
    assert run("drop", "--reason", "other") == (0, "3 dead letters dropped\n", asked)
    assert (names(five), five.waiting()) == (["p1", "p2"], [])


def test_where_there_are_none_nobody_is_asked(five, run, answer):
    answer("")
    assert run("drop", "--user", "nobody") == (0, "0 dead letters dropped\n", "")
    status, out, err = run("drop", 7)
    assert (status, out) == (1, "0 dead letters dropped\n")
    assert err == "aiorecombee: there is no dead letter 7\n"
    assert len(names(five)) == 5


def test_those_that_came_after_the_question_are_not_dropped(five, page, run, monkeypatch):
    class Slow(Terminal):
        def readline(self):
            five.die((page("u-4", "p6"), "other"))
            return "y\n"

    monkeypatch.setattr(sys, "stdin", Slow())
    assert run("drop", "--reason", "other")[1] == "3 dead letters dropped\n"
    assert names(five) == ["p1", "p2", "p6"]
