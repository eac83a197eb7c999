"""JSON lines, read so that one bad line does not stop the rest."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

_MARK: Final = b"\xef\xbb\xbf"  # some editors put it in front of UTF-8


@attrs.frozen
class Unreadable:
    """What stands in place of an event that is not JSON."""

    reason: str


def read_events(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield the number and the value of each line that is not blank."""
    for number, line in enumerate(lines, 1):
        text = (line.removeprefix(_MARK) if number == 1 else line).strip(b" \t\r\n")
        if text:
            yield number, _parse(text)


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return Unreadable("The line is not UTF-8.")
    except RecursionError:
        return Unreadable("The line is nested too deeply.")
    except ValueError as error:
        return Unreadable(f"The line is not JSON: {error}.")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
