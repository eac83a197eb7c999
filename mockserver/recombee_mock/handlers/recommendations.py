"""Recommendations of items and of users."""

import math
from collections.abc import Collection, Mapping
from typing import Final, Literal

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.choice import chosen
from recombee_mock.handlers.results import Context, Question, Results
from recombee_mock.membership import membership
from recombee_mock.recommender import Wanted
from recombee_mock.recommender.activity import Traces
from recombee_mock.store.cells import entries

_ROTATED: Final = frozenset({"minRelevance", "rotationRate", "rotationTime"})
_ALL: Final = _ROTATED | {"diversity"}


def recommended(question: Question) -> list[str]:
    """Items or users, best first."""
    traces = Traces(question.contents, question.now)
    question.shown.update(one for one in _contexts(question) if one is not None)
    logic = (question.logic or "").rpartition(":")[2]
    of_items = question.request.entity == "item"
    if logic == "recently-viewed" and of_items and question.user is not None:
        return chosen(question, traces, _viewed(question, question.user), fill=False)
    if question.user is not None and _without_the_known(question):
        question.shown.update(traces.had(question.user))
    if logic == "popular":
        return chosen(question, traces, {}, fill=True)
    fill = question.taste.min_relevance == "low"
    return chosen(question, traces, relevance(question, traces), fill=fill)


def relevance(question: Question, traces: Traces) -> Mapping[str, float]:
    """What the recommender says."""
    members: Collection[str] = ()
    if question.segment is not None:
        found = membership(question.contents, question.now)
        # In an order of their own, sets would make a difference between one run and the next.
        members = sorted(found.members(question.context_segmentation, question.segment))
    wanted = Wanted(
        entity="user" if question.request.entity == "user" else "item",
        user=question.user,
        item=question.item,
        members=members,
        user_impact=question.taste.user_impact,
        logic=question.logic,
        logic_settings=question.logic_settings,
        now=question.now,
    )
    return question.contents.recommender.relevance(wanted, traces)


def _contexts(question: Question) -> tuple[str | None, ...]:
    """What is never among the results (unpublished: we choose so)."""
    if question.request.entity == "item":
        return (question.item,)
    return (question.user,) if question.request.context == "user" else ()


def _without_the_known(question: Question) -> bool:
    """Whether items are left out that the user had before.

    Unpublished: the settings decide, those of the database about items for a user alone.
    """
    if question.request.entity != "item":
        return False
    own = question.scenario.exclude_interacted if question.scenario else None
    if own is not None:
        return own
    return question.contents.settings.exclude_interacted and question.request.context == "user"


def _viewed(question: Question, user: str) -> Mapping[str, float]:
    """What the user viewed, by how long ago that was.

    Source: scenario recipes, Recently viewed (maxAge, recencyOrdering).
    """
    settings = question.logic_settings
    longest = settings.get("maxAge")
    since = question.now - longest if isinstance(longest, int | float) else -math.inf
    latest = {
        item: max(moment for moment, _ in entries(cell))
        for item, cell in question.contents.detail_views.row(user).items()
    }
    ordered = sorted((moment, item) for item, moment in latest.items() if moment >= since)
    if settings.get("recencyOrdering") == "ascending":
        ordered.reverse()
    return {item: float(at) for at, (_, item) in enumerate(ordered, 1)}


def _request(
    operation: str,
    entity: Literal["item", "user"],
    context: Context,
    known: frozenset[str],
    *,
    target: bool = False,
) -> Results:
    return Results(
        operation, entity=entity, context=context, find=recommended, known=known, target=target
    )


REQUESTS: Final = (
    _request("RecommendItemsToUser", "item", "user", _ALL),
    _request("RecommendItemsToItem", "item", "item", _ALL | {"userImpact"}, target=True),
    _request("RecommendItemsToItemSegment", "item", "segment", _ROTATED, target=True),
    _request("RecommendUsersToUser", "user", "user", _ALL),
    _request("RecommendUsersToItem", "user", "item", frozenset({"diversity"})),
)

HANDLERS: Handlers = {request.operation: request for request in REQUESTS}
