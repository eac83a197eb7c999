"""Scenarios: the places where recommendations are shown, made in the Admin UI."""

from aiorecombee.requests.endpoint import Request, endpoint
from aiorecombee.requests.results import Scenario


@endpoint("GET", "/scenarios/", timeout=10.0)
class ListScenarios(Request[list[Scenario]]):
    """List the scenarios of the database.

    Source: API reference, List scenarios.
    """
