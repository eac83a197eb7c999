"""Which messages have come before."""

from array import array
from hashlib import blake2b
from typing import Final

MOST_REMEMBERED: Final = 1_000_000


class Duplicates:
    """Remembers the last messages by a hash of 64 bits.

    A million of them take about 75 MB. Among a million, the chance that any two are taken for one
    is 1 to 37 million.
    """

    def __init__(self, remembered: int = MOST_REMEMBERED) -> None:
        """Remember nothing yet.

        Args:
            remembered: How many messages at most; 0 for none.
        """
        self._remembered = remembered
        self._known: set[int] = set()
        self._oldest_first = array("Q")
        self._next = 0

    def __len__(self) -> int:
        return len(self._known)

    def met(self, key: str) -> bool:
        """Whether this message came before; it has now."""
        if not self._remembered:
            return False
        digest = blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
        number = int.from_bytes(digest, "little")
        if number in self._known:
            return True
        self._known.add(number)
        if len(self._oldest_first) < self._remembered:
            self._oldest_first.append(number)
        else:
            self._known.discard(self._oldest_first[self._next])
            self._oldest_first[self._next] = number
            self._next = (self._next + 1) % self._remembered
        return False
