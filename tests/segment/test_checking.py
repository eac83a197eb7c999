"""What is found in mappings before the first event comes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.errors import MappingError
from aiorecombee.segment import Destination
from aiorecombee.segment.checking import check_mappings
from aiorecombee.segment.checking.positions import locate
from aiorecombee.segment.exported import read_mappings
from aiorecombee.segment.profiles import PROFILES, find_profile

GOOD = {
    "name": "Mine",
    "subscribe": 'type = "page"',
    "partnerAction": "addBookmark",
    "mapping": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.name"}},
}
EXPORTED = {
    "name": "Mine",
    "trigger": GOOD["subscribe"],
    "actionSlug": GOOD["partnerAction"],
    "settings": GOOD["mapping"],
    "enabled": True,
}
ORDER = {
    "userId": {"@path": "$.userId"},
    "items": {"@arrayPath": ["$.properties.products", {"itemId": {"@path": "$.sku"}}]},
}


def _check(read, profile="documented"):
    located = locate(json.dumps(read))
    found = list(check_mappings(located, find_profile(profile)))
    assert all(finding.pointer in located for finding in found)
    return found


def _told(read):
    return [(one.is_error, one.pointer, one.text) for one in _check(read)]


def _with(**parts):
    return [{**GOOD, **parts}]


def _mapped(**fields):
    return _with(mapping={**GOOD["mapping"], **fields})


@pytest.mark.parametrize("profile", PROFILES)
def test_there_is_nothing_wrong_with_presets(profile):
    presets = find_profile(profile).presets()

    assert _check(presets, profile) == []
    assert _check([preset["name"] for preset in presets], profile) == []


@pytest.mark.parametrize(
    "read",
    [
        GOOD,
        {"mappings": [GOOD, "Alias"]},
        {"data": {"subscriptions": [EXPORTED]}},
        [{"name": "Page - Viewed", "enabled": False}],
        {"name": "Page - Viewed", "enabled": False},
        _with(enabled=False, type="automatic", id="5", destinationId="6"),
        _mapped(enable_batching=True, batch_size=100, batch_keys=["x"]),
        _mapped(additionalData={"any": {"@path": "$.context"}, "thing": [1, None]}),
        _mapped(timestamp={"@path": "$.timestamp"}, recommId={"@template": "{{a}}-{{b}}"}),
        _with(partnerAction="addPurchase", mapping=ORDER),
    ],
)
def test_good_mappings_are_good(read):
    assert _check(read) == []


@pytest.mark.parametrize(
    ("read", "pointer", "said", "remedy"),
    [
        ({"x": 1}, "", "should be a JSON array of mappings", "presets"),
        ([7], "/0", "should be an object or the name of a preset but it is a number", "Remove"),
        (["Page - Viewd"], "/0", 'there is no preset "Page - Viewd"', '"Page - Viewed"?'),
        (_with(actonSlug="x"), "/0/actonSlug", 'key "actonSlug" is not known', '"actionSlug"?'),
        (_with(trigger='type = "x"'), "/0/trigger", "mean the same and differ", "Remove one"),
        (
            {"data": {"subscriptions": [{**EXPORTED, "trigger": "("}]}},
            "/data/subscriptions/0/trigger",
            "the subscription cannot be read",
            "engine",
        ),
        ({**EXPORTED, "settings": None}, "", '"settings" is missing', "userId"),
        (_with(name=5), "/0/name", '"name" should be a string but it is a number', ""),
        (_with(enabled="no"), "/0/enabled", '"enabled" should be a boolean', ""),
        (_with(partnerAction=None), "/0/partnerAction", '"partnerAction" is missing', "addRating"),
        (_with(partnerAction=5), "/0/partnerAction", "should be a string", "addRating"),
        (_with(partnerAction="addBookmrk"), "/0/partnerAction", "no action", '"addBookmark"?'),
        (_with(subscribe=""), "/0/subscribe", '"subscribe" is missing', "type ="),
        (_with(subscribe=5), "/0/subscribe", "should be a string", "type ="),
        (_with(subscribe="("), "/0/subscribe", "the subscription cannot be read", "engine"),
        (_with(mapping=None), "/0", '"mapping" is missing', "userId"),
        (_with(mapping=[]), "/0/mapping", "should be an object but it is an array", "fields"),
        (_mapped(recommId={"@pth": "$.x"}), "/0/mapping/recommId/@pth", "@pth", '"@path"?'),
        (_mapped(recommId={"@path": 5}), "/0/mapping/recommId/@path", "a string", "of @path"),
        (_mapped(recommId={"@path": "$.x", "y": 1}), "/0/mapping/recommId", "one @-pref", "@-key"),
        (_mapped(itmeId=1), "/0/mapping/itmeId", 'the action has no field "itmeId"', '"itemId"?'),
        (_mapped(userId=""), "/0/mapping/userId", 'the field "userId" is empty', 'Map "userId"'),
        (_mapped(timestamp="soon"), "/0/mapping/timestamp", "date-like string", "Correct"),
        (_mapped(userId=[1, 2]), "/0/mapping/userId", "User ID must be a string", "Correct"),
        (
            _mapped(additionalData={"a": [{"@foo": 1}]}),
            "/0/mapping/additionalData/a/0/@foo",
            "invalid directive: @foo",
            "@path",
        ),
        (
            _mapped(recommId={"@liquid": "{% for a in b %}{% endfor %}"}),
            "/0/mapping/recommId/@liquid",
            'tag "for" is disabled',
            "Correct the template",
        ),
        (
            _mapped(recommId={"@replace": {"pattern": "", "value": "x"}}),
            "/0/mapping/recommId/@replace/pattern",
            "should be a string of length 1 or greater",
            "@replace",
        ),
        (
            _mapped(userId={"@case": {"operator": "loud", "value": "x"}}),
            "/0/mapping/userId",
            "it always fails",
            "Correct",
        ),
    ],
)
def test_an_error_is_told_with_place_and_remedy(read, pointer, said, remedy):
    found = [one for one in _check(read) if one.is_error]

    assert [one.pointer for one in found] == [pointer]
    assert said in found[0].text
    assert remedy in found[0].remedy


@pytest.mark.parametrize(
    ("read", "pointer", "said"),
    [
        ([], "", "there is no mapping"),
        ([{"name": "Page", "enabled": False}], "/0", "there is none of that name"),
        (_with(colour="red"), "/0/colour", "no effect"),
        (_mapped(recommId={"@path": "properties.x"}), "/0/mapping/recommId/@path", 'with "$."'),
        (_mapped(additionalData={"@path": "$"}), "/0/mapping/additionalData/@path", "`$` is read"),
        (_mapped(recommId={"@template": "{{ $.a }}"}), "/0/mapping/recommId/@template", "no `$.`"),
        (_mapped(color=1), "/0/mapping/color", "it is dropped"),
        (_with(subscribe="type = 'page'"), "/0/subscribe", "quotes"),
        ([GOOD, GOOD], "/1/name", 'named "Mine" already, at /0'),
        ([GOOD, {**GOOD, "name": "Alias"}, "Alias"], "/2", 'named "Alias" already, at /1'),
    ],
)
def test_what_works_but_perhaps_not_as_it_seems_is_a_warning(read, pointer, said):
    (found,) = _check(read)

    assert (found.is_error, found.pointer) == (False, pointer)
    assert said in found.text


def test_all_is_told_and_not_only_the_first():
    mapping = {
        "userId": {"@path": 5},
        "items": {
            "@arrayPath": ["products", {"prce": {"@path": "$.price"}, "amount": "some"}],
        },
        "timestamp": {"@foo": 1},
    }

    assert _told([{"partnerAcion": "x", "subscribe": "(", "mapping": mapping}])[0:1] == [
        (True, "/0/partnerAcion", 'the key "partnerAcion" is not known')
    ]
    assert _told([{"subscribe": "(", "partnerAction": "addPurchase", "mapping": mapping}])[1:] == [
        (
            True,
            "/0/mapping/userId/@path",
            "it should be a string or a mapping directive but it is a number",
        ),
        (True, "/0/mapping/timestamp/@foo", "it has an invalid directive: @foo"),
        (
            False,
            "/0/mapping/items/@arrayPath/0",
            'the path "products" does not begin with "$."',
        ),
        (
            True,
            "/0/mapping/items/@arrayPath/1",
            'the field "itemId" is missing: no event would be accepted',
        ),
        (
            True,
            "/0/mapping/items/@arrayPath/1/amount",
            "no event would be accepted: Amount must be a number but it was a string.",
        ),
        (
            True,
            "/0/mapping/items/@arrayPath/1/prce",
            'the action has no field "prce"',
        ),
    ]


def test_a_repeated_key_is_an_error():
    located = locate('[{"name": "A", "name": "B"}]')

    found = next(iter(check_mappings(located, find_profile("documented"))))

    assert (found.pointer, found.is_error, found.on_key) == ("/0/name", True, True)


def test_what_a_subscription_means_is_told_at_its_character():
    (found,) = _check(_with(subscribe="type = \"page\" and name = 'x'"))

    assert found.within == len('type = "page" and ')


def test_a_mapping_too_deep_to_be_followed_is_told_once():
    deep = {"@path": "$.x"}
    for _ in range(150):
        deep = {"a": deep}

    (found,) = _check(_mapped(additionalData=deep))

    assert (found.pointer, found.text) == ("/0/mapping", "the mapping is nested too deeply")


def test_a_profile_has_presets_of_its_own():
    settings = {"Track Events Mapping": {"Detail View": "Seen"}}
    located = locate('["Seen"]')
    profile = find_profile("classic")

    names = [preset["name"] for preset in profile.presets(settings)]
    custom = [name for name in names if "Seen" in name]

    assert list(check_mappings(locate(json.dumps(custom)), profile, settings)) == []
    assert len(list(check_mappings(located, profile))) == 1


LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.text("$.{}ax '\"=", max_size=9)
KEYS = st.sampled_from(
    [
        *GOOD["mapping"],
        *("@path", "@if", "exists", "then", "@template", "@arrayPath", "@literal", "@merge"),
        *("objects", "direction", "@json", "mode", "value", "@foo", "a/b", "~", "_metadata"),
        *("item", "items", "portion", "timestamp", "__segment_internal_directive", "@transform"),
    ]
)
ANYTHING = st.recursive(
    LEAVES, lambda of: st.lists(of, max_size=3) | st.dictionaries(KEYS, of, max_size=3)
)
PARTS = {
    "name": LEAVES,
    "subscribe": LEAVES | st.just('type = "page"'),
    "trigger": LEAVES,
    "partnerAction": st.sampled_from([*find_profile("classic").actions, "x", None]),
    "mapping": st.dictionaries(KEYS, ANYTHING, max_size=5) | ANYTHING,
    "enabled": LEAVES,
}


@given(ANYTHING | st.lists(st.fixed_dictionaries({}, optional=PARTS), max_size=2))
def test_whatever_a_file_holds_is_checked_and_what_has_no_errors_compiles(read):
    found = _check(read)

    if not any(one.is_error for one in found):
        Destination("documented", read_mappings(read))


@given(st.lists(st.fixed_dictionaries({}, optional=PARTS), max_size=2))
def test_what_does_not_compile_has_errors(read):
    try:
        Destination("documented", read_mappings(read))
    except MappingError:
        assert any(one.is_error for one in _check(read))
