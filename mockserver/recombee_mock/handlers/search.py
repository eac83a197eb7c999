"""Search: what has all words of a query, best matches first."""

from collections.abc import Iterator
from typing import Any, Final

from recombee_mock.answers import bad_request
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.question import Question, best
from recombee_mock.handlers.results import Results
from recombee_mock.membership import membership
from recombee_mock.params import text
from recombee_mock.search.text_index import Text

# The most popular item counts as much as a match that is a tenth better. Unpublished: we choose so.
_POPULARITY: Final = 0.1


def find_items(question: Question) -> list[str]:
    """Items whose texts have all words of the query."""
    contents = question.contents
    query = question.own["searchQuery"]
    return best(question, contents.search.items(query, contents.items, contents.synonyms).items())


def find_segments(question: Question) -> list[str]:
    """Segments whose ID or title has all words of the query."""
    contents = question.contents
    query = question.own["searchQuery"]
    return best(
        question,
        contents.search.segments(query, _segments(question), contents.synonyms).items(),
    )


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
