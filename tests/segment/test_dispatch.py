"""The table of subscriptions by type and name."""

import pytest

from aiorecombee.segment.dispatch import Dispatch

DISPATCH = Dispatch(
    [
        ("pages", {"type": "page"}),
        ("viewed", {"type": "track", "event": "Product Viewed"}),
        ("any", {}),
        ("shared", {"event": "Product Shared"}),
        ("viewed again", {"event": "Product Viewed", "type": "track"}),
    ]
)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"type": "page"}, ("pages", "any")),
        ({"type": "page", "event": "Product Shared"}, ("pages", "any", "shared")),
        ({"type": "track", "event": "Product Viewed"}, ("viewed", "any", "viewed again")),
        ({"type": "track", "event": "Other"}, ("any",)),
        ({"type": "alias", "event": "Product Viewed"}, ("any",)),
        ({}, ("any",)),
    ],
)
def test_an_event_finds_those_that_may_be_interested_in_their_order(event, found):
    assert DISPATCH.find(event) == found


@pytest.mark.parametrize("odd", [None, 5, [], {}, ["page"], {"page"}])
def test_what_is_no_text_is_no_type_and_no_name(odd):
    assert DISPATCH.find({"type": odd, "event": odd}) == ("any",)


def test_nobody_is_interested_where_there_is_nobody():
    assert Dispatch([]).find({"type": "page"}) == ()
