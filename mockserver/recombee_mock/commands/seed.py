"""Import data into a running mock, or into a data file.

A seed file holds requests as a batch does, one a line (JSON); - is the standard input. Lines that
fail are told with their numbers, the others are carried out; what is there already does not count
as a failure. Without a file, made-up users in clusters of taste come in:

  recombee-mock seed shop.jsonl
  recombee-mock seed --database shop --planted users=1000,items=500,interactions=20000
  recombee-mock seed --data shop.db shop.jsonl
  zcat shop.jsonl.gz | recombee-mock seed -
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recombee_mock.commands.progress import progress
from recombee_mock.commands.reach import CommandError, Report, add_place, chained, reach
from recombee_mock.commands.usage import UsageError

_DAY: Final = 86_400.0
_TROUBLE: Final = 1
_COUNTS: Final = ("clusters", "users", "items", "interactions", "seed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_place(parser)
    add = parser.add_argument
    add("files", metavar="FILE", nargs="*", help="seed files")
    add(
        "--planted",
        metavar="NAME=N,…",
        type=planted_of,
        help=f"made-up data; {', '.join(_COUNTS)}, noise=0.1",
    )


def planted_of(text: str) -> dict[str, float]:
    """The numbers in `users=10,items=5`."""
    chosen: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition("=")
        try:
            chosen[name] = float(number) if name == "noise" else int(number)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{name} needs a number: {name}=100") from None
        if name not in (*_COUNTS, "noise"):
            raise argparse.ArgumentTypeError(f"there are {', '.join(_COUNTS)} and noise")
    return chosen


def run(settings: argparse.Namespace) -> int:
    """Import; the result is the exit status."""
    try:
        if bool(settings.files) == (settings.planted is not None):
            raise UsageError("seed: name files to import, or say --planted; one of both")
        with reach(settings) as database:
            planted = settings.planted
            lines = chained(map(_read, settings.files)) if planted is None else _made_up(planted)
            with progress(f"into {database.id}", _size(settings.files)) as told:
                report = database.take(lines, told)
    except CommandError as error:
        _say(f"recombee-mock seed: {error}")
        return _TROUBLE
    return _tell(report)


def _tell(report: Report) -> int:
    for failure in report["failures"]:
        _say(f"line {failure['line']}: {failure['status']} {failure['message']}")
    there = f", {report['conflicts']} were there already" if report["conflicts"] else ""
    failed = f", {report['failed']} failed" if report["failed"] else ""
    print(f"{report['done']} lines carried out{there}{failed}")  # noqa: T201 - this is a command
    return _TROUBLE if report["failed"] else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - this is a command


def _read(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield from file
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None


def _size(files: list[str]) -> int:
    try:
        return sum(Path(name).stat().st_size for name in files if name != "-")
    except OSError:
        return 0  # reading says what is wrong


def _made_up(chosen: dict[str, float]) -> Iterator[bytes]:
    from recombee_mock.data.lines import line_of  # noqa: PLC0415 - only with --planted
    from recombee_mock.planted import planted  # noqa: PLC0415

    # The same data all day long, so that seeding twice changes nothing.
    today = time.time() // _DAY * _DAY
    for call in planted(**{"until": today, **chosen}):  # type: ignore[arg-type]  # checked
        yield line_of(*call)
