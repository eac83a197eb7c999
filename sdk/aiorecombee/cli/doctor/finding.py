"""What a check comes to."""

from enum import StrEnum
from typing import Final, TypeAlias

import attrs

from aiorecombee.cli.doctor.seen import Question


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@attrs.frozen
class Verdict:
    """How a check ended, and what that rests on.

    Attributes:
        outcome: How.
        said: The evidence, or the reason for skipping it.
        seconds: How long looking took; `None` if nothing was looked at for it.
        cause: Of a failure: a word for programs.
        remedy: Of a failure: what to do.
    """

    outcome: Outcome
    said: str
    seconds: float | None = None
    cause: str = ""
    remedy: str = ""


Judgement: TypeAlias = Verdict | Question
"""A verdict, or what must be looked at before there can be one."""

EARLIER: Final = Verdict(Outcome.SKIPPED, "an earlier check failed")


def ok(said: str, seconds: float | None = None) -> Verdict:
    """All is well."""
    return Verdict(Outcome.OK, said, seconds)


def skipped(reason: str) -> Verdict:
    """There was nothing to check, or no way to."""
    return Verdict(Outcome.SKIPPED, reason)


def failed(cause: str, said: str, remedy: str, seconds: float | None = None) -> Verdict:
    """Something is wrong."""
    return Verdict(Outcome.FAILED, said, seconds, cause, remedy)
