"""The default profile: what the documents promise, on top of what the real destination does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import AddPurchase, SetViewPortion
from aiorecombee.segment import Destination

DOCUMENTED = Destination()
MAIN = Destination("main-2026-07")


def test_the_documents_own_example_works():
    mapped = DOCUMENTED.map(
        {
            "type": "track",
            "event": "Video Content Playing",
            "userId": "user-1",
            "properties": {
                "session_id": "12345",
                "asset_id": "0129370",
                "position": 20,
                "total_length": 360,
                "recomm_id": "ce52ada4-e4d9-4885-943c-407db2dee837",
            },
        }
    )

    assert mapped.rejections == ()
    assert mapped.requests == (
        SetViewPortion(
            "user-1",
            "0129370",
            20 / 360,
            session_id="12345",
            cascade_create=True,
            recomm_id="ce52ada4-e4d9-4885-943c-407db2dee837",
            additional_data={
                "segmentEventType": "track",
                "segmentEventName": "Video Content Playing",
            },
        ),
    )


@pytest.mark.parametrize("what", ["Started", "Paused", "Completed"])
@pytest.mark.parametrize(
    ("properties", "item"),
    [
        ({"asset_id": "a"}, "a"),
        ({"content_asset_ids": ["first", "second"], "asset_id": "a"}, "first"),
        ({"content_asset_id": "c", "content_asset_ids": ["first"], "asset_id": "a"}, "c"),
    ],
)
def test_every_video_event_knows_all_three_names_of_the_asset(what, properties, item):
    mapped = DOCUMENTED.map(
        {
            "type": "track",
            "event": f"Video Playback {what}",
            "userId": "u",
            "properties": {"position": 1, "total_length": 2, "session_id": "s", **properties},
        }
    )

    assert [(request.item_id, request.session_id) for request in mapped.requests] == [(item, "s")]


def test_session_goes_before_session_id():
    event = video({"session": "own", "session_id": "other"})

    assert DOCUMENTED.map(event).requests[0].session_id == "own"


@pytest.mark.parametrize("session", [{"no": "text"}, ["a", "b"], "", None])
def test_an_unusable_session_id_does_not_cost_the_view(session):
    event = video({"session_id": session})

    for mapped in (DOCUMENTED.map(event), *DOCUMENTED.map_batch([event])):
        assert [request.session_id for request in mapped.requests] == [None]


def test_a_products_own_recomm_id_goes_before_the_orders():
    assert [request.recomm_id for request in DOCUMENTED.map(order()).requests] == [
        "own-a",
        "whole-order",
        "whole-order",
        "whole-order",
    ]


def test_segments_destination_does_not_know_a_products_own_recomm_id():
    assert {request.recomm_id for request in MAIN.map(order()).requests} == {"whole-order"}


def test_a_custom_mapping_cannot_smuggle_it_into_the_parity_profile():
    mapping = {
        "partnerAction": "addPurchase",
        "subscribe": 'type = "track"',
        "mapping": {"userId": "u", "items": [{"itemId": "i", "recommId": "own"}]},
    }

    requests = Destination("main-2026-07", [mapping]).map({"type": "track"}).requests

    assert requests == (AddPurchase("u", "i", cascade_create=True, additional_data={}),)


def video(properties):
    return {
        "type": "track",
        "event": "Video Playback Started",
        "userId": "u",
        "properties": {"content_asset_id": "v", **properties},
    }


def order():
    products = [
        {"product_id": "a", "recomm_id": "own-a"},
        {"product_id": "b"},
        {"product_id": "c", "recomm_id": None},
        {"product_id": "d", "recomm_id": {"no": "text"}},
    ]
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": "u",
        "properties": {"recomm_id": "whole-order", "products": products},
    }


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.floats(-9, 9)
    | st.sampled_from(["1", " 2 ", "2026-01-02T03:04:05Z", "2026-01-02", 1704448800123])
)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.just({}) | st.just({"product_id": "p"})
PRODUCTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("product_id", "sku", "quantity", "price", "profit", "recomm_id"), VALUES
    ),
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("content_asset_id", "content_asset_ids", "asset_id"), VALUES),
        **dict.fromkeys(("session", "session_id", "position", "total_length"), VALUES),
        **dict.fromkeys(("recomm_id", "product_id", "sku", "quantity", "price"), VALUES),
        "timestamp": VALUES,
        "products": st.lists(PRODUCTS, max_size=3) | VALUES,
    },
)
NAMES = [
    *("Product Viewed", "Product Added", "Product Removed", "Order Completed", "Product Shared"),
    *("Product Added to Wishlist", "Product Removed from Wishlist", "Video Playback Started"),
    *("Video Content Playing", "Video Playback Paused", "Video Playback Completed"),
]
EVENTS = st.builds(
    lambda kind, name, properties, top: {"userId": "u", **top, **kind, **name, **properties},
    st.sampled_from([{"type": kind} for kind in ("track", "track", "page", "screen", "alias")]),
    st.sampled_from([{"event": name, "name": name} for name in NAMES]),
    st.builds(lambda properties: {"properties": properties}, PROPERTIES),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("userId", "anonymousId", "previousId", "timestamp"), VALUES)
    ),
)


@given(EVENTS, st.booleans())
def test_whatever_segment_sends_the_default_profile_sends_too(event, in_batch):
    main, documented = (
        destination.map_batch([event])[0] if in_batch else destination.map(event)
        for destination in (MAIN, DOCUMENTED)
    )

    assert documented.matched == main.matched
    if not main.rejections:
        assert documented.rejections == ()
        assert [_less_additions(*pair) for pair in _pairs(documented, main)] == [
            _fields(request) for request in main.requests
        ]


def _pairs(documented, main):
    return zip(documented.requests, main.requests, strict=True)


def _less_additions(documented, main):
    """What the default profile sends, without what it may add; the rest is the same."""
    fields = _fields(documented)
    if isinstance(documented, SetViewPortion) and main.session_id is None:
        fields["session_id"] = None
    if isinstance(documented, AddPurchase):
        fields["recomm_id"] = repr(main.recomm_id)
    return fields


def _fields(request):
    return {
        field.name: value if field.name == "session_id" and value is None else repr(value)
        for field in request.__attrs_attrs__
        for value in [getattr(request, field.name)]
    }
