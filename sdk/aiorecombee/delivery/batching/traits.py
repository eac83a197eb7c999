"""What a planner has to know of requests, worked out once per class."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import attrs

from aiorecombee.core.batches import Plannable
from aiorecombee.core.lanes import Concern, concerns
from aiorecombee.core.sizes import least_size, sizes
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.endpoint import Interaction, Request


class Asking(Plannable, Protocol):
    """An entry with its request."""

    request: Request[Any]


A = TypeVar("A", bound=Asking)


@attrs.frozen
class Traits:
    """What the requests of a class have in common.

    Attributes:
        concern: Tells whom a request concerns.
        size: Estimates how many bytes it takes.
        least_size: What it takes if nothing in it is long; `None` where that is unusual.
    """

    concern: Callable[[Any], Concern]
    size: Callable[[Any], int]
    least_size: int | None


class TraitsOf(dict[type[Any], Traits]):
    """Request class to its traits, filled as classes turn up."""

    def learn(self, kind: type[Any]) -> None:
        """Work out the traits of a class.

        Raises:
            InvalidRequestError: Its objects cannot be in a batch.
        """
        if not issubclass(kind, Request) or issubclass(kind, Batch):
            raise InvalidRequestError(f"a {kind.__name__} cannot be in a batch")
        least = least_size(kind) if issubclass(kind, Interaction) else None
        self[kind] = Traits(concerns(kind), sizes(kind), least)

    def describe(
        self, entries: Sequence[A], now: float, refuse: Callable[[A, InvalidRequestError], None]
    ) -> Sequence[A]:
        """Write down what the planner has to know of entries that have come by `now`.

        What a request holds may be the caller's own mapping, which reads from elsewhere and fails:
        such an entry is refused alone.

        Returns:
            The others.
        """
        known: type[Any] | None = None
        refused: set[A] = set()
        for entry in entries:
            request: Any = entry.request
            if request.__class__ is not known:
                known = request.__class__
                traits = self[known]
                concern, size, least = traits.concern, traits.size, traits.least_size
            try:
                entry.concern = concern(request)
                # Two calls of functions saved, nearly always.
                if (
                    least is not None
                    and request.recomm_id is None
                    and request.additional_data is None
                ):
                    entry.size = least
                else:
                    entry.size = size(request)
            except Exception as failed:  # noqa: BLE001  # whatever it raises
                refused.add(entry)
                refuse(entry, _unreadable(request, failed))
            entry.arrived = now
        return [entry for entry in entries if entry not in refused] if refused else entries


def _unreadable(request: object, failed: Exception) -> InvalidRequestError:
    error = InvalidRequestError(f"{type(request).__name__} cannot be read: {failed!r}")
    error.__cause__ = failed
    return error
