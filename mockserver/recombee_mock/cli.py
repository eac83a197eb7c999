"""The command `recombee-mock`: finds the command that is meant, and says what went wrong."""

import os
import sys
from collections.abc import Sequence
from typing import Final

from recombee_mock.commands.options import COMMANDS, Parser, parse, read
from recombee_mock.commands.usage import UsageError

EXIT_TROUBLE: Final = 1
EXIT_USAGE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in COMMANDS:
            return _run(given[0], given[1:])
        settings = parse(given)
        from recombee_mock.commands import serve  # noqa: PLC0415 - after all is understood

        return serve.run(settings)
    except UsageError as error:
        print(f"recombee-mock: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return EXIT_USAGE
    except KeyboardInterrupt:  # while starting; later the signal has a handler
        return 0


def _run(name: str, arguments: list[str]) -> int:
    import argparse  # noqa: PLC0415 - loaded by options already
    from importlib import import_module  # noqa: PLC0415

    command = import_module(f"recombee_mock.commands.{name}")
    parser = Parser(
        prog=f"recombee-mock {name}",
        description=command.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    settings = read(parser, arguments)
    try:
        status: int = command.run(settings)
        print(end="", flush=True)  # noqa: T201 - or it would fail where nobody can say so
    except OSError as error:
        return _cut_off(name, error)
    return status


def _cut_off(name: str, error: OSError) -> int:
    """Whatever cannot be written is dropped, lest it be tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):  # whoever reads has enough
        return 0
    text = f"recombee-mock {name}: {error.filename or 'the output'}: {error.strerror}"
    print(text, file=sys.stderr)  # noqa: T201 - this is a command
    return EXIT_TROUBLE
