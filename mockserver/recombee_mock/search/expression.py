"""From a query to an expression of FTS5.

Every piece of the query must be found, or what stands for it:

- a piece is the beginning of a word; the whole word counts twice, so it ranks higher;
- a piece of several words (`sci-fi`) is a phrase;
- synonyms stand for the pieces they are synonyms of, as phrases, and not for one another.

Only words get into the expression, always in quotes, so nothing in a query is syntax.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from recombee_mock.search.words import Words, words
from recombee_mock.store.synonyms import Synonym

Thesaurus: TypeAlias = Mapping[Words, Sequence[Words]]
"""From the words of a term to what is found as well."""

_MOST_OTHERS: Final = 100
# How many shorter terms are looked for within one another; FTS5 refuses to nest deeper than 50.
_DEEPEST: Final = 4


def thesaurus(synonyms: Iterable[Synonym]) -> Thesaurus:
    """What can be said in other words."""
    found: dict[Words, dict[Words, None]] = {}
    for one in synonyms:
        term, synonym = words(one.term), words(one.synonym)
        if term and synonym:
            found.setdefault(term, {})[synonym] = None
            if not one.one_way:
                found.setdefault(synonym, {})[term] = None
    return {term: list(others)[:_MOST_OTHERS] for term, others in found.items()}


def expression(pieces: Sequence[Words], known: Thesaurus) -> str:
    """What finds all of the pieces, of which there is at least one."""
    longest = max(map(len, known), default=0)
    return _all_of(pieces, known, longest, _DEEPEST)


def _all_of(pieces: Sequence[Words], known: Thesaurus, longest: int, depth: int) -> str:
    parts: list[str] = []
    at = 0
    while at < len(pieces):
        end = _end_of_term(pieces, at, known, longest)
        if end is None:
            parts.append(_beginning(pieces[at]))
            at += 1
        else:
            parts.append(_in_other_words(pieces[at:end], known, depth))
            at = end
    return " AND ".join(dict.fromkeys(parts))


def _end_of_term(pieces: Sequence[Words], at: int, known: Thesaurus, longest: int) -> int | None:
    """Where the longest known term ends that begins at a piece."""
    found, term = None, Words()
    for end in range(at + 1, len(pieces) + 1):
        term = (*term, *pieces[end - 1])
        if len(term) > longest:
            break
        if term in known:
            found = end
    return found


def _in_other_words(pieces: Sequence[Words], known: Thesaurus, depth: int) -> str:
    term = tuple(word for piece in pieces for word in piece)
    if len(pieces) == 1:
        own = _beginning(term)
    else:  # a shorter term within this one may be said in other words too
        own = _all_of(pieces, known, len(term) - 1 if depth else 0, depth - 1)
    return f"(({own}) OR {' OR '.join(map(_phrase, known[term]))})"


def _beginning(piece: Words) -> str:
    phrase = _phrase(piece)
    return f"({phrase} OR {phrase} *)"


def _phrase(piece: Words) -> str:
    return f'"{" ".join(piece)}"'
