"""What was decided for one request."""

from collections.abc import Callable
from random import Random
from typing import TypeAlias

import attrs


@attrs.frozen
class Refused:
    """An answer that takes the place of the real one.

    Attributes:
        status: HTTP status.
        body: Its text.
        retry_after: The header's value, `None` for no such header.
        after: Whether the request is carried out all the same.
        content_type: Of a body that is not JSON.
    """

    status: int
    body: bytes
    retry_after: str | None = None
    after: bool = False
    content_type: str | None = None


Spoil: TypeAlias = Callable[[int, str, Random], tuple[int, str] | None]
"""From position and operation of a batch's item to the status and text it fails with."""


@attrs.define
class Plan:
    """Everything that the faults do to one request; where two say the same, the first counts.

    Attributes:
        operation: The request class.
        names: The kinds of the effects, in order.
        skew: Seconds by which the server's clock is wrong.
        wait_before: Seconds until the request is looked at.
        wait_after: Seconds from its being done to its answer.
        refused: What to answer instead.
        reset: Whether the connection is reset: `before` the request is done, `after`, or not.
        keep: Share of the answer's body that is sent before the connection closes.
        rate: Bytes a second of the answer's body.
        rate_most: Seconds that the body takes at most.
        spoils: What makes items of a batch fail, each with its source of chance.
    """

    operation: str = ""
    names: list[str] = attrs.Factory(list)
    skew: float = 0.0
    wait_before: float = 0.0
    wait_after: float = 0.0
    refused: Refused | None = None
    reset: str | None = None
    keep: float | None = None
    rate: float | None = None
    rate_most: float = 0.0
    spoils: list[tuple[Spoil, Random]] = attrs.Factory(list)

    @property
    def name(self) -> str:
        """For the journal."""
        return "+".join(self.names)
