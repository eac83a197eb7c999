"""Which files an archive consists of, and in which order they are read."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from aiorecombee.delivery.replaying.errors import ArchiveError

STANDARD_INPUT: Final = "-"
_SHORTEST_DAY: Final = 12  # digits of a day in milliseconds, from 1973 on


def find(paths: Iterable[str]) -> list[str]:
    """The files that are meant, each once however it is called, by the name that comes first.

    A directory stands for all files below it, without hidden ones; links to other directories are
    not followed. In the layout of Segment's buckets (a folder for each day, called by its
    milliseconds since 1970) they come in order of day and name, whatever source they belong to;
    otherwise in order of their paths.

    Raises:
        ArchiveError: Something is not there, or a directory holds no file.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _files(path):
            found.setdefault(file if file == STANDARD_INPUT else absolute(file), file)
    return list(found.values())


def absolute(path: str) -> str:
    """The name that a file has wherever it is called from."""
    return str(Path(path).absolute())


def by_time(parts: Sequence[str]) -> tuple[int, str, Sequence[str]]:
    """What the files of a directory are sorted by.

    Args:
        parts: Of the path of a file below the directory.
    """
    days = [part for part in parts[:-1] if _is_day(part)]
    return (int(days[-1]), parts[-1], parts) if days else (0, "", parts)


def _is_day(part: str) -> bool:
    return len(part) >= _SHORTEST_DAY and part.isascii() and part.isdecimal()


def _refuse(error: OSError) -> None:
    raise ArchiveError(f"{error.filename}: {error.strerror}")


def _files(path: str) -> list[str]:
    if path == STANDARD_INPUT:
        return [path]
    place = Path(path)
    if not place.is_dir():
        return [path]
    below = [
        Path(folder, name).relative_to(place).parts
        for folder, _, names in os.walk(place, onerror=_refuse)
        for name in names
    ]
    seen = [parts for parts in below if not any(part.startswith(".") for part in parts)]
    if not seen:
        raise ArchiveError(f"{path}: there is no file in it")
    return [str(place.joinpath(*parts)) for parts in sorted(seen, key=by_time)]
