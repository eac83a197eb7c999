"""What a subscription says, as Segment's engine understands it."""

from typing import Final, TypeAlias

import attrs

PLAIN_FIELDS: Final = frozenset({"type", "event", "name", "userId"})
OBJECT_FIELDS: Final = ("properties", "traits", "context")

Literal: TypeAlias = str | float | bool


@attrs.frozen
class Field:
    """A place in an event.

    Attributes:
        root: `type`, `event`, `name`, `userId`, `properties`, `traits` or `context`.
        path: Keys within it. Where there are none, `properties`, `traits` and `context` are looked
            up in vain.
    """

    root: str
    path: tuple[str, ...] = ()


@attrs.frozen
class Span:
    """A stretch of the text, from the index `start` to before the index `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """What stands there."""
        return text[self.start : self.end]


@attrs.frozen
class Comparison:
    """A condition on one field.

    Attributes:
        field: What is looked at.
        operator: How, by the engine's own name: `=`, `number_equals`, `not_contains`, `exists` …;
            one that the engine does not know never holds.
        value: What it is compared with; None where the operator says it all.
        span: Where it is written.
    """

    field: Field
    operator: str
    value: Literal | None
    span: Span


@attrs.frozen
class Failing:
    """What the engine accepts, and fails on when it comes to it with an event.

    Attributes:
        reason: Why.
        original: What the engine says.
        span: Where it is written.
    """

    reason: str
    original: str
    span: Span


@attrs.frozen
class Group:
    """Conditions that belong together: a whole subscription, or what stands in parentheses.

    Attributes:
        connector: `and` where all must hold, `or` where one is enough.
        children: In order.
        is_mixed: The other connector is written, too. The last one wins for all.
        span: Where it is written.
    """

    connector: str
    children: "tuple[Node, ...]"
    is_mixed: bool
    span: Span


Node: TypeAlias = Comparison | Failing | Group


@attrs.frozen
class Ignored:
    """A stretch that the engine passes over in silence.

    Attributes:
        span: Where it is written.
        reason: Why.
        remedy: What to write instead.
    """

    span: Span
    reason: str
    remedy: str


@attrs.frozen
class Query:
    """A subscription that was read.

    Attributes:
        text: As it was written.
        group: What it asks.
        ignored: What it seems to ask and does not.
    """

    text: str
    group: Group
    ignored: tuple[Ignored, ...]
