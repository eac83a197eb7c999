"""Files that commands read: opened by name, unpacked by name."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from aiorecombee.cli.usage import UsageError

STANDARD_INPUT: Final = "-"
_PACKED: Final = ".gz"


@contextmanager
def opened(path: str, named: str = "") -> Iterator[BinaryIO]:
    """Open a file for reading: `-` is standard input, a name that ends in `.gz` is unpacked.

    Args:
        path: Its name.
        named: What stands before the name in messages: the option that it came with.

    Raises:
        UsageError: It cannot be opened, or what is packed is damaged.
    """
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise UsageError(f"{named}{path}: standard input is closed")
        yield sys.stdin.buffer
        return
    try:
        file = _open(path)
    except OSError as error:
        raise UsageError(f"{named}{path}: {error.strerror}") from None
    with file:
        try:
            yield file
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise UsageError(f"{named}{path}: damaged, or not gzip as its name says") from None


def _open(path: str) -> BinaryIO:
    if path.endswith(_PACKED):
        return io.BufferedReader(gzip.open(path))
    return Path(path).open("rb")
