"""Which kinds of operands an operator takes, and what comes of them.

That sets are joined by `+`, cut by `-` and compared by inclusion is unpublished: we choose so.
"""

from typing import Final

from aiorecombee.reql.kinds import (
    ANY,
    AREA,
    ARRAY,
    DOUBLE,
    INT,
    MAP,
    NUMBER,
    SET,
    STRING,
    TIMESTAMP,
)

_PLAIN: Final = INT | DOUBLE

# Left, right, outcome. Source: ReQL, Numbers (numbers and timestamps mix freely).
_ADDING: Final = (
    (INT, INT, INT),
    (DOUBLE, _PLAIN, DOUBLE),
    (INT, DOUBLE, DOUBLE),
    (TIMESTAMP, _PLAIN, TIMESTAMP),
)
_SCALING: Final = (
    (INT, INT, INT),
    (DOUBLE | TIMESTAMP, NUMBER, DOUBLE),
    (INT, DOUBLE | TIMESTAMP, DOUBLE),
)
_RULES: Final = {
    "+": (
        *_ADDING,
        (_PLAIN, TIMESTAMP, TIMESTAMP),
        (TIMESTAMP, TIMESTAMP, DOUBLE),
        (STRING, STRING, STRING),
        (SET, SET, SET),
        (ARRAY, ARRAY, ARRAY),
    ),
    "-": (
        *_ADDING,
        (_PLAIN, TIMESTAMP, DOUBLE),
        (TIMESTAMP, TIMESTAMP, DOUBLE),
        (SET, SET, SET),
    ),
    "*": _SCALING,
    "/": ((NUMBER, NUMBER, DOUBLE),),
    "%": _SCALING,
    "&": ((SET, SET, SET),),
}
_ORDERED: Final = (NUMBER, STRING, SET)
_CONTAINED: Final = (
    (ANY, SET | ARRAY),
    (STRING, STRING | MAP),
    (ARRAY | STRING, AREA),
)


def outcome(sign: str, left: int, right: int) -> int:
    """Kinds that may come of an arithmetic operator; 0 when it takes no such operands."""
    found = 0
    for takes, other, gives in _RULES[sign]:
        if left & takes and right & other:
            found |= gives
    return found


def ordered(left: int, right: int) -> int:
    """The kinds among both that `<` can compare; 0 when there are none."""
    return sum(kind for kind in _ORDERED if left & kind and right & kind)


def compares(sign: str, left: int, right: int) -> bool:
    """Whether a comparison takes such operands."""
    if sign in {"==", "!="}:
        return AREA not in {left, right}
    if sign in {"in", "not in"}:
        return any(left & member and right & holder for member, holder in _CONTAINED)
    return ordered(left, right) != 0
