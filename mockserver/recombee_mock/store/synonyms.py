"""Search synonyms: words that find each other."""

import uuid
from typing import Any, Final

import attrs

_NAMESPACE: Final = uuid.UUID("6ba2d0a1-8f3e-4c55-9d0b-70f1d1a4a3c7")


@attrs.frozen
class Synonym:
    """A pair.

    Attributes:
        id: A UUID.
        term: What is searched for.
        synonym: What is found as well.
        one_way: Whether a search for the synonym does not find the term.
    """

    id: str
    term: str
    synonym: str
    one_way: bool = False


class Synonyms:
    """All synonyms.

    Attributes:
        version: Grows with every change.
    """

    __slots__ = ("_by_id", "_made", "_pairs", "version")

    def __init__(self) -> None:
        self._by_id: dict[str, Synonym] = {}
        self._pairs: set[tuple[str, str]] = set()
        self._made = 0
        self.version = 0

    def __contains__(self, pair: tuple[str, str]) -> bool:
        return pair in self._pairs

    def all(self) -> list[Synonym]:
        """Every synonym, by term, then by synonym."""
        return sorted(self._by_id.values(), key=lambda one: (one.term, one.synonym))

    def add(self, term: str, synonym: str, *, one_way: bool, seed: int) -> Synonym:
        """Add a pair that is not there yet; its ID follows from `seed` and the ones before."""
        self._made += 1
        made = str(uuid.uuid5(_NAMESPACE, f"{seed}:{self._made}"))
        self._put(Synonym(made, term, synonym, one_way))
        return self._by_id[made]

    def delete(self, synonym_id: str) -> bool:
        """Whether there was one of that ID."""
        found = self._by_id.pop(synonym_id, None)
        if found is None:
            return False
        self._pairs.discard((found.term, found.synonym))
        self.version += 1
        return True

    def clear(self) -> None:
        """Delete all."""
        self._by_id.clear()
        self._pairs.clear()
        self.version += 1

    def dump(self) -> Any:
        """All of it as JSON."""
        return {"made": self._made, "pairs": [attrs.astuple(one) for one in self._by_id.values()]}

    def load(self, dumped: Any) -> None:
        """Take over what was dumped."""
        self._made = dumped["made"]
        for one in dumped["pairs"]:
            self._put(Synonym(*one))

    def _put(self, synonym: Synonym) -> None:
        self._by_id[synonym.id] = synonym
        self._pairs.add((synonym.term, synonym.synonym))
        self.version += 1
