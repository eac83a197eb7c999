"""How long to wait after failures that follow one another."""

from typing import Final

_MOST_DOUBLINGS: Final = 64  # by then every ceiling is passed; beyond 1,023 there is no such float


def longest_pause(failures: int, first: float, ceiling: float) -> float:
    """The longest pause after so many failures in a row, in seconds.

    Args:
        failures: 1 or more.
        first: After the first of them; it doubles each time.
        ceiling: Never more than that.
    """
    doublings = min(failures - 1, _MOST_DOUBLINGS)
    return float(min(ceiling, first * 2.0**doublings))


def spread_pause(failures: int, first: float, ceiling: float, chance: float) -> float:
    """A pause between half of the longest and all of it, so that not all come back at once.

    Args:
        failures: 1 or more.
        first: The longest after the first of them; it doubles each time.
        ceiling: The longest of all.
        chance: At random from 0 to 1.
    """
    return longest_pause(failures, first, ceiling) * (1.0 + chance) / 2.0
