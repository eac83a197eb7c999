"""What a database holds, in plain dictionaries and lists."""

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

Params = Mapping[str, Any]
Values = dict[str, Any]

_ID: Final = re.compile(r"[a-zA-Z0-9_\-:@.]+")
ANY: Final = object()
"""A body that is not predicted."""


class Refused(Exception):  # noqa: N818  (the API refuses; nothing went wrong here)
    """The request is not carried out."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@attrs.frozen
class Expected:
    """What must come back; of refusals only the status is known."""

    status: int
    body: Any = ANY


@attrs.define
class Table:
    """Items or users: definitions, and values of those that exist."""

    id_name: str
    types: dict[str, str] = attrs.Factory(dict)
    rows: dict[str, Values] = attrs.Factory(dict)

    def add(self, entity: str) -> None:
        """Create it with all properties unset, unless it exists."""
        self.rows.setdefault(entity, dict.fromkeys(self.types))

    def require(self, entity: str) -> Values:
        """Its values, or 404."""
        if entity not in self.rows:
            raise Refused(404)
        return self.rows[entity]


@attrs.define(kw_only=True)
class Event:
    """An interaction; `more` is what a listing shows of it besides."""

    kind: str
    user: str
    item: str
    at: float
    session: str | None = None
    more: Values

    def shown(self) -> Values:
        """As listed."""
        return {"userId": self.user, "itemId": self.item, "timestamp": self.at, **self.more}


def well_formed(entity: str) -> str:
    """An ID, or 400."""
    if not _ID.fullmatch(entity) or entity == "undefined":
        raise Refused(400)
    return entity


@attrs.define
class State:
    """One database.

    Attributes:
        items: All items.
        users: All users.
        series: Name to time, kind and ID of each entry.
        events: All interactions of all kinds, as they came.
        now: When the request came, Unix seconds.
        ticks: How many interactions came without a moment.
    """

    items: Table = attrs.Factory(lambda: Table("itemId"))
    users: Table = attrs.Factory(lambda: Table("userId"))
    series: dict[str, list[tuple[float, str, str]]] = attrs.Factory(dict)
    events: list[Event] = attrs.Factory(list)
    now: float = 0.0
    ticks: int = 0

    def delete_item(self, item: str) -> None:
        """With its interactions, and its places in series."""
        del self.items.rows[item]
        self.events = [event for event in self.events if event.item != item]
        for name, entries in self.series.items():
            self.series[name] = [one for one in entries if one[1:] != ("item", item)]

    def delete_user(self, user: str) -> None:
        """With all interactions."""
        del self.users.rows[user]
        self.events = [event for event in self.events if event.user != user]

    def tick(self) -> float:
        """The moment of what names none: now, but later than the last one."""
        self.ticks += 1
        return self.now + self.ticks * 1e-6
