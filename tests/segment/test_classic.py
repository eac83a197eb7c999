"""The older destination, "Recombee AI": what its page says, and what is decided beyond it."""

import pytest

from aiorecombee import (
    AddBookmark,
    AddCartAddition,
    AddDetailView,
    AddPurchase,
    AddRating,
    ConfigurationError,
    DeleteCartAddition,
    MergeUsers,
    SetViewPortion,
)
from aiorecombee.segment import PROFILES, Destination

CLASSIC = Destination("classic")


def track(event, **properties):
    return {"type": "track", "event": event, "userId": "u", "properties": properties}


def only(mapped):
    assert mapped.rejections == ()
    (request,) = mapped.requests
    return request


def reasons(mapped):
    assert mapped.requests == ()
    return [one.reason for one in mapped.rejections]


def test_the_pages_own_example_becomes_a_view_portion():
    event = track(
        "Video Content Playing",
        session_id="12345",
        asset_id="0129370",
        position=20,
        total_length=360,
        recomm_id="ce52ada4-e4d9-4885-943c-407db2dee837",
    )

    assert only(CLASSIC.map(event)) == SetViewPortion(
        "u",
        "0129370",
        20 / 360,
        session_id="12345",
        cascade_create=True,
        recomm_id="ce52ada4-e4d9-4885-943c-407db2dee837",
    )


@pytest.mark.parametrize("kind", ["page", "screen"])
def test_a_page_is_a_view_of_its_name(kind):
    event = {"type": kind, "name": "Pricing", "anonymousId": "a", "timestamp": 5}

    assert only(CLASSIC.map(event)) == AddDetailView(
        "a", "Pricing", timestamp=5, cascade_create=True
    )


@pytest.mark.parametrize(
    ("event", "request_class"),
    [
        ("Product Viewed", AddDetailView),
        ("Product Added to Wishlist", AddBookmark),
        ("Product Shared", AddBookmark),
    ],
)
def test_events_of_a_shop_are_about_their_product_id(event, request_class):
    mapped = CLASSIC.map(track(event, product_id="p", recomm_id="r"))

    assert only(mapped) == request_class("u", "p", cascade_create=True, recomm_id="r")


def test_a_product_added_costs_what_all_its_pieces_cost():
    mapped = CLASSIC.map(track("Product Added", product_id="p", quantity=3, price=2.5))

    assert only(mapped) == AddCartAddition("u", "p", cascade_create=True, amount=3, price=7.5)


def test_a_product_removed_is_removed_whenever_it_was_added():
    event = {**track("Product Removed", product_id="p"), "timestamp": 5}

    assert only(CLASSIC.map(event)) == DeleteCartAddition("u", "p")


def test_the_products_of_an_order_have_recommendations_of_their_own():
    event = track(
        "Order Completed",
        recomm_id="nobody asks",
        products=[{"product_id": "a", "recomm_id": "r"}, {"product_id": "b"}],
    )

    assert CLASSIC.map(event).requests == (
        AddPurchase("u", "a", cascade_create=True, recomm_id="r"),
        AddPurchase("u", "b", cascade_create=True),
    )


def test_alias_merges():
    event = {"type": "alias", "userId": "new", "previousId": "old"}

    assert only(CLASSIC.map(event)) == MergeUsers("new", "old", cascade_create=True)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "identify", "userId": "u"},
        {"type": "group", "userId": "u", "groupId": "g"},
        track("Product Removed from Wishlist", product_id="p"),
    ],
)
def test_what_the_page_does_not_list_becomes_nothing(event):
    assert (CLASSIC.map(event).matched, CLASSIC.map(event).requests) == ((), ())


@pytest.mark.parametrize(
    ("event", "properties", "portion"),
    [
        ("Video Playback Started", {}, 0),
        ("Video Playback Started", {"position": 5, "total_length": 10}, 0.5),
        ("Video Playback Completed", {}, 1),
        ("Video Playback Completed", {"total_length": None, "position": 5}, 1),
        ("Video Playback Paused", {"portion": 0.25, "position": 5, "total_length": 10}, 0.25),
        ("Video Content Playing", {"portion": "0.5"}, 0.5),
    ],
)
def test_a_portion_goes_before_what_was_watched(event, properties, portion):
    mapped = CLASSIC.map(track(event, content_asset_id="v", **properties))

    assert only(mapped).portion == portion


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "Neither a portion nor watch time and total length are there."),
        ({"position": 5}, "Neither a portion nor watch time and total length are there."),
        ({"portion": 1.5}, "Portion must be between 0 and 1."),
        ({"portion": -0.1}, "Portion must be between 0 and 1."),
        ({"position": -1, "total_length": 10}, "Portion must be between 0 and 1."),
        (
            {"position": 1, "total_length": 0},
            "The total length of the item cannot be zero.",
        ),
    ],
)
def test_a_portion_that_is_none_is_refused(properties, reason):
    assert reasons(CLASSIC.map(track("Video Content Playing", asset_id="v", **properties))) == [
        reason
    ]


@pytest.mark.parametrize(
    ("properties", "item"),
    [
        ({"product_id": "p", "content_asset_id": "c", "name": "n"}, "p"),
        ({"content_asset_id": "c", "content_asset_ids": ["d"], "asset_id": "a"}, "c"),
        ({"content_asset_ids": ["d", "e"], "asset_id": "a"}, "d"),
        ({"asset_id": "a", "name": "n"}, "a"),
        ({"name": "n"}, "n"),
    ],
)
def test_an_item_is_the_first_of_the_usual_ids(properties, item):
    assert only(CLASSIC.map(track("Product Viewed", **properties))).item_id == item


def test_the_property_named_in_the_settings_is_the_only_one_that_counts():
    destination = Destination("classic", settings={"itemIdPropertyName": "article"})

    assert only(destination.map(track("Product Viewed", article=7, product_id="p"))).item_id == "7"
    assert reasons(destination.map(track("Product Viewed", product_id="p"))) == [
        "The root value is missing the required field 'itemId'."
    ]
    assert [
        request.item_id
        for request in destination.map(
            track("Order Completed", products=[{"article": "a"}, {"article": "b"}])
        ).requests
    ] == ["a", "b"]
    page = {"type": "page", "name": "x", "userId": "u", "properties": {"article": "a"}}
    assert only(destination.map(page)).item_id == "a"


CUSTOM = Destination(
    "classic",
    settings={
        "Track Events Mapping": {
            "Bookmark": "Liked",
            "Cart Addition": "Put Aside",
            "Detail View": ["Opened", "Product Shared"],
            "Purchase": "Paid",
            "Rating": "Rated",
            "viewPortion": "Listened",
        }
    },
)


@pytest.mark.parametrize(
    ("event", "request_"),
    [
        (track("Liked", product_id="p"), AddBookmark("u", "p", cascade_create=True)),
        (track("Opened", product_id="p"), AddDetailView("u", "p", cascade_create=True)),
        (track("Product Shared", product_id="p"), AddDetailView("u", "p", cascade_create=True)),
        (
            track("Rated", product_id="p", rating="-0.5"),
            AddRating("u", "p", -0.5, cascade_create=True),
        ),
        (
            track("Listened", asset_id="v", portion=0.5),
            SetViewPortion("u", "v", 0.5, cascade_create=True),
        ),
        (
            track("Paid", product_id="p", quantity=2, price=3, recomm_id="r"),
            AddPurchase("u", "p", cascade_create=True, amount=2, price=6, recomm_id="r"),
        ),
    ],
)
def test_events_of_ones_own_are_sent_as_the_settings_say(event, request_):
    assert only(CUSTOM.map(event)) == request_


def test_an_event_of_ones_own_may_list_products():
    mapped = CUSTOM.map(track("Put Aside", products=[{"product_id": "a"}, {"product_id": "b"}]))

    assert mapped.requests == (
        AddCartAddition("u", "a", cascade_create=True),
        AddCartAddition("u", "b", cascade_create=True),
    )


def test_a_rating_is_from_minus_one_to_one():
    assert reasons(CUSTOM.map(track("Rated", product_id="p", rating=2))) == [
        "Rating must be between -1 and 1."
    ]
    assert reasons(CUSTOM.map(track("Rated", product_id="p"))) == [
        "The root value is missing the required field 'rating'."
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"itemIdPropertyName": 5}, "itemIdPropertyName must be a string, not a number"),
        ({"trackEventsMapping": "Liked"}, "trackEventsMapping must be an object, not a string"),
        (
            {"trackEventsMapping": {"Like": "Liked"}},
            "trackEventsMapping: there is no interaction 'Like'; there are: Bookmark, ",
        ),
        ({"trackEventsMapping": {"Rating": [5]}}, "Rating must name events, not a number"),
        ({"trackEventsMapping": {"Rating": ""}}, "Rating must name events, not a string"),
        ({"trackEventsMapping": {"Rating": 'say "x"'}}, "it has a double quote in its name"),
        ([], "settings are an object, not an array"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(ConfigurationError) as caught:
        PROFILES["classic"].presets(settings)

    assert said in str(caught.value)


def test_without_settings_nothing_is_custom():
    assert PROFILES["classic"].presets() == PROFILES["classic"].presets(
        {"itemIdPropertyName": "", "trackEventsMapping": None, "databaseId": "db"}
    )
