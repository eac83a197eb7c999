"""How differences between two destinations are told: event by event, then in sum."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import attrs

from aiorecombee.cli.lines import json_line, say
from aiorecombee.cli.segment.ranking import most_first
from aiorecombee.cli.segment.shadow import Change, Made
from aiorecombee.segment.explaining.shown import cut, printable

_MOST_KINDS: Final = 1000  # names of events come from outside: what is counted by them is bounded
_OTHERS: Final = "all others"
_LONGEST: Final = 200


@attrs.define
class Summary:
    """What was found in all events.

    Attributes:
        events: How many there were.
        unreadable: How many lines were no JSON.
        different: Of how many events not the same was made.
        kinds: Number of events by name and kind of difference.
    """

    events: int = 0
    unreadable: int = 0
    different: int = 0
    kinds: Counter[tuple[str, str]] = attrs.Factory(Counter)

    def count(self, name: str, found: Sequence[Change]) -> None:
        """Count an event."""
        self.events += 1
        self.different += bool(found)
        for kind in {change.kind for change in found}:
            key = (name, kind)
            full = key not in self.kinds and len(self.kinds) >= _MOST_KINDS
            self.kinds[(_OTHERS, kind) if full else key] += 1


def label(event: Any) -> str:
    """What kind of event it is: `page`, `track "Product Added"`."""
    if not isinstance(event, Mapping):
        return "no object"
    kind, name = event.get("type"), event.get("event")
    shown = printable(kind[:_LONGEST]) if isinstance(kind, str) else "no type"
    if kind == "track" and isinstance(name, str):
        return f'{shown} "{printable(name[:_LONGEST])}"'
    return shown


class Report(Protocol):
    """Tells of differences."""

    def different(
        self, line: int, event: Any, made: tuple[Made, Made], found: Sequence[Change]
    ) -> None:
        """Tell of an event that not the same is made of."""

    def summary(self, summary: Summary) -> None:
        """Tell what was found altogether."""


class TextReport:
    """For people."""

    def different(
        self, line: int, event: Any, made: tuple[Made, Made], found: Sequence[Change]
    ) -> None:
        """Tell what each of them makes of it, and where that differs."""
        say(f"line {line}: {label(event)}")
        for name, one in zip("AB", made, strict=True):
            for text in _made(one) or ["nothing"]:
                say(f"  {name}  {text}")
        for change in found:
            say(f"  {_told(change)}")

    def summary(self, summary: Summary) -> None:
        """Tell what differs how often."""
        if summary.unreadable:
            say(f"{summary.unreadable:,} not JSON, passed over")
        say(f"{summary.events:,} events, {summary.different:,} different")
        for (name, kind), count in most_first(summary.kinds):
            say(f"  {count:>9,}  {name}: {kind}")


class JsonReport:
    """For programs: a line for each event that differs, and one for all."""

    def different(
        self, line: int, event: Any, made: tuple[Made, Made], found: Sequence[Change]
    ) -> None:
        """Tell what each of them makes of it, and where that differs."""
        known = event if isinstance(event, Mapping) else {}
        about = {"line": line, "type": known.get("type"), "event": known.get("event")}
        sides = {name: attrs.asdict(one) for name, one in zip("ab", made, strict=True)}
        say(json_line({**about, **sides, "differences": [attrs.asdict(one) for one in found]}))

    def summary(self, summary: Summary) -> None:
        """Tell what differs how often."""
        kinds = [
            {"event": name, "kind": kind, "count": count}
            for (name, kind), count in most_first(summary.kinds)
        ]
        counted = {
            "events": summary.events,
            "unreadable": summary.unreadable,
            "different": summary.different,
            "kinds": kinds,
        }
        say(json.dumps(counted))


def _made(one: Made) -> list[str]:
    sent = [
        f"{request['request']} {request['method']} {request['path']}"
        f" {json.dumps(request.get('params', {}), ensure_ascii=False)}"
        for request in one.requests
    ]
    rejected = [f"rejected by {why['subscription']}: {why['reason']}" for why in one.rejected]
    return [cut(printable(text), _LONGEST) for text in (*sent, *rejected)]


def _told(change: Change) -> str:
    a, b = (cut(printable(text), _LONGEST // 2) for text in (change.a, change.b))
    if change.at:
        return f"{change.kind}: {change.at}: A {a}, B {b}"
    if change.kind.startswith("only"):
        return f"{change.kind}: {a if b == 'nothing' else b}"
    return f"{change.kind}: A {a or 'nothing'}, B {b or 'nothing'}"
