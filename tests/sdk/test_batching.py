"""The planner: which requests leave together, and when."""

from collections.abc import Sequence
from math import inf

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from aiorecombee.core.batches import Limits, Planned, Reason
from aiorecombee.core.batching import Planner
from aiorecombee.core.lanes import EVERYBODY, NOBODY, Claim, Concern


@attrs.define(eq=False)
class Entry:
    concern: Concern
    size: int = 10
    arrived: float = 0.0
    number: int = 0

    @property
    def lanes(self) -> tuple[str, ...]:
        return (self.concern,) if isinstance(self.concern, str) else self.concern.lanes

    @property
    def everybody(self) -> bool:
        return isinstance(self.concern, Claim) and self.concern.everybody

    @property
    def alone(self) -> bool:
        return isinstance(self.concern, Claim) and self.concern.alone


def planner(
    max_requests: int = 3, max_bytes: int = 1000, linger: float = 1.0, max_in_flight: int = 2
) -> Planner[Entry]:
    return Planner(Limits(max_requests, max_bytes, linger, max_in_flight))


def taken(planner: Planner[Entry], now: float | None = None) -> tuple[list[Concern], Reason] | None:
    planned = planner.take(now)
    return planned and ([entry.concern for entry in planned.entries], planned.reason)


def test_a_full_batch_leaves_at_once():
    plan = planner(max_requests=2)
    plan.put([Entry("a")])
    assert taken(plan) is None
    plan.put([Entry("b"), Entry("c")])
    assert taken(plan) == (["a", "b"], Reason.FULL)
    assert taken(plan) is None


def test_a_batch_is_full_by_bytes_too():
    plan = planner(max_bytes=25)
    plan.put([Entry("a"), Entry("b")])
    assert taken(plan) is None
    plan.put([Entry("c")])
    assert taken(plan) == (["a", "b"], Reason.BYTES)
    plan.put([Entry("d", size=15)])
    assert taken(plan) == (["c", "d"], Reason.BYTES)


def test_a_request_beyond_the_limit_of_bytes_leaves_by_itself():
    plan = planner(max_bytes=25)
    plan.put([Entry("a"), Entry("b", size=99), Entry("c")])
    assert taken(plan) == (["a"], Reason.BYTES)
    assert taken(plan) == (["b"], Reason.BYTES)


def test_the_others_leave_when_the_first_has_lingered():
    plan = planner(linger=1.0)
    plan.put([Entry("a", arrived=5.0)])
    plan.put([Entry("b", arrived=5.9)])
    assert plan.wake_at() == 6.0
    assert taken(plan, 5.99) is None
    assert taken(plan, 6.0) == (["a", "b"], Reason.LINGERED)
    assert plan.wake_at() is None


def test_no_more_batches_are_in_flight_than_allowed():
    plan = planner(max_requests=1, max_in_flight=2)
    plan.put([Entry(name) for name in "abc"])
    first = plan.take(None)
    assert taken(plan) == (["b"], Reason.FULL)
    assert (taken(plan), plan.wake_at(), plan.in_flight, plan.queued) == (None, None, 2, 1)
    assert first
    plan.done(first)
    assert taken(plan) == (["c"], Reason.FULL)


def test_a_busy_lane_waits_and_holds_up_nobody_else():
    plan = planner(max_requests=2)
    plan.put([Entry("a"), Entry("b")])
    first = plan.take(None)
    plan.put([Entry("a"), Entry("c"), Entry("a"), Entry("d")])
    assert taken(plan) == (["c", "d"], Reason.FULL)
    assert first
    plan.done(first)
    assert taken(plan) == (["a", "a"], Reason.FULL)


def test_requests_of_one_lane_may_share_a_batch_in_their_order():
    plan = planner(max_requests=3)
    entries = [Entry("a", number=number) for number in range(3)]
    plan.put(entries)
    planned = plan.take(None)
    assert planned
    assert planned.entries == entries


def test_what_belongs_to_two_lanes_waits_for_both_and_both_wait_for_it():
    plan = planner(max_requests=1, max_in_flight=3)
    both = Claim(("a", "b"))
    plan.put([Entry("a"), Entry("b"), Entry(both), Entry("a"), Entry("b"), Entry("c")])
    first, second = plan.take(None), plan.take(None)
    assert taken(plan) == (["c"], Reason.FULL)
    assert first
    assert second
    plan.done(first)
    assert taken(plan) is None
    plan.done(second)
    third = plan.take(None)
    assert third
    assert [entry.concern for entry in third.entries] == [both]
    plan.done(third)
    assert (taken(plan), taken(plan)) == ((["a"], Reason.FULL), (["b"], Reason.FULL))


def test_what_concerns_everybody_overtakes_nothing_and_is_not_overtaken():
    plan = planner(max_requests=2, max_in_flight=3)
    plan.put([Entry("a"), Entry("b"), Entry("c"), Entry(EVERYBODY), Entry("d")])
    first = plan.take(None)
    assert taken(plan) == (["c"], Reason.APART)
    assert taken(plan, inf) is None
    assert first
    plan.done(first)
    assert taken(plan, inf) is None


def test_what_concerns_everybody_shares_a_batch_when_nothing_is_in_flight():
    plan = planner(max_requests=3)
    plan.put([Entry("a"), Entry(EVERYBODY), Entry("b"), Entry("c")])
    assert taken(plan) == (["a", EVERYBODY, "b"], Reason.FULL)
    assert taken(plan, inf) is None


def test_what_must_not_be_repeated_travels_alone():
    alone = Claim(alone=True)
    plan = planner(max_in_flight=9)
    plan.put([Entry("a"), Entry(alone), Entry("b")])
    assert taken(plan) == (["a"], Reason.APART)
    assert taken(plan) == ([alone], Reason.APART)
    assert taken(plan, inf) == (["b"], Reason.LINGERED)


def test_flushing_sends_what_has_come_and_only_that():
    plan = planner()
    plan.put([Entry("a", arrived=1.0)])
    plan.flush(1.0)
    assert taken(plan) == (["a"], Reason.FLUSHED)
    plan.put([Entry("b", arrived=1.1)])
    assert taken(plan) is None


def test_closing_sends_everything():
    plan = planner()
    plan.put([Entry("a", arrived=1.0)])
    plan.close()
    assert taken(plan) == (["a"], Reason.CLOSING)


def test_questions_about_nobody_wait_for_nobody():
    plan = planner(max_requests=1, max_in_flight=3)
    plan.put([Entry(NOBODY), Entry(NOBODY), Entry("a")])
    assert [taken(plan) for _ in "123"] == [
        ([NOBODY], Reason.FULL),
        ([NOBODY], Reason.FULL),
        (["a"], Reason.FULL),
    ]


def test_discarded_entries_leave_their_places_to_others():
    plan = planner(max_requests=2, max_in_flight=1)
    plan.put([Entry(name) for name in "abcadc"])
    first = plan.take(None)
    assert plan.discard(lambda entry: entry.concern in {"a", "c"}) == 3
    assert [entry.concern for entry in plan.entries()] == ["d"]
    assert first
    plan.done(first)
    assert taken(plan, inf) == (["d"], Reason.LINGERED)


LANES = st.sampled_from("abcde")
CONCERNS = st.one_of(
    LANES,
    LANES,
    LANES,
    st.builds(Claim, st.lists(LANES, min_size=2, max_size=3, unique=True).map(tuple)),
    st.builds(Claim, st.just(()), alone=st.booleans()),
    st.sampled_from([EVERYBODY, Claim(everybody=True, alone=True), Claim(("a",), alone=True)]),
)


class PlannerMachine(RuleBasedStateMachine):
    """The planner beside rules that are checked over all entries, however long that takes."""

    @initialize(
        limits=st.builds(
            Limits, st.integers(1, 4), st.integers(10, 60), st.integers(0, 3), st.integers(1, 3)
        )
    )
    def start(self, limits: Limits) -> None:
        self.limits = limits
        self.plan: Planner[Entry] = Planner(limits)
        self.now = 0.0
        self.flushed = -1.0
        self.count = 0
        self.waiting: list[Entry] = []
        self.flying: list[Planned[Entry]] = []

    @rule(given=st.lists(st.tuples(CONCERNS, st.integers(1, 30)), min_size=1, max_size=6))
    def put(self, given: Sequence[tuple[Concern, int]]) -> None:
        entries = []
        for concern, size in given:
            self.count += 1
            entries.append(Entry(concern, size, self.now, self.count))
        self.waiting += entries
        self.plan.put(entries)

    @rule(seconds=st.integers(0, 2))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def flush(self) -> None:
        self.plan.flush(self.now)
        self.flushed = self.now

    @rule(data=st.data())
    def discard(self, data: st.DataObject) -> None:
        lane = data.draw(LANES)
        unwanted = [entry for entry in self.waiting if entry.concern == lane]
        assert self.plan.discard(lambda entry: entry.concern == lane) == len(unwanted)
        self.waiting = [entry for entry in self.waiting if entry.concern != lane]

    @rule(data=st.data())
    def land(self, data: st.DataObject) -> None:
        if self.flying:
            planned = data.draw(st.sampled_from(self.flying))
            self.flying.remove(planned)
            self.plan.done(planned)

    @rule(with_time=st.booleans())
    def take(self, with_time: bool) -> None:
        now = self.now if with_time else None
        planned = self.plan.take(now)
        if planned is None:
            self.check_nothing_had_to_leave(now)
        else:
            self.check_it_may_leave(planned)
            self.flying.append(planned)

    def check_nothing_had_to_leave(self, now: float | None) -> None:
        if len(self.flying) == self.limits.max_in_flight or self.everybody_flies():
            assert self.plan.wake_at() is None
            return
        free = self.free_to_go()
        assert len(free) < self.limits.max_requests
        assert sum(entry.size for entry in free) < self.limits.max_bytes
        assert all(entry.arrived > self.flushed and not entry.alone for entry in free)
        since = min((entry.arrived for entry in free), default=inf)
        if now is not None:
            assert since + self.limits.linger > now
        assert self.plan.wake_at() == (since + self.limits.linger if free else None)

    def free_to_go(self) -> list[Entry]:
        """Entries that could leave now if a batch had no limits."""
        held = {
            lane for planned in self.flying for entry in planned.entries for lane in entry.lanes
        }
        free: list[Entry] = []
        for entry in self.waiting:
            if entry.everybody and (self.flying or held):
                break
            if held.isdisjoint(entry.lanes):
                free.append(entry)
            held.update(lane for lane in entry.lanes if entry not in free)
        return free

    def everybody_flies(self) -> bool:
        return any(entry.everybody for planned in self.flying for entry in planned.entries)

    def check_it_may_leave(self, planned: Planned[Entry]) -> None:
        entries = planned.entries
        limits = self.limits
        assert len(self.flying) < limits.max_in_flight
        assert not self.everybody_flies()
        assert 1 <= len(entries) <= limits.max_requests
        assert planned.size == sum(entry.size for entry in entries)
        assert planned.size <= limits.max_bytes or len(entries) == 1
        assert planned.since == min(entry.arrived for entry in entries)
        assert len(entries) == 1 or not any(entry.alone for entry in entries)
        busy = {lane for other in self.flying for entry in other.entries for lane in entry.lanes}
        for entry in entries:
            earlier = self.waiting[: self.waiting.index(entry)]
            self.waiting.remove(entry)
            assert busy.isdisjoint(entry.lanes)
            assert not any(set(other.lanes) & set(entry.lanes) for other in earlier)
            assert not any(other.everybody for other in earlier)
            assert not (entry.everybody and (earlier or self.flying))

    @invariant()
    def counts_are_right(self) -> None:
        assert self.plan.queued == len(self.waiting)
        assert self.plan.in_flight == len(self.flying)
        assert sorted(entry.number for entry in self.plan.entries()) == [
            entry.number for entry in self.waiting
        ]

    def teardown(self) -> None:
        """Whatever happened, everything leaves in the end."""
        if hasattr(self, "plan"):
            self.plan.close()
            while self.waiting or self.flying:
                planned = self.plan.take(None)
                if planned is not None:
                    self.check_it_may_leave(planned)
                    self.flying.append(planned)
                else:
                    assert self.flying, "nothing is in flight and nothing leaves"
                    self.plan.done(self.flying.pop(0))


TestPlanner = PlannerMachine.TestCase
TestPlanner.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
