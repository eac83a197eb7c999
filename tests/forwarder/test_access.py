"""Keys: what opens, and what can be seen of them."""

import pickle

import pytest

from aiorecombee import ConfigurationError
from aiorecombee.forwarder.access import Keys, basic_user, bearer_token
from aiorecombee.forwarder.call import Call, Partner
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.signature import SharedSecret
from aiorecombee.forwarder.tracking import TrackingApi

SECRET = "h1dden-w0rd"


def test_any_of_several_keys_opens_and_nothing_else_does():
    keys = Keys(["a", "b\u20ac", "\ud800"])

    assert [keys.open(key) for key in ("a", "b\u20ac", "\ud800", "", "A", "ab")] == [
        *(True, True, True),
        *(False, False, False),
    ]
    assert (bool(keys), bool(Keys())) == (True, False)


@pytest.mark.parametrize("keys", ["key", [""], ["a", ""], [None], [b"a"], [1]])
def test_what_is_no_key_is_a_configuration_error(keys):
    with pytest.raises(ConfigurationError):
        Keys(keys)


@pytest.mark.parametrize("secret", ["", None, b"x", 1])
def test_what_is_no_secret_is_a_configuration_error(secret):
    with pytest.raises(ConfigurationError):
        SharedSecret(secret)


@pytest.mark.parametrize(
    ("header", "user", "token"),
    [
        ("Basic a2V5Og==", "key", None),
        ("basic   a2V5Og", "key", None),
        ("Basic a2V5", "key", None),
        ("Basic OnB3", None, None),
        ("Basic", None, None),
        ("Basic a2V5\nOg==", None, None),
        ("Basic /w==", None, None),
        ("Bearer t", None, "t"),
        ("Bearer ", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_keys_are_found_in_the_header(header, user, token):
    assert (basic_user(header), bearer_token(header)) == (user, token)


def test_secrets_are_not_printed():
    call = Call("POST", "/v1/track", {"Authorization": SECRET}, SECRET.encode())
    printed = [
        *(repr(Keys([SECRET])), repr(TrackingApi(Keys([SECRET]))), repr(SharedSecret(SECRET))),
        *(repr(call), repr(Partner(SECRET, {"apiKey": SECRET}))),
        repr(Keeper().keep({"userId": "u", "x": SECRET}, "k")),
    ]

    assert [SECRET in text for text in printed] == [False] * len(printed)


def test_a_secret_does_not_pickle():
    with pytest.raises(TypeError):
        pickle.dumps(SharedSecret(SECRET))
