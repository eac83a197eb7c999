"""Of whom something may be known."""

from typing import Final

_BITS: Final = 26


class Hints:
    """A set of users that takes 8 MB, however many there are.

    Who was added is in it. Others may seem to be: of a million, where a million were added, 15,000.
    """

    def __init__(self) -> None:
        self._bits = bytearray()  # nothing takes no room

    def __bool__(self) -> bool:
        return bool(self._bits)

    def __contains__(self, user: str) -> bool:
        place = hash(user)
        return bool(self._bits) and bool(self._bits[place >> 3 & _BYTES] & 1 << (place & 7))

    def add(self, user: str) -> None:
        """Put a user in."""
        if not self._bits:
            self._bits = bytearray(_BYTES + 1)
        place = hash(user)
        self._bits[place >> 3 & _BYTES] |= 1 << (place & 7)


_BYTES: Final = (1 << _BITS - 3) - 1
