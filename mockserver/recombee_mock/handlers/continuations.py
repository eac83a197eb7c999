"""Continuing an answer: what else there is for the same question.

Source: API reference, Recommend next items. Unpublished: an answer has one recommId, which every
continuation repeats; one that finds nothing more is empty, and prolongs the time all the same.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from recombee_mock.answers import Answer, Refusal, answer, bad_request, not_found, shown
from recombee_mock.handlers import Handler, Handlers, recommendations, search
from recombee_mock.handlers import segment_recommendations as segments
from recombee_mock.handlers.asked import Reading, count_of
from recombee_mock.handlers.question import entries
from recombee_mock.handlers.results import NEXT_CALLS, REPLAYED, Results
from recombee_mock.params import Params
from recombee_mock.reql import Entity
from recombee_mock.store.contents import Contents

REQUESTS: Final[Mapping[str, Results]] = {
    operation: handler
    for handlers in (recommendations.HANDLERS, segments.HANDLERS, search.HANDLERS)
    for operation, handler in handlers.items()
    if isinstance(handler, Results)
}
"""Everything that is answered with results, by its name."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def continuing(entity: Entity) -> Handler:
    """What continues answers that hold this kind of results."""

    def proceed(contents: Contents, params: Params, now: float) -> Answer:
        reading = Reading(params)
        recomm_id = reading.required("recommId", _uuid)
        count = count_of(reading)
        if contents.replaying:
            return REPLAYED
        session = contents.served.get(recomm_id)
        if session is None:
            raise _gone(recomm_id)
        request = REQUESTS.get(session.operation)
        if request is None or request.entity != entity:
            raise bad_request(
                f'Recommendation "{recomm_id}" was made by {session.operation}, '
                f"which does not give {entity}s that could be continued!"
            )
        if not session.open_at(now):
            raise _gone(recomm_id)
        again = {**session.asked(), "count": count, "cascadeCreate": False}
        question = request.understood(contents, again, now, session.shown)
        question.admit()
        found = request.found(question)
        contents.served.go_on(session, found, now)
        recomms = entries(question, found)
        return answer({"recommId": session.id, "recomms": recomms, NEXT_CALLS: session.calls})

    return proceed


def _uuid(name: str, value: Any) -> str:
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.lower()
    raise bad_request(f'Parameter "{name}" must be a UUID, but is {shown(value)}!')


def _gone(recomm_id: str) -> Refusal:
    return not_found(
        f'Recommendation "{recomm_id}" does not exist, or was last continued more than 30 minutes '
        "ago!"
    )


HANDLERS: Handlers = {
    "RecommendNextItems": continuing("item"),
    "RecommendNextItemSegments": continuing("segment"),
}
