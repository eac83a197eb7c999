"""The databases of a file, as they were when it was last written."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import attrs

from recombee_mock.answers import Refusal
from recombee_mock.data.dump import DumpError, collector_off, load, stored_settings
from recombee_mock.data.durable import CALL, RESET, ROW, SCENARIOS, SERVED, SETTINGS, hold
from recombee_mock.data.file import DataFile, Entry
from recombee_mock.handlers import Handler
from recombee_mock.json_bytes import loads
from recombee_mock.operations import HANDLERS, PRIVATE
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.store.contents import Contents
from recombee_mock.store.scenarios import Scenarios

Progress = Callable[[int, int], None]
"""Told how many entries of how many are done."""

_LOG: Final = logging.getLogger("recombee_mock")
_BUG: Final = "A bug in the mock server, met while reading its data file"
_PIECE: Final = 2**20


@attrs.define
class Kept:
    """A database as the file knows it.

    Attributes:
        service: Holds its contents.
        number: Its number in the file.
        id: Its ID.
        token: Its private token.
        public_token: Its public token.
        region: Its region.
        clock: Its clock, as JSON text.
        journaled: Bytes of journal that led to them, about.
    """

    service: Service
    number: int
    id: str
    token: str = attrs.field(repr=False)
    public_token: str | None = attrs.field(repr=False)
    region: str
    clock: str
    journaled: int = 0


def read_all(
    file: DataFile, make_service: Callable[[], Service], progress: Progress
) -> dict[str, Kept]:
    """Every database in the file, by ID.

    Raises:
        DataError: The file is damaged.
    """
    rows = file.run("SELECT number, id, token, public_token, region, clock FROM database")
    with collector_off():
        kept = {row[0]: Kept(_from_base(file, row[0], make_service()), *row) for row in rows}
        _replay(file, kept, progress)
    return {one.id: one for one in kept.values()}


def _from_base(file: DataFile, number: int, service: Service) -> Service:
    base = file.run("SELECT number FROM snapshot WHERE database = ? AND name IS NULL", number)
    if base:
        try:
            hold(service, load(file.lines(base[0][0])))
        except DumpError as error:
            raise file.damaged(str(error)) from None
    return service


def _replay(file: DataFile, kept: dict[int, Kept], progress: Progress) -> None:
    """Carry the journal out. A snapshot takes what led to it out of the journal."""
    for database in kept.values():
        database.service.contents.replaying = True
    total = file.run("SELECT count(*) FROM journal")[0][0]
    done = 0
    for (number, *_), run in groupby(file.entries(), _like):
        database_kept = kept.get(number)
        for entries, size in _pieces(run):
            progress(done, total)
            done += len(entries)
            if database_kept is not None:
                carry_out(database_kept.service, entries)
                database_kept.journaled += size
    for database in kept.values():
        database.service.contents.replaying = False
        database.service.contents.served.changed()


def _pieces(run: Iterable[tuple[int, Entry]]) -> Iterator[tuple[list[Entry], int]]:
    """The entries of a run, as many at once as may be in memory, and the bytes they take."""
    piece: list[Entry] = []
    size = 0
    for _, entry in run:
        piece.append(entry)
        size += len(entry[5]) + ROW
        if size > _PIECE:
            yield piece, size
            piece, size = [], 0
    if piece:
        yield piece, size


def _like(row: tuple[int, Entry]) -> tuple[Any, ...]:
    number, entry = row
    return number, entry[0], entry[2:5], entry[6]


def carry_out(service: Service, entries: Sequence[Entry]) -> None:
    """Do to a database what was done to it when these entries, which are alike, were written."""
    first = entries[0]
    known = None if first.public or first.query else PRIVATE.fixed.get(first.path, {})
    route = known and known.get(first.method)
    if first.kind == CALL and route and route.operation != "Batch":
        bodies = _bodies(entries)
        if bodies is not None and not service.settings.erase_window:
            _carry_out_alike(service.contents, HANDLERS[route.operation], entries, bodies)
            return
    for entry in entries:
        _carry_out_one(service, entry)


def _bodies(entries: Sequence[Entry]) -> list[dict[str, Any]] | None:
    """The bodies of many calls, read at once; `None` when one of them is something special."""
    try:
        bodies = loads(b"[%b]" % b",".join([entry.body for entry in entries]))
    except ValueError:
        return None
    plain = len(bodies) == len(entries) and all(type(body) is dict for body in bodies)
    return bodies if plain else None


def _carry_out_alike(
    contents: Contents,
    handler: Handler,
    entries: Sequence[Entry],
    bodies: Sequence[dict[str, Any]],
) -> None:
    """What `Service.answer` does, with all that is the same for each done once."""
    for entry, body in zip(entries, bodies, strict=True):
        try:
            handler(contents, body, entry.now)
        except Refusal:
            pass
        except Exception:  # noqa: BLE001 - it failed in the same way when it was first made
            _LOG.exception(_BUG)


def _carry_out_one(service: Service, entry: Entry) -> None:
    kind, now, method, path, query, body, public = entry
    if kind == CALL:
        try:
            service.answer(Call(method, path, query, body, "", public), now)
        except Exception:  # noqa: BLE001 - likewise
            _LOG.exception(_BUG)
    elif kind == SETTINGS:
        service.settings = stored_settings(loads(body))
    elif kind == SCENARIOS:
        service.contents.scenarios = Scenarios()
        service.contents.scenarios.load(loads(body))
    elif kind == SERVED:
        served = loads(body)
        service.contents.served.restore(served["rows"])
        service.contents.served.count = served["count"]
    elif kind == RESET:
        service.reset()
        service.contents.replaying = True
