"""The words in which requests are declared.

A request class *is* its endpoint: method, path, time limit and the type of its answer stand in one
place. `endpoint` turns the annotated class into a small slotted attrs class; how it travels
(encoding, signing, decoding) is worked out elsewhere from what is declared here.

    @endpoint("POST", "/purchases/")
    class AddPurchase(Request[str]):
        user_id: UserId
        item_id: ItemId
        timestamp: Timestamp | None = None

A field named in the path template travels in the path. The others are the parameters: in the query
of GET and DELETE, in the JSON body of PUT and POST, unless the declaration says otherwise. A field
without a default is required and always sent, even when it is `None`; an optional one is sent
unless it is `None`. Names are the API's own in snake_case, unless marked `Named`.

The classes are frozen for type checkers only. Enforcing it at run time costs 0.35 µs an object
(one `object.__setattr__` per field), a third of what a batched interaction costs altogether.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
)

import attrs

from aiorecombee.requests.record import Record

JsonValue: TypeAlias = Any
"""Anything JSON can hold."""

JsonObject: TypeAlias = Mapping[str, Any]
"""A JSON object."""

R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")

Settled: TypeAlias = Literal[404, 409]
Place: TypeAlias = Literal["query", "body"]


class Request(Record, Generic[R_co]):
    """Base of all requests; `R` is the type of the decoded answer.

    Attributes:
        method: HTTP method in capitals.
        path: Path template behind the database ID, with the API's own names in braces.
        timeout: Seconds one attempt may take when neither call nor client says otherwise.
            These are the official clients' limits (they count milliseconds).
        settled: Status that means "done already" when a *repeated* attempt gets it: 409 for an
            addition, 404 for a deletion, `None` where it would tell nothing.
        repeatable: Whether the request may be sent again when nobody knows if it was carried out.
        params: Where the parameters travel that are not in the path.
    """

    __slots__ = ()

    method: ClassVar[str]
    path: ClassVar[str]
    params: ClassVar[Place]
    timeout: ClassVar[float] = 3.0
    settled: ClassVar[Settled | None]
    repeatable: ClassVar[bool]
    _answer: ClassVar[Any]

    def answer_type(self) -> Any:
        """The `R` of this request, for decoding."""
        return self._answer


class Interaction(Request[str]):
    """An addition that the client stamps with the time, so that repeating it is safe.

    The API tells interactions apart by user, item and timestamp. With the timestamp fixed before
    the first attempt, a repeated one meets itself (409) instead of being counted twice.
    """

    __slots__ = ()


@dataclass_transform(frozen_default=True)
def endpoint(
    method: str,
    path: str,
    *,
    params: Place | None = None,
    timeout: float = 3.0,
    settled: Settled | None = None,
    repeatable: bool = True,
) -> Callable[[type[T]], type[T]]:
    """Declare the class below as the request that calls `method` on `path`."""

    def declare(cls: type[T]) -> type[T]:
        made: Any = attrs.define(cls, slots=True, repr=False, eq=False, weakref_slot=False)
        made.method, made.path, made.timeout = method, path, timeout
        made.params = params or ("query" if method in {"GET", "DELETE"} else "body")
        made.settled, made.repeatable = settled, repeatable
        made._answer = _answer_type(made)  # noqa: SLF001  # finishes its own class
        return made  # type: ignore[no-any-return]

    return declare


def _answer_type(cls: type[Any]) -> Any:
    bases = (base for owner in cls.__mro__ for base in owner.__dict__.get("__orig_bases__", ()))
    return next(get_args(base)[0] for base in bases if get_origin(base) is Request)


# --- How a field is written, when not plainly under its own name ---------------------------------


@attrs.frozen
class Named:
    """The field travels under this name."""

    wire: str


class Spread:
    """The field is a dictionary whose entries stand among the parameters themselves."""


class Properties:
    """The field is a dictionary of property values: dates become Unix seconds, sets lists."""


# --- What a value must be. Only what the API reference states without doubt ----------------------


@attrs.frozen
class Matches:
    """Text of certain characters only, never empty.

    Attributes:
        characters: The inside of a regular expression's `[…]`.
        said: The same in words.
        max_length: In characters.
        forbidden: The one text that is not allowed all the same.
    """

    characters: str
    said: str
    max_length: int | None = None
    forbidden: str | None = None


@attrs.frozen
class Between:
    """A number from `low` to `high`, both included; `None` leaves that end open."""

    low: float | None = None
    high: float | None = None


@attrs.frozen
class OneOf:
    """One of these texts."""

    choices: tuple[str, ...]


ID_CHARACTERS: Final = r"a-zA-Z0-9_\-:@."
_ID_SAID: Final = "only letters A-Z a-z, digits and _ - : @ ."
_ENTITY: Final = Matches(ID_CHARACTERS, _ID_SAID, forbidden="undefined")

ItemId = Annotated[str, _ENTITY]
"""Source: API reference, Items ("undefined" is forbidden)."""
UserId = Annotated[str, _ENTITY]
"""Source: API reference, Users ("undefined" is forbidden)."""
Id = Annotated[str, Matches(ID_CHARACTERS, _ID_SAID)]
"""ID of a series, segmentation, segment or session."""
PropertyName = Annotated[
    str, Matches(r"a-zA-Z0-9_\-:", "only letters A-Z a-z, digits and _ - :", max_length=63)
]
"""Source: API reference, Add item property."""
Timestamp = Annotated[datetime | float | str, Between(0)]
"""When: an aware `datetime`, Unix **seconds**, or ISO 8601 text."""
Count = Annotated[int, Between(1)]
Limit = Annotated[int, Between(0)]
Share = Annotated[float, Between(0.0, 1.0)]
Names: TypeAlias = Sequence[str]
PropertyValues = Annotated[JsonObject, Properties()]
"""Property name to value; `None` clears."""
