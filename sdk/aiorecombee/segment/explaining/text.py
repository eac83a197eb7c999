"""An explanation as text for a terminal."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.destination import Rejection
from aiorecombee.segment.explaining.explanation import ExplainedSubscription, Explanation
from aiorecombee.segment.explaining.shown import cut, printable, request_json, value_text
from aiorecombee.segment.explaining.steps import worked_out
from aiorecombee.segment.explaining.table import WRONG, rows
from aiorecombee.segment.fql import Checked
from aiorecombee.segment.javascript import UNDEFINED

MATCHED: Final = "✓"
REJECTED: Final = WRONG
UNMATCHED: Final = "·"
_WIDTH: Final = 100
_LEAST: Final = 40
_GAP: Final = 2
_WIDEST: Final = (30, 44)  # columns of names and of paths
_LONGEST: Final = 600  # characters of a reason
_COLUMN: Final = 15
_OF_ALL: Final = frozenset({"DeleteBookmark", "DeleteCartAddition"})
_MOST: Final = 3  # requests of one subscription that are told in any case


def as_text(explanation: Explanation, width: int | None = None) -> str:
    """The explanation as lines: first the subscriptions that the event is for, then the others.

    Args:
        explanation: What to tell.
        width: Of the terminal, in characters; 100 where it is not known.
    """
    wide = max(width or _WIDTH, _LEAST)
    return "\n".join(_lines(explanation, wide)) + "\n"


def _lines(explanation: Explanation, width: int) -> Iterator[str]:
    yield cut(_title(explanation), width)
    told = [one for one in explanation.subscriptions if one.matched or one.rejection]
    if not told:
        for wrong in explanation.mapped.rejections:
            yield from _rejection(wrong, (), width)
    for hint in explanation.hints:
        yield from _wrapped("", hint, width)
    for one in told:
        yield ""
        yield from _in_full(one, width)
    yield from _others([one for one in explanation.subscriptions if one not in told], width)


def _title(explanation: Explanation) -> str:
    event = explanation.event
    count = len(explanation.mapped.requests)
    sent = f"{count} request{'' if count == 1 else 's'}"
    if not isinstance(event, Mapping):
        return f"no event: {sent}"
    kind = event.get("type", UNDEFINED)
    words = [kind if isinstance(kind, str) else f"type {value_text(kind)}"]
    words += [value_text(event[key]) for key in ("event", "name") if event.get(key) is not None][:1]
    known = [event[key] for key in ("userId", "anonymousId") if event.get(key) is not None]
    words += [f"of user {value_text(user)}" for user in known[:1]]
    return f"{printable(' '.join(words))}: {sent}"


# --- A subscription that the event is for ---------------------------------------------------------


def _in_full(one: ExplainedSubscription, width: int) -> Iterator[str]:
    mark = REJECTED if one.rejection else MATCHED
    yield cut(printable(f"{mark} {one.name} → {one.action}"), width)
    for condition in _telling(one.conditions):
        yield cut(printable(f"  {condition}"), width)
    if one.fields:
        yield ""
        yield from _table(list(rows(one.fields)), width)
    if one.rejection:
        yield ""
        yield from _rejection(one.rejection, one.suggestions, width)
    payload = {field.name: field.final for field in one.fields if field.final is not UNDEFINED}
    yield from _requests(one.requests, payload, width)


def _requests(
    requests: Sequence[Request[Any]], payload: Mapping[str, Any], width: int
) -> Iterator[str]:
    """The first of them, and those that are not let out."""
    left_out = 0
    for index, request in enumerate(requests):
        told = request_json(request)
        if index < _MOST or "refused" in told:
            yield ""
            yield from _request(told, payload, index, width)
        else:
            left_out += 1
    if left_out:
        yield from ("", f"  … and {left_out} more requests like these")


def _telling(conditions: Sequence[Checked]) -> Sequence[Checked]:
    """Where all conditions hold, nobody needs to know how they are connected."""
    single = _single(conditions)
    return single if all(one.held for one in single) else conditions


def _single(conditions: Sequence[Checked]) -> list[Checked]:
    return [one for one in conditions if not one.connector]


def _table(lines: Sequence[tuple[str, str, str]], width: int) -> Iterator[str]:
    """Names, paths and what was there, in columns."""
    widths = [
        min(max((len(line[at]) for line in lines), default=0), widest)
        for at, widest in enumerate(_WIDEST)
    ]
    for line in lines:
        columns = [
            cut(cell, size).ljust(size + _GAP) for cell, size in zip(line, widths, strict=False)
        ]
        yield cut(f"  {''.join(columns)}{line[-1]}".rstrip(), width)


def _rejection(wrong: Rejection, suggestions: Sequence[str], width: int) -> Iterator[str]:
    yield from _wrapped(f"  {REJECTED} ", cut(wrong.reason, _LONGEST), width)
    yield from _wrapped("    remedy: ", wrong.remedy, width)
    for one in suggestions:
        yield from _wrapped("    here:   ", one, width)


def _request(
    told: Mapping[str, Any], payload: Mapping[str, Any], index: int, width: int
) -> Iterator[str]:
    yield cut(printable(f"  {told['request']}   {told['method']} {told['path']}"), width)
    for name, value in told.get("params", {}).items():
        step = worked_out(name, value, payload, index)
        text = f"    {name.ljust(_COLUMN)} {value_text(value, width)}"
        yield cut(f"{text}   {step}".rstrip(), width)
    if told["request"] in _OF_ALL and "timestamp" not in told.get("params", {}):
        yield "    no timestamp: all that the user has of the item are deleted"
    if "refused" in told:
        yield from _wrapped(f"    {REJECTED} ", f"the client refuses it: {told['refused']}", width)


# --- The others -----------------------------------------------------------------------------------


def _others(others: Sequence[ExplainedSubscription], width: int) -> Iterator[str]:
    if not others:
        return
    yield ""
    yield "not for it:"
    names = min(max(len(one.name) for one in others), _WIDEST[1])
    for one in others:
        name = cut(printable(one.name), names).ljust(names)
        yield cut(f"  {UNMATCHED} {name}  {printable(_why_not(one.conditions))}", width)


def _why_not(conditions: Sequence[Checked]) -> str:
    """The first condition that failed."""
    failed = (one for one in _single(conditions) if not one.held)
    return str(next(failed, "no condition holds"))


def _wrapped(lead: str, text: str, width: int) -> Iterator[str]:
    """Prose, hanging behind what leads it in."""
    behind = " " * len(lead)
    yield from textwrap.wrap(printable(text), width, initial_indent=lead, subsequent_indent=behind)
