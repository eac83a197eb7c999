"""Explanations: whose an event is, whose not, and why."""

import json

import pytest

from aiorecombee.segment import Destination
from aiorecombee.segment.explaining.changes import Change
from aiorecombee.segment.explaining.explainer import Explainer, explain
from aiorecombee.segment.explaining.lookups import Lookup
from aiorecombee.segment.explaining.text import as_text
from aiorecombee.segment.javascript import UNDEFINED

DESTINATION = Destination()
PAGE = {"type": "page", "name": "Pricing", "userId": "u-1", "timestamp": "2024-01-05T10:00:00Z"}


def track(event, **properties):
    return {"type": "track", "event": event, "userId": "u", "properties": properties}


def matched(explanation):
    (one,) = [one for one in explanation.subscriptions if one.matched]
    return one


# --- Subscriptions --------------------------------------------------------------------------------


def test_it_tells_whose_event_it_is_and_why_it_is_not_the_others():
    explanation = explain(DESTINATION, PAGE)

    held = {one.name: [str(check) for check in one.conditions] for one in explanation.subscriptions}
    assert matched(explanation).name == "Page - Viewed"
    assert matched(explanation).action == "addDetailView"
    assert held["Page - Viewed"] == ['`type = "page"`: yes, found "page"']
    assert held["Screen - Viewed"] == ['`type = "screen"`: no, found "page"']


def test_each_subscription_has_its_own_requests_and_rejection():
    mapping = {
        "name": "By URL",
        "partnerAction": "addDetailView",
        "subscribe": 'type = "page"',
        "mapping": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.url"}},
    }
    destination = Destination(mappings=["Page - Viewed", mapping])

    preset, own = explain(destination, PAGE).subscriptions

    assert [request.item_id for request in preset.requests] == ["Pricing"]
    assert preset.rejection is None
    assert own.requests == ()
    assert own.rejection.reason == "The root value is missing the required field 'itemId'."
    assert own.suggestions == (
        'This page has no `url`. It has `name` ("Pricing"): map `itemId` to `$.name`.',
    )


def test_a_deletion_is_explained_though_no_mapping_has_a_say_in_it():
    one = matched(explain(DESTINATION, {"type": "delete", "userId": 77}))

    (field,) = one.fields
    assert (one.name, [request.user_id for request in one.requests]) == ("Delete User", ["77"])
    assert field.lookups == (Lookup("/userId", "userId", 77),)
    assert field.changes == (Change("/userId", 77, "77"),)


def test_a_deletion_of_nobody_says_so():
    one = matched(explain(DESTINATION, {"type": "delete", "anonymousId": "a"}))

    (field,) = one.fields
    assert one.rejection.reason == "A deletion without a userId deletes nobody."
    assert field.lookups == (Lookup("/userId", "userId", UNDEFINED),)
    assert [problem.field for problem in field.problems] == ["/userId"]


def test_what_is_no_event_is_explained_by_its_rejection():
    explanation = explain(DESTINATION, [1])

    assert explanation.subscriptions == ()
    assert [one.subscription for one in explanation.mapped.rejections] == ["event"]


def test_an_event_nested_beyond_reach_is_an_explanation_too():
    deep = "x"
    for _ in range(100_000):
        deep = [deep]

    explanation = explain(DESTINATION, {"type": "page", "userId": deep, "name": "n"})

    assert as_text(explanation)
    assert json.dumps(explanation.as_json())


# --- Events that nobody listens to ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (
            {"type": "identify"},
            (
                "No subscription asks for the type `identify`; they ask for: page, screen, track,"
                " alias."
            ),
        ),
        ({"type": "Page"}, "No subscription asks for the type `Page`; did you mean `page`?"),
        (
            {},
            ("The event has no `type`; the subscriptions ask for: page, screen, track, alias."),
        ),
        (
            {"type": ["page"]},
            (
                'No subscription asks for the type ["page"]; they ask for: page, screen, track,'
                " alias."
            ),
        ),
        (track("Signed Up"), "No subscription asks for the event `Signed Up`."),
        (
            {"type": "track", "name": "Product Viewed"},
            (
                "An event of this type has its name in `event`, and this one has none; did you"
                " mean `Product Viewed`, which is its `name`?"
            ),
        ),
        (
            {"type": "track", "name": "Pricing"},
            "An event of this type has its name in `event`, and this one has none.",
        ),
    ],
)
def test_a_hint_says_why_nobody_listens(event, hint):
    assert explain(DESTINATION, event).hints == (hint,)


@pytest.mark.parametrize(
    "name",
    [
        "product viewed",
        "product_viewed",
        "ProductViewed",
        " Product  Viewed",
        "Products Viewed",
        "Viewed Product",
        "Product Vieweed",
    ],
)
def test_a_hint_knows_names_that_are_nearly_right(name):
    assert explain(DESTINATION, track(name)).hints == (
        f"No subscription asks for the event `{name}`; did you mean `Product Viewed`?",
    )


@pytest.mark.parametrize("name", ["Product", "Product Reviewed", "Viewed", "", "Order"])
def test_a_hint_does_not_guess_wildly(name):
    assert explain(DESTINATION, track(name)).hints == (
        f"No subscription asks for the event `{name}`.",
    )


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (track("liked"), "No subscription is for this event; did you mean `Liked`?"),
        (track("Liked", tea=0), "No subscription is for this event."),
    ],
)
def test_a_hint_is_careful_where_a_subscription_takes_any_name(event, hint):
    bookmark = {"partnerAction": "addBookmark", "mapping": {"userId": "u", "itemId": "i"}}
    mappings = [
        {**bookmark, "subscribe": "properties.like = true"},
        {**bookmark, "subscribe": 'event = "Liked" and properties.tea = 1'},
    ]

    assert explain(Destination(mappings=mappings), event).hints == (hint,)


def test_an_event_that_somebody_rejects_needs_no_hint():
    assert explain(DESTINATION, {"type": "page"}).hints == ()


def test_one_explainer_serves_many_events():
    explainer = Explainer(DESTINATION)
    event = track("Product Viewed", sku="s")

    first, _, again = (explainer.explain(one) for one in (event, PAGE, event))

    assert first == again


# --- JSON -----------------------------------------------------------------------------------------


def test_json_tells_all_of_it_and_leaves_out_what_is_undefined():
    told = explain(DESTINATION, track("Product Added", sku=7, recomm_id="")).as_json()

    (one,) = [one for one in told["subscriptions"] if one["matched"]]
    by_name = {field["field"]: field for field in one["fields"]}
    assert (told["matched"], told["rejected"]) == (["Ecommerce - Product Added"], [])
    assert told["requests"] == one["requests"]
    assert one["conditions"][0] == {"text": 'type = "track"', "held": True, "found": "track"}
    assert by_name["item"] == {
        "field": "item",
        "read": [
            {"for": "/item/itemId", "path": "properties.product_id"},
            {"for": "/item/itemId", "path": "properties.sku", "found": 7},
            {"for": "/item/amount", "path": "properties.quantity"},
            {"for": "/item/price", "path": "properties.price"},
        ],
        "raw": {"itemId": 7},
        "final": {"itemId": "7"},
        "dropped": [],
        "coerced": [{"at": "/item/itemId", "from": 7, "to": "7"}],
        "problems": [],
    }
    assert by_name["recommId"]["dropped"] == [{"at": "/recommId", "value": "", "why": "empty"}]


def test_json_has_the_rejection_with_its_subscription():
    told = explain(DESTINATION, {"type": "page", "userId": "u"}).as_json()

    (one,) = [one for one in told["subscriptions"] if one["matched"]]
    assert one["rejected"] == {
        "kind": "schema",
        "reason": "The root value is missing the required field 'itemId'.",
        "remedy": "Send `name`, or map `itemId` to a field that the event has.",
        "suggestions": ["This page has no `name`. It has nothing that is usual for `itemId`."],
    }
    assert told["rejected"] == [
        {
            "subscription": "Page - Viewed",
            "kind": "schema",
            "reason": "The root value is missing the required field 'itemId'.",
            "remedy": "Send `name`, or map `itemId` to a field that the event has.",
        }
    ]


def test_a_mapping_that_is_switched_off_is_named():
    off = {
        "name": "Pages",
        "partnerAction": "addDetailView",
        "subscribe": 'type = "page"',
        "mapping": {},
        "enabled": False,
    }
    destination = Destination(mappings=[off, "Alias"])

    assert explain(destination, {"type": "page"}).hints == (
        "`Pages` is for it, but it is not enabled.",
    )
    assert "asks for the type `screen`" in explain(destination, {"type": "screen"}).hints[0]


def test_an_empty_id_is_told_to_be_left_out():
    properties = {"product_id": "", "sku": "s"}
    event = {"type": "track", "event": "Product Viewed", "userId": "u", "properties": properties}

    (one,) = [one for one in explain(Destination(), event).subscriptions if one.matched]

    assert one.suggestions == (
        "Here `properties.product_id` is empty, and still counts as being there: leave it out.",
    )


def test_where_there_are_only_settings_they_are_what_can_be_changed():
    destination = Destination("classic", settings={"itemIdPropertyName": "article"})
    properties = {"product_id": "p"}
    event = {"type": "track", "event": "Product Viewed", "userId": "u", "properties": properties}

    (one,) = [one for one in explain(destination, event).subscriptions if one.matched]

    assert one.rejection.remedy == (
        "Send `properties.article`, or change the setting Item ID Property Name."
    )
    assert one.suggestions == (
        (
            'The event has no `properties.article`. It has `properties.product_id` ("p"):'
            " name `product_id` in the settings."
        ),
    )


def test_a_deletion_without_a_timestamp_says_what_it_deletes():
    event = {
        "type": "track",
        "event": "Product Removed",
        "userId": "u",
        "properties": {"product_id": "p"},
    }

    assert "all that the user has of the item are deleted" in as_text(explain(Destination(), event))
    event["properties"]["timestamp"] = 5
    assert "are deleted" not in as_text(explain(Destination(), event))
