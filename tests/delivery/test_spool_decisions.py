"""What the spool decides without a file: whose turn it is, what is taken, when to try again."""

from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.delivery.effects import Again, Dead, Gone, effect_of
from aiorecombee.delivery.queue import (
    Delivered,
    Dropped,
    Item,
    NoRoomError,
    Receipt,
    Rejected,
    RetryLater,
    Returned,
    shard_of,
)
from aiorecombee.delivery.spool import Limits, Retrying
from aiorecombee.delivery.spool.incoming import Intake
from aiorecombee.delivery.spool.lanes import Admission, Waiting, admit, together

STEADY = Retrying(first=2.0, ceiling=60.0, attempts=5, age=1_000.0, rand=lambda: 1.0)

waiting = st.lists(
    st.builds(
        lambda lanes, barrier: (tuple(lanes), barrier or len(lanes) > 1),
        st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True),
        st.booleans(),
    )
).map(lambda found: [Waiting(n + 1, *each) for n, each in enumerate(found)])


def test_items_of_a_lane_are_taken_together():
    items = [Waiting(1, (7,), barrier=False), Waiting(2, (7,), barrier=False)]
    assert admit(items, set()) == Admission(tuple(items), ())


def test_an_item_behind_others_of_its_lane_waits():
    item = Waiting(2, (7,), barrier=False)
    assert admit([item], {7}) == Admission((), (item,))


def test_an_alias_waits_for_both_its_lanes_and_blocks_the_one_that_is_new():
    alias, later = Waiting(2, (7, 8), barrier=True), Waiting(3, (8,), barrier=False)
    assert admit([alias, later], {7}) == Admission((), (alias, later))


def test_nothing_travels_with_a_barrier():
    items = [Waiting(1, (7, 8), barrier=True), Waiting(2, (8,), barrier=False)]
    assert admit(items, set()).taken == (items[0],)


@given(waiting, st.sets(st.integers(1, 4)))
def test_what_is_taken_has_nothing_untaken_in_front_of_it(items, occupied):
    taken = admit(items, occupied).taken
    for item in taken:
        assert not set(item.lanes) & occupied
        front = [o for o in items if o.number < item.number and set(o.lanes) & set(item.lanes)]
        assert all(other in taken and not other.barrier for other in front)
        assert not (item.barrier and front)


@given(waiting, st.sets(st.integers(1, 4)))
def test_whatever_has_nothing_in_front_of_it_is_taken(items, occupied):
    taken = admit(items, occupied).taken
    met = set(occupied)
    for item in items:
        assert bool(set(item.lanes) & met) or item in taken
        met |= set(item.lanes)


@given(waiting, st.sets(st.integers(1, 4)))
def test_every_item_is_either_taken_or_waits_in_order(items, occupied):
    admission = admit(items, occupied)
    assert sorted([*admission.taken, *admission.kept]) == items
    assert list(admission.taken) == sorted(admission.taken)
    assert list(admission.kept) == sorted(admission.kept)


def test_a_lane_travels_up_to_its_next_wait_or_barrier():
    ready, late = Waiting(1, (7,), barrier=False), Waiting(2, (7,), barrier=False, due=9.0)
    assert together([ready, late], 8.0) == [ready]
    assert together([ready, late], 9.0) == [ready, late]
    assert together([ready, Waiting(2, (7, 8), barrier=True)], 9.0) == [ready]


def test_a_call_is_taken_as_a_whole_or_not_at_all_and_leaves_no_key_behind():
    intake = Intake(known=set(), items=0, size=0, limits=Limits(items=2))
    one, two, three = ((Item(("a",), b""), key) for key in ("1", "2", "3"))
    assert isinstance(intake.take([one, two, three]), NoRoomError)
    assert intake.take([one, one]) == (Receipt.STORED, Receipt.ALREADY_THERE)
    assert intake.take([one, two]) == (Receipt.ALREADY_THERE, Receipt.STORED)
    assert [digest for _, digest in intake.fresh] == ["1", "2"]


def test_room_is_counted_in_bytes_too():
    intake = Intake(known=set(), items=0, size=0, limits=Limits(size=3))
    assert intake.take([(Item(("a",), b"123"), None)]) == (Receipt.STORED,)
    refusal = intake.take([(Item(("a",), b"4"), None)])
    assert "3 of 3 bytes" in str(refusal)
    assert "deliver or drop some" in str(refusal)


def test_pauses_double_up_to_the_ceiling():
    pauses = [STEADY.pause(attempts, 0.0) for attempts in (1, 2, 3, 4)]
    assert pauses == [2.0, 4.0, 8.0, 16.0]
    assert Retrying(rand=lambda: 1.0).pause(99, 0.0) == 300.0


def test_the_service_may_ask_for_a_longer_pause():
    assert STEADY.pause(1, 0.0, asked=500.0) == 500.0


def test_an_end_comes_by_attempts_or_by_age():
    assert STEADY.pause(5, 0.0) is None
    assert STEADY.pause(1, 1_000.0) is None


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_pause_is_between_half_of_its_limit_and_all_of_it(attempts, chance):
    retrying = Retrying(attempts=10**7, rand=lambda: chance)
    limit = Retrying(attempts=10**7, rand=lambda: 1.0).pause(attempts, 0.0)
    assert limit / 2 <= retrying.pause(attempts, 0.0) <= limit


def test_verdicts_mean_what_they_say():
    def effect(verdict, attempts=0):
        return effect_of(verdict, attempts, 90.0, 100.0, STEADY)

    assert effect(Delivered()) == Gone("delivered")
    assert effect(Delivered(already_there=True)) == Gone("repeated")
    assert effect(Dropped("deleted")) == Gone("dropped")
    assert effect(Rejected("bad")) == Dead("bad", 1)
    assert effect(Returned(3.0), 2) == Again(103.0, 2, "returned")
    assert effect(RetryLater("busy"), 1) == Again(104.0, 2, "retried")
    assert effect(RetryLater("busy"), 4) == Dead("busy", 5)


def test_a_lane_keeps_its_shard():
    assert [shard_of(f"user-{n}", 8) for n in range(5)] == [2, 4, 6, 0, 3]
