"""The interactions store against the simplest thing that could be right: one dictionary."""

import sys

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from recombee_mock.store import pairs
from recombee_mock.store.interactions import Interactions

users = st.sampled_from(["u1", "u2", "u3"])
items = st.sampled_from(["i1", "i2", "i3"])
moments = st.sampled_from([0.0, 1.0, 1.5, 2.0])
details = st.sampled_from([None, (1, None), (2, "r")])


class InteractionsMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.store = Interactions()
        self.model = {}

    def drop(self, chosen):
        for key in [key for key in self.model if chosen(*key)]:
            del self.model[key]

    @rule(user=users, item=items, moment=moments, details=details)
    def add(self, user, item, moment, details):
        new = (user, item, moment) not in self.model
        assert self.store.add(user, item, moment, details) is new
        if new:
            self.model[user, item, moment] = details

    @rule(user=users, item=items, moment=moments)
    def delete_one(self, user, item, moment):
        there = (user, item, moment) in self.model
        assert self.store.delete(user, item, moment) is there
        self.model.pop((user, item, moment), None)

    @rule(user=users, item=items)
    def delete_pair(self, user, item):
        there = any(key[:2] == (user, item) for key in self.model)
        assert self.store.delete(user, item) is there
        self.drop(lambda u, i, _: (u, i) == (user, item))

    @rule(user=users)
    def drop_user(self, user):
        self.store.drop_user(user)
        self.drop(lambda u, _i, _m: u == user)

    @rule(item=items)
    def drop_item(self, item):
        self.store.drop_item(item)
        self.drop(lambda _u, i, _m: i == item)

    @precondition(lambda self: self.model)
    @rule(source=users, into=users)
    def move_user(self, source, into):
        if source == into:
            return
        self.store.move_user(source, into)
        moved = {key: value for key, value in self.model.items() if key[0] == source}
        for (_, item, moment), value in moved.items():
            self.model.setdefault((into, item, moment), value)
        self.drop(lambda u, _i, _m: u == source)

    @rule(user=users, times=st.integers(1, 70))
    def come_and_go(self, user, times):
        """Enough of it to make an item's list of users worth tidying."""
        if any(key[:2] == (user, "i1") for key in self.model):
            return
        for _ in range(times):
            assert self.store.add(user, "i1", 9.0)
            assert self.store.delete(user, "i1", 9.0)

    @invariant()
    def every_side_shows_what_the_model_shows(self):
        for user in ("u1", "u2", "u3"):
            found = [(f.user, f.item, f.timestamp, f.details) for f in self.store.of_user(user)]
            assert sorted(found, key=repr) == self.expected(lambda key, user=user: key[0] == user)
        for item in ("i1", "i2", "i3"):
            found = [(f.user, f.item, f.timestamp, f.details) for f in self.store.of_item(item)]
            assert sorted(found, key=repr) == self.expected(lambda key, item=item: key[1] == item)

    def expected(self, chosen):
        return sorted(((*key, value) for key, value in self.model.items() if chosen(key)), key=repr)


TestInteractions = InteractionsMachine.TestCase
TestInteractions.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_a_bare_interaction_is_stored_as_one_float():
    store = Interactions()
    store.add("u", "i", 5.0)
    assert store.cell("u", "i") == 5.0


def test_a_pair_with_many_interactions_finds_each_without_looking_at_all():
    store = Interactions()
    for moment in range(1000):
        store.add("u", "i", float(moment))
    assert isinstance(store.cell("u", "i"), dict)
    assert store.add("u", "i", 500.0) is False
    assert len(list(store.of_item("i"))) == 1000


def test_a_pair_whose_moments_were_deleted_one_by_one_has_nothing_left_to_delete():
    store = Interactions()
    for moment in (1.0, 2.0):
        store.add("u", "i", moment)
    assert [store.delete("u", "i", moment) for moment in (1.0, 2.0)] == [True, True]
    assert store.delete("u", "i") is False


def test_coming_and_going_does_not_make_an_items_list_of_users_grow_forever():
    store = Interactions()
    for _ in range(10_000):
        store.add("u", "i", 1.0)
        store.delete("u", "i")
    assert len(store._users_of["i"]) <= pairs._WORTH_TIDYING


def test_one_string_object_stands_for_an_id_everywhere():
    store = Interactions()
    user = str(b"u1", "ascii")
    store.add(user, "i", 1.0)
    (found,) = store.of_item("i")
    assert found.user is user


def test_ten_thousand_interactions_take_less_than_100_bytes_each():
    store = Interactions()
    people, things = [f"u{n}" for n in range(100)], [f"i{n}" for n in range(100)]
    for n in range(10_000):
        store.add(people[n % 100], things[n // 100], float(n))
    size = sum(map(sys.getsizeof, (*store._rows.values(), *store._users_of.values())))
    assert (size + 10_000 * sys.getsizeof(1.0)) / 10_000 < 100


@pytest.mark.parametrize("looked_between", [False, True])
def test_who_came_back_came_last_whenever_the_list_was_put_in_order(looked_between):
    table = Interactions()
    for user in ("a", "b"):
        table.add(user, "i", 1.0)
    table.drop_user("a")
    if looked_between:
        list(table.dump({"b": 0}, {"i": 0}))
    table.add("a", "i", 2.0)
    assert [found.user for found in table.of_item("i")] == ["b", "a"]
    assert list(table.latest_users("i", 2)) == ["b", "a"]
