"""Findings as people and programs read them."""

import textwrap
from collections.abc import Mapping
from typing import Any, Final

from aiorecombee.cli.doctor.diagnosis import CHECKS, Diagnosis
from aiorecombee.cli.doctor.finding import Verdict
from aiorecombee.segment.explaining.shown import printable

_WIDTH: Final = max(map(len, CHECKS))
_MILLISECONDS: Final = 1000


def line_of(check: str, verdict: Verdict) -> str:
    """A finding on one line."""
    time = "" if verdict.seconds is None else f"  ({verdict.seconds * _MILLISECONDS:.0f} ms)"
    return f"{verdict.outcome:8} {check:{_WIDTH}}  {printable(verdict.said)}{time}"


def advice(diagnosis: Diagnosis, width: int) -> str:
    """What to do, as a paragraph."""
    failure = diagnosis.failure
    if failure is None:
        return "\nAll is well: the database is reached, and the token opens it."
    said = textwrap.wrap(
        printable(failure.remedy), width, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(["", "What to do:", *said])


def as_json(diagnosis: Diagnosis) -> Mapping[str, Any]:
    """Everything, for a program."""
    failure = diagnosis.failure
    return {
        "ok": failure is None,
        "cause": None if failure is None else failure.cause,
        "remedy": None if failure is None else failure.remedy,
        "checks": [
            {
                "check": check,
                "outcome": str(verdict.outcome),
                "said": verdict.said,
                "seconds": None if verdict.seconds is None else round(verdict.seconds, 4),
            }
            for check, verdict in diagnosis.findings.items()
        ],
    }
