"""What can come of a case, kept apart: a broken contract is not a broken harness."""

from enum import Enum

import attrs


class Outcome(Enum):
    """What came of a case."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    """The server answered, and not as the contract says."""
    ERROR = "error"
    """The suite could not find out: no connection, or a mistake of its own."""
    UNSUPPORTED = "unsupported"
    """The server says (501) that it does not do this."""
    INAPPLICABLE = "inapplicable"
    """The target cannot be prepared as the case needs it, or its credentials are not known."""


@attrs.frozen
class Result:
    """What came of one case.

    Attributes:
        id: The case, and how it was carried out.
        requirement: What it demands.
        source: Where that is known from.
        outcome: What came of it.
        detail: Why, unless it passed.
        seconds: How long it took.
    """

    id: str
    requirement: str
    source: str
    outcome: Outcome
    detail: str
    seconds: float


class ContractBrokenError(Exception):
    """The server's answer is not what the contract says."""


class UnsupportedError(Exception):
    """The server says that it does not do this."""


class InapplicableError(Exception):
    """The target lacks what the case needs."""
