"""What can be wrong with an expression.

ReqlError                  kind
├── ReqlSyntaxError        parse: it cannot be read, or names a function that does not exist
├── UnknownPropertyError   unknown_property: a name that the schema does not have
└── ReqlTypeError          type: a value of the wrong kind, a wrong number of arguments, …
"""

from typing import ClassVar, Final, Literal, Self, TypeAlias

Fault: TypeAlias = Literal["parse", "unknown_property", "type"]

_AROUND: Final = 60


class ReqlError(ValueError):
    """An expression is wrong.

    Attributes:
        kind: Which sort of mistake it is.
        reason: What is wrong, as a sentence without its full stop.
        position: Where, in characters from the start of the text.
        remedy: What to write instead, as a sentence; may be empty.
        excerpt: The line it is in, with a caret below; empty while the text is not known.
    """

    kind: ClassVar[Fault] = "parse"

    def __init__(self, reason: str, position: int, remedy: str = "", excerpt: str = "") -> None:
        super().__init__(reason, position, remedy, excerpt)
        self.reason = reason
        self.position = position
        self.remedy = remedy
        self.excerpt = excerpt

    def within(self, source: str) -> Self:
        """The same mistake, shown in the text it was made in."""
        return type(self)(self.reason, self.position, self.remedy, _excerpt(source, self.position))

    def __str__(self) -> str:
        """Place, reason, remedy."""
        where = f"{self.reason} at position {self.position}"
        return "\n".join(part for part in (where, self.excerpt, self.remedy) if part)


class ReqlSyntaxError(ReqlError):
    """It is not ReQL."""

    kind = "parse"


class UnknownPropertyError(ReqlError):
    """It names a property that does not exist."""

    kind = "unknown_property"


class ReqlTypeError(ReqlError):
    """Its parts, or its outcome and its place, do not fit together."""

    kind = "type"


def _excerpt(source: str, position: int) -> str:
    start = max(source.rfind("\n", 0, position) + 1, position - _AROUND)
    end = source.find("\n", position)
    line = source[start : min(len(source) if end < 0 else end, position + _AROUND)]
    return f"    {line.replace(chr(9), ' ')}\n    {' ' * (position - start)}^"
