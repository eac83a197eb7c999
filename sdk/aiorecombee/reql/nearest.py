"""The name that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import Final

_LONGEST: Final = 63
_COMPARED: Final = 1000


def meant(name: str, known: Iterable[str], quote: str = "") -> str:
    """A question such as `Did you mean 'price'?`; empty when nothing is near."""
    if len(name) > _LONGEST:
        return ""
    by_lower = {other.lower(): other for other in islice(known, _COMPARED)}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f"Did you mean {quote}{by_lower[near[0]]}{quote}?" if near else ""
