"""The functions: what they take and give.

Source: ReQL, the overview tables of the function pages.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from aiorecombee.reql.kinds import (
    ANY,
    ANYTHING,
    AREA,
    ARRAY,
    BOOLEAN,
    DOUBLE,
    INT,
    MAP,
    NUMBER,
    SET,
    STRING,
    TIMESTAMP,
    Shape,
)

_CONTAINER: Final = SET | ARRAY
_POINT: Final = ARRAY | STRING


@attrs.frozen
class Signature:
    """One function.

    Attributes:
        takes: Kinds of each argument.
        gives: What is known of the outcome whatever the arguments are.
        optional: How many of the last arguments may be missing.
        endless: Whether the last argument may be repeated.
        folds: Whether the first argument is a lambda.
    """

    takes: tuple[int, ...]
    gives: Shape
    optional: int = 0
    endless: bool = False
    folds: bool = False

    @property
    def counts(self) -> tuple[int, int | None]:
        """The least and the greatest number of arguments."""
        most = len(self.takes)
        return most - self.optional, None if self.endless else most


_INT: Final = Shape(INT)
_DOUBLE: Final = Shape(DOUBLE)
_STRING: Final = Shape(STRING)
_STRINGS: Final = Shape(SET, _STRING)
_COUNT: Final = Signature((STRING,), _INT)
_ROUNDING: Final = Signature((NUMBER,), _INT)

FUNCTIONS: Final[Mapping[str, Signature]] = {
    "context_item": Signature((), Shape(MAP, fields="item")),
    "context_user": Signature((), Shape(MAP, fields="user")),
    "context_segment": Signature((), Shape(MAP, fields="segment")),
    "now": Signature((), Shape(TIMESTAMP)),
    "random": Signature((), _DOUBLE),
    "size": Signature((STRING | _CONTAINER,), _INT),
    "item_values": Signature((STRING,), Shape(MAP, fields="item")),
    "reduce": Signature((STRING, _CONTAINER, ANY), ANYTHING, optional=1),
    "map": Signature((ANY, _CONTAINER), Shape(SET), folds=True),
    "select": Signature((ANY, _CONTAINER), Shape(_CONTAINER), folds=True),
    "exists": Signature((ANY, _CONTAINER), Shape(BOOLEAN), folds=True),
    "boolean": Signature((ANY & ~AREA,), Shape(BOOLEAN)),
    "number": Signature((STRING | BOOLEAN | NUMBER,), Shape(INT | DOUBLE)),
    "string": Signature((STRING | BOOLEAN | NUMBER | SET, STRING), _STRING, optional=1),
    "timestamp": Signature((STRING | NUMBER,), Shape(TIMESTAMP)),
    "max": Signature((ANY,), ANYTHING, endless=True),
    "min": Signature((ANY,), ANYTHING, endless=True),
    "avg": Signature((NUMBER | _CONTAINER,), _DOUBLE, endless=True),
    "round": _ROUNDING,
    "floor": _ROUNDING,
    "ceil": _ROUNDING,
    "abs": Signature((NUMBER,), Shape(NUMBER)),
    "sqrt": Signature((NUMBER,), _DOUBLE),
    "pow": Signature((NUMBER, NUMBER), Shape(INT | DOUBLE)),
    "log": Signature((NUMBER, NUMBER), _DOUBLE, optional=1),
    "upper": Signature((STRING,), _STRING),
    "lower": Signature((STRING,), _STRING),
    "split": Signature((STRING, STRING), Shape(ARRAY, _STRING)),
    "earth_distance": Signature(
        (_POINT | NUMBER, _POINT | NUMBER, NUMBER, NUMBER), _DOUBLE, optional=2
    ),
    "geo_polygon": Signature((ARRAY,), Shape(AREA)),
    "geo_radius": Signature((_POINT, NUMBER), Shape(AREA)),
    "num_item_bookmarks": _COUNT,
    "num_item_detail_views": _COUNT,
    "num_item_purchases": _COUNT,
    "num_item_ratings": Signature((STRING, STRING), _INT, optional=1),
    "user_interactions": Signature(
        (STRING, SET, INT), Shape(ARRAY, Shape(MAP, fields="interaction")), optional=1
    ),
    "segment_items": Signature((STRING, STRING), _STRINGS),
    "item_segments": Signature((STRING, STRING), _STRINGS),
}
