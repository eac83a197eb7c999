"""Signatures: the SDK makes and the suite's own signer confirm every vector."""

from collections.abc import Iterator

import pytest

from aiorecombee import HttpCall, PrivateToken, PublicToken
from aiorecombee.core.credentials import Credentials
from aiorecombee.core.sign import sign
from recombee_contract.arguments import build
from recombee_contract.connection import Address, Connection
from recombee_contract.signer import signature, signed_target
from recombee_contract.vector import Signature, signatures
from recombee_contract.witness import aiorecombee_client as ours
from recombee_mock import Database as MockDatabase
from recombee_mock import MockServerThread

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


@pytest.fixture(scope="module")
def frozen() -> Iterator[Connection]:
    """A connection to a mock whose clock stands still at the vectors' time."""
    databases = [MockDatabase("mock-db", PRIVATE, PUBLIC)]
    with MockServerThread(databases, now=lambda: 1_700_000_000.0) as server:
        host, _, port = server.base_uri.partition(":")
        connection = Connection(Address(host, int(port)))
        yield connection
        connection.close()


PRIVATE, PUBLIC = (
    next(one.token for one in signatures() if one.id == name) for name in ("V1", "V14")
)
each_of_the_mocks_database = pytest.mark.parametrize(
    "vector",
    # V10 is no legal URL; the mock refuses it unread.
    [one for one in signatures() if one.target.startswith("/mock-db/") and one.id != "V10"],
    ids=lambda vector: vector.id,
)


@each_of_the_mocks_database
def test_the_mock_takes_the_signature(vector: Signature, frozen: Connection) -> None:
    answer = frozen.exchange(vector.method or "", vector.target, b"{}")

    assert answer.status not in {401, 403}


@each_of_the_mocks_database
def test_the_mock_refuses_the_signature_when_one_digit_is_wrong(
    vector: Signature, frozen: Connection
) -> None:
    last = "0" if vector.target[-1] != "0" else "1"

    assert frozen.exchange(vector.method or "", vector.target[:-1] + last, b"{}").status == 401
