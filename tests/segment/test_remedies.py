"""What a rejection advises, in the words of the mapping, and of the event itself."""

import pytest

from aiorecombee.segment import Destination
from aiorecombee.segment.actions.problems import PayloadError, Problem
from aiorecombee.segment.explaining.suggestions import suggest
from aiorecombee.segment.remedies import remedy
from aiorecombee.segment.sources import indexed, sources_of

DESTINATION = Destination("main-2026-07")
CLASSIC = Destination("classic", settings={"trackEventsMapping": {"Rating": "Rated"}})


def track(event, **properties):
    return {"type": "track", "event": event, "userId": "u", "properties": properties}


def advice(event, **properties):
    mapped = DESTINATION.map(track(event, **properties))
    return " ".join(rejection.remedy for rejection in mapped.rejections)


def suggestions(event, destination=DESTINATION):
    found = []
    for subscription in destination.subscriptions:
        if subscription.matches(event):
            with pytest.raises(PayloadError) as caught:
                subscription.perform(event)
            found += suggest(caught.value, subscription.mapping, event)
    return found


@pytest.mark.parametrize(
    ("event", "properties", "remedy"),
    [
        (
            "Product Viewed",
            {},
            (
                "Send `properties.product_id` or `properties.sku`, or map `itemId` to a field that"
                " the event has."
            ),
        ),
        (
            "Product Added",
            {"sku": "s", "quantity": "two"},
            (
                "Send `properties.quantity` in the type that is asked for, or map `item/amount` to"
                " another field."
            ),
        ),
        (
            "Order Completed",
            {},
            "Send `properties.products`, or map `items` to a field that the event has.",
        ),
        (
            "Order Completed",
            {"products": [{"sku": "s"}, {}]},
            (
                "Send `properties.products[].product_id` or `properties.products[].sku`, or map"
                " `items/itemId` to a field that the event has."
            ),
        ),
        (
            "Product Viewed",
            {"sku": "s", "timestamp": "soon"},
            (
                "Send `properties.timestamp` or `timestamp` as ISO 8601 text, or as seconds or"
                " milliseconds since 1970."
            ),
        ),
        (
            "Video Content Playing",
            {"content_asset_id": "v", "position": 9, "total_length": 5},
            "Send `properties.position` in the unit of the length, and not beyond the end.",
        ),
        (
            "Video Content Playing",
            {"content_asset_id": "v", "position": 0, "total_length": 0},
            (
                "Send the length in `properties.total_length`; for a livestream, which has none,"
                " map the event to setViewPortion or leave it out."
            ),
        ),
    ],
)
def test_advice_names_what_the_event_should_bring(event, properties, remedy):
    assert advice(event, **properties) == remedy


@pytest.mark.parametrize(
    ("event", "properties", "remedy"),
    [
        (
            "Rated",
            {"rating": 5},
            "Send `properties.rating` from -1, the worst, to 1, the best.",
        ),
        (
            "Video Content Playing",
            {"portion": 50},
            (
                "Send `properties.portion` as a share from 0 to 1, or how much was watched and the"
                " length."
            ),
        ),
        (
            "Video Content Playing",
            {},
            (
                "Send `properties.portion` as a share from 0 to 1, or how much was watched and the"
                " length."
            ),
        ),
        (
            "Video Content Playing",
            {"position": 9, "total_length": 5},
            "Send `properties.position` in the unit of the length, and not beyond the end.",
        ),
    ],
)
def test_advice_for_what_only_the_older_destination_refuses(event, properties, remedy):
    (rejection,) = CLASSIC.map(track(event, product_id="p", **properties)).rejections

    assert rejection.remedy == remedy


def test_advice_for_a_portion_beyond_the_end():
    mapping = {
        "partnerAction": "setViewPortion",
        "subscribe": 'type = "x"',
        "mapping": {"userId": "u", "itemId": "i", "portion": {"@path": "$.percent"}},
    }

    (rejection,) = Destination(mappings=[mapping]).map({"type": "x", "percent": 40}).rejections

    assert rejection.remedy == (
        "Send `percent` as a share from 0 to 1, or how much was watched and the length."
    )


def test_advice_for_a_field_that_no_mapping_fills():
    mapping = {"partnerAction": "addRating", "subscribe": 'type = "x"', "mapping": {"userId": "u"}}

    (rejection,) = Destination(mappings=[mapping]).map({"type": "x"}).rejections

    assert rejection.remedy == (
        "Map `itemId` to a field of the event: the mapping has none for it."
        " Map `rating` to a field of the event: the mapping has none for it."
    )


def test_advice_for_a_mapping_that_gives_no_object():
    mapping = {
        "partnerAction": "addBookmark",
        "subscribe": 'type = "x"',
        "mapping": {"@path": "$.a"},
    }

    (rejection,) = Destination(mappings=[mapping]).map({"type": "x", "a": 5}).rejections

    assert rejection.remedy == (
        "Map the action's fields one by one: the mapping as a whole gives no object."
    )


@pytest.mark.parametrize("kind", ["schema", "payload"])
@pytest.mark.parametrize("place", ["", "/", "/new", "/items/0/new", "/portion/new", "/rating"])
@pytest.mark.parametrize("mapping", [{}, {"new": 1}, {"@arrayPath": []}, {"items": {"@if": 7}}])
def test_there_is_advice_for_any_problem_whatsoever(kind, place, mapping):
    error = PayloadError(kind, (Problem("", "It is wrong.", place),))

    assert remedy(error, mapping)


# --- Where a field is read from -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "field", "sources"),
    [
        ({"a": {"@path": "$.x.y"}}, "/a", ["x.y"]),
        ({"a": {"@path": "x"}}, "/a", ["x"]),
        ({"a": "$.x"}, "/a", []),
        ({"a": {"@template": "{{x}}-{{{ y.z }}}"}}, "/a", ["x", "y.z"]),
        ({"a": {"@case": {"operator": "lower", "value": {"@path": "$.x"}}}}, "/a", ["x"]),
        ({"a": {"@path": "$.x"}}, "/a/b", ["x.b"]),
        ({"a": [{"b": {"@path": "$.x"}}, {"b": {"@path": "$.y"}}]}, "/a/1/b", ["y"]),
        ({"a": {"@arrayPath": ["$.x", {"b": {"@path": "$.y"}}]}}, "/a/0/b", ["x[].y"]),
        ({"a": {"@arrayPath": [{"@path": "$.x"}]}}, "/a", ["x"]),
        (
            {
                "a": {
                    "@if": {"exists": "$.z", "then": {"@path": "$.x"}, "else": {"@path": "$.y"}},
                }
            },
            "/a",
            ["x", "y"],
        ),
        ({"@merge": {"objects": [{"a": {"@path": "$.x"}}], "direction": "left"}}, "/a", ["x"]),
        ({"a": {"@transform": {"apply": {"b": {"@path": "$.x"}}, "mapping": {}}}}, "/a", ["x"]),
        ({"a": {"@literal": 5}, 7: 8}, "/a", []),
    ],
)
def test_the_sources_of_a_field(mapping, field, sources):
    assert sources_of(field, mapping) == sources


def test_a_source_in_a_list_has_the_index_of_the_field():
    assert indexed("products[].variants[].sku", "/items/2/parts/0/id") == (
        "products[2].variants[0].sku"
    )


# --- What this very event holds -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "suggestion"),
    [
        (
            {"type": "page", "userId": "u", "properties": {"path": "/tea", "url": "t.cz/tea"}},
            (
                'This page has no `name`. It has `properties.path` ("/tea") and `properties.url`'
                ' ("t.cz/tea"): map `itemId` to `$.properties.path`.'
            ),
        ),
        (
            {"type": "page", "userId": "u", "context": {"page": {"path": "/tea"}}},
            (
                'This page has no `name`. It has `context.page.path` ("/tea"): map `itemId` to'
                " `$.context.page.path`."
            ),
        ),
        (
            {"type": "screen", "userId": "u", "name": None},
            "This screen has null as `name`. It has nothing that is usual for `itemId`.",
        ),
        (
            track("Product Viewed", productID="507"),
            (
                "The event has no `properties.product_id` or `properties.sku`. It has"
                ' `properties.productID` ("507"): map `itemId` to `$.properties.productID`.'
            ),
        ),
        (
            track("Product Added", sku="s", quantity="two"),
            'Here `properties.quantity` is "two".',
        ),
        (
            track("Order Completed", products=[{"sku": "s"}, {"id": 7}]),
            (
                "The event has no `properties.products[1].product_id` or"
                " `properties.products[1].sku`. It has `properties.products[1].id` (7): map"
                " `items/itemId` to `$.id`."
            ),
        ),
        (
            track("Order Completed", line_items=[{"sku": "s"}]),
            (
                "The event has no `properties.products`. It has `properties.line_items`"
                ' ([{"sku": "s"}]): map `items` to `$.properties.line_items`.'
            ),
        ),
        (
            track("Video Content Playing", content_asset_id="v", position=9, total_length=5),
            "Here `properties.total_length` is 5 and `properties.position` is 9.",
        ),
    ],
)
def test_a_suggestion_is_about_this_very_event(event, suggestion):
    assert suggestions(event) == [suggestion]


def test_what_would_not_pass_is_not_suggested():
    event = track("Product Viewed", productId={"deep": 1}, id=[], slug="", asset_id="a")

    (suggestion,) = suggestions(event)

    assert suggestion.endswith(
        'It has `properties.asset_id` ("a"): map `itemId` to `$.properties.asset_id`.'
    )


def test_an_event_of_an_odd_type_gets_its_suggestion():
    mapping = {
        "partnerAction": "addDetailView",
        "subscribe": 'properties.x = "y"',
        "mapping": {"userId": "u"},
    }

    assert suggestions(
        {"type": {}, "properties": {"x": "y", "sku": "s"}}, Destination(mappings=[mapping])
    ) == ['It has `properties.sku` ("s"): map `itemId` to `$.properties.sku`.']
