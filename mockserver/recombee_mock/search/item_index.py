"""What the items and segments of a database say, and who of them has all of a query."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from recombee_mock.search.expression import Thesaurus, expression, thesaurus
from recombee_mock.search.text_index import Text, TextIndex
from recombee_mock.search.words import folded, pieces
from recombee_mock.store.entities import Entities
from recombee_mock.store.synonyms import Synonyms

Hits: TypeAlias = Mapping[str, float]
"""IDs of what was found, in no order, and how well they match: above 0."""

_NOTHING: Final[Hits] = {}
_INDEXED: Final = frozenset({"string", "set"})


class ItemIndex:
    """The index of a database's items, kept up to date by whoever searches."""

    __slots__ = ("_texts", "_version")

    def __init__(self) -> None:
        self._texts: TextIndex | None = None
        self._version = -1

    def brought_up(self, items: Entities) -> TextIndex:
        """The index of the items as they are now."""
        if self._texts is not None and self._version == items.version:
            return self._texts
        changed = items.changed_since(self._version)
        if self._texts is None or changed is None:
            self._texts, changed = TextIndex(), list(items.ids)
        changed = self._texts.in_order(changed)
        titles, others = _columns(items)
        self._texts.discard(item for item in changed if item not in items.ids)
        self._texts.put(
            Text(item, _said(row, titles), _said(row, others))
            for item, row in ((item, items.row(item)) for item in changed if item in items.ids)
        )
        self._version = items.version
        return self._texts


class Search:
    """Searches one database."""

    __slots__ = ("_items", "_known", "_known_version", "_segments")

    def __init__(self) -> None:
        self._items = ItemIndex()
        self._segments: tuple[list[Text], TextIndex] | None = None
        self._known: Thesaurus = {}
        self._known_version = -1

    def items(self, query: str, items: Entities, synonyms: Synonyms) -> Hits:
        """Items that have all of a query in their texts and sets of texts."""
        asked = self._asked(query, synonyms)
        return self._items.brought_up(items).find(asked) if asked else _NOTHING

    def segments(self, query: str, segments: Iterable[Text], synonyms: Synonyms) -> Hits:
        """Segments that have all of a query in their title or ID."""
        asked = self._asked(query, synonyms)
        return self._segments_index(list(segments)).find(asked) if asked else _NOTHING

    def _segments_index(self, texts: list[Text]) -> TextIndex:
        if self._segments is None or self._segments[0] != texts:
            index = TextIndex()
            index.put(Text(one.key, folded(one.title), folded(one.body)) for one in texts)
            self._segments = texts, index
        return self._segments[1]

    def _asked(self, query: str, synonyms: Synonyms) -> str:
        if self._known_version != synonyms.version:
            self._known = thesaurus(synonyms.all())
            self._known_version = synonyms.version
        asked = pieces(query)
        return expression(asked, self._known) if asked else ""


def _columns(items: Entities) -> tuple[list[str], list[str]]:
    """Names of the properties with the role of a title, and of the others that are searched."""
    texts = [one for one in items.properties.values() if one.type in _INDEXED]
    titles = [one.name for one in texts if one.role is not None and one.role["name"] == "title"]
    return titles, [one.name for one in texts if one.name not in titles]


def _said(row: Mapping[str, Any], names: list[str]) -> str:
    values = [value for name in names if (value := row.get(name))]
    return folded("\n".join(one if isinstance(one, str) else "\n".join(one) for one in values))
