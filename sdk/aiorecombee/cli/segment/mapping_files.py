"""Files of mappings, read so that an error names the line."""

from typing import Any, Final

from aiorecombee.cli.files import opened
from aiorecombee.cli.usage import UsageError
from aiorecombee.errors import MappingError
from aiorecombee.segment.checking.positions import JsonTextError, Place, locate
from aiorecombee.segment.exported import read_mappings

ADVICE: Final = "`aiorecombee segment validate` shows all that is wrong, with its line."


def read_mapping_file(path: str, option: str) -> list[dict[str, Any] | str]:
    """Read the mappings that an option names.

    Raises:
        UsageError: They cannot be read, are not JSON, or are no mappings.
    """
    try:
        return read_mappings(locate(read_text(path, f"{option} ")).value)
    except JsonTextError as error:
        raise UsageError(f"{option} {path}: not JSON: {error}. {error.remedy}") from None
    except MappingError as error:
        raise UsageError(f"{option} {path}: {error}\n  {ADVICE}") from None


def read_text(path: str, named: str = "") -> str:
    """Read a file as text; `named` says in messages what names it.

    Raises:
        UsageError: It cannot be read.
        JsonTextError: It is not UTF-8.
    """
    with opened(path, named) as file:
        read = file.read()
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = read[: error.start].decode("utf-8-sig")
        place = Place.of(len(before), before)
        raise JsonTextError("the file is not UTF-8", "Save it as UTF-8.", place) from None
