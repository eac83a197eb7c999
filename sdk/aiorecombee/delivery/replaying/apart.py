"""Finding the request for which the service refuses a whole batch."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from aiorecombee.client import RecombeeClient
from aiorecombee.delivery.sent_again import GoOn, after
from aiorecombee.errors import InvalidRequestError, RecombeeError
from aiorecombee.requests.batch import Answer, Batch
from aiorecombee.requests.endpoint import Request


async def apart(
    client: RecombeeClient, requests: Sequence[Request[Any]], size: int
) -> AsyncGenerator[Answer[Any], None]:
    """Send requests in batches, one after another, and halves of those that are refused.

    Args:
        client: Sends.
        requests: They keep their order.
        size: Most requests in a batch.

    Yields:
        An answer for each. One whose batch of one was refused has the error of that batch.

    Raises:
        RecombeeError: A batch failed for another reason; the answers before it were given.
    """
    left = [requests[start : start + size] for start in range(0, len(requests), size)]
    left.reverse()
    while left:
        some = left.pop()
        try:
            result = await client.send(Batch(some))
        except RecombeeError as error:
            answered = [] if error.partial is None else list(error.partial)
            for answer in answered:
                yield answer
            rest = some[len(answered) :]
            if not _is_to_blame(error):
                raise
            if len(rest) == 1:
                yield _refused(rest[0], error)
            else:
                middle = len(rest) // 2
                left += [rest[middle:], rest[:middle]]
        else:
            for answer in result:
                yield answer


def _is_to_blame(error: RecombeeError) -> bool:
    """Whether something in the batch is."""
    return isinstance(error, InvalidRequestError) or after(error) is GoOn.SPLIT


def _refused(request: Request[Any], error: RecombeeError) -> Answer[Any]:
    if isinstance(error, InvalidRequestError):
        error = InvalidRequestError(str(error).removeprefix("requests[0]: "))
    return Answer(request, getattr(error, "status", 0), error=error)
