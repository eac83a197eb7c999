"""The database that a command works on: at a running server, or in a data file without one."""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, Protocol
from urllib.parse import quote

from recombee_mock.client.carriers import HttpCarrier, MockControlError, refusal
from recombee_mock.client.database_control import DatabaseControl

DEFAULT_URL: Final = "http://127.0.0.1:8484"
_WITHIN: Final = 60.0
_LINES: Final = 5_000
_BYTES: Final = 4 * 2**20
_LISTED: Final = 20


class CommandError(Exception):
    """The command cannot be carried out; the text says why and what to do."""


class Report(dict[str, Any]):
    """What became of lines: `lines`, `done`, `conflicts`, `failed`, and the first `failures`."""


class Reached(Protocol):
    """A database, wherever it is."""

    id: str

    def take(self, lines: Iterable[bytes], told: Callable[[int], None]) -> Report:
        """Carry lines out; `told` hears of every piece how many bytes it had."""

    def export(self) -> Iterator[bytes]:
        """Everything in it as lines."""

    def snapshots(self) -> list[Any]:
        """Its snapshots, as the control API lists them."""

    def save(self, name: str) -> Any:
        """Take a snapshot."""

    def restore(self, name: str) -> None:
        """Go back to a snapshot."""

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot."""


def add_place(parser: argparse.ArgumentParser) -> None:
    """The options that say which database is meant."""
    add = parser.add_argument
    add("--url", default=DEFAULT_URL, help="a running mock (default: %(default)s)")
    add("--database", metavar="ID", help="the database (default: the only one there is)")
    add("--data", metavar="FILE", help="a data file that no server has open, instead of --url")


@contextmanager
def reach(settings: argparse.Namespace) -> Iterator[Reached]:
    """The database that the options name.

    Raises:
        CommandError: It cannot be reached, or says no.
    """
    try:
        if settings.data is None:
            yield _at_server(settings.url, settings.database)
        else:
            with _in_file(settings.data, settings.database) as found:
                yield found
    except (MockControlError, ValueError) as error:
        raise CommandError(str(error)) from None


class AtServer(DatabaseControl):
    """A database of a running server."""

    def __init__(self, database_id: str, carrier: HttpCarrier) -> None:
        super().__init__(database_id, carrier)
        self.id = database_id
        self._http = carrier

    def take(self, lines: Iterable[bytes], told: Callable[[int], None]) -> Report:
        """Carry lines out, a piece at a time; the numbers of lines go on."""
        whole = Report(lines=0, done=0, conflicts=0, failed=0, failures=[])
        for piece in _pieces(lines):
            path = f"/_mock/databases/{quote(self.id)}/import"
            status, answer = self._http.carry("POST", path, b"\n".join(piece))
            if status != 200:  # noqa: PLR2004 - OK
                error = refusal(status, answer)
                text = f"{error} (in the {len(piece)} lines after line {whole['lines']})"
                raise CommandError(text)
            _add(whole, json.loads(answer), len(piece))
            told(sum(len(line) + 1 for line in piece))
        return whole

    def export(self) -> Iterator[bytes]:
        """Everything in it as lines."""
        yield from self._http.follow(f"/_mock/databases/{quote(self.id)}/export")


def _at_server(url: str, database: str | None) -> AtServer:
    carrier = HttpCarrier(url, _WITHIN)
    status, answer = carrier.carry("GET", "/_mock/databases", None)
    if status != 200:  # noqa: PLR2004 - OK
        raise refusal(status, answer)
    known = [one["database"] for one in json.loads(answer)["databases"]]
    return AtServer(_choose(known, database), carrier)


def _choose(known: list[str], wanted: str | None) -> str:
    shown = ", ".join(known) or "none"
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted is None:
        raise CommandError(f"say which database is meant with --database; there are: {shown}")
    if wanted not in known:
        raise CommandError(f"there is no database {wanted}; there are: {shown}")
    return wanted


def _pieces(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    piece: list[bytes] = []
    size = 0
    for line in lines:
        piece.append(line.rstrip(b"\r\n"))
        size += len(line)
        if len(piece) >= _LINES or size >= _BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _add(whole: Report, part: dict[str, Any], lines: int) -> None:
    for failure in part["failures"][: _LISTED - len(whole["failures"])]:
        whole["failures"].append({**failure, "line": failure["line"] + whole["lines"]})
    whole["lines"] += lines
    for name in ("done", "conflicts", "failed"):
        whole[name] += part[name]


class InFile:
    """A database in a data file."""

    def __init__(self, estate: Any, served: Any) -> None:
        self.id: str = served.id
        self._estate = estate
        self._served = served

    def take(self, lines: Iterable[bytes], told: Callable[[int], None]) -> Report:
        """Carry lines out."""
        from recombee_mock.data.lines import Intake  # noqa: PLC0415 - only with --data

        intake = Intake(self._served, time.time())
        for piece in _pieces(lines):
            intake.take(piece)
            told(sum(len(line) + 1 for line in piece))
        return Report(intake.report.to_json())

    def export(self) -> Iterator[bytes]:
        """Everything in it as lines."""
        from recombee_mock.data.estate import contents_of  # noqa: PLC0415 - only with --data
        from recombee_mock.data.export import export  # noqa: PLC0415

        yield from export(contents_of(self._served))

    def snapshots(self) -> list[Any]:
        """Its snapshots, as the control API lists them."""
        from recombee_mock.control.snapshots import shown  # noqa: PLC0415 - only with --data

        return [shown(one) for one in self._estate.snapshots(self.id)]

    def save(self, name: str) -> Any:
        """Take a snapshot."""
        self._estate.save(self.id, name, time.time())

    def restore(self, name: str) -> None:
        """Go back to a snapshot."""
        self._estate.restore(self.id, name, time.time())

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot."""
        self._estate.delete(self.id, name)


@contextmanager
def _in_file(path: str, database: str | None) -> Iterator[InFile]:
    from recombee_mock.data.estate import Estate  # noqa: PLC0415
    from recombee_mock.data.file import DataError, DataFile  # noqa: PLC0415
    from recombee_mock.data.snapshots import StateError  # noqa: PLC0415
    from recombee_mock.service import Service  # noqa: PLC0415
    from recombee_mock.shell.admission import Admission  # noqa: PLC0415 - only with --data

    try:
        file = DataFile(path, must_exist=True)
        estate = Estate(Admission(), Service, 0.0, file, now=time.time())
        try:
            known = estate.kept
            found = estate.open_kept(_choose(known, database))
            for other in estate.kept:
                estate.open_kept(other)
            yield InFile(estate, found)
        finally:
            estate.finish(time.time())
    except DataError as error:
        raise CommandError(str(error)) from None
    except StateError as error:
        raise CommandError(error.text) from None


def chained(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The lines of several files as those of one."""
    return chain.from_iterable(parts)
