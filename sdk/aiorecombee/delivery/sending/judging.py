"""Answers become verdicts; pure."""

from collections.abc import Sequence
from typing import Any, Final

from aiorecombee.delivery.queue import Delivered, Rejected, RetryLater, Returned, Verdict
from aiorecombee.delivery.sending.planning import Job
from aiorecombee.delivery.sent_again import asked, is_there_already, is_worth_waiting
from aiorecombee.errors import RecombeeError
from aiorecombee.requests.batch import Answer

_DELIVERED: Final = Delivered()
_LONGEST: Final = 1_000  # characters of a reason


def judged(jobs: Sequence[Job], answers: Sequence[Answer[Any]]) -> dict[int, Verdict]:
    """Verdicts on the jobs whose requests are all answered; the answers are in their order."""
    verdicts: dict[int, Verdict] = {}
    start = 0
    for job in jobs:
        end = start + len(job.requests)
        if end > len(answers):
            break
        verdicts[job.number] = verdict_on(job, answers[start:end])
        start = end
    return verdicts


def verdict_on(job: Job, answers: Sequence[Answer[Any]]) -> Verdict:
    """The verdict on an event: it is delivered when each of its requests is settled."""
    failed = [one for one in answers if one.error is not None]
    if not failed and not job.faults:
        return _DELIVERED
    open_errors = [
        one.error for one in failed if one.error and not is_there_already(one.request, one.status)
    ]
    later = [error for error in open_errors if is_worth_waiting(error)]
    if later:
        return RetryLater(_bounded(str(later[0])), max(map(asked, later)))
    reasons = [*job.faults, *map(str, open_errors)]
    if reasons:
        return Rejected(_bounded("; ".join(reasons)))
    return Delivered(already_there=len(failed) == len(answers))


def refused(job: Job, error: RecombeeError) -> Rejected:
    """The verdict on an event that is to blame for the failure of its batch."""
    return Rejected(_bounded("; ".join([*job.faults, str(error)])))


def returned(jobs: Sequence[Job], seconds: float) -> dict[int, Verdict]:
    """Verdicts on jobs of which nothing is known, and nothing is wrong with."""
    return {job.number: Returned(seconds) for job in jobs}


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
