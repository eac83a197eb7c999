"""Files of many lines that appear whole or not at all."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path


def write_lines(
    path: Path, lines: Iterable[bytes], told: Callable[[int], None] = lambda _step: None
) -> int:
    """Write a file in one step; the number of lines.

    Raises:
        OSError: It cannot be written; what was there before still is.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}")
    count = 0
    try:
        with part.open("wb") as file:
            for line in lines:
                file.write(line)
                count += 1
                told(1)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count
