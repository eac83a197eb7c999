"""Maps events, from parsed JSON to request objects, and says where the time goes.

python segment_map.py {PROFILE,hand,floor} EVENTS

`hand` is a mapping of just these events, written by hand; `floor` makes the bare request objects of
values that are ready.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import attrs
from segment_by_hand import by_hand

from aiorecombee import Request
from aiorecombee.segment import Destination
from aiorecombee.segment.actions.timestamps import is_date_like, to_seconds
from aiorecombee.segment.dispatch import Dispatch
from aiorecombee.segment.mapping import compile_fields
from aiorecombee.segment.plan import compile_acceptance

Event = dict[str, Any]
Work = Callable[[], None]
PROFILE = "main-2026-07"
ROUNDS = 3


def main(name: str, events: Sequence[Event]) -> None:
    """Print figures: events a second, and microseconds an event of each step."""
    if name == "floor":
        figures = {"rate": rate(bare(events), events)}
    elif name == "hand":
        figures = {"rate": rate(hand(events), events)}
    else:
        destination = Destination(name)
        figures = {
            "rate": rate(each(destination.map, events), events),
            **steps(destination, events),
        }
    print(json.dumps(figures))


def rate(work: Work, events: Sequence[Event]) -> float:
    """Events a second, of the fastest of some rounds; the first of them is to warm up."""
    times = []
    for _ in range(ROUNDS + 1):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return len(events) / min(times[1:])


def each(do: Callable[[Any], object], of: Sequence[Any]) -> Work:
    """The work of doing it to each of them."""

    def work() -> None:
        for one in of:
            do(one)

    return work


def hand(events: Sequence[Event]) -> Work:
    """The same requests without an engine; that they are the same is looked at first."""
    destination = Destination(PROFILE)
    assert all(tuple(by_hand(event)) == destination.map(event).requests for event in events)
    return each(by_hand, events)


def bare(events: Sequence[Event]) -> Work:
    """Nothing but the objects that come out."""
    destination = Destination(PROFILE)
    made = [parts(one) for event in events for one in destination.map(event).requests]

    def work() -> None:
        for cls, values in made:
            cls(*values)

    return work


def parts(request: Request[Any]) -> tuple[Callable[..., object], list[Any]]:
    """The class and the arguments, in order."""
    fields = attrs.fields(type(request))
    return type(request), [getattr(request, field.name) for field in fields if field.init]


# --- Where the time goes --------------------------------------------------------------------------


def steps(destination: Destination, events: Sequence[Event]) -> dict[str, float]:
    """Microseconds an event of each step on its own, with a loop of its own in each of them."""
    plans = {one.name: plan(one) for one in destination.subscriptions}
    find = Dispatch([(one, one.required) for one in destination.subscriptions]).find
    rows = [(event, plans[find(event)[0].name]) for event in events]
    payloads = [(build, accept(event)) for event, (_, accept, build) in rows]
    stamps = [payload["timestamp"] for _, payload in payloads if "timestamp" in payload]
    works = {
        "dispatch": each(lambda event: [one.matches(event) for one in find(event)], events),
        "resolve": each(lambda row: [get(row[0]) for get in row[1][0]], rows),
        "accept": each(lambda row: row[1][1](row[0]), rows),
        "stamp": each(lambda text: is_date_like(text) and to_seconds(text), stamps),
        "build": each(lambda pair: pair[0](pair[1]), payloads),
    }
    spent = {name: 1e6 / rate(work, events) for name, work in works.items()}
    return {**spent, "accept": spent["accept"] - spent["resolve"]}  # for it resolves as it goes


def plan(one: Any) -> tuple[list[Any], Any, Any]:
    """How a subscription resolves fields, accepts them, and builds requests."""
    fields = compile_fields(one.mapping)
    assert fields is not None
    return list(fields.values()), compile_acceptance(one.action, one.mapping), one.action.build


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text("utf-8").splitlines()
    main(sys.argv[1], [json.loads(line) for line in lines])
