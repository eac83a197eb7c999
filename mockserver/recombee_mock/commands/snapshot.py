"""Save, list, restore and delete states of a database by name.

  recombee-mock snapshot save before-checkout
  recombee-mock snapshot list
  recombee-mock snapshot restore before-checkout
  recombee-mock snapshot delete before-checkout

They live as long as the server, or with --data in its file.
"""

import argparse
import sys
from typing import Final

from recombee_mock.commands.reach import CommandError, Reached, add_place, reach
from recombee_mock.commands.usage import UsageError

_TROUBLE: Final = 1
_ACTS: Final = ("save", "list", "restore", "delete")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("act", choices=_ACTS, metavar="save, list, restore or delete")
    parser.add_argument("name", nargs="?", help="of the snapshot")
    add_place(parser)


def run(settings: argparse.Namespace) -> int:
    """Do it; the result is the exit status."""
    try:
        if (settings.name is None) != (settings.act == "list"):
            shape = "takes no name" if settings.act == "list" else "needs the name of a snapshot"
            raise UsageError(f"snapshot: {settings.act} {shape}")
        with reach(settings) as database:
            text = _act(database, settings.act, settings.name)
    except CommandError as error:
        print(f"recombee-mock snapshot: {error}", file=sys.stderr)  # noqa: T201 - a command
        return _TROUBLE
    print(text)  # noqa: T201 - this is a command
    return 0


def _act(database: Reached, act: str, name: str) -> str:
    if act == "save":
        database.save(name)
        return f"{database.id} saved as {name}"
    if act == "restore":
        database.restore(name)
        return f"{database.id} is what it was at {name}"
    if act == "delete":
        database.delete_snapshot(name)
        return f"{name} deleted"
    listed = [
        f"{one['name']:30} {one['taken']}  {one['size']:>12,}" for one in database.snapshots()
    ]
    return "\n".join(listed) or f"{database.id} has no snapshots"
