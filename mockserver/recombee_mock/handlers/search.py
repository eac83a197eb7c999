"""Search: what has all words of a query, best matches first."""

from collections.abc import Iterator
from heapq import nlargest
from typing import Any, Final

from recombee_mock.answers import bad_request
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.question import Question, Scored, best
from recombee_mock.handlers.results import Results
from recombee_mock.membership import membership
from recombee_mock.params import text
from recombee_mock.search.item_index import Hits
from recombee_mock.search.text_index import Text

# The most popular item counts as much as a match that is a tenth better. Unpublished: we choose so.
_POPULARITY: Final = 0.1
_FEW: Final = 4


def find_items(question: Question) -> list[str]:
    """Items whose texts have all words of the query."""
    contents = question.contents
    hits = contents.search.items(question.own["searchQuery"], contents.items, contents.synonyms)
    return best(question, _with_popularity(question, _promising(question, hits)))


def find_segments(question: Question) -> list[str]:
    """Segments whose ID or title has all words of the query."""
    contents = question.contents
    segments = _segments(question)
    hits = contents.search.segments(question.own["searchQuery"], segments, contents.synonyms)
    return best(question, hits.items())


def _promising(question: Question, hits: Hits) -> Hits:
    """The hits without those that can in no case be among the answers, when there are many."""
    wanted = question.count + len(question.shown)
    rules = question.rules
    if len(hits) <= _FEW * wanted or rules.keep is not None or rules.boost is not None:
        return hits
    least = nlargest(wanted, hits.values())[-1] / (1 + _POPULARITY)
    return {item: score for item, score in hits.items() if score >= least}


def _with_popularity(question: Question, hits: Hits) -> Iterator[Scored]:
    contents = question.contents
    ranking = contents.rankings.of(contents, "item", question.now)
    share = _POPULARITY / ranking.top
    popular = ranking.scores.get
    for item, score in hits.items():
        yield item, score * (1 + share * max(popular(item, 0.0), 0.0))


def _segments(question: Question) -> Iterator[Text]:
    definition = question.contents.segmentations.get(question.segmentation)
    titles = definition.segments if definition is not None else {}
    for segment in membership(question.contents, question.now).segment_ids(question.segmentation):
        title = titles[segment].title if segment in titles else None
        yield Text(segment, title or "", segment)


def _query(name: str, value: Any) -> str:
    found = text(name, value)
    if not found.strip():
        raise bad_request(f'Parameter "{name}" must not be empty!')
    return found


HANDLERS: Handlers = {
    "SearchItems": Results(
        "SearchItems",
        entity="item",
        context="user",
        find=find_items,
        read=lambda reading: reading.required("searchQuery", _query),
    ),
    "SearchItemSegments": Results(
        "SearchItemSegments",
        entity="segment",
        context="user",
        find=find_segments,
        read=lambda reading: reading.required("searchQuery", _query),
    ),
}
