"""The first witness: the official Python client sends the same bytes for the same request."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from aiorecombee import (
    AddBookmark,
    Batch,
    DeleteUser,
    HttpReply,
    InvalidRequestError,
    PrivateToken,
    RecombeeClient,
    Request,
    UnexpectedResponseError,
)
from aiorecombee.requests import ALL_REQUESTS
from aiorecombee.transport.memory import MemoryTransport
from recombee_contract.arguments import build
from recombee_contract.vector import Vector, vectors
from recombee_contract.witness import aiorecombee_client as ours
from recombee_contract.witness import official_python as official
from recombee_contract.witness.differences import DIFFERENCES, REFUSED, Difference
from recombee_contract.witness.samples import Sample, samples
from recombee_contract.witness.wire_call import WireCall

DATABASE = "mock-db"
TOKEN = "mockPrivateToken0123456789abcdefMOCKPRIVATETOKEN0123456789ABCDEF"
NOW = 1_700_000_000.9

SAMPLES = [
    sample
    for request in ALL_REQUESTS
    for sample in samples(request.__name__, official.classes(request.__name__))
]


def sent_by_official(request: str, arguments: Mapping[str, Any]) -> WireCall:
    made = build(request, arguments, official.classes)
    return official.send(made, DATABASE, TOKEN, NOW)


def sent_by_ours(request: str, arguments: Mapping[str, Any]) -> WireCall:
    made = build(request, arguments, ours.classes)
    return ours.send(made, DATABASE, PrivateToken(TOKEN), NOW)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_both_clients_send_the_same_bytes(sample: Sample) -> None:
    expected = sent_by_official(sample.request, sample.arguments)

    assert expected == sent_by_ours(sample.request, sample.arguments)


@pytest.mark.parametrize(
    "vector",
    [one for one in vectors() if one.id != "AddItemProperty.metadata-objects"],
    ids=lambda vector: vector.id,
)
def test_the_vectors_say_what_the_official_client_sends(vector: Vector) -> None:
    sent = sent_by_official(vector.request, vector.arguments)

    body = None if vector.body is None else json.dumps(vector.body)
    joint = "&" if "?" in vector.target else "?"
    target, _, _ = sent.target.partition(f"{joint}hmac_timestamp=")
    assert (vector.method, f"/{DATABASE}{vector.target}", body) == (sent.method, target, sent.body)


def test_a_batch_entry_is_what_the_official_client_writes() -> None:
    for vector in vectors():
        if vector.batch is None or vector.id == "AddItemProperty.metadata-objects":
            continue
        request = build(vector.request, vector.arguments, official.classes)
        (entry,) = official.classes("Batch")([request]).get_body_parameters()["requests"]
        assert (vector.id, json.dumps(vector.batch)) == (vector.id, json.dumps(entry))


def outcome(send: Callable[[], WireCall]) -> tuple[str, str | None] | str:
    try:
        sent = send()
    except (InvalidRequestError, TypeError):
        return REFUSED
    start, _, _ = sent.target.partition("hmac_timestamp=")
    return start.removeprefix(f"/{DATABASE}")[:-1], sent.body


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.id)
def test_a_known_difference_is_still_there(difference: Difference) -> None:
    request, arguments = difference.request, difference.arguments

    assert difference.official == outcome(lambda: sent_by_official(request, arguments))
    assert difference.ours == outcome(lambda: sent_by_ours(request, arguments))
    assert difference.official != difference.ours


async def sent_by_our_client(request: Request[Any]) -> list[Any]:
    transport = MemoryTransport(lambda _: HttpReply(200, {}, b"[]"))
    async with RecombeeClient(DATABASE, TOKEN, transport=transport) as client:
        with suppress(UnexpectedResponseError):
            await client.send(request)
    return [json.loads(call.body or b"null") for call in transport.calls]


async def test_only_our_client_stamps_an_interaction_so_that_repeating_it_is_safe() -> None:
    (ours_sent,) = await sent_by_our_client(AddBookmark("u", "i"))
    theirs = sent_by_official("AddBookmark", {"user_id": "u", "item_id": "i"})

    assert list(ours_sent) == ["userId", "itemId", "timestamp"]
    assert theirs.body == '{"userId": "u", "itemId": "i"}'


def test_only_our_client_can_send_an_empty_batch() -> None:
    empty = official.classes("Batch")([])

    assert empty.timeout == 0  # which its HTTP library refuses
    assert Batch([]).timeout > 0


async def test_only_our_client_keeps_the_options_of_a_batch_that_it_splits() -> None:
    made = [{"$DeleteUser": {"user_id": "u"}}] * 10_001
    whole = build("Batch", {"requests": made, "distinct_recomms": True}, official.classes)

    theirs = [
        json.loads(call.body or "") for call in official.send_all(whole, DATABASE, TOKEN, NOW)
    ]
    mine = await sent_by_our_client(Batch([DeleteUser("u")] * 10_001, distinct_recomms=True))

    assert [len(part["requests"]) for part in theirs] == [10_000, 1]
    assert [list(part) for part in theirs] == [["requests"], ["requests"]]
    assert {len(part["requests"]) for part in mine} <= {10_000, 1}
    assert all(part["distinctRecomms"] is True for part in mine)
