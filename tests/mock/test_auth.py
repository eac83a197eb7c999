"""Signatures over the raw target, as Recombee's documentation and its clients write them."""

import hashlib
import hmac

import pytest

from recombee_mock.shell.auth import (
    Key,
    Refusal,
    Signature,
    Verifier,
    read_signature,
    strip_signature,
)

# Source: "Authentication" in Recombee's API reference.
DOCUMENTED_TOKEN = "gahpiev6eighaig1aek4ujietheiXeengae3Ohqu9iecutheof5rooxeigheel8G"
PRIVATE = "mockPrivateToken0123456789abcdefMOCKPRIVATETOKEN0123456789ABCDEF"
PUBLIC = "mockPublicToken0123456789abcdefMOCKPUBLICTOKEN0123456789ABCDEF01"
NOW = 1_700_000_000

# Signed targets and their signatures; several were recorded from official clients.
VECTORS = [
    ("/mock-db/items/item-1?hmac_timestamp=1700000000", "917e3c70e0c08abaa4ddad4fd7db2fbc059ac8e1"),
    (
        "/mock-db/items/list/?count=10&offset=20&hmac_timestamp=1700000000",
        "2ffb2f4ed88dbb221b6b7cd1b315f9d2217e6d96",
    ),
    (  # as the Python client encodes
        (
            "/mock-db/items/list/?filter=%27price%27%20%3E%3D%2010%20and%20%27title%27%20%21%3D%20"
            "%22a/b%22&returnProperties=True&hmac_timestamp=1700000000"
        ),
        "491812cda432eef467d34cdfc2fafb0c92531e13",
    ),
    (  # as the Node client encodes
        (
            "/mock-db/items/list/?filter=%27price%27%20%3E%3D%2010%20and%20%27title%27%20%21%3D%20"
            "%22a%2Fb%22&returnProperties=true&hmac_timestamp=1700000000"
        ),
        "f2d711fb48633cb995f85cf692b48a4736a3acba",
    ),
    (  # form encoding: Java, PHP, Ruby
        (
            "/mock-db/items/list/?filter=%27price%27+%3E%3D+10+and+%27title%27+%21%3D+%22a%2Fb%22"
            "&returnProperties=true&hmac_timestamp=1700000000"
        ),
        "46cc22b195a34c359adb70bc162b2283a38e0868",
    ),
    (
        (
            "/mock-db/detailviews/?userId=john%40x.com&itemId=sku%3A1&timestamp=1699999999.5"
            "&hmac_timestamp=1700000000"
        ),
        "cc1a1120fb3fa0aa4784dedbe9cae2f72f099a1f",
    ),
    (
        "/mock-db/users/john@x.com/merge/anon:42?cascadeCreate=True&hmac_timestamp=1700000000",
        "6a619ace98ed509541c196a9566987e8f5975816",
    ),
    (
        "/mock-db/users/john%40x.com/merge/anon%3A42?cascadeCreate=true&hmac_timestamp=1700000000",
        "2705b7041fef27a874343415a19df06c735cf356",
    ),
    (
        (
            "/mock-db/items/list/?filter=%27brand%27%20%3D%3D%20%22%C5%A0koda%22"
            "&hmac_timestamp=1700000000"
        ),
        "8bf3ad32022bd5bb1cf9e1972865c8859d159a40",
    ),
    ("/mock-db/items/Škoda?hmac_timestamp=1700000000", "872bb914b1844a3d64b1a4473b372662117f4c90"),
    ("/mock-db/detailviews/?hmac_timestamp=1700000000", "960ea36731bbaed9c46f04619169f5643095039a"),
    ("/mock-db/batch/?hmac_timestamp=1700000000", "8c4ed4e6dd2bb2d323609622fccbd80ee7037d4d"),
    ("/mock-db/?hmac_timestamp=1700000000", "987b5a47c885655f1dffb8b13e0ec0b921bacd63"),
    (
        "/mock-db/recomms/users/user-1/items/?frontend_timestamp=1700000000",
        "7214a8b2b695a150751839316d30253de71e45cd",
    ),
    (
        (
            "/mock-db/users/list/?returnProperties=True&includedProperties=country,sex"
            "&hmac_timestamp=1700000000"
        ),
        "be0767cdb28311274990788b63365b8e60c0034f",
    ),
    ("/mock-db/items/a%20b?hmac_timestamp=1700000000", "334163732403747a301fc99dc7c3aa776d847909"),
]


def signed(target, token=PRIVATE, kind="hmac", at=NOW):
    message = f"{target}{'&' if '?' in target else '?'}{kind}_timestamp={at}".encode()
    sign = hmac.new(token.encode(), message, hashlib.sha1).hexdigest()
    return message + f"&{kind}_sign={sign}".encode()


def verdict(target, now=NOW, public=PUBLIC, lifetime=30.0):
    """The reason of the refusal, None when the target is let in."""
    signature = read_signature(target)
    if isinstance(signature, Signature):
        signature = Verifier(PRIVATE, public, lifetime).check(signature, now)
    return None if signature is None else signature.reason


def text(target, now=NOW, public=PUBLIC):
    signature = read_signature(target)
    if isinstance(signature, Signature):
        signature = Verifier(PRIVATE, public).check(signature, now)
    assert isinstance(signature, Refusal)
    return signature.text


@pytest.mark.parametrize(
    ("message", "sign"),
    [
        ("Hello world", b"1291b164d8332792233dcc8ce94e1c9ea6113fb8"),
        (
            (
                "/recombee/items/9346/recomms/?count=5&targetUserId=fb2fbe12-9f69-45a1-9fc0-df0c1592e4c7"
                "&hmac_timestamp=1398463889"
            ),
            b"090eafba456488622a6d6f0dc37d3a1508536338",
        ),
    ],
)
def test_a_key_signs_like_the_documentation(message, sign):
    assert Key(DOCUMENTED_TOKEN).sign(message.encode()) == sign


def test_a_key_longer_than_a_block_is_hashed_first():
    token = "x" * 65
    expected = hmac.new(token.encode(), b"message", hashlib.sha1).hexdigest().encode()
    assert Key(token).sign(b"message") == expected


@pytest.mark.parametrize(("target", "sign"), VECTORS)
def test_what_clients_sign_is_accepted(target, sign):
    kind = "frontend" if "frontend_" in target else "hmac"
    assert verdict(f"{target}&{kind}_sign={sign}".encode()) is None


@pytest.mark.parametrize(("target", "sign"), VECTORS)
def test_one_changed_byte_of_the_target_is_refused(target, sign):
    kind = "frontend" if "frontend_" in target else "hmac"
    changed = target.replace("/mock-db/", "/mock-dB/")
    assert verdict(f"{changed}&{kind}_sign={sign}".encode()) == "mismatch"


def test_an_encoding_that_means_the_same_is_another_target():
    target = signed("/mock-db/items/a:b")
    assert verdict(target.replace(b"a:b", b"a%3Ab")) == "mismatch"


def test_upper_case_hex_is_accepted():
    target, _, sign = signed("/mock-db/items/a").rpartition(b"=")
    assert verdict(target + b"=" + sign.upper()) is None


def test_the_timestamp_may_stand_anywhere():
    # The Go client sorts its query by name.
    message = b"/mock-db/items/list/?count=10&hmac_timestamp=1700000000&offset=20"
    sign = hmac.new(PRIVATE.encode(), message, hashlib.sha1).hexdigest().encode()
    assert verdict(message + b"&hmac_sign=" + sign) is None


@pytest.mark.parametrize(
    "layout",
    [
        b"/mock-db/items/list/?hmac_sign=%s&count=10&hmac_timestamp=1700000000",
        b"/mock-db/items/list/?count=10&hmac_sign=%s&hmac_timestamp=1700000000",
    ],
)
def test_the_signature_may_stand_anywhere(layout):
    message = b"/mock-db/items/list/?count=10&hmac_timestamp=1700000000"
    sign = hmac.new(PRIVATE.encode(), message, hashlib.sha1).hexdigest().encode()
    assert verdict(layout % sign) is None


def test_a_parameter_that_only_looks_like_a_signature_is_signed_like_any_other():
    assert verdict(signed("/mock-db/items/list/?filter=hmac_sign=&xhmac_timestamp=5")) is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW, None),
        (NOW + 30, None),
        (NOW - 30, None),
        (NOW + 30.5, "expired"),
        (NOW - 30.5, "future"),
    ],
)
def test_a_signature_lives_thirty_seconds_either_way(now, expected):
    assert verdict(signed("/mock-db/items/a"), now=now) == expected


def test_the_lifetime_can_be_set():
    assert verdict(signed("/mock-db/items/a"), now=NOW + 30, lifetime=5.0) == "expired"


def test_an_expired_signature_says_by_how_much_and_what_to_check():
    assert text(signed("/mock-db/items/a"), now=NOW + 42) == (
        "The signature expired: its timestamp is 42 seconds old and at most 30 are allowed. "
        "Check the clock of the machine that signs, and sign right before sending."
    )


def test_a_signature_from_the_future_says_by_how_much():
    assert text(signed("/mock-db/items/a"), now=NOW - 42) == (
        "The signature's timestamp lies 42 seconds in the future and at most 30 are allowed. "
        "Check the clock of the machine that signs."
    )


def test_milliseconds_are_recognised():
    assert "looks like milliseconds" in text(signed("/mock-db/items/a", at=NOW * 1000))


@pytest.mark.parametrize(
    "timestamp",
    ["", "soon", "1700000000.5", " 1700000000", "1_700_000_000", "1e9", "\u0661\u0667", "9" * 20],
)
def test_a_timestamp_that_is_no_integer_is_named(timestamp):
    target = signed("/mock-db/items/a", at=timestamp)
    assert verdict(target) == "malformed-timestamp"
    assert text(target).startswith("hmac_timestamp must be an integer")


def test_a_negative_timestamp_is_merely_old():
    assert verdict(signed("/mock-db/items/a", at=-5)) == "expired"


@pytest.mark.parametrize(
    ("target", "reason", "words"),
    [
        (b"/mock-db/items/a", "missing-signature", "is not signed"),
        (b"/mock-db/items/a?", "missing-signature", "is not signed"),
        (
            b"/mock-db/items/a?hmac_timestamp=1700000000",
            "missing-signature",
            "there is a timestamp, but no hmac_sign",
        ),
        (
            b"/mock-db/items/a?hmac_sign=aa",
            "missing-timestamp",
            "there is a signature, but no hmac_timestamp",
        ),
        (b"/mock-db/items/a?frontend_sign=aa", "missing-timestamp", "frontend_timestamp"),
        (
            b"/mock-db/items/a?hmac_timestamp=1&hmac_timestamp=2&hmac_sign=aa",
            "duplicate",
            "hmac_timestamp is there more than once",
        ),
        (
            b"/mock-db/items/a?hmac_timestamp=1&hmac_sign=aa&hmac_sign=bb",
            "duplicate",
            "hmac_sign is there more than once",
        ),
        (
            b"/mock-db/items/a?hmac_timestamp=1&frontend_sign=aa",
            "duplicate",
            "send one kind",
        ),
        (b"/mock-db/items/a?hmac_timestamp=1700000000&hmac_sign=", "mismatch", "Invalid HMAC"),
        (b"/mock-db/items/a?hmac_timestamp=1700000000&hmac_sign=\xff", "mismatch", "Invalid HMAC"),
    ],
)
def test_each_mistake_has_its_own_text(target, reason, words):
    assert verdict(target) == reason
    assert words in text(target)


def test_a_second_signature_is_a_duplicate_even_when_the_last_one_is_right():
    assert verdict(signed("/mock-db/items/a?hmac_sign=aa")) == "duplicate"
    assert verdict(signed("/mock-db/items/a?hmac_timestamp=1")) == "duplicate"


def test_a_wrong_token_gets_the_text_of_the_real_service():
    assert text(signed("/mock-db/items/a", token="other")) == "Invalid HMAC signature"


def test_a_wrong_token_is_told_before_a_wrong_clock():
    assert verdict(signed("/mock-db/items/a", token="other"), now=NOW + 999) == "mismatch"


def test_the_public_token_under_the_private_name_is_detected():
    target = signed("/mock-db/items/a", token=PUBLIC)
    assert verdict(target) == "wrong-token"
    assert "signed with the public token but sent as hmac_*" in text(target)


def test_the_private_token_under_the_public_name_is_detected():
    target = signed("/mock-db/items/a", kind="frontend")
    assert verdict(target) == "wrong-token"
    assert "signed with the private token but sent as frontend_*" in text(target)


def test_a_database_without_a_public_token_says_so():
    target = signed("/mock-db/items/a", token=PUBLIC, kind="frontend")
    assert verdict(target, public=None) == "no-public-token"


@pytest.mark.parametrize(
    ("target", "bare"),
    [
        (b"/db/x?a=1&hmac_timestamp=1&hmac_sign=ab", b"/db/x?a=1"),
        (b"/db/x?hmac_timestamp=1&a=1&hmac_sign=ab&b=%20", b"/db/x?a=1&b=%20"),
        (b"/db/x?frontend_timestamp=1&frontend_sign=ab", b"/db/x"),
        (b"/db/x?a=1&&b", b"/db/x?a=1&&b"),
        (b"/db/x", b"/db/x"),
    ],
)
def test_stripping_leaves_every_other_byte_alone(target, bare):
    assert strip_signature(target) == bare


def test_the_usual_and_the_unusual_layout_leave_the_same_target():
    usual = read_signature(signed("/db/x?a=1"))
    unusual = read_signature(b"/db/x?hmac_timestamp=1700000000&a=1&hmac_sign=" + b"0" * 40)
    assert (usual.bare, unusual.bare) == (b"/db/x?a=1", b"/db/x?a=1")
