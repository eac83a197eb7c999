"""Whatever a request says, its status is one that Recombee's OpenAPI document lists for it.

Where the mock gives another one on purpose, `BESIDES` says which, and why.
"""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiorecombee.requests import ALL_REQUESTS
from recombee_contract.openapi import operations, parameters
from recombee_contract.openapi_values import MALFORMED, WELL_FORMED
from recombee_mock.operations import CLIENT_SIDE
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.store.scenarios import Scenario, Stage

NOW = 1_700_000_000.0
A_TENTH = settings.default.max_examples // 10
# How long it takes to draw an example says more about the machine than about the test.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(unhurried, max_examples=A_TENTH)
more = settings(unhurried, max_examples=2 * A_TENTH)

REQUESTS = {request.__name__: request for request in ALL_REQUESTS}
BESIDES = {
    # The document says 201; the service was seen to answer 200.
    200: {
        *("MergeUsers", "UpdateManualReqlSegment", "DeleteManualReqlSegment"),
        *("UpdatePropertyBasedSegmentation", "UpdateAutoReqlSegmentation"),
        "UpdateManualReqlSegmentation",
    },
    # The document has no conflict of segmentations; the service was seen to answer 409.
    409: {
        *("CreatePropertyBasedSegmentation", "CreateAutoReqlSegmentation"),
        *("CreateManualReqlSegmentation", "AddManualReqlSegment"),
    },
    # An unknown role was seen to be 404; the document is older than roles.
    404: {"AddItemProperty"},
    # The document lists nothing for parameters that are malformed.
    400: {
        *("ListItems", "ListUsers", "ListSearchSynonyms"),
        *("ListSegmentations", "GetSegmentation", "DeleteSegmentation"),
    },
}
NAMES = sorted(parameters())
# The document calls these optional, but says when they are not.
NEEDED = {
    **{name: ["scenario"] for name in NAMES if "Segment" in name},
    "CompositeRecommendation": ["userId"],
}
WITH_RESULTS = [
    name for name in NAMES if name.startswith(("Recommend", "Search")) and "Next" not in name
]
each_operation = pytest.mark.parametrize("name", NAMES)

ITEMS = "'itemId' != \"i3\""
# What makes a request good, where the kind of the value does not say it.
GOOD = {
    "AddSeries.seriesId": ["s1", "new"],
    "InsertToSeries.seriesId": ["s1", "new"],
    "InsertToSeries.itemId": ["i1", "s1", "s:1", "new"],
    "RemoveFromSeries.itemId": ["i1", "s1", "s:1", "new"],
    "MergeUsers.targetUserId": ["u3", "new"],
    "CompositeRecommendation.itemId": ["i1"],
    "AddItemProperty.propertyName": ["new"],
    "recommId": ["4a9f2b1c-0000-4000-8000-000000000000"],
    "segmentId": ["drama", "s1", "new"],
    "contextSegmentId": ["drama", "comedy", "new"],
    "searchQuery": ["hello", "he", 'a "b" OR c*', "ž"],
    "id": ["4a9f2b1c-0000-4000-8000-000000000000", "x"],
    "propertyName": ["title", "tags", "none"],
    "requests": [[], [{"method": "PUT", "path": "/items/a"}], [{"method": "GET", "path": "/x"}]],
}
SEGMENTATIONS = {
    "PropertyBased": ["genres", "new"],
    "AutoReql": ["auto", "new"],
    "ManualReql": ["hand", "new"],
}

ANYTHING = st.one_of(
    st.none(),
    st.sampled_from(
        [value for kind in (*WELL_FORMED.values(), *MALFORMED.values()) for value in kind]
    ),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=4,
    ),
)


def shop():
    """A database where most that can be named exists, and the scenario of each endpoint."""
    service = Service()

    def do(line, body=None):
        method, path = line.split()
        reply = service.apply(Call(method, path, "", json.dumps(body or {}).encode()), NOW)
        assert reply.status in {200, 201}, reply

    for name, kind in {"title": "string", "n": "int", "tags": "set", "when": "timestamp"}.items():
        do(f"PUT /items/properties/{name}", {"type": kind})
        do(f"PUT /users/properties/{name}", {"type": kind})
    values = {"title": "hello", "n": 1, "tags": ["drama", "comedy"], "when": 1e300}
    for at in "123":
        do(f"POST /items/i{at}", {**values, "!cascadeCreate": True})
        do(f"POST /users/u{at}", {**values, "!cascadeCreate": True})
    for kind in ("detailviews", "purchases", "ratings", "cartadditions", "bookmarks"):
        do(f"POST /{kind}/", {"userId": "u1", "itemId": "i1", "rating": 1, "timestamp": 5})
    do("POST /viewportions/", {"userId": "u1", "itemId": "i1", "portion": 0.5})
    do("PUT /series/s1")
    do("POST /series/s1/items/", {"itemType": "item", "itemId": "i1", "time": 1})
    of_items = {"sourceType": "items"}
    do("PUT /segmentations/property-based/genres", {**of_items, "propertyName": "tags"})
    do("PUT /segmentations/auto-reql/auto", {**of_items, "expression": "{'title'}"})
    do("PUT /segmentations/manual-reql/hand", of_items)
    do("PUT /segmentations/manual-reql/hand/segments/s1", {"filter": ITEMS})
    do("POST /synonyms/items/", {"term": "x", "synonym": "hello"})
    for name in WITH_RESULTS:
        service.contents.scenarios.put(scenario(name))
    stages = Stage("recommendItemSegmentsToUser"), Stage("recommendItemsToItemSegment")
    source, result = (Stage(one.endpoint, one.endpoint) for one in stages)
    service.contents.scenarios.put(
        Scenario(
            id="compositeRecommendation",
            endpoint="compositeRecommendation",
            source=source,
            result=result,
        )
    )
    return service


def endpoint(name):
    return name[0].lower() + name[1:]


def scenario(name):
    of_segments = "ItemSegments" in name
    return Scenario(
        id=endpoint(name),
        endpoint=endpoint(name),
        segmentation="genres" if of_segments else None,
        context_segmentation="genres" if name.endswith("ToItemSegment") else None,
    )


def good(name, parameter, kind):
    """Values of a parameter that nothing is wrong with."""
    if parameter == "scenario":
        return [endpoint(name)]
    if parameter == "segmentationId":
        kinds = [ids for noun, ids in SEGMENTATIONS.items() if noun in name or "Manual" in name]
        return kinds[-1] if kinds else WELL_FORMED["name"]
    if kind.startswith("null|"):
        return [None, *WELL_FORMED["id"]]
    found = GOOD.get(f"{name}.{parameter}") or GOOD.get(parameter) or WELL_FORMED.get(kind)
    return found or kind.split("|")


def wrong(kind, *, in_text):
    """Values of a kind that are malformed; `in_text`: in a path or query, where all is text."""
    known = MALFORMED[kind.removeprefix("null|")]
    if not in_text:
        return known
    texts = [value for value in known if isinstance(value, str)]
    numbers = [repr(value) for value in known if type(value) in {int, float}]
    return [*texts, *numbers] if kind == "natural" else texts


def in_query(value):
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def call(name, path, query, body, *, public=False):
    """The request as a client would send it."""
    where = REQUESTS[name].path
    for parameter, value in path.items():
        where = where.replace(f"{{{parameter}}}", quote(str(value), safe=""))
    asked = urlencode({key: in_query(value) for key, value in query.items()}, errors="replace")
    raw = json.dumps(body).encode() if body is not None else b""
    return Call(REQUESTS[name].method, where, asked, raw, "", public)


def answered(service, asked):
    reply = service.apply(asked, NOW)
    body = json.loads(reply.body)
    assert reply.status < 300 or list(body) in ([], ["message"])
    return reply


def some(draw, declared, values, required):
    """A value for every required parameter and some of the others."""
    found = {}
    for parameter, kind in declared.items():
        if parameter in required or draw(st.booleans()):
            found[parameter] = draw(st.sampled_from(values(parameter, kind)))
    return found


@st.composite
def good_request(draw, name):
    one = parameters()[name]

    def values(parameter, kind):
        return good(name, parameter, kind)

    path = some(draw, one.path, values, one.path)
    query = some(draw, one.query, values, one.required)
    return path, query, some(draw, one.body, values, {*one.required, *NEEDED.get(name, ())})


@st.composite
def spoiled_request(draw, name):
    """A good request, but one parameter is malformed."""
    path, query, body = draw(good_request(name))
    one = parameters()[name]
    places = [
        (where, parameter, kind, where is not body)
        for where, declared in ((path, one.path), (query, one.query), (body, one.body))
        for parameter, kind in declared.items()
    ]
    places = [place for place in places if wrong(place[2], in_text=place[3])]
    if not places or name == "DeleteSearchSynonym":
        return None
    where, parameter, kind, in_text = draw(st.sampled_from(places))
    missing = parameter in one.required and draw(st.integers(0, 9)) == 0
    if missing:
        del where[parameter]
    else:
        where[parameter] = draw(st.sampled_from(wrong(kind, in_text=in_text)))
    return path, query, body


@st.composite
def odd_request(draw, name):
    """Anything anywhere."""
    one = parameters()[name]

    def any_of(declared):
        return {
            parameter: draw(st.sampled_from(good(name, parameter, kind)) | ANYTHING)
            for parameter, kind in declared.items()
            if draw(st.integers(0, 3))
        }

    path = {
        parameter: draw(st.sampled_from(good(name, parameter, kind)) | st.text() | ANYTHING)
        for parameter, kind in one.path.items()
    }
    more = draw(
        st.dictionaries(st.sampled_from([*one.path, "x", "", "hmac_sign"]), ANYTHING, max_size=2)
    )
    return path, any_of({**one.query, **one.body}), {**any_of({**one.body, **one.query}), **more}


def allowed(name):
    besides = {status for status, names in BESIDES.items() if name in names}
    return {*parameters()[name].statuses} | besides


def test_nothing_is_missing_and_every_exception_is_one():
    assert {*NAMES} == {*operations(), "RecommendNextItemSegments"}
    assert len(NAMES) == 83
    listed = {name: parameters()[name].statuses for name in NAMES}
    for status, names in BESIDES.items():
        assert [name for name in names if status in listed[name]] == []


@each_operation
@few
@given(data=st.data())
def test_a_good_request_is_never_called_malformed(name, data):
    asked = data.draw(good_request(name))
    reply = answered(shop(), call(name, *asked))
    assert reply.operation == name
    assert reply.status in allowed(name) - {400}, reply


@each_operation
@few
@given(data=st.data())
def test_a_malformed_parameter_is_400_whatever_else_is_wrong(name, data):
    asked = data.draw(spoiled_request(name))
    if asked is not None:
        path, *_ = asked
        reply = answered(shop(), call(name, *asked))
        # No ID at all makes another URL.
        assert reply.status == 400 or "" in path.values(), reply


@each_operation
@more
@given(data=st.data(), public=st.booleans())
def test_an_odd_request_gets_a_documented_status(name, data, public):
    asked = call(name, *data.draw(odd_request(name)), public=public)
    reply = answered(shop(), asked)
    if reply.operation != name:
        assert reply.status in {404, 405} or reply.operation
    elif public and name not in CLIENT_SIDE:
        assert reply.status == 403
    else:
        assert reply.status in allowed(name), reply


@pytest.mark.parametrize("name", WITH_RESULTS)
@few
@given(data=st.data())
def test_get_with_scalars_is_as_good_as_post(name, data):
    path, _, body = data.draw(good_request(name))
    # In a query these texts stand for nothing, as some clients write it.
    scalars = {
        key: value
        for key, value in body.items()
        if not isinstance(value, dict) and value not in ("null", "None")
    }
    posted = call(name, path, {}, scalars)
    asked = call(name, path, scalars, None)
    asked.method = "GET"
    assert answered(shop(), asked) == answered(shop(), posted)
