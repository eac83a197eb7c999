"""Files of cases with other expectations, written whole or not at all."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

import attrs

from aiorecombee.cli.usage import UsageError
from aiorecombee.segment.cloud.wire import jsonable

_BETWEEN: Final = re.compile(r"[\ufeff \t\r\n,]*")
_COLON: Final = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_EXPECT: Final = "expect"


def with_expectation(line: bytes, found: Mapping[str, Any]) -> bytes:
    """The line of a case with `expect` replaced, or added; all else stays as it is written.

    A `note` in the old expectation is kept: it is somebody's.
    """
    text = line.decode()
    members = list(_members(text))
    spaced = bool(members) and text[members[0][1] - 1] == " "
    old = [(begin, end) for key, begin, end in members if key == _EXPECT]
    if old:
        begin, end = old[-1]  # of a repeated key the last counts
        expect = _with_note(json.loads(text[begin:end]), found)
        return (text[:begin] + _written(expect, spaced=spaced) + text[end:]).encode()
    end = members[-1][2] if members else text.index("{") + 1
    comma = ("," + " " * spaced) * bool(members)
    added = f'{comma}"{_EXPECT}":{" " * spaced}{_written(found, spaced=spaced)}'
    return (text[:end] + added + text[end:]).encode()


@attrs.define
class Part:
    """A file in the making.

    Attributes:
        changed: How many lines are not as they were.
    """

    _file: BinaryIO
    _path: str
    changed: int = 0

    def write(self, line: bytes) -> None:
        """Write a line as it was."""
        with _told(self._path):
            self._file.write(line)

    def change(self, line: bytes) -> None:
        """Write a line that was another."""
        self.changed += 1
        self.write(line)

    def finish(self) -> None:
        """See to it that all is written."""
        with _told(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())


@contextmanager
def in_place_of(path: str) -> Iterator[Part]:
    """Write a file that takes the place of another one once the block has ended well.

    It does so only if a line is changed.

    Raises:
        UsageError: It cannot be written; the other one is as it was.
    """
    target = Path(path).resolve()  # not the link to it
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _told(path):
            file = beside.open("wb")  # an error in the block is not one of opening
        with file:
            part = Part(file, path)
            yield part
            part.finish()
        if part.changed:
            with _told(path):
                shutil.copymode(target, beside)
                beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path}: cannot be rewritten: {error.strerror}") from None


def _members(text: str) -> Iterator[tuple[str, int, int]]:
    """The keys of the object that a text is, and where their values begin and end."""
    decode = json.JSONDecoder().raw_decode
    at = text.index("{") + 1
    while not text.startswith("}", at := _after(_BETWEEN, text, at)):
        key, at = decode(text, at)
        begin = _after(_COLON, text, at)
        _, at = decode(text, begin)
        yield key, begin, at


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _with_note(old: Any, found: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(old, Mapping) and "note" in old:
        return {**found, "note": old["note"]}
    return found


def _written(value: Any, *, spaced: bool) -> str:
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(jsonable(value), ensure_ascii=False, separators=separators)
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return json.dumps(jsonable(value), separators=separators)  # half a pair has no UTF-8
