"""Scenarios."""

from recombee_mock.answers import Answer, answer
from recombee_mock.handlers import Handlers
from recombee_mock.params import Params
from recombee_mock.store.contents import Contents


def list_scenarios(contents: Contents, _params: Params, _now: float) -> Answer:
    """In the order of their creation. Source: API reference, List scenarios."""
    return answer([{"id": one.id, "endpoint": one.endpoint} for one in contents.scenarios.all()])


HANDLERS: Handlers = {"ListScenarios": list_scenarios}
