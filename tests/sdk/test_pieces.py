"""A large batch is written in pieces: others have turns in between, and nothing else changes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    AddBookmark,
    AddItem,
    AddRating,
    Batch,
    HttpCall,
    InvalidRequestError,
    RecombeeClient,
    Request,
    SetItemValues,
)
from aiorecombee.codec import Codec, JsonCodec, OrjsonCodec
from aiorecombee.core import encode
from aiorecombee.core.encode import Encoder
from aiorecombee.core.routing import Origin
from aiorecombee.transport.aiohttp import AiohttpTransport

Start = Callable[..., Awaitable[Any]]

requests = st.lists(
    st.one_of(
        st.builds(AddItem, st.sampled_from(["a", "b:c"])),
        st.builds(AddRating, st.just("u"), st.just("i"), st.floats(-1, 1), timestamp=st.just(1.0)),
        st.builds(SetItemValues, st.just("i"), st.dictionaries(st.text(']}[{,"\\ü'), st.none())),
    ),
    max_size=13,
)
codecs = st.sampled_from([JsonCodec(), OrjsonCodec()])


@contextmanager
def in_a_piece(count: int) -> Iterator[None]:
    with patch.object(encode, "_IN_A_PIECE", count):
        yield


def pieces_of(batch: Batch[Any], codec: Codec | None = None, first: int = 0) -> list[bytes]:
    return list(Encoder(codec or OrjsonCodec()).pieces(batch, first))


@given(requests, st.sampled_from([None, True, False]), st.integers(1, 7), codecs)
def test_pieces_make_up_what_would_be_written_at_once(
    given_requests: list[Request[Any]], distinct: bool | None, count: int, codec: Codec
) -> None:
    batch = Batch(given_requests, distinct)
    with in_a_piece(100):
        (whole,) = pieces_of(batch, codec)
    with in_a_piece(count):
        pieces = pieces_of(batch, codec)
    assert b"".join(pieces) == whole
    assert len(pieces) == max(1, -(-len(given_requests) // count))
    assert len(json.loads(whole)["requests"]) == len(given_requests)


def test_a_wrong_request_of_any_piece_is_named_by_its_place() -> None:
    batch = Batch([AddItem("a")] * 5 + [AddItem("č")])
    with in_a_piece(2), pytest.raises(InvalidRequestError, match=r"^requests\[25\]: AddItem"):
        pieces_of(batch, first=20)
    with in_a_piece(2), pytest.raises(InvalidRequestError, match=r"^requests\[5\]: a str cannot"):
        pieces_of(Batch([*batch.requests[:5], "x"]))  # type: ignore[list-item]


def test_batches_that_are_written_in_turns_are_judged_apart() -> None:
    encoder = Encoder(OrjsonCodec())
    right, wrong = Batch([AddItem("a")] * 6), Batch([AddItem("a")] * 5 + [AddItem("č")])
    with in_a_piece(2):
        expected = pieces_of(right)
        ours, theirs = encoder.pieces(right), encoder.pieces(wrong)
        written = [next(ours), next(theirs), next(ours), next(theirs)]
        with pytest.raises(InvalidRequestError, match=r"^requests\[5\]"):
            next(theirs)
        assert [*written[::2], *ours] == expected


async def test_a_batch_in_pieces_arrives_whole(raw_server: Start) -> None:
    server = await raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
    batch = Batch([AddBookmark("u", f"i-{number}", timestamp=1.0) for number in range(9_999)])
    client = RecombeeClient("db", "token", base_uri=server.authority, protocol="http")
    async with client:
        with pytest.raises(Exception, match="expected 9999 answers, got 0"):
            await client.send(batch)
    sent = Encoder(OrjsonCodec()).encode_batch(batch)
    assert server.bodies == [sent]
    head = server.heads[0].decode().lower()
    assert f"\r\ncontent-length: {len(sent)}\r\n" in head
    assert "\r\ncontent-type: application/json\r\n" in head
    assert "transfer-encoding" not in head


async def test_a_batch_in_pieces_is_sent_again_as_it_was(raw_server: Start) -> None:
    busy = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    done = json.dumps([{"code": 200, "json": "ok"}] * 2_500).encode()
    answered = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(done), done)
    answers = iter([busy, answered])

    async def answer(writer: asyncio.StreamWriter, _: int) -> None:
        writer.write(next(answers))

    server = await raw_server(answer)
    batch = Batch([AddBookmark("u", f"i-{number}") for number in range(2_500)])
    async with RecombeeClient("db", "token", base_uri=server.authority, protocol="http") as client:
        assert (await client.send(batch)).ok
    first, second = server.bodies
    assert first == second  # the same timestamps: what was carried out before meets itself
    assert len(json.loads(first)["requests"]) == 2_500


async def test_middlewares_of_a_borrowed_session_can_read_a_body_in_pieces(
    raw_server: Start, ok_bytes: bytes
) -> None:
    server = await raw_server(ok_bytes)
    seen: list[object] = []

    async def look(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        body = request.body
        assert isinstance(body, aiohttp.Payload)
        seen.extend([await body.as_bytes(), body.decode(), body.size])
        return await send(request)

    async with aiohttp.ClientSession(middlewares=[look]) as session:
        transport = AiohttpTransport(Origin("http", server.authority), session=session)
        call = HttpCall("GET", "/x", (b'{"a', b'":1}'))
        await transport.send(lambda: call, 5.0)
    assert seen == [b'{"a":1}', '{"a":1}', 7]
    assert server.bodies == [b'{"a":1}']


def test_a_call_is_the_same_in_pieces_and_in_one() -> None:
    whole, parts = HttpCall("POST", "/x", b"abc"), HttpCall("POST", "/x", (b"a", b"bc"))
    assert whole == parts
    assert repr(whole) == repr(parts)
    assert (whole.pieces, parts.pieces) == ((b"abc",), (b"a", b"bc"))
    assert parts.to("/y") == HttpCall("POST", "/y", b"abc")
    assert (parts.body, parts.pieces) == (b"abc", (b"abc",))
    assert HttpCall("GET", "/x", None).pieces == ()
