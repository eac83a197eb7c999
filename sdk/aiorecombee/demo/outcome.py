"""What became of one line of the events file."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import attrs

from aiorecombee.errors import ConflictError, InvalidRequestError, NotFoundError, RecombeeError
from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.destination import Mapped
from aiorecombee.segment.jsonl import Unreadable


class Verdict(StrEnum):
    """In one word; `MEANING` has the sentence."""

    OK = "ok"
    KNOWN = "known"
    MISSING = "missing"
    REFUSED = "refused"
    REJECTED = "rejected"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"
    FAILED = "failed"


MEANING: Final = {
    Verdict.OK: "the server took it",
    Verdict.KNOWN: "409: the server has it already, or something later",
    Verdict.MISSING: "404: there was nothing to delete or to merge",
    Verdict.REFUSED: "the client did not send what the API forbids",
    Verdict.REJECTED: "the mapper could not make a request of it",
    Verdict.IGNORED: "no mapping asks for such events",
    Verdict.UNREADABLE: "the line is not JSON",
    Verdict.FAILED: "something went wrong that should not",
}


@attrs.frozen
class Sent:
    """A request and how it went; `error` is `None` when the server took it."""

    request: Request[Any]
    error: RecombeeError | None = None


@attrs.frozen
class Outcome:
    """A line, what it became, and how that went."""

    line: int
    event: Any
    mapped: Mapped
    sent: Sequence[Sent] = ()

    @property
    def verdict(self) -> Verdict:
        """The one word for it; of several requests, the worst counts."""
        if isinstance(self.event, Unreadable):
            return Verdict.UNREADABLE
        if self.mapped.rejections:
            return Verdict.REJECTED
        if not self.mapped.matched:
            return Verdict.IGNORED
        return max((_of_error(one.error) for one in self.sent), key=list(Verdict).index)


def _of_error(error: RecombeeError | None) -> Verdict:
    if error is None:
        return Verdict.OK
    kinds: tuple[tuple[type[RecombeeError], Verdict], ...] = (
        (ConflictError, Verdict.KNOWN),
        (NotFoundError, Verdict.MISSING),
        (InvalidRequestError, Verdict.REFUSED),
    )
    return next((verdict for kind, verdict in kinds if isinstance(error, kind)), Verdict.FAILED)
