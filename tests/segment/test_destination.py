"""The destination: requests or the reason why not, for anything at all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import AddDetailView, DeleteUser, MappingError
from aiorecombee.segment import Destination

DESTINATION = Destination()
PAGE = {
    "partnerAction": "addDetailView",
    "subscribe": 'type = "page"',
    "mapping": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.url"}},
}


def test_an_event_becomes_requests():
    mapped = DESTINATION.map({"type": "page", "name": "Pricing", "userId": "u", "timestamp": 5})

    assert mapped.requests == (
        AddDetailView(
            "u",
            "Pricing",
            timestamp=5,
            cascade_create=True,
            additional_data={"segmentEventType": "page", "segmentEventName": "Pricing"},
        ),
    )
    assert mapped.matched == ("Page - Viewed",)
    assert mapped.rejections == ()


def test_an_event_nobody_listens_to_becomes_nothing():
    mapped = DESTINATION.map({"type": "identify", "userId": "u"})

    assert (mapped.requests, mapped.matched, mapped.rejections) == ((), (), ())


def test_a_rejection_says_what_is_wrong_and_what_to_do():
    (rejection,) = DESTINATION.map({"type": "page", "userId": "u"}).rejections

    assert rejection.subscription == "Page - Viewed"
    assert rejection.kind == "schema"
    assert rejection.reason == "The root value is missing the required field 'itemId'."
    assert rejection.remedy == "Send `name`, or map `itemId` to a field that the event has."


def test_a_deletion_deletes_the_known_user():
    mapped = DESTINATION.map({"type": "delete", "userId": "u-77", "anonymousId": "a"})

    assert mapped.requests == (DeleteUser("u-77"),)
    assert mapped.matched == ("Delete User",)


@pytest.mark.parametrize("user", [{}, {"userId": ""}, {"userId": None}, {"userId": 0}])
def test_a_deletion_of_nobody_is_a_rejection(user):
    mapped = DESTINATION.map({"type": "delete", "anonymousId": "a", **user})

    assert mapped.requests == ()
    assert [one.reason for one in mapped.rejections] == [
        "A deletion without a userId deletes nobody."
    ]


def test_ids_that_the_api_forbids_are_mapped_all_the_same():
    mapped = DESTINATION.map({"type": "page", "name": "Our teas", "userId": "a b"})

    assert [(one.user_id, one.item_id) for one in mapped.requests] == [("a b", "Our teas")]


def test_a_mapping_of_ones_own_takes_the_place_of_the_presets():
    destination = Destination(mappings=[PAGE])

    mapped = destination.map({"type": "page", "name": "x", "url": "/x", "userId": "u"})

    assert [request.item_id for request in mapped.requests] == ["/x"]
    assert mapped.matched == ("#0 addDetailView",)


def test_presets_and_mappings_of_ones_own_go_together():
    destination = Destination(mappings=["Page - Viewed", {**PAGE, "name": "By URL"}])

    mapped = destination.map({"type": "page", "name": "x", "userId": "u"})

    assert mapped.matched == ("Page - Viewed", "By URL")
    assert [request.item_id for request in mapped.requests] == ["x"]
    assert [one.subscription for one in mapped.rejections] == ["By URL"]


def test_a_disabled_mapping_is_left_out():
    destination = Destination(mappings=[{**PAGE, "enabled": False}])

    assert destination.map({"type": "page"}).matched == ()


@pytest.mark.parametrize(
    ("profile", "mappings", "said"),
    [
        ("nope", None, "there is no profile 'nope'; there are: documented, main-2026-07"),
        ("documented", ["Page"], "there is no preset 'Page'; there are: Page - Viewed, "),
        ("documented", [7], "/0 should be an object or the name of a preset but it is a number"),
        ("documented", "Page - Viewed", "the file should be a JSON array of mappings"),
        (
            "documented",
            [{**PAGE, "partnerAction": "addLike"}],
            "#0 addLike: there is no action 'addLike'; there are: addBookmark, ",
        ),
        ("documented", [{**PAGE, "subscribe": ""}], "#0 addDetailView: the subscription is empty"),
        (
            "documented",
            [{**PAGE, "mapping": {"userId": {"@nope": 1}}}],
            "#0 addDetailView: /userId has an invalid directive: @nope",
        ),
        ("documented", [{**PAGE, "mapping": None}], "#0 addDetailView: the mapping is missing"),
    ],
)
def test_a_destination_that_cannot_work_is_refused_at_once(profile, mappings, said):
    with pytest.raises(MappingError) as caught:
        Destination(profile, mappings)

    assert str(caught.value).startswith(said)


def test_a_path_that_turns_out_to_be_no_text_is_a_rejection():
    mapping = {**PAGE, "mapping": {"userId": "u", "itemId": {"@path": {"@path": "$.which"}}}}

    (rejection,) = Destination(mappings=[mapping]).map({"type": "page", "which": 5}).rejections

    assert (rejection.kind, rejection.reason) == ("mapping", "@path: expected string, got number")


@pytest.mark.parametrize(
    ("event", "found"),
    [([], "an array"), (None, "null"), ("page", "a string"), (7, "a number"), (True, "a boolean")],
)
def test_what_is_no_object_is_no_event(event, found):
    (rejection,) = DESTINATION.map(event).rejections

    assert rejection.subscription == "event"
    assert rejection.reason == f"An event must be an object but it was {found}."


NAMES = st.sampled_from(
    ["Product Viewed", "Product Added", "Order Completed", "Video Content Playing", "Other"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    *("userId", "anonymousId", "previousId", "timestamp", "name", "product_id", "sku", "quantity"),
    *("price", "products", "position", "total_length", "content_asset_ids", "session"),
]
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON))
TYPES = st.sampled_from(["page", "screen", "track", "alias", "delete"]) | JSON


@given(
    st.builds(
        lambda kind, name, top, properties: {
            **top,
            "type": kind,
            "event": name,
            "properties": properties,
        },
        TYPES,
        NAMES | JSON,
        FIELDS,
        FIELDS | JSON,
    )
    | JSON
)
def test_no_event_whatsoever_makes_it_raise(event):
    mapped = DESTINATION.map(event)

    if mapped.matched and not mapped.rejections:
        assert mapped.requests or event["properties"]["products"] == []


def test_things_that_json_does_not_know_are_not_fatal_either():
    endless = []
    endless.append(endless)
    for odd in (datetime(2024, 1, 5, tzinfo=UTC), {1, 2}, b"bytes", object(), endless, 10**500):
        event = {"type": "page", "name": odd, "userId": odd, "timestamp": odd}
        assert DESTINATION.map(event).requests == ()
        assert DESTINATION.map({"type": "delete", "userId": odd}).matched in ((), ("Delete User",))


def test_mappings_may_be_as_segments_public_api_lists_them():
    listed = {
        "data": {
            "subscriptions": [
                {
                    "id": "s-1",
                    "name": "By URL",
                    "actionSlug": "addDetailView",
                    "trigger": 'type = "page"',
                    "settings": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.url"}},
                    "enabled": True,
                }
            ]
        }
    }

    mapped = Destination(mappings=listed).map({"type": "page", "url": "/x", "userId": "u"})

    assert mapped.matched == ("By URL",)
    assert [request.item_id for request in mapped.requests] == ["/x"]


def test_a_preset_is_replaced_or_taken_away_by_its_name():
    own = {**PAGE, "name": "Page - Viewed"}
    away = {"name": "Screen - Viewed", "enabled": False}

    destination = Destination(mappings=[own, away], with_presets=True)

    names = [one.name for one in destination.subscriptions]
    assert len(names) == 13
    assert names[-1] == "Page - Viewed"
    assert "Screen - Viewed" not in names


def test_a_preset_that_does_not_exist_cannot_be_taken_away():
    with pytest.raises(MappingError, match="there is no preset 'Page - Viewd'; there are: Page"):
        Destination(mappings=[{"name": "Page - Viewd", "enabled": False}], with_presets=True)
