"""Write everything in a database as requests, one a line (JSON).

The lines are what `recombee-mock seed` and `--seed` take. All but those with scenarios and settings
are what a batch of the real service takes, too.

  recombee-mock export -o shop.jsonl
  recombee-mock export --database shop | gzip > shop.jsonl.gz
  recombee-mock export --data shop.db -o shop.jsonl
"""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from recombee_mock.commands.progress import progress
from recombee_mock.commands.reach import CommandError, add_place, reach
from recombee_mock.whole_file import write_lines

_TROUBLE: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_place(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to (default: printed)")


def run(settings: argparse.Namespace) -> int:
    """Export; the result is the exit status."""
    try:
        with reach(settings) as database:
            if settings.output is None:
                _print(database.export())
                return 0
            with progress(f"out of {database.id}", 0) as told:
                lines = write_lines(Path(settings.output), database.export(), told)
    except CommandError as error:
        print(f"recombee-mock export: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return _TROUBLE
    except BrokenPipeError:  # whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        text = f"recombee-mock export: {settings.output or 'the output'}: {error.strerror}"
        print(text, file=sys.stderr)  # noqa: T201 - this is a command
        return _TROUBLE
    print(f"{lines} lines in {settings.output}", file=sys.stderr)  # noqa: T201 - likewise
    return 0


def _print(lines: Iterable[bytes]) -> None:
    for line in lines:
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
