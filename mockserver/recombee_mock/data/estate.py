"""The databases of a server, and where their data is: in memory, or in a file as well."""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import attrs

from recombee_mock.clock import Clock
from recombee_mock.data.dump import DumpError, dump, load
from recombee_mock.data.durable import DurableService, hold
from recombee_mock.data.file import DataError, DataFile
from recombee_mock.data.replay import Kept, Progress, read_all
from recombee_mock.data.snapshots import (
    FileShelf,
    MemoryShelf,
    Shelf,
    Snapshot,
    StateError,
    check_name,
)
from recombee_mock.databases import Database, OpenDatabase, Service
from recombee_mock.service import Service as RecombeeService
from recombee_mock.settings import Settings
from recombee_mock.shell.admission import Admission
from recombee_mock.store.contents import Contents

_WORTH_COMPACTING: Final = 2**20
"""Bytes of journal that a start does not notice."""


class Estate:
    """Opens databases, closes them, and knows how their data can be kept.

    Args:
        admission: Where open databases are found.
        make_service: Makes the service of a new database.
        lifetime: Seconds a signature is valid.
        file: Where every change is written; `None` for memory alone. It is closed with the estate.
        progress: Told how far reading a long journal is.
        now: Unix seconds.

    Raises:
        DataError: The file cannot be read; it is closed.
    """

    def __init__(
        self,
        admission: Admission,
        make_service: Callable[[], Service],
        lifetime: float,
        file: DataFile | None = None,
        *,
        progress: Progress = lambda _done, _total: None,
        now: float = 0.0,
    ) -> None:
        self._admission = admission
        self._make_service = make_service
        self._lifetime = lifetime
        self._file = file
        self._shelves: defaultdict[str, Shelf] = defaultdict(MemoryShelf)
        self._clocks: dict[str, str] = {}
        self._kept: dict[str, Kept] = {}
        if file is not None:
            try:
                self._read(file, progress, now)
            except BaseException:
                file.close()
                raise

    def _read(self, file: DataFile, progress: Progress, now: float) -> None:
        self._kept = read_all(file, self._new_service, progress)
        if sum(kept.journaled for kept in self._kept.values()) > _WORTH_COMPACTING:
            self._compact_kept(file, now)

    @property
    def kept(self) -> list[str]:
        """IDs of the databases that are in the file and not open."""
        return list(self._kept)

    def open(self, database: Database) -> OpenDatabase:
        """Serve a database: with what the file has of it, or empty.

        Raises:
            ValueError: There is one of that ID.
            DataError: It cannot be written down.
        """
        if database.id in self._admission.databases:
            raise ValueError(f"Database {database.id} is there already")
        if self._file is None:
            served = OpenDatabase(database, self._make_service, self._lifetime)
        else:
            served = self._open_kept(self._file, database)
        self._admission.open(served)
        return served

    def open_kept(self, database_id: str) -> OpenDatabase:
        """Serve a database as the file has it."""
        kept = self._kept[database_id]
        return self.open(Database(kept.id, kept.token, kept.public_token, kept.region))

    def close(self, database_id: str) -> None:
        """Stop serving a database; its data is gone, in the file too.

        Raises:
            KeyError: There is none of that ID.
            DataError: The file cannot be written; it is still served.
        """
        service = self._admission.databases[database_id].service
        if self._file is not None and isinstance(service, DurableService):
            self._forget(self._file, service.number)
        self._admission.close(database_id)
        self._shelves.pop(database_id, None)
        self._clocks.pop(database_id, None)

    def fork(self, source: str, database: Database, now: float) -> OpenDatabase:
        """Serve a copy of a database; ID, tokens and region are the new one's.

        Raises:
            KeyError: There is none to copy.
            ValueError: There is one of the new ID.
            DataError: It cannot be written down.
        """
        original = self._admission.databases[source]
        contents = load(dump(contents_of(original)))
        settings = attrs.asdict(original.service.settings)
        served = self.open(attrs.evolve(database, **settings))
        set_clock(served.clock, tell_clock(original.clock))
        try:
            _hold(served, contents, now)
            self.settle(now)
        except DataError:
            self.close(served.id)
            raise
        return served

    def snapshots(self, database_id: str) -> list[Snapshot]:
        """The snapshots of a database, oldest first."""
        return self._shelves[database_id].all()

    def save(self, database_id: str, name: str, now: float) -> Snapshot:
        """Take a snapshot, in place of one of that name.

        Raises:
            StateError: The name is none, or there are too many.
            DataError: It cannot be written down.
        """
        shelf = self._shelves[database_id]
        check_name(shelf, name)
        shelf.put(name, now, dump(contents_of(self._admission.databases[database_id])))
        return next(one for one in shelf.all() if one.name == name)

    def restore(self, database_id: str, name: str, now: float) -> None:
        """Go back to a snapshot: data, scenarios and settings; tokens and time stay.

        Raises:
            StateError: There is none of that name, or it is damaged.
            DataError: It cannot be read, or the change cannot be written down.
        """
        lines = self._shelves[database_id].lines(name)
        if lines is None:
            raise self._no_snapshot(database_id, name)
        try:
            contents = load(lines)
        except DumpError as error:
            raise StateError(500, f"Snapshot {name} cannot be restored: {error}") from None
        _hold(self._admission.databases[database_id], contents, now)

    def delete(self, database_id: str, name: str) -> None:
        """Delete a snapshot.

        Raises:
            StateError: There is none of that name.
        """
        if not self._shelves[database_id].drop(name):
            raise self._no_snapshot(database_id, name)

    def settle(self, now: float) -> None:
        """Write down what was changed past the databases' services: settings, scenarios, clocks.

        Raises:
            DataError: That fails; it will be tried again.
        """
        if self._file is None:
            return
        for served in self._admission.databases.values():
            service = served.service
            if not isinstance(service, DurableService):
                continue
            service.settle(now)
            clock = tell_clock(served.clock)
            if clock != self._clocks[served.id]:
                self._file.run(
                    "UPDATE database SET clock = ? WHERE number = ?", clock, service.number
                )
                self._clocks[served.id] = clock

    def finish(self, now: float) -> None:
        """Write down what is worth it, and give the file free.

        Raises:
            DataError: Something could not be written; what was answered before is in the file.
        """
        file = self._file
        if file is None:
            return
        try:
            self.settle(now)
            for served in self._admission.databases.values():
                service = served.service
                if isinstance(service, DurableService) and service.journaled > _WORTH_COMPACTING:
                    service.compact(now)
            file.tidy()
        finally:
            file.close()
            self._file = None

    def health(self) -> dict[str, Any] | None:
        """How the file is; `None` without one."""
        if self._file is None:
            return None
        failure = self._file.failure
        found: dict[str, Any] = {"file": str(self._file.path), "writable": failure is None}
        return found if failure is None else {**found, "failure": failure}

    def _compact_kept(self, file: DataFile, now: float) -> None:
        """Write all databases down anew; emptying the whole journal is quick."""
        with file.together():
            for kept in self._kept.values():
                if kept.journaled:
                    file.write_snapshot(kept.number, None, now, dump(kept.service.contents))
            file.run("DELETE FROM journal")
        for kept in self._kept.values():
            kept.journaled = 0

    def _open_kept(self, file: DataFile, database: Database) -> OpenDatabase:
        kept = self._kept.get(database.id)
        if kept is not None:
            database = _merged(database, kept.service.settings)
        number = self._write_database(file, database, kept)
        inner = self._new_service() if kept is None else kept.service
        service = DurableService(inner, file, number)
        service.journaled = kept.journaled if kept else 0
        served = OpenDatabase(database, lambda: service, self._lifetime)
        service.settings = database.settings()
        service.settle(0.0)
        self._clocks[database.id] = kept.clock if kept else "{}"
        set_clock(served.clock, self._clocks[database.id])
        self._shelves[database.id] = FileShelf(file, number)
        self._kept.pop(database.id, None)
        return served

    def _new_service(self) -> RecombeeService:
        service = self._make_service()
        if not isinstance(service, RecombeeService):
            raise TypeError("With a data file the databases need recombee_mock.Service behind them")
        return service

    def _write_database(self, file: DataFile, database: Database, kept: Kept | None) -> int:
        values = str(database.token), database.public_token, database.region, database.id
        if kept is None:
            statement = "INSERT INTO database (token, public_token, region, id) VALUES (?, ?, ?, ?)"
        else:
            statement = "UPDATE database SET token = ?, public_token = ?, region = ? WHERE id = ?"
        file.run(statement, *values)
        number: int = file.run("SELECT number FROM database WHERE id = ?", database.id)[0][0]
        return number

    def _forget(self, file: DataFile, number: int) -> None:
        with file.together():
            file.run("DELETE FROM journal WHERE database = ?", number)
            file.run(
                "DELETE FROM line WHERE snapshot IN"
                " (SELECT number FROM snapshot WHERE database = ?)",
                number,
            )
            file.run("DELETE FROM snapshot WHERE database = ?", number)
            file.run("DELETE FROM database WHERE number = ?", number)

    def _no_snapshot(self, database_id: str, name: str) -> StateError:
        known = ", ".join(one.name for one in self._shelves[database_id].all()) or "none"
        return StateError(404, f"There is no snapshot {name}; there are: {known}")


def contents_of(served: OpenDatabase) -> Contents:
    """What a database holds.

    Raises:
        StateError: What answers for it is somebody's own.
    """
    contents = getattr(served.service, "contents", None)
    if isinstance(contents, Contents):
        return contents
    raise StateError(501, "What answers for this database does not show what it holds")


def _hold(served: OpenDatabase, contents: Contents, now: float) -> None:
    service = served.service
    if isinstance(service, DurableService):
        service.replace(contents, now)
    elif isinstance(service, RecombeeService):
        hold(service, contents)


def _merged(database: Database, kept: Settings) -> Database:
    """The database with its settings from the file, but for those that it was given."""
    changes = {
        field.name: getattr(kept, field.name)
        for field in attrs.fields(Settings)
        if getattr(database, field.name) == field.default
    }
    return attrs.evolve(database, **changes)


def tell_clock(clock: Clock) -> str:
    """A clock as JSON text."""
    shown = clock.at(0.0)
    if clock.frozen:
        return json.dumps({"frozen": shown})
    return json.dumps({"ahead": shown}) if shown else "{}"


def set_clock(clock: Clock, told: str) -> None:
    """Have a clock show what another one showed."""
    found = json.loads(told)
    if "frozen" in found:
        clock.freeze(0.0, found["frozen"])
    elif "ahead" in found:
        clock.set(0.0, found["ahead"])
