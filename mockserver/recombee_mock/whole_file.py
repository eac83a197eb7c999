"""Files that appear whole or not at all, as others wait for them."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step.

    Raises:
        OSError: It cannot be written; names the file itself, not the one on the way to it.
    """
    try:
        with _in_place_of(path) as file:
            file.write(content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def write_lines(
    path: Path, lines: Iterable[bytes], told: Callable[[int], None] = lambda _step: None
) -> int:
    """Write a file of many lines in one step; their number.

    Raises:
        OSError: It cannot be written; what was there before still is.
    """
    count = 0
    with _in_place_of(path) as file:
        for line in lines:
            file.write(line)
            count += 1
            told(1)
    return count


@contextmanager
def _in_place_of(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of another once all of it is written."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
