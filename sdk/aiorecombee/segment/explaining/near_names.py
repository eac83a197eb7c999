"""Names that are nearly another: `productID` for `product_id`, `Viewed product` for its reverse."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN: Final = re.compile(r"[\W_]+")
_SHORT: Final = 3  # a word that is no longer has no plural
_LONG: Final = 100  # a name that is longer is not a slip
_CLOSE: Final = 0.94  # one letter too many or too few in most names


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is the same but for case, separators, order, plural, or one letter."""
    words = _words(name)
    spelled = {"".join(_words(one)): one for one in reversed(list(known))}
    if not words or len(name) > _LONG or "".join(words) in spelled:
        return spelled.get("".join(words))
    for one in spelled.values():
        if sorted(_words(one)) == sorted(words):
            return one
    close = get_close_matches("".join(words), spelled, n=1, cutoff=_CLOSE)
    return spelled[close[0]] if close else None


def _words(name: str) -> list[str]:
    words = _BETWEEN.split(_HUMP.sub(" ", name).casefold())
    return [_singular(word) for word in words if word]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > _SHORT and word[-1] == "s" and word[-2] != "s" else word
