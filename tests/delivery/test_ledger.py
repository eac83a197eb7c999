"""The ledger: late events find the user that theirs became; nobody erased comes back unasked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.delivery.ledger import (
    MOST_HOPS,
    Aliased,
    Deleted,
    Erased,
    Goes,
    Ledger,
    Lost,
    learn,
    path,
    route,
)

users = st.sampled_from("abcde")
times = st.integers(0, 9).map(float)
facts = st.lists(
    st.one_of(st.builds(Aliased, users, users, times), st.builds(Deleted, users, times))
)


def chain(length):
    return learn(Ledger(), [Aliased(f"u{n}", f"u{n + 1}", float(n)) for n in range(length)])


def test_an_event_of_somebody_unknown_goes_to_its_own_user():
    assert route(Ledger(), "a", 1.0) == Goes("a")


def test_a_late_event_goes_to_the_user_that_its_own_became():
    ledger = learn(Ledger(), [Aliased("anonymous", "b", 5.0), Aliased("b", "c", 6.0)])
    assert route(ledger, "anonymous", 1.0) == Goes("c")
    assert route(ledger, "anonymous", 9.0) == Goes("c")


def test_the_latest_alias_of_a_user_counts_however_late_an_earlier_one_arrives():
    ledger = learn(Ledger(), [Aliased("a", "c", 7.0), Aliased("a", "b", 5.0)])
    assert route(ledger, "a", 1.0) == Goes("c")


def test_who_was_named_last_in_a_circle_is_who_they_are():
    ledger = learn(Ledger(), [Aliased("a", "b", 1.0), Aliased("b", "a", 2.0)])
    assert [route(ledger, user, 3.0) for user in "ab"] == [Goes("a"), Goes("a")]


def test_a_user_that_became_itself_is_nothing_to_learn():
    assert learn(Ledger(), [Aliased("a", "a", 1.0)]) == Ledger()


def test_events_from_before_a_deletion_are_erased_and_later_ones_are_of_somebody_new():
    ledger = learn(Ledger(), [Deleted("a", 5.0)])
    assert route(ledger, "a", 5.0) == Erased("a", "its user was deleted; it happened before that")
    assert route(ledger, "a", 5.5) == Goes("a")


def test_events_of_those_who_became_a_deleted_user_are_erased_too():
    ledger = learn(Ledger(), [Aliased("a", "b", 1.0), Deleted("b", 5.0)])
    assert route(ledger, "a", 2.0) == Erased("b", "its user was deleted; it happened before that")
    assert route(ledger, "a", 6.0) == Goes("b")


@pytest.mark.parametrize("length", [0, 1, MOST_HOPS])
def test_chains_are_followed_to_their_end(length):
    assert route(chain(length), "u0", 1.0) == Goes(f"u{length}")


def test_beyond_the_bound_nobody_guesses():
    assert isinstance(route(chain(MOST_HOPS + 1), "u0", 1.0), Lost)


@given(facts, st.randoms(use_true_random=False))
def test_the_order_and_number_of_learning_does_not_matter(known, random):
    again = known + known
    random.shuffle(again)
    assert learn(Ledger(), again) == learn(Ledger(), known)


@given(facts)
def test_all_users_of_a_path_end_at_the_same_user(known):
    ledger = learn(Ledger(), known)
    for user in "abcde":
        ends = {path(ledger, each)[-1] for each in path(ledger, user)}
        assert ends == {path(ledger, user)[-1]}


@given(facts)
def test_a_path_goes_along_aliases_and_never_in_circles(known):
    ledger = learn(Ledger(), known)
    for user in "abcde":
        found = path(ledger, user)
        assert len(set(found)) == len(found)
        assert all(ledger.aliases[one].user_id == other for one, other in pairwise(found))
