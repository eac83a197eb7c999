"""Numbers that options take, with messages that say which ones they take."""

import argparse
from collections.abc import Callable
from math import inf
from typing import Final

_THIRTY_YEARS: Final = 1e9


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """What reads a whole number within bounds, both included."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal()):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
        number = int(text)
        if most is not None and not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:,} and {most:,}")
        if number < least:
            raise argparse.ArgumentTypeError(f"{text} is not {least:,} or more")
        return number

    return read


def seconds(text: str) -> float:
    """Read a duration that clocks and timers can bear."""
    return _above_zero(text, _THIRTY_YEARS, "is no number of seconds above 0 and below 1e9")


def rate(text: str) -> float:
    """Read how many a second."""
    return _above_zero(text, inf, "is no number above 0")


def _above_zero(text: str, below: float, said: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < below:
        raise argparse.ArgumentTypeError(f"{text} {said}")
    return number
