"""Signatures: known ones, and those of the standard library's `hmac`."""

import copy
import hashlib
import hmac
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import ConfigurationError, HttpCall, PrivateToken, PublicToken
from aiorecombee.core.credentials import Credentials
from aiorecombee.core.sign import sign

PRIVATE = "mockPrivateToken0123456789abcdefMOCKPRIVATETOKEN0123456789ABCDEF"
PUBLIC = "mockPublicToken0123456789abcdefMOCKPUBLICTOKEN0123456789ABCDEF01"
PUBLISHED = "gahpiev6eighaig1aek4ujietheiXeengae3Ohqu9iecutheof5rooxeigheel8G"


def expected_sign(token: str, message: str) -> str:
    return hmac.new(token.encode(), message.encode(), hashlib.sha1).hexdigest()


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        ("Hello world", "1291b164d8332792233dcc8ce94e1c9ea6113fb8"),
        (
            (
                "/recombee/items/9346/recomms/?count=5"
                "&targetUserId=fb2fbe12-9f69-45a1-9fc0-df0c1592e4c7&hmac_timestamp=1398463889"
            ),
            "090eafba456488622a6d6f0dc37d3a1508536338",
        ),
    ],
)
def test_published_signatures_come_out(message: str, signature: str):
    assert PrivateToken(PUBLISHED).sign(message) == signature


@pytest.mark.parametrize(
    ("target", "signature"),
    [
        ("/items/item-1", "917e3c70e0c08abaa4ddad4fd7db2fbc059ac8e1"),
        ("/items/list/?count=10&offset=20", "2ffb2f4ed88dbb221b6b7cd1b315f9d2217e6d96"),
        (
            (
                "/items/list/?filter=%27price%27%20%3E%3D%2010%20and%20%27title%27%20%21%3D%20"
                "%22a/b%22&returnProperties=True"
            ),
            "491812cda432eef467d34cdfc2fafb0c92531e13",
        ),
        (
            "/detailviews/?userId=john%40x.com&itemId=sku%3A1&timestamp=1699999999.5",
            "cc1a1120fb3fa0aa4784dedbe9cae2f72f099a1f",
        ),
        (
            "/users/john@x.com/merge/anon:42?cascadeCreate=True",
            "6a619ace98ed509541c196a9566987e8f5975816",
        ),
        (
            "/items/list/?filter=%27brand%27%20%3D%3D%20%22%C5%A0koda%22",
            "8bf3ad32022bd5bb1cf9e1972865c8859d159a40",
        ),
        ("/items/Škoda", "872bb914b1844a3d64b1a4473b372662117f4c90"),
        ("/detailviews/", "960ea36731bbaed9c46f04619169f5643095039a"),
        ("/batch/", "8c4ed4e6dd2bb2d323609622fccbd80ee7037d4d"),
        ("/", "987b5a47c885655f1dffb8b13e0ec0b921bacd63"),
        (
            "/users/list/?returnProperties=True&includedProperties=country,sex",
            "be0767cdb28311274990788b63365b8e60c0034f",
        ),
        ("/items/a%20b", "334163732403747a301fc99dc7c3aa776d847909"),
    ],
)
def test_known_calls_have_known_signatures(target: str, signature: str):
    call = HttpCall("POST", target, b"{}")
    signed = sign(call, Credentials("mock-db", PrivateToken(PRIVATE)), 1700000000.999)
    joint = "&" if "?" in target else "?"
    assert signed.target == (
        f"/mock-db{target}{joint}hmac_timestamp=1700000000&hmac_sign={signature}"
    )
    assert (signed.method, signed.body) == ("POST", b"{}")
    assert call.target == target


def test_a_public_token_signs_under_its_own_names():
    call = HttpCall("POST", "/recomms/users/user-1/items/", b"{}")
    signed = sign(call, Credentials("mock-db", PublicToken(PUBLIC)), 1700000000)
    assert signed.target == (
        "/mock-db/recomms/users/user-1/items/?frontend_timestamp=1700000000"
        "&frontend_sign=7214a8b2b695a150751839316d30253de71e45cd"
    )


@given(st.text(min_size=1, max_size=200), st.text())
def test_signatures_are_those_of_the_standard_library(token: str, message: str):
    assert PrivateToken(token).sign(message) == expected_sign(token, message)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 128, 1000])
@pytest.mark.parametrize("letter", ["k", "ž", "💥", "\0"])
def test_tokens_may_be_longer_than_a_block_and_not_ascii(length: int, letter: str):
    assert PrivateToken(letter * length).sign("/x") == expected_sign(letter * length, "/x")


def test_a_token_signs_many_messages():
    token = PrivateToken(PRIVATE)
    assert [token.sign(message) for message in ("a", "b", "a")] == [
        expected_sign(PRIVATE, message) for message in ("a", "b", "a")
    ]


@pytest.mark.parametrize("token", ["", None, b"bytes", 5, "half a character \udc80"])
@pytest.mark.parametrize("cls", [PrivateToken, PublicToken])
def test_what_is_no_token_is_refused_without_showing_it(cls: type[PrivateToken], token: object):
    with pytest.raises(ConfigurationError, match=r"^the token ") as refused:
        cls(token)
    assert "half" not in str(refused.value)
    assert refused.value.__context__ is None


def test_a_token_does_not_show_copy_or_pickle():
    for token in (PrivateToken(PRIVATE), PublicToken(PRIVATE)):
        assert str(token) == repr(token) == f"{type(token).__name__}(…)"
        assert PRIVATE not in repr(Credentials("db", token))
        for act in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="does not pickle"):
                act(token)
        assert not hasattr(token, "__dict__")


@pytest.mark.parametrize(
    "database_id", ["", ".", "..", "...", "a b", "a/b", "a?b", "a#b", "č", "a\n", None, 5, b"a"]
)
def test_a_database_that_would_address_something_else_is_refused(database_id: object):
    with pytest.raises(ConfigurationError, match=r"^database_id .* may have only letters"):
        Credentials(database_id, PrivateToken("t"))


@pytest.mark.parametrize("database_id", ["a", "my-db", "My_db.1", "a:b@c", "..a"])
def test_a_database_is_addressed_by_its_identifier(database_id: str):
    call = sign(HttpCall("GET", "/", None), Credentials(database_id, PrivateToken("t")), 5)
    assert call.target.startswith(f"/{database_id}/?hmac_timestamp=5&hmac_sign=")
