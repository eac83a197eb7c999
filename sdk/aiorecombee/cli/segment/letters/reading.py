"""What somebody typed becomes an event, or the place where it is none."""

import json
from typing import Any, Final

from aiorecombee.cli.usage import UsageError
from aiorecombee.forwarder.call import Accepted
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.mended import take_mended

LONGEST: Final = 4 * 2**20
"""Bytes that are read; an event has less than a quarter, but may be spread over many lines."""


def read_event(text: bytes, named: str) -> Accepted:
    """Read an event; `named` says in messages where it stands.

    Raises:
        UsageError: It is no event.
    """
    if len(text) > LONGEST:
        raise UsageError(f"{named}: {Fault.TOO_LARGE.reason}")
    taken = take_mended(_read_json(text, named), Keeper())
    if isinstance(taken, Fault):
        raise UsageError(f"{named}: {taken.reason}")
    return taken


def _read_json(text: bytes, named: str) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{named}, line {line}: it is not UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"{named}, line {error.lineno}, column {error.colno}"
        raise UsageError(f"{where}: it is not JSON: {error.msg}") from None
    except ValueError as error:  # NaN, or a number of thousands of digits
        raise UsageError(f"{named}: it is not JSON: {error}") from None
    except RecursionError:
        raise UsageError(f"{named}: {Fault.TOO_DEEP.reason}") from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
