"""Nothing is missing: classes, arguments, vectors, paths and parameters agree with each other."""

import inspect
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from recombee_api_client import api_requests, inputs

from aiorecombee.core.fields import fields_of
from aiorecombee.requests import ALL_REQUESTS, SECTIONS
from recombee_contract.openapi import BEHIND, operations
from recombee_contract.vector import SECTIONS as FILES
from recombee_contract.vector import read, vectors
from recombee_contract.witness import aiorecombee_client as ours
from recombee_contract.witness import official_python as official

NAMES = [request.__name__ for request in ALL_REQUESTS]
each_request = pytest.mark.parametrize("request_class", ALL_REQUESTS, ids=NAMES)


def arguments_of(takes: Callable[..., Any]) -> list[tuple[str, bool]]:
    """Name of each argument, in order, and whether it is required."""
    parameters = inspect.signature(takes).parameters.values()
    return [(one.name, one.default is one.empty) for one in parameters]


def test_the_sdk_has_exactly_the_request_classes_of_the_official_client() -> None:
    found = {
        name
        for name, value in vars(api_requests).items()
        if inspect.isclass(value)
        and issubclass(value, api_requests.Request)
        and value is not api_requests.Request
    }

    assert sorted(found) == sorted(NAMES)
    assert len(NAMES) == 83


@each_request
def test_arguments_are_those_of_the_official_client_in_its_order(request_class: type) -> None:
    expected = arguments_of(official.classes(request_class.__name__))
    if request_class.__name__ == "Batch":
        expected.remove(("distinctRecomms", False))  # an old spelling kept for old callers

    assert expected == arguments_of(request_class)


@pytest.mark.parametrize(
    "name", ["CompositeRecommendationStageParameters", "Logic", "PropertyMetadata", "PropertyRole"]
)
def test_arguments_of_inputs_are_those_of_the_official_client(name: str) -> None:
    assert arguments_of(getattr(inputs, name)) == arguments_of(ours.classes(name))


@pytest.mark.parametrize(
    "request_class",
    [one for one in ALL_REQUESTS if one.__name__ != "Batch"],
    ids=lambda c: c.__name__,
)
def test_time_limits_are_those_of_the_official_client(request_class: Any) -> None:
    given = dict.fromkeys((name for name, required in arguments_of(request_class) if required), "x")
    if "values" in given:
        given["values"] = {}

    milliseconds = official.classes(request_class.__name__)(**given).timeout

    assert milliseconds / 1000 == request_class.timeout


@each_request
def test_every_class_has_a_vector_without_and_one_with_every_optional_argument(
    request_class: type,
) -> None:
    shown = [set(one.arguments) for one in vectors() if one.request == request_class.__name__]
    arguments = arguments_of(request_class)

    assert {name for name, required in arguments if required} in shown
    assert {name for name, _ in arguments} in shown


def test_vectors_stand_in_the_file_of_their_section() -> None:
    for section in FILES:
        used = {record["request"] for record in read(f"vectors/{section}.json")}
        assert (section, set(SECTIONS[section])) == (section, used)


def test_a_vector_is_named_after_its_class_and_by_no_other() -> None:
    names = Counter(vector.id for vector in vectors())

    assert [name for name, count in names.items() if count > 1] == []
    assert [one.id for one in vectors() if not one.id.startswith(f"{one.request}.")] == []


def test_a_vector_says_what_it_requires_and_where_that_is_known_from() -> None:
    assert [one.id for one in vectors() if not (one.requirement and one.source)] == []


def declared(request_class: Any) -> tuple[list[str], list[str]]:
    """Parameters in the query and in the body, by the API's names."""
    names = [field.wire for field in fields_of(request_class) if not field.in_path]
    return (names, []) if request_class.params == "query" else ([], names)


@pytest.mark.parametrize(
    "request_class",
    [one for one in ALL_REQUESTS if one.__name__ not in BEHIND],
    ids=lambda one: one.__name__,
)
def test_method_path_and_parameters_agree_with_the_openapi_document(request_class: Any) -> None:
    operation = operations()[request_class.__name__]

    assert (operation.method, operation.path) == (request_class.method, request_class.path)
    assert (list(operation.query), list(operation.body)) == declared(request_class)


@pytest.mark.parametrize("name", BEHIND)
def test_the_openapi_document_still_disagrees_where_it_is_said_to(name: str) -> None:
    (request_class,) = [one for one in ALL_REQUESTS if one.__name__ == name]
    operation = operations().get(name)

    assert operation is None or (
        (operation.method, operation.path) == (request_class.method, request_class.path)
        and (list(operation.query), list(operation.body)) != declared(request_class)
    )


def test_the_openapi_document_has_no_request_that_the_sdk_lacks() -> None:
    assert set(operations()) - set(NAMES) == set()
