"""What is known of users in the course of a replay."""

import json

import pytest

from aiorecombee.delivery.ledger import MOST_HOPS, Aliased, Deleted, Ledger
from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.errors import KeepingError
from aiorecombee.delivery.replaying.events import Fate
from aiorecombee.delivery.replaying.hints import Hints
from aiorecombee.delivery.replaying.lines import Line
from aiorecombee.delivery.replaying.sifting import Sifter, read_event
from aiorecombee.delivery.spool import LedgerFile, SpoolError
from aiorecombee.segment import Destination

DESTINATION = Destination()
NOON = 1_700_000_000
NOW = NOON + 1_000.0


def page(user, at, **more):
    return {"type": "page", "userId": user, "name": "i", "timestamp": NOON + at, **more}


def alias(previous, user, at, **more):
    event = {"type": "alias", "previousId": previous, "userId": user, "timestamp": NOON + at}
    return {**event, **more}


def delete(user, at, **more):
    return {"type": "delete", "userId": user, "timestamp": NOON + at, **more}


@pytest.fixture
def book():
    return Book(LedgerFile(None))


def sift(book, *events):
    by = Sifter(DESTINATION.map, lambda: NOW, read_event, book=book)
    lines = [Line(n, 0, json.dumps(event).encode()) for n, event in enumerate(events, 1)]
    return list(by.sift("f", lines))


def goes_to(book, *events):
    """Whom the last of some events goes to; `None` for nobody."""
    *_, event = sift(book, *events)
    return event.requests[0].user_id if event.requests else None


@pytest.mark.parametrize(
    ("before", "at", "user"),
    [
        ([], 1, "a"),
        ([alias("a", "b", 5)], 1, "b"),
        ([alias("a", "b", 5)], 9, "b"),
        ([alias("a", "b", 5), alias("b", "c", 6)], 1, "c"),
        ([alias("b", "c", 6), alias("a", "b", 5)], 1, "c"),
        ([alias("a", "b", 5), alias("a", "c", 4)], 9, "b"),
        ([delete("a", 5)], 4, None),
        ([delete("a", 5)], 5, None),
        ([delete("a", 5)], 6, "a"),
        ([alias("a", "b", 1), delete("b", 5)], 4, None),
        ([alias("a", "b", 1), delete("b", 5)], 6, "b"),
        ([delete("a", 500_000)], 999, None),
        ([delete("a", 500_000)], 1_001, "a"),
        ([delete("a", 500_000, receivedAt=NOON + 5)], 6, "a"),
        ([{"type": "delete", "userId": "a", "receivedAt": NOON + 5}], 6, "a"),
        ([{"type": "delete", "userId": "a"}], 999, None),
    ],
)
def test_what_was_read_before_counts_for_what_is_read_behind_it(book, before, at, user):
    assert goes_to(book, *before, page("a", at)) == user


def test_what_is_read_later_counts_for_nothing_before_it(book):
    event, *_ = sift(book, page("a", 1), alias("a", "b", 5), delete("b", 6))
    assert (event.requests[0].user_id, event.redirected) == ("a", False)


def test_an_event_knows_what_became_of_it(book):
    _, late, gone, old = sift(book, alias("a", "b", 5), page("a", 1), delete("a", 6), page("b", 2))
    assert (late.fate, late.redirected, late.facts) == (Fate.MAPPED, True, ())
    assert gone.requests[0].user_id == "b"
    assert gone.facts == (Deleted("a", NOON + 6.0), Deleted("b", NOON + 6.0))
    assert (old.fate, old.requests, old.waiting, old.problems) == (Fate.ERASED, (), 0, ())


def test_a_chain_without_end_is_a_reason_to_reject(book):
    book.read([Aliased(f"u-{n}", f"u-{n + 1}", 1.0) for n in range(MOST_HOPS + 2)])
    (event,) = sift(book, page("u-0", 1))
    assert (event.requests, event.problems[0].reason) == (
        (),
        "its user became another more than 100 times",
    )


def test_a_chain_is_followed_through_memory_and_file(book):
    facts = [Aliased(one, other, 1.0) for one, other in ("ab", "bc", "cd", "de")]
    book.read(facts)
    book.settle(facts[::2], delivered=True)
    book.keep()
    assert goes_to(book, page("a", 1)) == "e"
    book.settle(facts[1::2], delivered=True)
    book.keep()
    assert goes_to(book, page("a", 1)) == "e"


def test_what_was_not_delivered_is_forgotten(book):
    (event,) = sift(book, delete("a", 5))
    assert goes_to(book, page("a", 1)) is None
    book.settle(event.facts, delivered=False)
    book.keep()
    assert goes_to(book, page("a", 1)) == "a"


def test_only_what_was_delivered_is_in_the_file_and_whoever_opens_it_knows(tmp_path):
    path = tmp_path / "ledger"
    book = Book(LedgerFile(path))
    assert not path.exists()
    kept, unkept = Deleted("a", 5.0), Deleted("b", 5.0)
    book.read([kept, unkept])
    book.settle([kept], delivered=True)
    assert book.settled == [kept]
    book.keep()
    assert book.settled == []
    assert LedgerFile(path).known(["a", "b"]) == Ledger({}, {"a": kept})

    file = LedgerFile(path)
    assert Book(file).about(["a"]) == Ledger({}, {"a": kept})
    assert Book(LedgerFile(None), file).about(["a", "b"]) == Ledger({}, {"a": kept})
    file.close()


def test_what_others_learn_meanwhile_is_known_at_the_next_look(tmp_path):
    ours, theirs = LedgerFile(tmp_path / "ledger"), LedgerFile(tmp_path / "ledger")
    assert ours.dedicate("this") == "this"
    assert theirs.dedicate("that") == "this"
    book = Book(ours)
    for number in range(3):
        assert goes_to(book, page(f"u-{number}", 1)) == f"u-{number}"
        theirs.learn([Deleted(f"u-{number}", NOON + 5.0)])
        book.keep()
        assert goes_to(book, page(f"u-{number}", 1)) is None
    ours.close()
    theirs.close()


def test_of_more_facts_than_are_looked_at_at_once_none_is_missed(tmp_path):
    file = LedgerFile(tmp_path / "ledger", now=lambda: 7.0)  # all at the same moment
    file.learn([Deleted(f"u-{n}", NOON + 5.0) for n in range(10_050)])
    book = Book(file)
    assert len(book.about([f"u-{n}" for n in range(0, 10_050, 50)]).deletions) == 201
    assert goes_to(book, page("u-10049", 1)) is None
    file.close()


def test_a_user_whom_no_file_can_have_is_nobody_to_be_known(book):
    half = "\ud800"
    merged, late = sift(book, alias(half, "b", 5), page(half, 1))
    assert (merged.facts, late.requests[0].user_id) == ((), half)
    book.keep()
    hinted = Book(LedgerFile(None))
    hinted.read([Deleted("a", 1.0)])
    hinted._hints.add(half)
    assert goes_to(hinted, page(half, 1)) == half


def test_a_file_that_fails_says_so(tmp_path):
    (tmp_path / "notes").write_text(
        "no spool at all, but longer than a header of SQLite is, by far"
    )
    with pytest.raises(SpoolError, match="notes: this is no spool"):
        LedgerFile(tmp_path / "notes")
    book = Book(LedgerFile(tmp_path / "gone" / "ledger"))
    fact = Deleted("a", 1.0)
    book.read([fact])
    book.settle([fact], delivered=True)
    with pytest.raises(KeepingError, match=r"^the ledger \S+gone/ledger: "):
        book.keep()


def test_hints_take_no_room_before_the_first_and_miss_nobody():
    hints = Hints()
    assert not hints
    assert "u-1" not in hints
    for number in range(1_000):
        hints.add(f"u-{number}")
    assert all(f"u-{number}" in hints for number in range(1_000))
    assert sum(f"v-{number}" in hints for number in range(1_000)) < 10
