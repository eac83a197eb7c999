"""The SDK puts on the wire what the vectors say, to the byte."""

import json

import pytest

from aiorecombee import JsonCodec, OrjsonCodec, PrivateToken
from aiorecombee.codec import Codec
from recombee_contract.arguments import build
from recombee_contract.vector import Vector, vectors
from recombee_contract.witness import aiorecombee_client as ours
from recombee_contract.witness.wire_call import WireCall

each_vector = pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector.id)
each_codec = pytest.mark.parametrize("codec", [JsonCodec(), OrjsonCodec()], ids=["json", "orjson"])


@each_vector
@each_codec
def test_a_request_is_encoded_as_its_vector_says(vector: Vector, codec: Codec) -> None:
    request = build(vector.request, vector.arguments, ours.classes)

    expected = None if vector.body is None else json.dumps(vector.body)
    assert WireCall(vector.method, vector.target, expected) == ours.call(request, codec)


@pytest.mark.parametrize(
    "vector", [one for one in vectors() if one.batch is not None], ids=lambda vector: vector.id
)
@each_codec
def test_a_request_becomes_the_batch_entry_its_vector_says(vector: Vector, codec: Codec) -> None:
    request = build(vector.request, vector.arguments, ours.classes)

    assert json.dumps(vector.batch) == json.dumps(ours.batch_entry(request, codec))


@pytest.mark.parametrize(
    "vector", [one for one in vectors() if one.signed is not None], ids=lambda vector: vector.id
)
def test_a_request_is_signed_as_its_vector_says(vector: Vector) -> None:
    signed = vector.signed
    assert signed is not None
    request = build(vector.request, vector.arguments, ours.classes)

    sent = ours.send(request, signed.database, PrivateToken(signed.token), signed.timestamp + 0.9)

    assert (vector.method, signed.target) == (sent.method, sent.target)
