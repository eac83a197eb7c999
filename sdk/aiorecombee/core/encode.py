"""A request becomes JSON and a path: what the official clients would send, to the byte.

Every request has two wire forms, made from one: as an entry of a batch (`method`, `path` and
`params` in one object) and as an HTTP call of its own, where the parameters go to query or body.

The function that makes an entry is generated once per request class, as attrs generates
`__init__`: over ten thousand interactions a loop over field descriptions would cost more than
everything else together. It screens values with tests of a few nanoseconds; one that looks wrong
sends the request to `check`, which decides and explains.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from math import inf
from numbers import Integral, Real
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from aiorecombee.codec import Codec
from aiorecombee.core.check import check
from aiorecombee.core.fields import Field, fields_of, wire_name
from aiorecombee.core.json_values import is_plain_json
from aiorecombee.core.wire import HttpCall
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.endpoint import (
    ID_CHARACTERS,
    Between,
    Interaction,
    JsonObject,
    Matches,
    OneOf,
    Properties,
    Request,
    Spread,
)
from aiorecombee.requests.inputs import Input

Stamp: TypeAlias = Callable[[], float]
"""Gives the timestamp of an interaction that has none: Unix seconds, never the same twice."""

Entry: TypeAlias = dict[str, Any]
_Maker: TypeAlias = Callable[[Any], Entry]

_IN_A_PIECE: Final = 1_000
"""Requests that are written in one turn of the event loop: half a millisecond of work, with the
standard library's JSON two to four."""

_ID_BYTES: Final = bytes(c for c in range(128) if re.match(f"[{ID_CHARACTERS}]", chr(c)))


class Encoder:
    """Encodes requests; keeps what it has worked out about their classes."""

    def __init__(self, codec: Codec, stamp: Stamp | None = None, *, validate: bool = True) -> None:
        """Set up an encoder.

        Args:
            codec: Writes the JSON.
            stamp: Timestamps interactions that have none; `None` leaves that to the service.
            validate: Refuse what breaks a documented rule.
        """
        self._codec = codec
        self._validate = validate
        self._ids: list[Any] = []
        self._makers = _Makers(self._ids, stamp, validate=validate)

    def entry(self, request: Request[Any]) -> Entry:
        """The request as it stands in a batch: `method`, `path` and, if any, `params`.

        Raises:
            InvalidRequestError: The request breaks a rule.
        """
        self._ids.clear()
        try:
            entry = self._makers[request.__class__](request)
        except InvalidRequestError as error:
            if self._validate:
                check(request)
            raise InvalidRequestError(f"{type(request).__name__}: {error}") from None
        if self._ids and not all(map(_is_usual, self._ids)):
            check(request)
        return entry

    def encode(self, request: Request[Any]) -> HttpCall:
        """The request as a call of its own, not yet signed and without the database.

        Raises:
            InvalidRequestError: The request breaks a rule, or holds what JSON cannot.
        """
        if isinstance(request, Batch):
            return HttpCall("POST", request.path, self.encode_batch(request))
        entry = self.entry(request)
        target, params = entry["path"], entry.get("params", {})
        if request.params == "body":
            body = _json(self._codec, params, None, type(request))
            return HttpCall(request.method, target, body)
        if params:
            target += f"?{_query(params, request)}"
        return HttpCall(request.method, target, None if request.method == "GET" else b"{}")

    def to_json(self, request: Request[Any]) -> bytes:
        """The request as JSON text to be kept: the name of its class, and what `entry` makes of it.

        `recognise` reads it back.

        Raises:
            InvalidRequestError: The request breaks a rule, or holds what JSON cannot.
        """
        if isinstance(request, Batch):
            raise InvalidRequestError("a Batch is written down request by request")
        value = {"request": type(request).__name__, **self.entry(request)}
        return _json(self._codec, value, None, type(request))

    def encode_batch(self, batch: Batch[Any], first: int = 0) -> bytes:
        """The body of a batch, or of the part of one that begins with its request `first`.

        Raises:
            InvalidRequestError: A request breaks a rule, or holds what JSON cannot.
        """
        return b"".join(self.pieces(batch, first))

    def pieces(self, batch: Batch[Any], first: int = 0) -> Iterator[bytes]:
        """The same in pieces, so that others can have a turn in between.

        To put them together would take a third of the time that it takes to write them: nearly all
        of it goes to the system, for fresh memory of that size.
        """
        requests = batch.requests
        more: dict[str, Any] = {}
        if batch.distinct_recomms is not None:
            more["distinctRecomms"] = batch.distinct_recomms
        if len(requests) <= _IN_A_PIECE:
            yield self._write(requests, {"requests": requests, **more}, first)
            return
        last = b"]," + _json(self._codec, more, None, Batch)[1:] if more else b"]}"
        for start in range(0, len(requests), _IN_A_PIECE):
            some = requests[start : start + _IN_A_PIECE]
            listed = memoryview(self._write(some, some, first + start))
            joint = b"," if start else b'{"requests":['
            end = last if start + len(some) == len(requests) else b""
            yield b"".join((joint, listed[1:-1], end))

    def _write(self, requests: Sequence[Request[Any]], value: Any, first: int) -> bytes:
        """JSON text of a value in which these requests are."""
        maker = self._maker_for(requests, first)
        self._ids.clear()
        try:
            written = _json(self._codec, value, maker, Batch)
        except InvalidRequestError:
            self._find_wrong(requests, first)
            raise
        if self._ids and _suspicious(self._ids):
            self._find_wrong(requests, first)
        self._ids.clear()
        return written

    def _find_wrong(self, requests: Iterable[Request[Any]], first: int) -> None:
        """Refuse the first request that is wrong on its own, with its place; slow, and says all."""
        for index, request in enumerate(requests, first):
            try:
                _json(self._codec, self.entry(request), None, type(request))
            except InvalidRequestError as error:
                raise InvalidRequestError(f"requests[{index}]: {error}") from None

    def _maker_for(self, requests: Sequence[Request[Any]], first: int) -> _Maker:
        kinds = set(map(type, requests))
        for kind in kinds:
            if not issubclass(kind, Request) or issubclass(kind, Batch):
                index = next(at for at, one in enumerate(requests, first) if type(one) is kind)
                raise InvalidRequestError(
                    f"requests[{index}]: a {kind.__name__} cannot be in a batch"
                )
        makers = self._makers
        if len(kinds) == 1:
            return makers[kinds.pop()]
        return lambda request: makers[request.__class__](request)


def encode(
    request: Request[Any], codec: Codec, stamp: Stamp | None = None, *, validate: bool = True
) -> HttpCall:
    """Encode one request; see `Encoder`."""
    return Encoder(codec, stamp, validate=validate).encode(request)


def _suspicious(ids: list[Any]) -> bool:
    """Whether any of the IDs might be wrong: all at once, as one text is quicker than many."""
    try:
        text = "".join(ids)
        return bool(text.encode("ascii").translate(None, _ID_BYTES)) or (
            not all(ids) or "undefined" in text
        )
    except (TypeError, UnicodeEncodeError):
        return True


def _json(
    codec: Codec, value: Any, default: Callable[[Any], Any] | None, kind: type[Request[Any]]
) -> bytes:
    try:
        return codec.dumps(value, default)
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error.__cause__ or error, InvalidRequestError):
            raise (error.__cause__ or error) from None
        raise InvalidRequestError(
            f"{kind.__name__} holds a value that JSON cannot: {error}"
        ) from error


# --- Making entries -------------------------------------------------------------------------------


class _Makers(dict[type[Any], _Maker]):
    """Request class to the function that makes its entry; filled as classes turn up."""

    def __init__(self, ids: list[Any], stamp: Stamp | None, *, validate: bool) -> None:
        super().__init__()
        self._given = (ids.append, stamp, check) if validate else (_ignore, stamp, _ignore)

    def __missing__(self, cls: type[Any]) -> _Maker:
        if not issubclass(cls, Request):
            raise TypeError(f"a {cls.__name__} is neither JSON nor a request")
        factory = _FACTORIES.get(cls)
        if factory is None:
            factory = _FACTORIES[cls] = _generate(cls)
        maker = self[cls] = factory(*self._given)
        return maker


_FACTORIES: Final[dict[type, Callable[..., _Maker]]] = {}


def _ignore(_: object) -> None:
    """Take the place of a check that is switched off."""


def _generate(cls: type[Request[Any]]) -> Callable[..., _Maker]:
    """Generate, for one request class, the function that makes its entries.

    For `AddRating` the source is, with the other optional fields like the last one:

        def make(r):
            user_id = r.user_id
            take_id(user_id)
            …
            rating = r.rating
            if not (<rating is a float or an int> and -1.0 <= rating <= 1.0):
                check(r)
                rating = plain(rating)
            p = {'userId': user_id, 'itemId': item_id, 'rating': rating}
            timestamp = r.timestamp
            if timestamp is not None:
                …
                p['timestamp'] = timestamp
            elif stamp is not None:
                p['timestamp'] = stamp()
            return {'method': 'POST', 'path': '/ratings/', 'params': p}
    """
    fields = fields_of(cls)
    lines = []
    literal = []
    rest = []
    for field in fields:
        read = [f"{field.name} = r.{field.name}"]
        if field.nullable:
            screened = _indent([f"if {field.name} is not None:"], _screened(field))
        else:
            screened = _screened(field)
        if field.in_path:
            lines += read + screened
        elif any(isinstance(mark, Spread) for mark in field.marks):
            lines += read + screened
            rest.append(f"p.update({field.name})")
        elif field.required:
            lines += read + screened
            literal.append(f"{field.wire!r}: {field.name}")
        else:
            write = [f"p[{field.wire!r}] = {field.name}"]
            rest += read + _indent([f"if {field.name} is not None:"], [*_screened(field), *write])
            if issubclass(cls, Interaction) and field.name == "timestamp":
                rest += ["elif stamp is not None:", f"    p[{field.wire!r}] = stamp()"]
    lines += [f"p = {{{', '.join(literal)}}}", *rest, *_returning(cls, fields, bool(literal))]
    source = "\n".join(
        [
            *_indent(["def factory(take_id, stamp, check):"], _indent(["def make(r):"], lines)),
            "    return make",
        ]
    )
    scope: dict[str, Any] = {
        "inf": inf,
        "is_plain_json": is_plain_json,
        "plain": _plain,
        "properties": _property_values,
        "segment": _segment,
    }
    exec(compile(source, f"<entries of {cls.__name__}>", "exec"), scope)  # noqa: S102
    factory: Callable[..., _Maker] = scope["factory"]
    return factory


def _indent(head: list[str], block: list[str]) -> list[str]:
    return head + ["    " + line for line in block]


def _returning(cls: type[Request[Any]], fields: tuple[Field, ...], has_required: bool) -> list[str]:
    path = repr(cls.path)
    in_path = [field for field in fields if field.in_path]
    for field in in_path:
        path = path.replace(f"{{{field.wire}}}", f"{{segment({field.name})}}")
    entry = f"'method': {cls.method!r}, 'path': {'f' if in_path else ''}{path}"
    if has_required:
        return [f"return {{{entry}, 'params': p}}"]
    if len(in_path) == len(fields):
        return [f"return {{{entry}}}"]
    return [f"return {{{entry}, 'params': p}} if p else {{{entry}}}"]


def _screened(field: Field) -> list[str]:
    """Lines that test a value which is not `None`, and make it plain JSON."""
    name = field.name
    if any(isinstance(mark, Properties) for mark in field.marks):
        return ["check(r)", f"{name} = properties({name})"]
    if _is_id(field):
        return [f"take_id({name})"]
    screen = _screen(field)
    slow = ["check(r)", f"{name} = plain({name})"]
    return slow if screen is None else _indent([f"if not ({screen}):"], slow)


def _is_id(field: Field) -> bool:
    rules = (mark for mark in field.marks if isinstance(mark, Matches))
    return any(rule.characters == ID_CHARACTERS for rule in rules)


def _screen(field: Field) -> str | None:
    """A quick expression that is true only of values that are certainly right."""
    name = field.name
    between = next((mark for mark in field.marks if isinstance(mark, Between)), Between())
    low = "-inf <" if between.low is None else f"{_bound(between.low, field)} <="
    high = "< inf" if between.high is None else f"<= {_bound(between.high, field)}"
    if any(isinstance(mark, Matches | OneOf) for mark in field.marks):
        return None
    if float in field.types:
        number = f"({name}.__class__ is float or {name}.__class__ is int)"
        return f"{number} and {low} {name} {high}"
    simple = {
        (str,): f"{name}.__class__ is str",
        (int,): f"{name}.__class__ is int and {low} {name} {high}",
        (bool,): f"{name} is True or {name} is False",
        (JsonObject,): f"{name}.__class__ is dict and is_plain_json({name})",
    }
    return simple.get(field.types)


def _bound(bound: float, field: Field) -> float:
    """Python compares a float with a float several times as fast as with an integer."""
    return float(bound) if float in field.types else bound


# --- Values ---------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """A parameter as JSON knows it."""
    if value is None or isinstance(value, str | Real):
        return _simple(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Input):
        return {wire_name(name): _plain(inner) for name, inner in value.given().items()}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(inner) for inner in value]
    return value


def _property_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Property values as the official client writes them: dates in Unix seconds, sets as lists."""
    return {
        name if name.__class__ is str else _simple(name): value
        if value.__class__ in _READY
        else _property_value(value)
        for name, value in values.items()
    }


_READY: Final = frozenset({str, int, float, bool, type(None), list, dict})


def _property_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, AbstractSet):
        return list(value)
    return _simple(value)


def _simple(value: Any) -> Any:
    """Text and numbers of Python's own types, of whatever others they are.

    A member of an enum would print as its name, and no codec knows the numbers of NumPy.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def _is_usual(name: Any) -> bool:
    return name.__class__ is str and _legal_segment(name) is not None and name != "undefined"


_legal_segment: Final = re.compile(f"[{ID_CHARACTERS}]+").fullmatch


def _segment(value: object) -> str:
    """An ID as one path segment: legal characters stand bare, as every official client sends them.

    Anything else is percent-encoded, so that the signature covers what arrives. What would mean
    another path is refused even without validation.
    """
    if not isinstance(value, str):
        raise InvalidRequestError(f"{value!r} in a path: must be text (str)")
    if value in {"", ".", ".."}:
        raise InvalidRequestError(f"{value!r} in a path would address something else")
    if _legal_segment(value):
        return value if value.__class__ is str else str.__str__(value)
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise InvalidRequestError(f"{value!r} in a path is no Unicode text") from None


def _query(params: Entry, request: Request[Any]) -> str:
    try:
        return "&".join(f"{name}={_query_value(params[name])}" for name in params)
    except ValueError as error:  # a lone surrogate, an integer of thousands of digits
        raise InvalidRequestError(
            f"{type(request).__name__} holds a value that a URL cannot: {error}"
        ) from error


def _query_value(value: Any) -> str:
    """A query parameter in the official Python client's spelling: `True`, bare commas and `/`."""
    if isinstance(value, list):
        return ",".join(quote(str(_simple(part))) for part in value)
    return quote(str(_simple(value)))
