"""Sending jobs as batches until there is a verdict on each of them."""

import logging
from collections.abc import Sequence
from typing import Any, Final

import attrs

from aiorecombee.client import RecombeeClient
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.queue import Verdict
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.counted import Counted
from aiorecombee.delivery.sending.held import Held
from aiorecombee.delivery.sending.judging import judged, refused, returned, verdict_on
from aiorecombee.delivery.sending.planning import Job
from aiorecombee.delivery.sent_again import GoOn, after, asked
from aiorecombee.errors import InvalidRequestError, RecombeeError
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.endpoint import Request

_LOG: Final = logging.getLogger(__name__)


@attrs.frozen
class Courier:
    """Takes jobs to the service.

    Attributes:
        client: Sends the batches.
        circuit: Is told how it went.
        counted: So is this.
        clock: For the circuit.
    """

    client: RecombeeClient
    circuit: Circuit
    counted: Counted
    clock: Clock

    async def verdicts(self, jobs: Sequence[Job], held: Held) -> dict[int, Verdict]:
        """Verdicts on all jobs; what somebody else may have by now is not sent."""
        verdicts = {job.number: job.verdict for job in jobs if job.verdict is not None}
        sent = [job for job in jobs if job.verdict is None]
        if sent:
            verdicts |= await self._send(sent, held)
        return verdicts

    async def _send(self, jobs: Sequence[Job], held: Held) -> dict[int, Verdict]:
        ours = held.numbers()
        verdicts = returned([job for job in jobs if job.number not in ours], 0.0)
        jobs = [job for job in jobs if job.number in ours]
        return verdicts | await self._send_ours(jobs, held) if jobs else verdicts

    async def _send_ours(self, jobs: Sequence[Job], held: Held) -> dict[int, Verdict]:
        requests = [request for job in jobs for request in job.requests]
        try:
            result = await self.client.send(Batch(requests))
        except InvalidRequestError as error:
            return await self._send_valid(jobs, held, error)
        except RecombeeError as error:
            self.counted.batches[type(error).__name__] += 1
            answers = [] if error.partial is None else list(error.partial)
            verdicts = judged(jobs, answers)
            rest = [job for job in jobs if job.number not in verdicts]
            return verdicts | await self._go_on(rest, held, error)
        self.circuit.succeed()
        self.counted.batches["answered"] += 1
        self.counted.requests += len(requests)
        if result.ok:  # nearly always, and told without an object for each answer
            return {job.number: verdict_on(job, ()) for job in jobs}
        return judged(jobs, list(result))

    async def _send_valid(
        self, jobs: Sequence[Job], held: Held, error: InvalidRequestError
    ) -> dict[int, Verdict]:
        """Leave out what the client refuses; nothing of the batch was sent."""
        checked = list(map(self._checked, jobs))
        if all(now is before for now, before in zip(checked, jobs, strict=True)):
            # It is the batch then, which should not be.
            return {job.number: refused(job, error) for job in jobs}
        verdicts = {job.number: verdict_on(job, ()) for job in checked if not job.requests}
        valid = [job for job in checked if job.requests]
        return verdicts | await self._send(valid, held) if valid else verdicts

    def _checked(self, job: Job) -> Job:
        """The job without requests that the client refuses: what is wrong with them is a fault."""
        valid: list[Request[Any]] = []
        faults: list[str] = []
        for request in job.requests:
            try:
                self.client.check(request)
            except InvalidRequestError as error:
                faults.append(str(error))
            else:
                valid.append(request)
        if not faults:
            return job
        return attrs.evolve(job, requests=tuple(valid), faults=(*job.faults, *faults))

    async def _go_on(
        self, jobs: Sequence[Job], held: Held, error: RecombeeError
    ) -> dict[int, Verdict]:
        """Deal with jobs that a failure left without an answer."""
        way = after(error)
        if way is GoOn.SPLIT:
            return await self._split(jobs, held, error)
        problem = str(error) if way is GoOn.STOP else ""
        if not self.circuit.failures or problem != self.circuit.problem:
            _LOG.warning("events wait: %s", error)
        pause = self.circuit.fail(self.clock.monotonic(), problem, asked(error))
        return returned(jobs, pause)

    async def _split(
        self, jobs: Sequence[Job], held: Held, error: RecombeeError
    ) -> dict[int, Verdict]:
        """Find what is to blame, in order: nothing overtakes what has to wait."""
        self.circuit.succeed()  # it did answer
        if len(jobs) <= 1:
            return {job.number: refused(job, error) for job in jobs}
        middle = len(jobs) // 2
        verdicts = await self._send(jobs[:middle], held)
        if self.circuit.failures:
            return verdicts | returned(jobs[middle:], 0.0)
        return verdicts | await self._send(jobs[middle:], held)
