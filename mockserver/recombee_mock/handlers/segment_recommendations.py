"""Recommendations of item segments: the relevance of their items, added up.

Unpublished: we choose that a segment counts by what is relevant in it over the root of its size,
that the segments of an item go with it, and that popular segments fill up.
"""

import math
from collections.abc import Iterable
from heapq import nlargest
from itertools import islice
from operator import itemgetter
from typing import Final

from recombee_mock.handlers import Handlers
from recombee_mock.handlers.question import Scored
from recombee_mock.handlers.recommendations import relevance
from recombee_mock.handlers.results import Context, Question, Results, best
from recombee_mock.membership import Membership, membership
from recombee_mock.recommender.activity import Traces
from recombee_mock.recommender.neighbours import scaled

_ITEMS: Final = 500
_FILL: Final = 0.001


def recommended_segments(question: Question) -> list[str]:
    """Segments, best first."""
    if question.segment is not None and question.segmentation == question.context_segmentation:
        question.shown.add(question.segment)
    traces = Traces(question.contents, question.now)
    found = membership(question.contents, question.now)
    bestsellers = islice(traces.ranking("item").through(traces.items), _ITEMS)
    fill = scaled(_summed(question, found, bestsellers))
    relevant: dict[str, float] = {}
    if (question.logic or "").rpartition(":")[2] != "popular":
        relevant = scaled(_summed(question, found, _relevant(question, traces)))
    return best(
        question,
        [
            (segment, relevant.get(segment, 0.0) + _FILL * (1 + fill.get(segment, 0.0)))
            for segment in found.segment_ids(question.segmentation)
        ],
    )


def _relevant(question: Question, traces: Traces) -> Iterable[Scored]:
    """The most relevant items, and those that the context is about."""
    scores = scaled(relevance(question, traces))
    if question.item is not None:
        scores[question.item] = scores.get(question.item, 0.0) + 1.0
    elif question.user is not None and question.segment is None:
        for item, taste in scaled(traces.tastes(question.user)).items():
            scores[item] = scores.get(item, 0.0) + taste
    return nlargest(_ITEMS, scores.items(), key=itemgetter(1))


def _summed(question: Question, found: Membership, scores: Iterable[Scored]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for item, score in scores:
        for segment in found.of_item(question.segmentation, item):
            sums[segment] = sums.get(segment, 0.0) + score
    return {
        segment: score / math.sqrt(len(found.members(question.segmentation, segment)) or 1)
        for segment, score in sums.items()
    }


def _request(operation: str, context: Context, *, target: bool) -> Results:
    find = recommended_segments
    return Results(operation, entity="segment", context=context, find=find, target=target)


REQUESTS: Final = (
    _request("RecommendItemSegmentsToUser", "user", target=False),
    _request("RecommendItemSegmentsToItem", "item", target=True),
    _request("RecommendItemSegmentsToItemSegment", "segment", target=True),
)

HANDLERS: Handlers = {request.operation: request for request in REQUESTS}
