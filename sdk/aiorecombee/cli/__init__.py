"""The command `aiorecombee`."""

from aiorecombee.cli.program import main

__all__ = ["main"]
