"""What was found in a file of mappings."""

from collections.abc import Iterable

import attrs

from aiorecombee.reql.nearest import meant


@attrs.frozen
class Finding:
    """One thing that is wrong, or does not do what it seems to.

    Attributes:
        pointer: JSON pointer of the value.
        text: What is wrong with it.
        remedy: What to do about it.
        is_error: Segment's engine refuses it, loses it, or fails for every event; otherwise it is
            only worth a look.
        on_key: It is the key that is meant, not the value.
        within: Index of the character that is meant, in a string.
    """

    pointer: str
    text: str
    remedy: str
    is_error: bool = True
    on_key: bool = False
    within: int | None = None


def warning(pointer: str, text: str, remedy: str, within: int | None = None) -> Finding:
    """A finding that is no error."""
    return Finding(pointer, text, remedy, is_error=False, within=within)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence with the name that was probably meant, or with all there are."""
    names = list(dict.fromkeys(known))
    return meant(name, names, '"') or f"There are: {', '.join(names)}."
