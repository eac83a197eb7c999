"""Signatures: the SDK makes and the suite's own signer confirm every vector."""

import pytest

from aiorecombee import HttpCall, PrivateToken, PublicToken
from aiorecombee.core.credentials import Credentials
from aiorecombee.core.sign import sign
from recombee_contract.arguments import build
from recombee_contract.signer import signature, signed_target
from recombee_contract.vector import Signature, signatures
from recombee_contract.witness import aiorecombee_client as ours

each_signature = pytest.mark.parametrize("vector", signatures(), ids=lambda vector: vector.id)
each_target = pytest.mark.parametrize(
    "vector", [one for one in signatures() if one.method], ids=lambda vector: vector.id
)
each_request = pytest.mark.parametrize(
    "vector", [one for one in signatures() if one.request], ids=lambda vector: vector.id
)


def token_of(vector: Signature) -> PrivateToken:
    return (PublicToken if vector.public else PrivateToken)(vector.token)


def taken_apart(vector: Signature) -> tuple[str, str, int]:
    """Database, target behind it without the signature, and timestamp."""
    start, _, timestamp = vector.message.rpartition("_timestamp=")
    start = start.removesuffix("frontend").removesuffix("hmac")[:-1]
    _, database, rest = start.split("/", 2)
    return database, f"/{rest}", int(timestamp)


@each_signature
def test_a_token_signs_a_text_as_the_vector_says(vector: Signature) -> None:
    assert vector.signature == token_of(vector).sign(vector.message)


@each_signature
def test_the_suites_own_signer_agrees_with_the_vector(vector: Signature) -> None:
    assert vector.signature == signature(vector.message, vector.token)


@each_target
def test_a_call_is_addressed_and_signed_as_the_vector_says(vector: Signature) -> None:
    database, target, timestamp = taken_apart(vector)
    call = HttpCall(vector.method or "", target, None)

    assert vector.target == sign(call, Credentials(database, token_of(vector)), timestamp).target


@each_target
def test_the_suites_own_signer_signs_the_same_target(vector: Signature) -> None:
    database, target, timestamp = taken_apart(vector)
    given = signed_target(f"/{database}{target}", vector.token, timestamp, public=vector.public)

    assert vector.target == given


@each_request
def test_a_request_comes_out_signed_as_the_vector_says(vector: Signature) -> None:
    database, _, timestamp = taken_apart(vector)
    request = build(vector.request or "", vector.arguments, ours.classes)

    sent = ours.send(request, database, token_of(vector), timestamp)

    assert (vector.method, vector.target) == (sent.method, sent.target)
