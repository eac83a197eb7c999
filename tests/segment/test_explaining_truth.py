"""Explanations never tell anything but what really happens."""

import json

from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import MappingError
from aiorecombee.segment import Destination
from aiorecombee.segment.actions.problems import PayloadError
from aiorecombee.segment.explaining.explainer import explain
from aiorecombee.segment.explaining.text import as_text
from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.plan import compile_acceptance
from aiorecombee.segment.profiles import PROFILES

DESTINATION = Destination()

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    *("userId", "anonymousId", "previousId", "timestamp", "name", "product_id", "sku", "quantity"),
    *("price", "position", "total_length", "content_asset_ids", "session", "recomm_id", "rating"),
]
USUAL = st.sampled_from(["u", "7", " 2 ", 3, 0.5, 1, None, "", "2024-01-05T10:00:00Z", ["x"]])
MEMBERS = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, USUAL | JSON))
PROPERTIES = st.builds(
    lambda members, products: members | products,
    MEMBERS,
    st.fixed_dictionaries({}, optional={"products": st.lists(MEMBERS | JSON, max_size=5)}),
)
NAMES = sorted({one.required.get("event", "Other") for one in DESTINATION.subscriptions})
EVENTS = st.builds(
    lambda kind, name, top, properties: {
        **top,
        "type": kind,
        "event": name,
        "properties": properties,
    },
    st.sampled_from(["page", "track", "track", "track", "alias", "delete"]) | JSON,
    st.sampled_from(NAMES) | JSON,
    MEMBERS,
    PROPERTIES | JSON,
)
PATHS = st.builds(
    lambda around, key: {"@path": f"$.{around}{key}"},
    st.sampled_from(["", "properties."]),
    st.sampled_from([*KEYS, "products"]),
)
VALUES = st.recursive(
    PATHS | JSON,
    lambda inner: st.one_of(
        st.builds(
            lambda test, then, other: {"@if": {"exists": test, "then": then, "else": other}},
            PATHS,
            inner,
            inner,
        ),
        st.builds(
            lambda shape: {"@arrayPath": ["$.properties.products", shape]},
            st.dictionaries(st.sampled_from(["itemId", "amount", "price", "x"]), inner, max_size=3),
        ),
        st.builds(lambda one: {"@case": {"operator": "upper", "value": one}}, inner),
        st.dictionaries(st.sampled_from(["itemId", "amount", "totalLength"]), inner, max_size=3),
    ),
    max_leaves=6,
)
FIELDS = sorted(
    {field.name for one in PROFILES["classic"].actions.values() for field in one.fields}
)
MAPPINGS = st.builds(
    lambda action, subscribe, mapping: {
        "partnerAction": action,
        "subscribe": subscribe,
        "mapping": mapping,
    },
    st.sampled_from(sorted(PROFILES["classic"].actions)),
    st.sampled_from(['type != "x"', 'type = "track"', "properties.price >= 1"]),
    st.dictionaries(st.sampled_from([*FIELDS, "item", "x"]), VALUES, max_size=6) | VALUES,
)
DESTINATIONS = [Destination(profile) for profile in PROFILES]


@st.composite
def destinations(draw):
    """A destination with the presets of a profile, or with mappings nobody would write."""
    if draw(st.booleans()):
        return draw(st.sampled_from(DESTINATIONS))
    try:
        return Destination(draw(st.sampled_from(list(PROFILES))), [draw(MAPPINGS)])
    except MappingError:
        return DESTINATION


def assert_is_what_happens(destination, event, explanation, *, in_batch):
    mapped = destination.map_batch([event])[0] if in_batch else destination.map(event)
    parts = explanation.subscriptions
    assert explanation.mapped == mapped
    assert [one.name for one in parts if one.matched] == list(mapped.matched)
    if isinstance(event, dict):
        assert tuple(request for one in parts for request in one.requests) == mapped.requests
        assert tuple(one.rejection for one in parts if one.rejection) == mapped.rejections


@given(destinations(), EVENTS | JSON, st.booleans())
def test_an_explanation_has_the_verdict_of_the_destination(destination, event, in_batch):
    explanation = explain(destination, event, in_batch=in_batch)

    assert_is_what_happens(destination, event, explanation, in_batch=in_batch)


@given(destinations(), EVENTS, st.booleans())
def test_the_fields_are_those_of_the_payload_or_its_problems(destination, event, in_batch):
    explanation = explain(destination, event, in_batch=in_batch)

    told = [one for one in explanation.subscriptions if one.name != "Delete User"]
    for one, subscription in zip(told, destination.subscriptions, strict=True):
        if not one.matched:
            continue
        accept = compile_acceptance(subscription.action, subscription.mapping, in_batch=in_batch)
        problems = {(wrong.field, wrong.text) for field in one.fields for wrong in field.problems}
        finals = {field.name: field.final for field in one.fields}
        assert _accepted(accept, event, problems) == {
            name: value for name, value in finals.items() if value is not UNDEFINED and not problems
        }


def _accepted(accept, event, problems):
    """What the destination accepts; nothing where it says what the problems say."""
    try:
        payload = accept(event)
    except PayloadError as error:
        return {} if problems == {(one.field, one.text) for one in error.problems} else error
    except MappingError as error:
        return {} if str(error) in {text for _, text in problems} else error
    return problems or payload


@given(destinations(), EVENTS, st.booleans())
def test_what_did_not_change_is_sent_as_it_is(destination, event, in_batch):
    explanation = explain(destination, event, in_batch=in_batch)

    for one in explanation.subscriptions:
        for field in one.fields:
            if field.name and not field.changes and not field.problems:
                assert field.raw == field.final


@given(destinations(), EVENTS | JSON, st.sampled_from([None, 1, 60, 120]))
def test_every_explanation_can_be_told(destination, event, width):
    explanation = explain(destination, event)

    lines = as_text(explanation, width).splitlines()

    assert json.dumps(explanation.as_json(), allow_nan=False)
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) <= max(width or 100, 40)
