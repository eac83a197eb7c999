"""What `recombee-mock serve` does with data files, beginning and end."""

import errno
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recombee_mock.data.estate import contents_of
from recombee_mock.data.export import export
from recombee_mock.data.file import DataError
from recombee_mock.data.lines import Intake, Report
from recombee_mock.data.snapshots import StateError
from recombee_mock.store.contents import Contents
from recombee_mock.whole_file import write_lines

if TYPE_CHECKING:
    from recombee_mock.databases import OpenDatabase
    from recombee_mock.server import MockServer

_LONG: Final = 1.0


def tell_progress() -> Callable[[int, int], None]:
    """Says on stderr how far reading a data file is, once that takes long."""
    began = shown = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - began > _LONG and now - shown > _LONG:
            shown = now
            share = 100 * done // (total or 1)
            _say(f"reading the data file: {done:,} of {total:,} entries ({share} %)")

    return tell


def seed(server: "MockServer", wanted: Iterable[str]) -> None:
    """Import files, each `[DATABASE=]FILE`, into databases that are empty.

    Lines that fail are told on stderr. What a data file has brought along stays as it is, so that
    the same command starts the server every time.

    Raises:
        DataError: There is no such file or database.
    """
    for text in wanted:
        served, path = _meant(server, text, "--seed")
        if not _is_empty(contents_of(served)):
            _say(f"{served.id} holds data already, so {path} is left out")
            continue
        try:
            with path.open("rb") as file:
                report = Intake(served, server.now()).take(file)
        except OSError as error:
            raise DataError(f"--seed: {path}: {error.strerror}") from None
        except StateError as error:
            raise DataError(f"--seed: {path}: {error.text}") from None
        _tell(path, report)
    server.estate.settle(server.now())


def export_all(server: "MockServer", wanted: Iterable[str]) -> None:
    """Write databases to files, each `[DATABASE=]FILE`, as `seed` takes them.

    Raises:
        DataError: There is no such database, or its file cannot be written.
    """
    for text in wanted:
        served, path = _meant(server, text, "--export-on-exit")
        try:
            write_lines(path, export(contents_of(served)))
        except OSError as error:
            raise DataError(f"--export-on-exit: {path}: {error.strerror}") from None


def leave_out_default(server: "MockServer", database_id: str) -> None:
    """Stop serving the database for local use when a data file has brought others along."""
    if len(server.databases) > 1 and _is_empty(contents_of(server.find(database_id))):
        server.remove_database(database_id)


def check_exports(server: "MockServer", wanted: Iterable[str]) -> None:
    """Refuse `[DATABASE=]FILE` early: at the end the data would be lost.

    Raises:
        DataError: There is no such database, or its file could not be written.
    """
    for text in wanted:
        _, path = _meant(server, text, "--export-on-exit")
        if trouble := _trouble(path):
            raise DataError(f"--export-on-exit: {path}: {os.strerror(trouble)}")


def _trouble(path: Path) -> int:
    """Why a file could not be put there; 0 when it could."""
    if path.is_dir():
        return errno.EISDIR
    if not path.parent.is_dir():
        return errno.ENOENT
    return 0 if os.access(path.parent, os.W_OK) else errno.EACCES


def _meant(server: "MockServer", text: str, option: str) -> "tuple[OpenDatabase, Path]":
    database, equals, path = text.partition("=")
    if not equals:
        path = text
        if len(server.databases) != 1:
            raise DataError(f"{option}: say for which database: ID={text}")
        database = server.databases[0]
    if database not in server.databases:
        known = ", ".join(server.databases)
        raise DataError(f"{option}: there is no database {database}; there are: {known}")
    return server.find(database), Path(path)


def _is_empty(contents: Contents) -> bool:
    tables = (contents.items, contents.users)
    return not any(table.ids or table.properties for table in tables)


def _tell(path: Path, report: Report) -> None:
    if report.failed:
        _say(f"{path}: {report.failed} of {report.lines} lines failed")
    for line in _shown(report):
        _say(f"{path}: {line}")


def _shown(report: Report) -> Iterator[str]:
    for failure in report.failures:
        yield f"line {failure.line}: {failure.status} {failure.message}"


def _say(text: str) -> None:
    print(f"recombee-mock: {text}", file=sys.stderr, flush=True)  # noqa: T201 - for the command
