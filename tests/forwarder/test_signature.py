"""Signatures of webhooks: over the bytes that came, of the whole or of the first element."""

import hmac
import json
from hashlib import sha1

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aiorecombee.codec import JsonCodec, default_codec
from aiorecombee.forwarder.signature import SharedSecret, first_element, signature_fault

SECRET = SharedSecret("doNotTell")
FIRST = '{"type":"track","event":"Ünïcødé \\" ]}","userId":"u","properties":{"a":[{}, []]}}'
BATCH = f'[{FIRST},{{"type":"page"}}]'
MISSING = "there is no X-Signature: set the shared secret in the webhook's settings, too"
REWRITTEN = (
    "X-Signature is of the same JSON in other bytes: something between Segment and here rewrites "
    "the body"
)
WRONG = (
    "X-Signature does not fit: the secrets differ, or something between Segment and here changes "
    "the body"
)

json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def sign(text, secret=b"doNotTell"):
    return hmac.new(secret, text.encode(), sha1).hexdigest()


def fault(signature, body, secret=SECRET):
    return signature_fault(secret, signature, body.encode(), default_codec())


def test_a_signature_over_the_whole_body_fits():
    for body in (FIRST, BATCH, "", "x"):
        assert fault(sign(body), body) is None


def test_the_signature_is_what_rfc_2202_says():
    assert SharedSecret("Jefe").sign(b"what do ya want for nothing?") == (
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    )


def test_case_of_the_hex_and_language_of_the_secret_do_not_matter():
    assert fault(sign(FIRST).upper(), FIRST) is None
    assert fault(sign(FIRST, "klíč-🔑".encode()), FIRST, SharedSecret("klíč-🔑")) is None


def test_of_an_array_a_signature_over_its_first_element_fits():
    for body in (BATCH, f"[{FIRST}]", f" [\n {FIRST} ,1]\n"):
        assert fault(sign(FIRST), body) is None


def test_a_signature_over_another_element_does_not():
    assert fault(sign('{"type":"page"}'), BATCH) == WRONG


@pytest.mark.parametrize(
    "signature",
    ["x", "0" * 39, "0" * 41, "g" * 40, "\u0660" * 40, "sha1=" + "0" * 40, "0" * 40 + "\n"],
)
def test_what_is_no_signature_is_told(signature):
    assert fault(signature, FIRST) == "X-Signature is not a HMAC-SHA1 in hex"


def test_the_reason_tells_what_may_be_wrong():
    compact = json.dumps(json.loads(FIRST), ensure_ascii=False, separators=(",", ":"))
    spaced = json.dumps(json.loads(FIRST), ensure_ascii=False, indent=1)

    assert fault(None, FIRST) == MISSING
    assert fault("", FIRST) == MISSING
    assert fault(sign(compact), spaced) == REWRITTEN
    assert fault(sign('{"a":1}'), '[{"a": 1}]') == REWRITTEN
    assert fault(sign('{"a":1}'), '{"a":1}\n') == REWRITTEN
    assert fault(sign(FIRST, b"other"), FIRST) == WRONG
    assert fault(sign(FIRST), FIRST.replace("track", "trick")) == WRONG
    assert fault(sign("x"), "[" * 50_000) == WRONG


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (b'[{"a":1}]', b'{"a":1}'),
        (b' \n[ {"a": [1, {"b": "]}\\"{"}] } ,{}]', b'{"a": [1, {"b": "]}\\"{"}] }'),
        (b'[{"a":"\\\\"},{"b":1}]', b'{"a":"\\\\"}'),
        (b"[{}]", b"{}"),
        (b"[]", None),
        (b"[1,{}]", None),
        (b'["{}"]', None),
        (b"[[{}]]", None),
        (b'{"a":1}', None),
        (b'[{"a":1', None),
        (b'[{"a":"', None),
        (b"", None),
        (b"[", None),
    ],
)
def test_the_first_element_is_found_to_the_byte(text, first):
    assert first_element(text) == first


def test_a_hostile_text_is_looked_at_once():
    assert first_element(b'[{"a":"' + b"x" * 2**19 + b'"}]') is None
    for text in (b'[{"' + b'\\"' * 2_000_000, b'[{"a":' + b'"' * 1_000_001, b"[{" * 1_000_000):
        assert first_element(text) is None


@given(
    elements=st.lists(json_values, max_size=3),
    first=st.dictionaries(st.text(), json_values, max_size=4),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
)
def test_the_first_element_is_the_first_element(elements, first, indent, ascii_only):
    def write(value):
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(
            errors="surrogatepass"
        )

    found = first_element(write([first, *elements]))

    assert found is not None
    assert json.loads(found) == json.loads(write(first))


@given(text=st.binary(max_size=60) | st.text('[]{}",:\\a1 ', max_size=60).map(str.encode))
@example(b'[{"\\')
def test_no_text_upsets_the_search_or_the_check(text):
    found = first_element(text)

    assert found is None or found in text
    for codec in (JsonCodec(), default_codec()):
        assert signature_fault(SECRET, "0" * 40, text, codec) == WRONG
