"""From text to words, so that spelling with or without accents and capitals makes no difference."""

import re
from typing import Final, TypeAlias
from unicodedata import normalize

Words: TypeAlias = tuple[str, ...]

MOST: Final = 64
"""Words of a query, and of a synonym, that are looked at.

Unpublished: we choose a bound nobody types."""

# Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ħ": "h",
        "ŧ": "t",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "\0": " ",
    }
)
_without_marks: Final = re.compile("[\u0300-\u036f]+").sub
_words: Final = re.compile(r"[^\W_]+").findall


def folded(text: str) -> str:
    """The text without capitals, accents and other dress."""
    if text.isascii():
        return text.lower()
    plain = _without_marks("", normalize("NFKD", text.casefold()))
    return plain.lower().translate(_PLAIN)


def words(text: str) -> Words:
    """The words of a text, as many as are looked at."""
    return tuple(_words(folded(text))[:MOST])


def pieces(query: str) -> list[Words]:
    """What stands between blanks: mostly one word, but `sci-fi` has two."""
    found: list[Words] = []
    left = MOST
    for piece in folded(query).split():
        said = tuple(_words(piece)[:left])
        if said:
            found.append(said)
            left -= len(said)
            if not left:
                break
    return found
