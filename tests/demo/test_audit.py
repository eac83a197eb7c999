"""The demo notices when something does not go as it tells."""

from aiorecombee import AddBookmark, NotFoundError
from aiorecombee.demo.audit import booked, ledger_deviations, verdict_deviations
from aiorecombee.demo.ledger import Ledger
from aiorecombee.demo.outcome import Outcome, Sent, Verdict
from aiorecombee.segment import Mapped

BOOKMARK = AddBookmark("u", "i", timestamp=1)
TAKEN = Outcome(1, {}, Mapped((BOOKMARK,), ("Mine",)), [Sent(BOOKMARK)])
LOST = Outcome(2, {}, Mapped((BOOKMARK,), ("Mine",)), [Sent(BOOKMARK, NotFoundError(404, "no"))])


def test_verdicts_as_foreseen_are_no_deviation():
    expected = {2: (Verdict.MISSING, "it is not there")}

    assert list(verdict_deviations([TAKEN, LOST], expected)) == []


def test_another_verdict_is_one():
    assert list(verdict_deviations([TAKEN, LOST], {1: (Verdict.KNOWN, "a duplicate")})) == [
        "line 1: ok, but should be known (a duplicate)",
        "line 2: missing, but should be ok (nothing is wrong with it)",
    ]


def test_a_line_that_got_lost_is_one():
    assert list(verdict_deviations([TAKEN], {9: (Verdict.KNOWN, "a duplicate")})) == [
        "line 9 got lost"
    ]


def test_only_what_the_server_took_is_booked():
    assert booked([LOST]) == Ledger()
    assert booked([TAKEN]) == Ledger({("bookmark", "u", "i", 1)}, {"u"})


def test_any_difference_between_server_and_ledger_is_a_deviation():
    wanted = Ledger({("bookmark", "u", "i", 1)}, {"u"})
    stored = Ledger({("bookmark", "u", "i", 2)}, {"v"})

    assert list(ledger_deviations(wanted, wanted)) == []
    assert list(ledger_deviations(stored, wanted)) == [
        "the server lost ('bookmark', 'u', 'i', 1)",
        "the server made up ('bookmark', 'u', 'i', 2)",
        "user u is missing",
        "user v should not be there",
    ]
