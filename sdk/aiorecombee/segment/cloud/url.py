"""What an HTTP client makes of a path that was put together from raw text.

Source: WHATWG URL Standard (path state, percent-encode sets), and Node's `url.parse`, which
encodes a few characters more.
"""

import re
from typing import Final
from urllib.parse import quote

from aiorecombee.segment.javascript import well_formed

_DROPPED: Final = re.compile(r"[\t\n\r]")
_LET_THROUGH: Final = "".join(
    chr(code) for code in range(0x21, 0x7F) if chr(code) not in "\"'#<>?`{}^|\\"
)
_ONE_UP: Final = re.compile(r"(?:\.|%2e){2}", re.IGNORECASE)
_HERE: Final = re.compile(r"\.|%2e", re.IGNORECASE)


def normalised(target: str) -> str:
    """The path and query that go out when these were asked for."""
    written, _, _ = _DROPPED.sub("", target).partition("#")
    path, mark, query = written.partition("?")
    segments = _resolved(path.replace("\\", "/").split("/")[1:])
    return "/" + "/".join(map(_encoded, segments)) + mark + _encoded(query, "?")


def _resolved(segments: list[str]) -> list[str]:
    """Without `.` and `..`, which lead to where they say even when they are somebody's ID."""
    kept: list[str] = []
    for at, segment in enumerate(segments):
        is_last = at == len(segments) - 1
        if _ONE_UP.fullmatch(segment):
            del kept[-1:]
        elif not _HERE.fullmatch(segment):
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return kept


def _encoded(text: str, also: str = "") -> str:
    return quote(well_formed(text), safe=_LET_THROUGH + also)
