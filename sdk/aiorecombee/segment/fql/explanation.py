"""Why a subscription held for an event, or did not."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from aiorecombee.segment.fql.errors import short
from aiorecombee.segment.fql.fields import compile_find
from aiorecombee.segment.fql.inherited import INHERITED
from aiorecombee.segment.fql.operators import compile_test
from aiorecombee.segment.fql.tree import Comparison, Failing, Node, Query
from aiorecombee.segment.javascript import UNDEFINED, is_number, number_text, type_name

_ANSWERS: Final = {True: "yes", False: "no", None: "Segment's engine fails on it"}
_RULES: Final = {"and": "all must hold", "or": "one is enough"}


@attrs.frozen
class Checked:
    """What came of one condition, or of several that belong together.

        str(checked)    # '`properties.price >= 10`: no, found 7'

    Attributes:
        text: As it is written.
        held: None where Segment's engine fails on it.
        found: What the event has there; UNDEFINED where it has nothing, and for a group.
        connector: For a group, what decided: `and` or `or`; "" for a condition.
    """

    text: str
    held: bool | None
    found: Any = UNDEFINED
    connector: str = ""

    def __str__(self) -> str:
        answer = f"`{short(self.text)}`: {_ANSWERS[self.held]}"
        if self.held is None:
            return answer
        if self.connector:
            return f"{answer}, by `{self.connector}`: {_RULES[self.connector]}"
        return f"{answer}, found {_shown(self.found)}"


def explain(query: Query, event: Mapping[str, Any]) -> tuple[Checked, ...]:
    """Check every condition, in order, each group after its own; the last is the whole query.

    All are checked, also those that the engine would not come to any more.
    """
    checked: list[Checked] = []
    _check(query.group, query.text, event, checked)
    return tuple(checked)


def _check(node: Node, text: str, event: Mapping[str, Any], checked: list[Checked]) -> bool | None:
    written = node.span.of(text)
    if isinstance(node, Failing):
        checked.append(Checked(written, None))
    elif isinstance(node, Comparison):
        found = compile_find(node.field)(event)
        held = compile_test(node.operator, node.value)(found)
        checked.append(Checked(written, held, found))
    else:
        parts = [_check(child, text, event, checked) for child in node.children]
        if len(parts) > 1:
            held_together = _decide(parts, enough=node.connector == "or")
            checked.append(Checked(written, held_together, connector=node.connector))
    return checked[-1].held


def _decide(parts: Iterable[bool | None], *, enough: bool) -> bool | None:
    """The first that fails, or that is enough, ends it."""
    for part in parts:
        if part is None or part is enough:
            return part
    return not enough


def _shown(value: object) -> str:
    if value is UNDEFINED:
        return "nothing"
    if value is INHERITED:
        return "what every value has in JavaScript"
    if isinstance(value, str):
        return json.dumps(short(value), ensure_ascii=False)
    if is_number(value):
        return number_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return type_name(value)
