"""Commands with subcommands, each loaded when it is called."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

import attrs

from aiorecombee._version import __version__
from aiorecombee.cli.usage import EXIT_USAGE


@attrs.frozen
class Command:
    """A subcommand.

    Attributes:
        module: Module in this package with `run(prog, argv) -> exit status`.
        about: What it does, in one line.
    """

    module: str
    about: str


def dispatch(prog: str, about: str, commands: Mapping[str, Command], argv: Sequence[str]) -> int:
    """Run the subcommand that the arguments begin with; without any, show what there is."""
    listed = "\n".join(f"  {name:10} {command.about}" for name, command in commands.items())
    parser = argparse.ArgumentParser(
        prog,
        description=about,
        epilog=f"commands:\n{listed}\n\n`{prog} COMMAND --help` explains one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"aiorecombee {__version__}")
    parser.add_argument("command", choices=commands, metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    if not argv:
        parser.print_help(sys.stderr)
        return EXIT_USAGE
    given = parser.parse_args(argv)
    module = import_module(f"aiorecombee.cli.{commands[given.command].module}")
    status: int = module.run(f"{prog} {given.command}", given.arguments)
    return status
