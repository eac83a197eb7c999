"""The control API's scenarios: what can be said about them, and what each mistake is told."""

import json

import pytest

from recombee_mock.control import scenarios
from recombee_mock.control.api import Control
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.protocol import Call
from recombee_mock.scenario_json import (
    ENDPOINTS,
    SCHEMA,
    scenario_from_json,
    scenario_to_json,
)
from recombee_mock.service import Service
from recombee_mock.settings import Settings
from recombee_mock.shell.admission import Admission

PATH = "/_mock/databases/shop/scenarios"
SEGMENTS = {"endpoint": "recommendItemSegmentsToUser", "segmentation": "genres"}
COMPOSITE = {
    "endpoint": "compositeRecommendation",
    "source": {"endpoint": "recommendItemSegmentsToUser", "scenario": "genres"},
    "result": {"endpoint": "recommendItemsToItemSegment"},
}


class Foreign:
    """A service of the user's own, without scenarios."""

    settings = Settings()

    def reset(self):
        pass


@pytest.fixture
def admission():
    return Admission(
        [
            OpenDatabase(Database("shop", "token"), Service),
            OpenDatabase(Database("foreign", "token"), Foreign),
        ]
    )


@pytest.fixture
def ask(admission):
    control = Control(scenarios.routes(admission), "mock.internal")

    def answer(line, body=None):
        method, _, target = line.partition(" ")
        raw = b"" if body is None else json.dumps(body).encode()
        said = control.answer(method, target.encode(), "localhost", {}, raw, 1.0)
        return said.status, json.loads(said.value)

    return answer


def listed(admission):
    service = admission.databases["shop"].service
    return json.loads(service.apply(Call("GET", "/scenarios/", "", b"", "", False), 1.0).body)


def test_a_scenario_is_made_read_replaced_and_deleted(ask, admission):
    made = {"id": "genres", **SEGMENTS}
    assert ask(f"PUT {PATH}/genres", SEGMENTS) == (201, made)
    assert ask(f"GET {PATH}/genres") == (200, made)
    assert ask(f"GET {PATH}") == (200, {"scenarios": [made]})
    assert listed(admission) == [{"id": "genres", "endpoint": "recommendItemSegmentsToUser"}]
    replaced = {"id": "genres", "endpoint": "searchItems", "excludeInteracted": False}
    assert ask(f"PUT {PATH}/genres", replaced) == (200, replaced)
    assert listed(admission) == [{"id": "genres", "endpoint": "searchItems"}]
    assert ask(f"DELETE {PATH}/genres") == (200, {"status": "ok"})
    assert ask(f"DELETE {PATH}/genres")[0] == 404
    assert listed(admission) == []


def test_scenarios_survive_a_reset_of_the_database(ask, admission):
    ask(f"PUT {PATH}/genres", SEGMENTS)
    admission.databases["shop"].service.apply(Call("DELETE", "/", "", b"", "", False), 1.0)
    assert ask(f"GET {PATH}/genres")[0] == 200


def test_an_id_may_be_any_text(ask):
    assert ask(f"PUT {PATH}/na%20%C3%BAvod", {"endpoint": "searchItems"})[1]["id"] == "na úvod"


@pytest.mark.parametrize("endpoint", [name for name in ENDPOINTS if "composite" not in name])
def test_every_endpoint_can_have_scenarios(ask, endpoint):
    assert ask(f"PUT {PATH}/x", {"endpoint": endpoint})[0] == 201


def test_a_scenario_means_the_same_when_it_is_read_again():
    everything = {
        "id": "x",
        "endpoint": "recommendItemSegmentsToItemSegment",
        "filter": "'segmentId' != \"a\"",
        "booster": "2",
        "logic": "recombee:popular",
        "segmentation": "a",
        "contextSegmentation": "b",
        "excludeInteracted": True,
    }
    assert scenario_to_json(scenario_from_json(everything)) == everything
    assert scenario_to_json(scenario_from_json(COMPOSITE, "c")) == {"id": "c", **COMPOSITE}


def test_the_schema_names_every_field_there_is():
    shown = scenario_to_json(scenario_from_json(COMPOSITE, "c"))
    assert set(shown) <= set(SCHEMA["properties"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "The body must be an object"),
        ({}, "endpoint is missing"),
        ({"endpoint": "recommendItemToUser"}, "did you mean recommendItemsToUser?"),
        ({"endpoint": "recommendNextItems"}, "endpoint must be one of"),
        ({"endpoint": "searchItems", "id": "y"}, 'id must be "x", as in the path, or left out'),
        ({"endpoint": "searchItems", "filtre": "true"}, "did you mean filter?"),
        ({"endpoint": "searchItems", "filter": 5}, "filter must be a text"),
        ({"endpoint": "searchItems", "filter": "'a' >"}, "filter: "),
        ({"endpoint": "searchItems", "filter": "5"}, "filter: "),
        ({"endpoint": "searchItems", "booster": "true"}, "booster: "),
        ({"endpoint": "searchItems", "logic": {}}, "logic must be a text"),
        ({"endpoint": "searchItems", "excludeInteracted": 1}, "must be true or false"),
        ({"endpoint": "searchItems", "segmentation": "s"}, "segments as results"),
        ({"endpoint": "searchItems", "contextSegmentation": "s"}, "context is a segment"),
        ({"endpoint": "searchItems", "source": {"endpoint": "searchItems"}}, "source is only for"),
        ({**COMPOSITE, "result": None}, "result is needed for compositeRecommendation"),
        ({**COMPOSITE, "source": "x"}, "source must be an object"),
        ({**COMPOSITE, "source": {}}, "source.endpoint is missing"),
        ({**COMPOSITE, "source": {"endpoint": "compositeRecommendation"}}, "source.endpoint must"),
        ({**COMPOSITE, "source": {"endpoint": "searchItems", "x": 1}}, "source.x is not known"),
    ],
)
def test_a_mistake_is_a_400_that_says_where_it_is(ask, body, said):
    status, answer = ask(f"PUT {PATH}/x", body)
    assert (status, said in answer["message"]) == (400, True), answer
    assert ask(f"GET {PATH}") == (200, {"scenarios": []})


def test_a_missing_scenario_names_those_there_are(ask):
    ask(f"PUT {PATH}/x", {"endpoint": "searchItems"})
    assert ask(f"GET {PATH}/y") == (404, {"message": "There is no such scenario; there are: x"})


def test_an_unknown_database_is_a_404(ask):
    assert ask("GET /_mock/databases/none/scenarios")[0] == 404


def test_a_service_of_another_make_may_have_no_scenarios(ask):
    assert ask("GET /_mock/databases/foreign/scenarios")[0] == 501
