"""The control API describes itself."""

import json
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from recombee_mock import MockServer
from recombee_mock.control.openapi import describe, name_of
from recombee_mock.control.route import Route


@pytest.fixture(scope="module")
def server():
    return MockServer()


@pytest.fixture(scope="module")
def document(server):
    said = server.control("GET", "/_mock/openapi.json")
    assert said.status == 200
    return json.loads(said.value)


def operations(document):
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid(document):
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_is_in_it(server, document):
    assert set(operations(document)) == {
        (route.method, route.path) for route in server._control.routes
    }
    assert ("GET", "/_mock/openapi.json") in operations(document)


def test_every_path_that_the_server_lists_is_in_it(server, document):
    listed = json.loads(server.control("GET", "/_mock/nope").value)["paths"]
    assert {f"{method} {path}" for method, path in operations(document)} == set(listed)


def test_every_parameter_of_a_path_is_described(document):
    for (_, path), operation in operations(document).items():
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))


def test_every_operation_says_what_it_does(document):
    for operation in operations(document).values():
        assert re.fullmatch(r"[A-Z].*[^.]", operation["summary"])


def test_names_of_operations_are_their_own(document):
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))
    assert name_of("PUT", "/_mock/databases/{database}/time") == "putDatabasesByDatabaseTime"


def test_bodies_and_answers_have_their_schemas():
    route = Route(
        "POST",
        "/_mock/x/{name}",
        lambda _: None,
        "Do it",
        {"since": "From when"},
        {"type": "object"},
        {"type": "array"},
        statuses=(201,),
    )
    operation = describe([route])["paths"]["/_mock/x/{name}"]["post"]
    assert operation["requestBody"]["content"] == {
        "application/json": {"schema": {"type": "object"}}
    }
    assert operation["responses"]["201"]["content"] == {
        "application/json": {"schema": {"type": "array"}}
    }
    assert [one["name"] for one in operation["parameters"]] == ["name", "since"]
    assert "message" in json.dumps(operation["responses"]["default"])
