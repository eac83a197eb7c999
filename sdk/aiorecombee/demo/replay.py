"""From events to answers: one call for each request, or one batch for many events."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from aiorecombee.client import RecombeeClient
from aiorecombee.codec import default_codec
from aiorecombee.core.encode import Encoder
from aiorecombee.demo.outcome import Outcome, Sent
from aiorecombee.errors import InvalidRequestError, RecombeeError
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.destination import Destination, Mapped
from aiorecombee.segment.jsonl import Unreadable

_ENCODER: Final = Encoder(default_codec())


def prepare(events: Iterable[tuple[int, Any]], destination: Destination) -> list[Outcome]:
    """Map events; nothing is sent yet."""
    return [
        Outcome(line, event, Mapped() if isinstance(event, Unreadable) else destination.map(event))
        for line, event in events
    ]


async def send_each(client: RecombeeClient, outcome: Outcome) -> Outcome:
    """Send the requests of one event, each in a call of its own."""
    return attrs.evolve(
        outcome, sent=[await _send(client, request) for request in outcome.mapped.requests]
    )


async def _send(client: RecombeeClient, request: Request[Any]) -> Sent:
    try:
        await client.send(request)
    except RecombeeError as error:
        return Sent(request, error)
    return Sent(request)


async def send_batch(client: RecombeeClient, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Send the requests of many events in one call; each gets its own answer.

    What the client would refuse stays out: a batch that held it would not leave at all.
    """
    requests = [request for outcome in outcomes for request in outcome.mapped.requests]
    refused = {id(request): error for request in requests if (error := refusal(request))}
    answers = iter(await client.send(Batch([one for one in requests if id(one) not in refused])))

    def sent(request: Request[Any]) -> Sent:
        return Sent(request, refused.get(id(request)) or next(answers).error)

    return [attrs.evolve(one, sent=[*map(sent, one.mapped.requests)]) for one in outcomes]


def refusal(request: Request[Any]) -> InvalidRequestError | None:
    """Why the client would not send a request."""
    try:
        _ENCODER.entry(request)
    except InvalidRequestError as error:
        return error
    return None
