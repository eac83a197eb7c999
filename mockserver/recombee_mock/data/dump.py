"""The whole contents of a database as lines of JSON, and back.

A line per table, and for the large tables many, so that nobody ever needs all of it in memory. The
numbers that stand for users and items are their places in sorted order.
"""

import gc
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from recombee_mock.json_bytes import dumps, loads
from recombee_mock.settings import NAMES, Settings, settings_to_json
from recombee_mock.store.contents import Contents
from recombee_mock.store.interactions import Interactions
from recombee_mock.store.view_portions import ViewPortions

VERSION: Final = 1
_FORMAT: Final = "recombee-mock contents"
_WHOLE: Final = (
    "items",
    "users",
    "series",
    "scenarios",
    "segmentations",
    "synonyms",
    "served",
)
KINDS: Final = (
    "detail_views",
    "purchases",
    "ratings",
    "cart_additions",
    "bookmarks",
    "view_portions",
)
"""The tables of interactions."""


class DumpError(Exception):
    """These are not the contents of a database; the text says why."""


def dump(contents: Contents) -> Iterator[bytes]:
    """Write the contents down; they must not change before the last line is taken."""
    stamp = contents.last_stamp
    head = {
        "format": _FORMAT,
        "version": VERSION,
        "settings": settings_to_json(contents.settings),
        "stamp": stamp if math.isfinite(stamp) else None,
        "erasedAt": contents.erased_at,
    }
    yield dumps(head)
    for name in _WHOLE:
        yield dumps([name, getattr(contents, name).dump()])
    users = {user: at for at, user in enumerate(contents.users.in_order())}
    items = {item: at for at, item in enumerate(contents.items.in_order())}
    for name in KINDS:
        for piece in _table(contents, name).dump(users, items):
            yield dumps([name, piece])
    yield dumps(["end", None])


def load(lines: Iterable[bytes]) -> Contents:
    """The contents that were written down.

    Raises:
        DumpError: These are none, not all of them, or of a newer version.
    """
    with collector_off():
        try:
            return _load(map(loads, lines))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise DumpError(f"The dump is damaged: {type(error).__name__}") from error


def _load(values: Iterator[Any]) -> Contents:
    head = next(values, None)
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise DumpError("This is not a dump of a database")
    if head["version"] > VERSION:
        raise DumpError(f"The dump is of version {head['version']}, newer than this program's")
    contents = Contents(stored_settings(head["settings"]))
    contents.last_stamp = -math.inf if head["stamp"] is None else head["stamp"]
    contents.erased_at = head["erasedAt"]
    name = ""
    for name, value in values:
        if name == "end":
            return contents
        if name in KINDS:
            users, items = contents.users.in_order(), contents.items.in_order()
            _table(contents, name).load(value, users, items)
        elif name in _WHOLE:
            getattr(contents, name).load(value)
        else:
            raise DumpError(f"The dump has a table that this version does not know: {name}")
    raise DumpError(f"The dump ends too early, after {name or 'its head'}")


def stored_settings(value: Mapping[str, Any]) -> Settings:
    """Settings as they were written down; also those that only a program could have given."""
    ours = {name: own for own, name in NAMES.items()}
    return Settings(**{ours[name]: given for name, given in value.items()})


def _table(contents: Contents, name: str) -> Interactions | ViewPortions:
    table: Interactions | ViewPortions = getattr(contents, name)
    return table


@contextmanager
def collector_off() -> Iterator[None]:
    """While millions of objects are made that all stay, looking for garbage costs half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
