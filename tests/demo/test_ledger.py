"""The ledger: what the server must know after the requests that it took."""

from aiorecombee import (
    AddBookmark,
    AddCartAddition,
    AddPurchase,
    DeleteBookmark,
    DeleteCartAddition,
    DeleteUser,
    MergeUsers,
    SetViewPortion,
)
from aiorecombee.demo.ledger import Ledger


def ledger(*requests):
    ledger = Ledger()
    for request in requests:
        ledger.book(request)
    return ledger.entries, ledger.users


def test_additions_are_told_apart_by_their_timestamps():
    assert ledger(
        AddPurchase("u", "i", timestamp=1),
        AddPurchase("u", "i", timestamp=2),
        AddPurchase("u", "i", timestamp=2),
    ) == ({("purchase", "u", "i", 1), ("purchase", "u", "i", 2)}, {"u"})


def test_a_view_portion_replaces_the_one_of_its_session():
    assert ledger(
        SetViewPortion("u", "i", 0.1, session_id="s"),
        SetViewPortion("u", "i", 0.2, session_id="other"),
        SetViewPortion("u", "i", 0.5, session_id="s"),
    ) == (
        {("view portion", "u", "i", ("s", 0.5)), ("view portion", "u", "i", ("other", 0.2))},
        {"u"},
    )


def test_a_deletion_without_a_timestamp_takes_all_of_the_pair():
    assert ledger(
        AddCartAddition("u", "i", timestamp=1),
        AddCartAddition("u", "i", timestamp=2),
        AddCartAddition("u", "j", timestamp=1),
        AddBookmark("u", "i", timestamp=1),
        DeleteCartAddition("u", "i"),
    ) == ({("cart addition", "u", "j", 1), ("bookmark", "u", "i", 1)}, {"u"})


def test_a_deletion_with_a_timestamp_takes_that_one():
    assert ledger(
        AddBookmark("u", "i", timestamp=1),
        AddBookmark("u", "i", timestamp=2),
        DeleteBookmark("u", "i", timestamp=1),
    ) == ({("bookmark", "u", "i", 2)}, {"u"})


def test_a_merge_moves_everything_and_leaves_one_user():
    assert ledger(
        AddBookmark("anon", "i", timestamp=1),
        AddBookmark("u", "j", timestamp=2),
        MergeUsers("u", "anon"),
    ) == ({("bookmark", "u", "i", 1), ("bookmark", "u", "j", 2)}, {"u"})


def test_a_deleted_user_leaves_nothing():
    assert ledger(
        AddBookmark("gone", "i", timestamp=1),
        AddBookmark("u", "i", timestamp=1),
        DeleteUser("gone"),
    ) == ({("bookmark", "u", "i", 1)}, {"u"})
