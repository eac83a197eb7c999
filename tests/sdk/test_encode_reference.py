"""Every request class against a second, naive encoder that reads the declaration field by field."""

import json
import string
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import quote, unquote

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiorecombee import (
    Batch,
    CompositeRecommendationStageParameters,
    Interaction,
    InvalidRequestError,
    JsonCodec,
    Logic,
    OrjsonCodec,
    PropertyMetadata,
    PropertyRole,
    Request,
)
from aiorecombee.core.check import check
from aiorecombee.core.encode import Encoder
from aiorecombee.core.recognise import recognise
from aiorecombee.requests import ALL_REQUESTS
from aiorecombee.requests.endpoint import Between, Matches, Named, OneOf, Properties, Spread

SINGLE = [cls for cls in ALL_REQUESTS if cls is not Batch]
STAMP = 1_700_000_000.5


# --- The naive encoder ----------------------------------------------------------------------------


def camel(name: str) -> str:
    words = name.split("_")
    return words[0] + "".join(word[0].upper() + word[1:] for word in words[1:])


def opened(annotation: Any) -> Iterator[Any]:
    """The parts of an annotation, one after another."""
    if get_origin(annotation) is Annotated:
        yield from opened(get_args(annotation)[0])
        yield from annotation.__metadata__
    elif get_origin(annotation) in {Union, UnionType}:
        for part in get_args(annotation):
            yield from opened(part)
    else:
        yield annotation


@cache
def declared(cls: type[Request[Any]]) -> dict[str, list[Any]]:
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: list(opened(hints[field.name])) for field in attrs.fields(cls)}


def segment(value: str) -> str:
    legal = string.ascii_letters + string.digits + "_-:@."
    return value if set(value) <= set(legal) else quote(value, safe="")


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if attrs.has(type(value)):
        found = attrs.asdict(value, recurse=False)
        return {camel(key): as_json(inner) for key, inner in found.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: as_json(inner) for key, inner in value.items()}
    return value


def as_property(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return list(value) if isinstance(value, set) else value


def reference(request: Request[Any]) -> dict[str, Any]:
    path, params = type(request).path, {}
    for field in attrs.fields(type(request)):
        value = getattr(request, field.name)
        marks = declared(type(request))[field.name]
        named = [mark.wire for mark in marks if isinstance(mark, Named)]
        wire = named[0] if named else camel(field.name)
        if any(isinstance(mark, Properties) for mark in marks) and value is not None:
            value = {name: as_property(inner) for name, inner in value.items()}
        if f"{{{wire}}}" in path:
            path = path.replace(f"{{{wire}}}", segment(value))
        elif any(isinstance(mark, Spread) for mark in marks):
            params.update(value)
        elif value is not None or field.default is attrs.NOTHING:
            params[wire] = as_json(value)
        elif isinstance(request, Interaction) and wire == "timestamp":
            params[wire] = STAMP
    entry = {"method": type(request).method, "path": path}
    return {**entry, "params": params} if params else entry


# --- Requests -------------------------------------------------------------------------------------

JSON_OBJECTS = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
)
PROPERTY_VALUES = st.dictionaries(
    st.text(max_size=5),
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(-9, 9)
    | st.lists(st.text(max_size=5))
    | st.datetimes(timezones=st.just(UTC))
    | st.sets(st.text(max_size=3), max_size=1),
)
INPUTS = {
    Logic: st.builds(Logic, name=st.none() | st.text(), settings=st.none() | JSON_OBJECTS),
    PropertyRole: st.builds(PropertyRole, name=st.text(), settings=st.none() | JSON_OBJECTS),
    CompositeRecommendationStageParameters: st.builds(
        CompositeRecommendationStageParameters,
        return_properties=st.none() | st.booleans(),
        included_properties=st.none() | st.lists(st.text()),
        logic=st.none() | st.text() | st.builds(Logic, name=st.text()),
        reql_expressions=st.none() | st.dictionaries(st.text(), st.text()),
    ),
}


def right_values(parts: list[Any]) -> st.SearchStrategy[Any]:
    """Values that the declaration of a field allows."""
    between = next((part for part in parts if isinstance(part, Between)), Between())
    for part in parts:
        if isinstance(part, OneOf):
            return st.sampled_from(part.choices)
        if isinstance(part, Matches):
            return st.from_regex(f"[{part.characters}]{{1,20}}", fullmatch=True).filter(
                lambda text, rule=part: text not in {rule.forbidden, ".", ".."}
            )
        if isinstance(part, Properties):
            return PROPERTY_VALUES
    kinds = {
        str: st.text().filter(lambda text: text not in {"", ".", ".."}),
        bool: st.booleans(),
        int: st.integers(between.low, between.high or 10**9).map(int),
        float: st.floats(between.low, between.high, allow_nan=False, allow_infinity=False)
        | st.integers(int(between.low or 0), int(between.high or 9)),
        datetime: st.datetimes(datetime(1971, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        type(None): st.none(),
        **INPUTS,
    }
    found = [strategy for part in parts for kind, strategy in kinds.items() if part is kind]
    for part in parts:
        if get_origin(part) is Mapping:
            found.append(
                JSON_OBJECTS
                if get_args(part)[1] is Any
                else st.dictionaries(st.text(), st.text(), max_size=3)
            )
        if get_origin(part) is Sequence:
            found.append(st.lists(st.text(), max_size=3) | st.tuples(st.text()))
    return st.one_of(found)


@cache
def right_requests(cls: type[Request[Any]]) -> st.SearchStrategy[Request[Any]]:
    parts = declared(cls)
    required = {
        field.name: right_values(parts[field.name])
        for field in attrs.fields(cls)
        if field.default is attrs.NOTHING
    }
    optional = {name: right_values(parts[name]) for name in parts if name not in required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: cls(**given))


FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def fresh_encoder(**options: bool) -> Encoder:
    return Encoder(OrjsonCodec(), lambda: STAMP, **options)


@pytest.mark.parametrize("cls", SINGLE)
@FEW
@given(st.data())
def test_entries_are_as_a_naive_encoder_makes_them(cls: type[Request[Any]], data: st.DataObject):
    request = data.draw(right_requests(cls))
    expected = reference(request)
    check(request)
    assert fresh_encoder().entry(request) == expected
    assert fresh_encoder(validate=False).entry(request) == expected
    written = json.loads(fresh_encoder().encode_batch(Batch([request, request])))["requests"]
    assert written == [json.loads(JsonCodec().dumps(expected))] * 2


@pytest.mark.parametrize("cls", SINGLE)
@FEW
@given(st.data())
def test_calls_carry_the_parameters_of_the_entry(cls: type[Request[Any]], data: st.DataObject):
    request = data.draw(right_requests(cls))
    params = reference(request).get("params", {})
    call = fresh_encoder().encode(request)
    path, _, query = call.target.partition("?")
    assert (call.method, path) == (cls.method, reference(request)["path"])
    if cls.params == "body":
        assert query == ""
        assert json.loads(call.body or b"") == json.loads(JsonCodec().dumps(params))
    else:
        assert call.body == (None if cls.method == "GET" else b"{}")
        sent = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        assert {name: unquote(value) for name, value in sent.items()} == {
            name: ",".join(value) if isinstance(value, list) else str(value)
            for name, value in params.items()
        }


@pytest.mark.parametrize("cls", SINGLE)
@FEW
@given(st.data())
def test_what_is_written_down_is_read_back_and_sent_as_the_same_bytes(
    cls: type[Request[Any]], data: st.DataObject
):
    request = data.draw(right_requests(cls))
    for codec in (OrjsonCodec(), JsonCodec()):
        encoder = Encoder(codec, lambda: STAMP)
        written = encoder.to_json(request)
        back = recognise(codec.loads(written))
        assert type(back) is cls
        assert (encoder.to_json(back), encoder.encode(back)) == (written, encoder.encode(request))


# --- Wrong values ---------------------------------------------------------------------------------

ODD_VALUES = [
    *(None, True, False, 0, 1, -1, 2, 0.5, 1.0, -0.0, 1e300, 10**400, -(10**400)),
    *(float("nan"), float("inf"), float("-inf"), Fraction(1, 2), Decimal(1), 1j),
    *("", "a", ".", "..", "a b", "undefined", "Škoda", "a\n", "\udc80", "0", "a" * 64),
    *("items", "item", "low", "int", "2026-01-01T00:00Z", b"bytes"),
    *([], ["a"], ("a",), {"a"}, {}, {"a": 1}, {1: 2}, {"a": float("nan")}, range(2)),
    *({"a": datetime(2026, 1, 1)}, datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),  # noqa: DTZ001
    datetime(1960, 1, 1, tzinfo=UTC),
    *(object(), int, Logic(), PropertyRole("a"), PropertyMetadata("a")),
]


def refuses(act: Any, *arguments: Any) -> bool:
    try:
        act(*arguments)
    except InvalidRequestError:
        return True
    return False


def some_request(cls: type[Request[Any]]) -> Request[Any]:
    samples: dict[str, Any] = {
        "rating": 1,
        "portion": 1,
        "count": 1,
        "time": 1,
        "item_type": "item",
        "type": "int",
        "source_type": "items",
        "values": {},
        "changes": {},
    }
    names = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    return cls(**{name: samples.get(name, "a") for name in names})


@pytest.mark.parametrize("cls", SINGLE)
def test_the_quick_screens_and_the_explaining_check_agree_on_odd_values(cls: type[Request[Any]]):
    encoder = fresh_encoder()
    assert not refuses(encoder.entry, some_request(cls))
    disagreed = []
    for field in attrs.fields(cls):
        in_path = f"{{{camel(field.name)}}}" in cls.path
        for value in ODD_VALUES:
            request = attrs.evolve(some_request(cls), **{field.name: value})
            other_path = in_path and value in ("", ".", "..", "\udc80")
            expected = refuses(check, request) or other_path
            if refuses(encoder.entry, request) != expected:
                disagreed.append((field.name, value))
            batch = Batch([request, request])
            if expected and not refuses(encoder.encode_batch, batch):
                disagreed.append((field.name, value, "in a batch"))
    assert disagreed == []


@pytest.mark.parametrize("cls", SINGLE)
def test_odd_values_never_end_in_another_error(cls: type[Request[Any]]):
    for codec in (OrjsonCodec(), JsonCodec()):
        encoder = Encoder(codec, lambda: STAMP)
        for field in attrs.fields(cls):
            for value in ODD_VALUES:
                request = attrs.evolve(some_request(cls), **{field.name: value})
                assert refuses(encoder.encode, request) in {True, False}
                assert refuses(encoder.encode_batch, Batch([request])) in {True, False}
