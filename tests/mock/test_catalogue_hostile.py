"""Whatever is sent to lists, synonyms, segmentations and search, there is a clear answer."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.store.scenarios import Scenario

LINES = (
    "GET /items/list/",
    "GET /users/list/",
    "POST /more-items/",
    "DELETE /more-items/",
    "POST /synonyms/items/",
    "GET /synonyms/items/",
    "DELETE /synonyms/items/x",
    "PUT /segmentations/property-based/p",
    "POST /segmentations/property-based/p",
    "PUT /segmentations/auto-reql/a",
    "POST /segmentations/auto-reql/a",
    "PUT /segmentations/manual-reql/m",
    "POST /segmentations/manual-reql/m",
    "PUT /segmentations/manual-reql/m/segments/x",
    "POST /segmentations/manual-reql/m/segments/x",
    "GET /segmentations/list/",
    "POST /search/users/u/items/",
    "POST /search/users/u/item-segments/",
)
NAMES = (
    "filter",
    "booster",
    "changes",
    "count",
    "offset",
    "returnProperties",
    "includedProperties",
    "term",
    "synonym",
    "oneWay",
    "sourceType",
    "propertyName",
    "expression",
    "title",
    "description",
    "searchQuery",
    "scenario",
    "cascadeCreate",
    "logic",
    "reqlExpressions",
    "expertSettings",
)
odd = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 1.5, 2**63, 2**64, 1e300, "", " ", "\x00", "a", "s", "text"),
        *("true", "5", "'text'", '{"a"}', "{'text'}", "'missing' > 5", "{", "items", "hello wor"),
        *("hello " * 1000, '"', [], {}, ["a"], [None], {"text": "x"}, {"text": 5}, {"a": "true"}),
    ]
) | st.text(max_size=5)


@pytest.fixture(scope="module")
def service():
    """A database in which a good part of the calls has something to do."""
    service = Service()
    service.contents.scenarios.put(
        Scenario(id="s", endpoint="searchItemSegments", segmentation="kept")
    )
    for line, body in (
        ("PUT /users/u", {}),
        ("PUT /items/properties/text", {"type": "string"}),
        ("POST /items/i", {"text": "hello world", "!cascadeCreate": True}),
        ("PUT /segmentations/property-based/kept", {"sourceType": "items", "propertyName": "text"}),
    ):
        assert ask(service, line, body) in {200, 201}
    return service


def ask(service, line, params):
    method, _, path = line.partition(" ")
    reply = service.apply(Call(method, path, "", json.dumps(params).encode(), "", False), 1e9)
    if reply.status not in {200, 201}:
        said = json.loads(reply.body)
        assert list(said) == ["message"]
        assert said["message"].strip()
    return reply.status


@given(line=st.sampled_from(LINES), params=st.dictionaries(st.sampled_from(NAMES), odd))
@settings(max_examples=400, deadline=None)
def test_an_odd_parameter_is_understood_or_refused(service, line, params):
    assert ask(service, line, params) in {200, 201, 400, 404, 409}
