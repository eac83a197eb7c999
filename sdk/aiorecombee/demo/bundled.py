"""The demo's data: a day of events, and how each of the odd ones must end."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from aiorecombee.demo.outcome import Verdict
from aiorecombee.segment.jsonl import read_events


def events() -> list[tuple[int, Any]]:
    """Numbered events, in the order in which they arrived."""
    return list(read_events(_read("events.jsonl").splitlines(keepends=True)))


def expected() -> Mapping[int, tuple[Verdict, str]]:
    """For lines that do not end well: verdict and reason. All others must be `ok`."""
    rows: Sequence[Mapping[str, Any]] = json.loads(_read("expected.json"))
    return {row["line"]: (Verdict(row["verdict"]), row["why"]) for row in rows}


def is_from_app(event: Any) -> bool:
    """Whether the phone app sent it, which collects events and sends them in batches."""
    return isinstance(event, dict) and "device" in event.get("context", {})


def _read(name: str) -> bytes:
    return files("aiorecombee.demo").joinpath(name).read_bytes()
