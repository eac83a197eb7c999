"""Batch: many requests in one, and their answers, each paired with its request."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeAlias, overload

import attrs

from aiorecombee.errors import RecombeeError
from aiorecombee.requests.endpoint import JsonObject, R_co, Request, endpoint

_CARRIED_OUT: Final = range(200, 300)


@attrs.frozen
class Answer(Generic[R_co]):
    """The answer to one request of a batch.

    Attributes:
        request: What was asked.
        status: Its own HTTP status.
        value: The decoded answer, `None` where it failed.
        error: Why it failed, `None` where it did not.
    """

    request: Request[R_co]
    status: int
    value: R_co | None = None
    error: RecombeeError | None = None

    @property
    def ok(self) -> bool:
        """Whether it was carried out."""
        return self.error is None

    def unwrap(self) -> R_co:
        """The decoded answer; raises `error` where there is one."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # no error means that it was decoded


Pair: TypeAlias = Callable[[Request[Any], JsonObject, bool], Answer[Any]]


class BatchResult(Sequence[Answer[R_co]]):
    """The answers of a batch, in the order of its requests.

    An answer is decoded when it is looked at: a caller who only asks `ok` of ten thousand
    interactions does not pay for ten thousand objects.
    """

    __slots__ = ("_entries", "_pair", "_repeated", "requests")

    def __init__(
        self,
        requests: Sequence[Request[R_co]],
        entries: Sequence[JsonObject],
        pair: Pair,
        repeated: Sequence[bool],
    ) -> None:
        """Pair `requests` with the raw `entries` that answered them."""
        self.requests = requests
        self._entries = entries
        self._pair = pair
        self._repeated = repeated

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Answer[R_co]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Answer[R_co]]: ...
    def __getitem__(self, index: int | slice) -> Answer[R_co] | list[Answer[R_co]]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        return self._pair(self.requests[index], self._entries[index], self._repeated[index])

    def __iter__(self) -> Iterator[Answer[R_co]]:
        return map(self._pair, self.requests, self._entries, self._repeated)

    def __repr__(self) -> str:
        return f"<BatchResult of {len(self)}, {len(self.failures)} failed>"

    @property
    def ok(self) -> bool:
        """Whether every request was carried out."""
        return not self.failures

    @property
    def failures(self) -> list[Answer[R_co]]:
        """The answers of the requests that were not carried out."""
        triples = zip(self.requests, self._entries, self._repeated, strict=False)
        found = (self._pair(*triple) for triple in triples if not _says_ok(*triple[:2]))
        return [answer for answer in found if not answer.ok]

    def unwrap(self) -> list[R_co]:
        """All decoded answers; raises the first error there is."""
        return [answer.unwrap() for answer in self]


def _says_ok(request: Request[Any], entry: JsonObject) -> bool:
    """Whether a request was carried out, as far as that shows without decoding its answer."""
    return entry["json"] == "ok" and entry["code"] in _CARRIED_OUT and request.answer_type() is str


@endpoint("POST", "/batch/", timeout=100.0)
class Batch(Request[BatchResult[R_co]], Generic[R_co]):
    """Send many requests as one. The service carries them out in order.

    One that fails does not stop the others, and nothing is rolled back: look at the answers. More
    than 10,000 requests travel in several parts, one after the other.

    Args:
        requests: What to send. One attempt may take as long as all of them may, 100 s at most.
        distinct_recomms: Recommend no item twice to a user within the batch (within a part).

    Source: API reference, Batch.
    """

    requests: Sequence[Request[R_co]]
    distinct_recomms: bool | None = None
