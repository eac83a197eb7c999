"""Bodies: compressed, declared, damaged, hostile."""

import gzip
import json
import zlib

import pytest

from aiorecombee import ConfigurationError
from aiorecombee.forwarder.call import Discarded, Received
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.limits import Limits
from aiorecombee.forwarder.tracking import TrackingApi

BODY = b'{"userId":"u-1"}'
PACKED = gzip.compress(BODY, mtime=0)  # the same in every process that names tests by it


@pytest.fixture
def receive(post, keeper, now):
    def receive(body, *, limits=None, path="/v1/page", **headers):
        api = TrackingApi(keeper=keeper(limits=limits or Limits()))
        return api.receive(post(path, body, **headers), now)

    return receive


@pytest.mark.parametrize(
    "kind",
    [
        *("application/json", "application/json; charset=utf-8", "APPLICATION/JSON", ""),
        *("text/plain", "text/plain;charset=UTF-8", "application/vnd.api+json"),
    ],
)
def test_json_is_taken_under_the_names_that_senders_give_it(receive, kind):
    assert len(receive(BODY, content_type=kind).accepted) == 1


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "x"])
def test_what_is_declared_as_something_else_is_400(receive, kind):
    assert (receive(BODY, content_type=kind).status, receive(BODY, content_type=kind).code) == (
        400,
        "content_type",
    )


def test_a_compressed_body_is_inflated_whether_or_not_a_header_says_so(receive):
    assert len(receive(gzip.compress(BODY, mtime=0), content_encoding="gzip").accepted) == 1
    assert len(receive(gzip.compress(BODY, mtime=0)).accepted) == 1
    assert len(receive(BODY, content_encoding="gzip").accepted) == 1


def test_a_small_body_that_inflates_to_a_huge_one_is_refused_unread(receive):
    bomb = gzip.compress(b" " * 100_000_000, mtime=0)

    assert len(bomb) < 100_000
    assert (receive(bomb).status, receive(bomb).code) == (400, "too_large")


@pytest.mark.parametrize(
    "body",
    [
        PACKED[:-1],
        PACKED[:5],
        PACKED + b"x",
        PACKED * 2,
        b"\x1f\x8b",
        b"\x1f\x8b" + b"x" * 50,
        PACKED[:-8] + b"\0" * 8,
    ],
)
def test_a_damaged_gzip_is_400(receive, body):
    assert (receive(body).status, receive(body).code) == (400, "not_gzip")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"{'a':1}", b'{"userId":NaN}', b'{"userId":Infinity}', b'{"a":\xff}'),
        *(b'{"a":"\xed\xa0\x80"}', b'{"a":"\xff"}', b"[" * 100_000, b'{"a":' * 20_000),
        *(b'{"a":1}x', b'{"a":"\x01"}', '{"userId":"u"}'.encode("utf-16"), zlib.compress(BODY)),
        *(b'{"a":"\\uD8"}', b'{"a":"\\', b"\xef\xbb\xbf", b"9" * 30_000),
    ],
)
def test_what_is_no_json_is_400(receive, body):
    answer = receive(body, limits=Limits(event_size=200_000))

    assert answer.status == 400
    assert answer.code in {"not_json", "not_an_object"}


@pytest.mark.parametrize(
    ("body", "user"),
    [
        (b'\xef\xbb\xbf{"userId":"u"}', "u"),
        (b'{"userId":"a","userId":"b"}', "b"),
        (b'{"userId":"\\ud83d"}', "\ufffd"),
        (b'{"userId":"\\ude00\\ud83d"}', "\ufffd\ufffd"),
        (b'{"userId":"\\ud83d\\ude00"}', "\U0001f600"),
        (b'{"userId":"\\uD83D\\uDE00\\uD83Dx"}', "\U0001f600\ufffdx"),
        (b'{"userId":"\\\\ud83d"}', "\\ud83d"),
        (b'{"userId":"\\\\\\ud83d\\\\"}', "\\\ufffd\\"),
        (b'{"userId":"\\u0041\\n\\ud83d"}', "A\n\ufffd"),
        (b'{"userId":"\\u0000"}', "\0"),
    ],
)
def test_oddities_of_json_have_one_meaning(receive, body, user):
    answer = receive(body)

    assert [one.lanes for one in answer.accepted] == [(user,)]
    assert json.loads(answer.accepted[0].body)["userId"] == user


def test_an_event_that_is_nested_too_deeply_is_told_apart(receive):
    def nested(levels):
        return b'{"userId":"u","x":' + b"[" * levels + b"]" * levels + b"}"

    assert len(receive(nested(100)).accepted) == 1
    for levels in (101, 300, 500):
        assert receive(nested(levels)) == Received(discarded=(Discarded(0, Fault.TOO_DEEP),))


def test_many_brackets_are_not_deep(receive):
    assert len(receive(b'{"userId":"u","x":[' + b"{}," * 500 + b'"[[["]}').accepted) == 1


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1" * 400, b"1" * 5000])
def test_a_number_beyond_all_bounds_is_refused_or_told_apart_or_kept(receive, number):
    answer = receive(b'{"userId":"u","x":' + number + b"}")

    assert (
        getattr(answer, "code", None) == "not_json"
        or answer == Received(discarded=(Discarded(0, Fault.NOT_JSON),))
        or json.loads(answer.accepted[0].body)["x"] == int(number)
    )


def test_limits_that_are_none_are_refused():
    for value in (0, -1, 1.5, True, "1"):
        with pytest.raises(ConfigurationError):
            Limits(events=value)
