"""Rules that reach across the tables of a database."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Entities, Property
from recombee_mock.store.series import SeriesShelf


def test_the_clock_of_interactions_never_gives_the_same_moment_twice():
    contents = Contents()
    moments = [contents.stamp(now) for now in (5.0, 5.0, 4.0, 5.0000005, 9.0)]
    assert moments == [5.0, 5.000001, 5.000002, 5.000003, 9.0]


def test_the_clock_moves_on_even_where_a_microsecond_is_too_small_to_add():
    contents = Contents()
    assert contents.stamp(1e15) < contents.stamp(1e15)


def test_the_clock_goes_on_after_an_erasure():
    contents = Contents()
    contents.stamp(5.0)
    contents.erase(5.0)
    assert contents.stamp(5.0) > 5.0


def test_an_id_given_twice_is_kept_once():
    users = Entities()
    first, second = str(b"u1", "ascii"), str(b"u1", "ascii")
    assert first is not second
    assert users.add(first) is first
    assert users.add(second) is first


def test_sorted_ids_follow_additions_and_deletions():
    items = Entities()
    for name in ("b", "a"):
        items.add(name)
    assert items.in_order() == ["a", "b"]
    items.add("aa")
    assert items.in_order() == ["a", "aa", "b"]
    items.delete("a")
    assert items.in_order() == ["aa", "b"]


def test_values_of_a_dropped_column_do_not_come_back_with_it():
    items = Entities()
    items.define(Property("p", "int"))
    items.set_values(items.add("i"), {"p": 1})
    items.undefine("p")
    items.define(Property("p", "int"))
    assert items.values("i") == {"p": None}


names = st.sampled_from(["a", "b", "c"])
members = st.tuples(st.sampled_from(["item", "series"]), names)


class SeriesMachine(RuleBasedStateMachine):
    """Series against a set of (series, member, time)."""

    def __init__(self):
        super().__init__()
        self.shelf = SeriesShelf()
        self.series = set()
        self.entries = set()

    @rule(series=names)
    def add(self, series):
        self.shelf.add(series)
        self.series.add(series)

    @rule(series=names)
    def delete(self, series):
        if series in self.series:
            self.shelf.delete(series)
            self.series.discard(series)
            self.entries = {
                entry
                for entry in self.entries
                if entry[0] != series and entry[1] != ("series", series)
            }

    @rule(series=names, member=members, time=st.integers(0, 2))
    def insert(self, series, member, time):
        if series in self.series:
            assert self.shelf.insert(series, member, time) is (
                (series, member, time) not in self.entries
            )
            self.entries.add((series, member, time))

    @rule(series=names, member=members)
    def remove(self, series, member):
        if series in self.series:
            there = any(entry[:2] == (series, member) for entry in self.entries)
            assert self.shelf.remove(series, member) is there
            self.entries = {entry for entry in self.entries if entry[:2] != (series, member)}

    @rule(member=members)
    def drop_member(self, member):
        self.shelf.drop_member(member)
        self.entries = {entry for entry in self.entries if entry[1] != member}

    @invariant()
    def the_shelf_shows_what_the_model_shows(self):
        assert self.shelf.ids() == sorted(self.series)
        for series in self.series:
            expected = sorted(
                (time, member) for name, member, time in self.entries if name == series
            )
            assert list(self.shelf.entries(series)) == expected


TestSeries = SeriesMachine.TestCase
TestSeries.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
