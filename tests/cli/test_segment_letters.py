"""`aiorecombee segment letters list` and `show`: what could not be delivered, to be looked at."""

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.cli import main
from aiorecombee.cli.segment.letters.reasons import Reasons, kind_of
from aiorecombee.cli.segment.letters.table import Table
from aiorecombee.cli.segment.letters.wanted import is_like
from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.queue import Item, Letter

ALIAS = Item(
    ("anna", "u-1"),
    b'{"type": "alias", "previousId": "anna", "userId": "u-1"}',
    origin="webhooks",
    barrier=True,
)

TABLE = """\
NUMBER  DIED (UTC)        USER        TRIES  FROM      EVENT         REASON
     1  2026-01-05 10:00  u-1             1  tracking  page Pricing  AddDetailView: 400: no
     2  2026-01-05 10:00  anna → u-1      1  webhooks  alias         MergeUsers: 404: no
2 of 2 dead letters
"""
SHOWN = """\
letter 1
  reason    AddDetailView: 400: no
  attempts  1
  put       2026-01-05 10:00:01 UTC
  died      2026-01-05 10:00:01 UTC
  user      u-1
  from      tracking
  key       u-1/Ünder
{
  "type": "page",
  "userId": "u-1",
  "name": "Ünder"
}
"""


def rows(out):
    return [line.split() for line in out.splitlines()]


# --- The table ------------------------------------------------------------------------------------


def test_letters_stand_in_a_table_with_how_many_there_are(letters, page, run):
    letters.die((page("u-1", "Pricing"), "AddDetailView: 400: no"), (ALIAS, "MergeUsers: 404: no"))
    assert run("list") == (0, TABLE, "")


def test_where_there_are_none_it_says_so(run):
    assert run("list") == (0, "0 of 0 dead letters\n", "")


def letter(number, reason, item):
    return Letter(number, item, reason, 1, 0.0, 0.0)


def test_on_a_terminal_texts_are_cut_to_its_width_elsewhere_they_are_whole(page):
    some = [letter(1, "r" * 200, page("u" * 200, "n" * 200))]
    cut = [*Table.fitting(some, 80).lines(some, with_heads=True)]
    assert {len(line) for line in cut[1:]} == {80 + 33}  # 24 characters of the reason in any case
    assert [len(line) for line in Table.fitting(some, 160).lines(some, with_heads=False)] == [160]
    whole = [*Table.fitting(some, None).lines(some, with_heads=False)]
    assert all(text * 200 in whole[0] for text in "unr")


def test_nothing_reaches_the_terminal_that_it_might_obey(letters, run):
    nasty = "\x1b[2J\u202e\n"
    event = {"type": "page", "name": nasty, "userId": nasty}
    letters.die((Item((nasty,), json.dumps(event).encode(), nasty, nasty), nasty))
    for command in (("list",), ("list", "--by-reason"), ("list", "--json"), ("show", 1)):
        _, out, _ = run(*command)
        assert "\x1b" not in out
        assert "\u202e" not in out
    assert '  "name": "\\u001b[2J\\u202e\\n",' in run("show", 1)[1].splitlines()


# --- Which ----------------------------------------------------------------------------------------


def numbers(run, *options):
    _, out, _ = run("list", "--json", *options)
    return [json.loads(line)["number"] for line in out.splitlines()]


def test_they_are_found_by_reason_user_and_origin(letters, page, run):
    letters.die(
        (page("u-1"), "AddDetailView: 400: no"),
        (page("u-2", origin="partner"), "AddDetailView: 404: no"),
        (ALIAS, "MergeUsers: 404: no"),
    )
    assert numbers(run) == [1, 2, 3]
    assert numbers(run, "--reason", "AddDetailView: 400: no") == [1]
    assert numbers(run, "--reason", "AddDetailView: *") == [1, 2]
    assert numbers(run, "--reason", "404") == []
    assert numbers(run, "--reason", "*404*", "--origin", "webhooks") == [3]
    assert numbers(run, "--user", "u-1") == [1, 3]
    assert numbers(run, "--user", "anna") == [3]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("abc", "abcd", False),
        ("*", "", True),
        ("a*c", "abc", True),
        ("ab*bc", "abc", False),
        ("*b*b*", "abcb", True),
        ("*b*b*", "abc", False),
        ("a.c", "abc", False),
        ("what*?", "what is *?", True),
    ],
)
def test_a_star_stands_for_anything(pattern, text, expected):
    assert is_like(pattern, text) is expected


@given(st.lists(st.text("ab"), min_size=1), st.data())
def test_whatever_stands_for_a_star_is_found(parts, data):
    text = parts[0] + "".join(data.draw(st.text("ab*")) + part for part in parts[1:])
    assert is_like("*".join(parts), text)


def test_a_limit_says_where_to_go_on(letters, page, run):
    letters.die(*((page(f"u-{n}"), "no") for n in range(3)))
    *_, last = run("list", "--limit", 2)[1].splitlines()
    assert last == "2 of 3 dead letters; --after 2 goes on"
    assert rows(run("list", "--after", 2)[1])[1:] == [
        ["3", "2026-01-05", "10:00", "u-2", "1", "tracking", "page", "Home", "no"],
        ["1", "of", "3", "dead", "letters"],
    ]


def test_a_table_has_a_hundred_json_all_of_them(letters, page, run):
    letters.die(*((page(f"u-{n}"), "no") for n in range(250)))
    assert len(rows(run("list")[1])) == 102
    assert len(rows(run("list", "--limit", 240)[1])) == 242
    assert numbers(run) == list(range(1, 251))


# --- JSON, and one of them ------------------------------------------------------------------------


def test_a_line_of_json_has_everything(letters, page, run):
    letters.die((page("u-1", context={"ip": "127.0.0.1"}), "no"), (ALIAS, "no"))
    first, second = map(json.loads, run("list", "--json")[1].splitlines())
    assert first == {
        "number": 1,
        "reason": "no",
        "attempts": 1,
        "put_at": "2026-01-05T10:00:01.250Z",
        "died_at": "2026-01-05T10:00:01.250Z",
        "users": ["u-1"],
        "barrier": False,
        "key": "u-1/Home",
        "origin": "tracking",
        "event": {"type": "page", "userId": "u-1", "name": "Home", "context": {"ip": "127.0.0.1"}},
    }
    assert (second["users"], second["barrier"], second["key"]) == (["anna", "u-1"], True, None)


def test_one_is_told_with_its_event(letters, page, run):
    letters.die((page("u-1", "Ünder"), "AddDetailView: 400: no"))
    assert run("show", 1) == (0, SHOWN, "")
    assert run("show", 1, "--json")[1] == run("list", "--json")[1]


def test_one_that_is_not_there_is_status_1(run):
    assert run("show", 7) == (1, "", "aiorecombee: there is no dead letter 7\n")


def test_a_body_that_is_no_json_is_shown_as_far_as_it_is_text(letters, run):
    letters.die((Item(("u",), b"caf\xc3\xa9 \xff\x1b"), "the event is not JSON"))
    assert json.loads(run("show", 1, "--json")[1])["body"] == "café \\xff\x1b"
    assert run("show", 1)[1].splitlines()[-1] == "café \\xff\\x1b"
    assert "(no JSON)" in run("list")[1]


@pytest.mark.parametrize("command", ["show", "edit", "resend", "drop"])
@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63)])
def test_a_number_that_is_none_is_refused(run, command, number, capsys):
    with pytest.raises(SystemExit) as found:
        run(command, number)
    assert (found.value.code, "error: " in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("command", ["list", "show", "edit", "resend", "drop"])
def test_every_help_has_an_example_and_the_statuses(command, capsys):
    assert main(["segment", "letters", command, "--help"]) == 0
    told = capsys.readouterr().out
    assert f"aiorecombee segment letters {command} --spool events.spool" in told
    assert "exit status:" in told


# --- Reasons --------------------------------------------------------------------------------------


def test_reasons_that_differ_only_in_what_they_quote_are_counted_as_one(letters, page, run):
    letters.die(
        (page("u-0"), "other"),
        *((page(f"u-{n}"), f"AddDetailView: 404: Item 'i {n}' is not present") for n in (1, 2)),
    )
    assert rows(run("list", "--by-reason")[1]) == [
        ["LETTERS", "EXAMPLE", "REASON"],
        ["2", "2", "AddDetailView:", "404:", "Item", "*", "is", "not", "present"],
        ["1", "1", "other"],
        ["3", "dead", "letters,", "2", "reasons"],
    ]
    counted = [json.loads(line) for line in run("list", "--by-reason", "--json")[1].splitlines()]
    assert counted[0] == {
        "reason": "AddDetailView: 404: Item * is not present",
        "letters": 2,
        "example": 2,
    }
    assert numbers(run, "--reason", counted[0]["reason"]) == [2, 3]
    assert len(run("list", "--by-reason", "--json", "--limit", 1)[1].splitlines()) == 1


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (
            "AddRating: 404: Item of id 'a \\' b' not there",
            "AddRating: 404: Item of id * not there",
        ),
        ('user "u": no', "user *: no"),
        ("AddRating.rating = 7.5: must be between", "AddRating.rating = *: must be between"),
        ("item_id = 'cut off…: no", "item_id = *: no"),
        ("at 2026-01-05T10:00:01.250Z it was", "at * it was"),
        ("the user's item is not the user's", "the user's item is not the user's"),
        ("has 300 characters, of order-77 too", "has 300 characters, of * too"),
    ],
)
def test_what_differs_in_a_reason_is_a_star(reason, kind):
    assert kind_of(reason) == kind


@given(st.text("ab'\"`\\… 0123.:-\n"))
def test_a_reason_is_like_its_kind(reason):
    assert is_like(kind_of(reason), reason)


def test_a_single_reason_stands_as_it_is(letters, page, run):
    letters.die((page("u-1"), "no 'item'"), (page("u-2"), "no 'item'"))
    assert json.loads(run("list", "--by-reason", "--json")[1])["reason"] == "no 'item'"


def test_of_very_many_reasons_the_last_are_one():
    reasons = Reasons()
    for number in range(1_200):
        word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        reasons.add(letter(number + 1, word, Item(("u",), b"")))
    *_, last = reasons.most_first()
    assert (reasons.letters, reasons.kinds, last.letters, last.example) == (
        1_200,
        1_001,
        200,
        1_001,
    )


# --- The queue ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("list",), ("show", 1), ("resend", "--all"), ("drop", 1)])
def test_a_spool_that_is_not_there_is_named_and_not_made(letters, run, command):
    letters.path.unlink()
    yes = ["--yes"] if command[0] == "drop" else []
    with pytest.raises(UsageError, match=r"^--spool .*events\.spool: there is no such file$"):
        run(*command, *yes)
    assert not letters.path.exists()


def test_files_that_are_no_spools_are_refused_and_left_alone(letters, run):
    for content, said in ((b"", "an empty file"), (b"something else" * 100, "this is no spool")):
        letters.path.write_bytes(content)
        with pytest.raises(UsageError, match=said):
            run("list")
        assert letters.path.read_bytes() == content


def test_a_spool_that_fails_meanwhile_is_named(letters, run):
    other = sqlite3.connect(letters.path, isolation_level=None)
    other.execute("DROP TABLE letter")
    other.close()
    with pytest.raises(UsageError, match=r"^--spool .*events\.spool: no such table"):
        run("show", 1)
