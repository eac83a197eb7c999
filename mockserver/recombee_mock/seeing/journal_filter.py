"""Which entries of the journal are asked for."""

import re
from typing import Final

import attrs

from recombee_mock.seeing.entry import Row

_CLASS: Final = re.compile("[1-5]xx")
_CODE: Final = re.compile("0|[1-5][0-9][0-9]")
"""0 is what the journal says when no answer was made."""


def _status(text: str | int | tuple[int, int] | None) -> tuple[int, int] | None:
    if text is None or isinstance(text, tuple):
        return text
    word = str(text).lower()
    if _CLASS.fullmatch(word):
        return int(word[0]) * 100, int(word[0]) * 100 + 99
    if _CODE.fullmatch(word):
        return int(word), int(word)
    raise ValueError("status must be a number such as 404, or a class such as 4xx")


def _method(name: str | None) -> str | None:
    return None if name is None else name.upper()


@attrs.frozen(kw_only=True)
class Filter:
    """What an entry must be; `None` leaves it open.

    Attributes:
        operation: Request class it was understood as.
        status: Lowest and highest status; also made of `404` or `4xx`.
        method: HTTP method, in any letter case.
        path: How the path behind the database ID begins.
        auth: Verdict on its signature.
        fault: Whether a fault befell it.
    """

    operation: str | None = None
    status: tuple[int, int] | None = attrs.field(default=None, converter=_status)
    method: str | None = attrs.field(default=None, converter=_method)
    path: str | None = None
    auth: str | None = None
    fault: bool | None = None

    def takes(self, row: Row) -> bool:
        """Whether a row is wanted."""
        return (
            (self.operation is None or row[6] == self.operation)
            and self.takes_status(row[7])
            and (self.method is None or row[2].upper() == self.method)
            and (self.path is None or _path(row).startswith(self.path.encode()))
            and (self.auth is None or row[8] == self.auth)
            and (self.fault is None or bool(row[11]) is self.fault)
        )

    def takes_status(self, status: int) -> bool:
        """Whether an answer of that status is wanted."""
        return self.status is None or self.status[0] <= status <= self.status[1]


def _path(row: Row) -> bytes:
    """The path behind the database ID."""
    target = row[3].partition(b"?")[0]
    slash = target.find(b"/", 1)
    return target[slash:] if slash >= 0 else b"/"


EVERYTHING = Filter()
