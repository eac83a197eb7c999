"""What was counted, the most frequent first."""

from collections import Counter
from typing import Any, TypeVar

_Key = TypeVar("_Key", str, tuple[Any, ...])


def most_first(counter: Counter[_Key]) -> list[tuple[_Key, int]]:
    """Keys and counts; keys that are as frequent in their own order."""
    return sorted(counter.items(), key=lambda one: (-one[1], one[0]))
