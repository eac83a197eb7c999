"""Subscriptions: which events a mapping is for."""

import pytest

from aiorecombee import MappingError
from aiorecombee.segment import compile_subscription


@pytest.mark.parametrize(
    ("text", "event", "match"),
    [
        ('type = "page"', {"type": "page"}, True),
        ('type="page"', {"type": "page"}, True),
        (' type  =\n"page" ', {"type": "page"}, True),
        ('type = "page"', {"type": "Page"}, False),
        ('type = "page"', {}, False),
        ('event = "42"', {"event": 42}, False),
        ('event = "or"', {"event": "or"}, True),
        ('type = "track" and event = "X"', {"type": "track", "event": "X"}, True),
        ('type = "track" and event = "X"', {"type": "track", "event": "X "}, False),
        ('type = "track" and event = "X"', {"type": "page", "event": "X"}, False),
        ('event = "X" and type = "a" and type = "a"', {"type": "a", "event": "X"}, True),
        ('event = "X" and type = "a" and type = "b"', {"type": "a", "event": "X"}, False),
    ],
)
def test_a_subscription_matches_exactly(text, event, match):
    assert compile_subscription(text)(event) is match


@pytest.mark.parametrize("text", ["", None, 5])
def test_an_empty_subscription_is_refused(text):
    with pytest.raises(MappingError, match="the subscription is empty"):
        compile_subscription(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("type = 'track'", "type = 'track'"),
        ('type = "track" or event = "X"', 'or event = "X"'),
        ('type = "track" and properties.price > 5', "properties.price > 5"),
        ('type = "track', 'type = "track'),
        ('type != "track"', 'type != "track"'),
        ('type = "track" and', "and"),
        ('contains(event, "X")', 'contains(event, "X")'),
    ],
)
def test_what_is_not_supported_yet_is_said_not_guessed(text, rest):
    with pytest.raises(MappingError) as caught:
        compile_subscription(text)

    assert f"from {rest!r} on it is not understood" in str(caught.value)
