"""Whether everything went as the story says; each deviation is one line of text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiorecombee.client import RecombeeClient
from aiorecombee.demo.ledger import Entry, Ledger, entry_of, listing
from aiorecombee.demo.outcome import Outcome, Verdict
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.users import ListUsers


def verdict_deviations(
    outcomes: Sequence[Outcome], expected: Mapping[int, tuple[Verdict, str]]
) -> Iterator[str]:
    """Compare verdicts with those that the bundled data foresee."""
    for outcome in outcomes:
        wanted, why = expected.get(outcome.line, (Verdict.OK, "nothing is wrong with it"))
        if outcome.verdict is not wanted:
            yield f"line {outcome.line}: {outcome.verdict}, but should be {wanted} ({why})"
    for line in expected.keys() - {outcome.line for outcome in outcomes}:
        yield f"line {line} got lost"


def booked(outcomes: Sequence[Outcome]) -> Ledger:
    """The ledger of all requests that the server took."""
    ledger = Ledger()
    for outcome in outcomes:
        for sent in outcome.sent:
            if sent.error is None:
                ledger.book(sent.request)
    return ledger


async def read_back(client: RecombeeClient) -> Ledger:
    """What the server lists, of all users that it knows."""
    users: list[Any] = list(await client.send(ListUsers()))
    asked = listing(users)
    answers = await client.send(Batch([request for _, request in asked]))
    entries: set[Entry] = {
        entry_of(kind, stored)
        for (kind, _), answer in zip(asked, answers, strict=True)
        for stored in answer.unwrap()
    }
    return Ledger(entries, set(users))


def ledger_deviations(stored: Ledger, wanted: Ledger) -> Iterator[str]:
    """Compare what the server lists with what it took."""
    for entry in sorted(wanted.entries - stored.entries, key=repr):
        yield f"the server lost {entry}"
    for entry in sorted(stored.entries - wanted.entries, key=repr):
        yield f"the server made up {entry}"
    for user in sorted(wanted.users ^ stored.users):
        yield f"user {user} {'is missing' if user in wanted.users else 'should not be there'}"
