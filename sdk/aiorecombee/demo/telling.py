"""Outcomes in words: everything the story prints about an event, as plain lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any, Final

from aiorecombee.demo.outcome import MEANING, Outcome, Sent, Verdict
from aiorecombee.requests.users import MergeUsers
from aiorecombee.requests.view_portions import SetViewPortion
from aiorecombee.segment.jsonl import Unreadable

WIDTH: Final = 79
COLOURS: Final = {
    Verdict.OK: "green",
    Verdict.KNOWN: "cyan",
    Verdict.MISSING: "yellow",
    Verdict.REFUSED: "magenta",
    Verdict.REJECTED: "red",
    Verdict.IGNORED: "bright_black",
    Verdict.UNREADABLE: "red",
    Verdict.FAILED: "bold red",
}


def headline(outcome: Outcome) -> str:
    """Who did what and what it became, cut to leave room for the verdict."""
    room = WIDTH - len(outcome.verdict) - 1
    text = f"{_clock(outcome.event):5} {_who(outcome.event):9} {_what(outcome.event)}"
    if outcome.mapped.requests:
        text += f" > {_became(outcome.mapped.requests)}"
    return f"{text[: room - 1]}…" if len(text) > room else text.ljust(room)


def explanation(outcome: Outcome) -> Iterator[str]:
    """Why it did not go as its sender hoped, and what to do about it."""
    if isinstance(outcome.event, Unreadable):
        yield from _indented(outcome.event.reason)
    for rejection in outcome.mapped.rejections:
        yield from _indented(rejection.reason)
        yield from _indented(rejection.remedy, "* ")
    for sent in outcome.sent:
        if sent.error is not None:
            yield from _indented(str(sent.error))


def counts(outcomes: Sequence[Outcome]) -> Iterator[tuple[Verdict, int, str]]:
    """How many events met which verdict, with its meaning."""
    found = Counter(outcome.verdict for outcome in outcomes)
    for verdict in Verdict:
        if found[verdict]:
            yield verdict, found[verdict], MEANING[verdict]


def requests_made(sent: Sequence[Sent]) -> Iterator[tuple[str, int, int]]:
    """Name of a request, how many there were, and how many the server took."""
    made = Counter(type(one.request).__name__ for one in sent)
    taken = Counter(type(one.request).__name__ for one in sent if one.error is None)
    for name in sorted(made):
        yield name, made[name], taken[name]


def _indented(text: str, mark: str = "") -> Iterator[str]:
    first, rest = " " * 16 + mark, " " * (16 + len(mark))
    yield from wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def _clock(event: Any) -> str:
    when = event.get("timestamp") if isinstance(event, dict) else None
    return when[11:16] if isinstance(when, str) and "T" in when else "--:--"


def _who(event: Any) -> str:
    if not isinstance(event, dict):
        return "?"
    return str(event.get("userId") or event.get("anonymousId") or "nobody")


def _what(event: Any) -> str:
    if isinstance(event, Unreadable):
        return "a line that breaks off"
    if event.get("type") == "track":
        return str(event.get("event"))
    return f"{event.get('type')} {event.get('name', '')}".rstrip()


def _became(requests: Sequence[Any]) -> str:
    name = type(requests[0]).__name__
    if len(requests) > 1:
        return f"{len(requests)} {name}: {', '.join(request.item_id for request in requests)}"
    return f"{name} {_object(requests[0])}"


def _object(request: Any) -> str:
    if isinstance(request, MergeUsers):
        return f"{request.source_user_id} into {request.target_user_id}"
    if isinstance(request, SetViewPortion):
        return f"{request.portion:.0%} {request.item_id}"
    return str(getattr(request, "item_id", request.user_id))
