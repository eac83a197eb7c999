"""Memory for the bodies of calls: a bound for all of them together."""

from collections.abc import Iterator
from contextlib import contextmanager

import attrs


@attrs.define
class Memory:
    """What the bodies of all calls share.

    Attributes:
        most: Most bytes at once; a body that is larger may have them all, and more, alone.
        taken: Bytes that are taken.
    """

    most: int
    taken: int = 0

    @contextmanager
    def room(self) -> Iterator["Room"]:
        """Room for a body, none yet; what it took is given back at the end."""
        room = Room(self)
        try:
            yield room
        finally:
            self.taken -= room.size


@attrs.define
class Room:
    """What one body takes, byte by byte as they come: what is only announced takes nothing.

    Attributes:
        memory: What it shares with others.
        size: Bytes that it took.
    """

    memory: Memory
    size: int = 0

    def take(self, more: int) -> bool:
        """Take some bytes more, unless there are not so many."""
        memory = self.memory
        others = memory.taken - self.size
        if others and memory.taken + more > memory.most:
            return False
        self.size += more
        memory.taken += more
        return True
