"""From the command line to an exit status."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from aiorecombee.cli.dispatch import Command, dispatch
from aiorecombee.cli.usage import EXIT_USAGE, UsageError

# What a shell reports for a process that the signal ended.
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141

_COMMANDS: Final[Mapping[str, Command]] = {
    "send": Command("send.program", "send one request, or a file of them, and print the answers"),
    "doctor": Command("doctor.program", "find out why a database cannot be reached"),
    "segment": Command("segment.program", "map, explain, check and compare Segment events"),
}
_ABOUT: Final = """\
Recombee for Python services: try the parts of the library from a shell.

example:
  aiorecombee send AddDetailView user-1 item-7 --cascade-create
  aiorecombee segment map events.jsonl | head -3
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the result is the exit status."""
    try:
        _require_output()
        return dispatch("aiorecombee", _ABOUT, _COMMANDS, sys.argv[1:] if argv is None else argv)
    except SystemExit as stop:  # argparse has said what it had to say
        return stop.code if isinstance(stop.code, int) else EXIT_USAGE
    except UsageError as error:
        _complain(str(error))
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit; that must not fail loudly either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except OSError as error:  # a full disk, a terminal that went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _complain(f"cannot write the output: {error.strerror}")
        return EXIT_USAGE


def _require_output() -> None:
    if sys.stdout is None:  # closed by whoever started it
        raise UsageError("standard output is closed")


def _complain(text: str) -> None:
    if sys.stderr is not None:  # closed, too
        sys.stderr.write(f"aiorecombee: {text}\n")
