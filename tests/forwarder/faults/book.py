"""What the service did, by its own account: requests and answers where they are carried out.

Behind every fault of the wire, so that it has the answers that were lost, and has none of the
requests that never came so far. The journal adds what a batch held before some of it failed.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from recombee_mock.protocol import Call, Reply
from recombee_mock.service import Service
from recombee_mock.threaded import TestDatabase

from .load import Mark

_KEPT = ("/detailviews/", "/purchases/")


class BookkeepingService(Service):
    """A service that writes down what it carries out of batches."""

    def __init__(self) -> None:
        super().__init__()
        self.book: list[tuple[bytes, bytes]] = []

    def apply(self, call: Call, now: float) -> Reply:
        reply = super().apply(call, now)
        if reply.items:
            self.book.append((call.body, reply.body))
        return reply


@attrs.frozen
class Carried:
    """A batch that was carried out.

    Attributes:
        asked: What it held when it came, in order.
        done: What was carried out of it, in order, with the codes of the answers.
    """

    asked: tuple[Mark, ...]
    done: tuple[tuple[Mark, int], ...]


def read_book(database: TestDatabase) -> list[Carried]:
    """What a database was asked for and did, in the order in which it did it."""
    came = [entry.body for entry in database.journal() if entry.items]
    book = database.server.run(lambda server: list(server.find(database.database_id).service.book))
    return [
        Carried(_marks(body), tuple(zip(_marks(left), _codes(answer), strict=True)))
        for body, (left, answer) in zip(came, book, strict=True)
    ]


def read_holdings(database: TestDatabase) -> Counter[str]:
    """The items of all interactions that a database holds."""
    lines = map(json.loads, database.export_lines().splitlines())
    return Counter(line["params"]["itemId"] for line in lines if line["path"] in _KEPT)


def _marks(body: bytes | str) -> tuple[Mark, ...]:
    return tuple(map(_mark, json.loads(body)["requests"]))


def _mark(request: Mapping[str, Any]) -> Mark:
    params = request.get("params", {})
    user, item = params.get("userId", ""), params.get("itemId", "")
    return Mark(request["method"], request["path"], user, item)


def _codes(answer: bytes) -> Iterator[int]:
    entries: Sequence[Mapping[str, int]] = json.loads(answer)
    return (entry["code"] for entry in entries)
