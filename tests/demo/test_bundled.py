"""The demo's data."""

import itertools
from collections import Counter

import pytest

from aiorecombee.demo import bundled
from aiorecombee.demo.outcome import Verdict
from aiorecombee.demo.replay import prepare, refusal
from aiorecombee.segment import PROFILES, Destination
from aiorecombee.segment.jsonl import Unreadable


@pytest.fixture(scope="module")
def outcomes():
    return prepare(bundled.events(), Destination())


def test_there_are_at_least_sixty_events_of_several_users(outcomes):
    events = [one.event for one in outcomes if not isinstance(one.event, Unreadable)]

    assert len(events) >= 60
    assert len({event.get("userId") for event in events}) >= 5
    assert len({event.get("anonymousId") for event in events}) >= 3


def test_every_mapping_has_something_to_do(outcomes):
    matched = {name for one in outcomes if not one.mapped.rejections for name in one.mapped.matched}
    presets = {preset["name"] for preset in PROFILES["documented"].presets()}

    assert matched == presets | {"Delete User"}


def test_events_come_in_the_order_of_time_but_for_the_one_straggler(outcomes):
    times = [
        one.event["timestamp"]
        for one in outcomes
        if isinstance(one.event, dict) and str(one.event.get("timestamp")).startswith("2026")
    ]

    assert sum(later < earlier for earlier, later in itertools.pairwise(times)) == 1


def test_what_needs_no_server_goes_as_foreseen(outcomes):
    foreseen = {
        line: verdict
        for line, (verdict, _) in bundled.expected().items()
        if verdict not in {Verdict.KNOWN, Verdict.MISSING}
    }

    assert {one.line: verdict for one in outcomes if (verdict := _early(one))} == foreseen


def _early(outcome):
    if outcome.mapped.requests:
        return Verdict.REFUSED if any(map(refusal, outcome.mapped.requests)) else None
    return outcome.verdict


def test_all_kinds_of_trouble_are_there():
    troubles = Counter(verdict for verdict, _ in bundled.expected().values())

    assert set(troubles) == set(Verdict) - {Verdict.OK, Verdict.FAILED}
