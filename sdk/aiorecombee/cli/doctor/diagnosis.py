"""From what was seen to findings, or to what must be looked at next: a pure function."""

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from aiorecombee.cli.doctor.answered import judge_answer, judge_service
from aiorecombee.cli.doctor.finding import EARLIER, Judgement, Outcome, Verdict
from aiorecombee.cli.doctor.reached import (
    judge_configuration,
    judge_connection,
    judge_name,
    judge_proxy,
    judge_tls,
)
from aiorecombee.cli.doctor.recognised import judge_clock, judge_database, judge_token
from aiorecombee.cli.doctor.seen import Question, Seen, Target

_CHECKS: Final[Mapping[str, Callable[[Seen, Target], Judgement]]] = {
    "proxy": judge_proxy,
    "host name": judge_name,
    "connection": judge_connection,
    "TLS": judge_tls,
    "answer": judge_answer,
    "service": judge_service,
    "clock": judge_clock,
    "database": judge_database,
    "token": judge_token,
}
"""In the order of a request's way: none has a meaning before those above it are well."""

CHECKS: Final = ("configuration", *_CHECKS)


@attrs.frozen
class Diagnosis:
    """How far it is.

    Attributes:
        findings: Verdicts by check, in order; what is here stays, whatever is seen later.
        question: What to look at next; `None` when all is decided.
    """

    findings: Mapping[str, Verdict]
    question: Question | None

    @property
    def failure(self) -> Verdict | None:
        """The check that failed, if one did."""
        return next((v for v in self.findings.values() if v.outcome is Outcome.FAILED), None)


def diagnose(seen: Seen) -> Diagnosis:
    """Judge one check after the other, up to the first that needs more to be seen."""
    findings = {"configuration": judge_configuration(seen)}
    if isinstance(seen.target, str):
        return Diagnosis(findings | dict.fromkeys(_CHECKS, EARLIER), None)
    failure = False
    for name, judge in _CHECKS.items():
        judgement = EARLIER if failure else judge(seen, seen.target)
        if isinstance(judgement, Question):
            return Diagnosis(findings, judgement)
        findings[name] = judgement
        failure = failure or judgement.outcome is Outcome.FAILED
    return Diagnosis(findings, None)
