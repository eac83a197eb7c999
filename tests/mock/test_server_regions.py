"""Which database answers on which host, and that it is settled before the signature."""

import hashlib
import hmac
import json

import pytest

from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.protocol import Reply
from recombee_mock.settings import Settings
from recombee_mock.shell.admission import Admission, Admitted, split_absolute
from recombee_mock.shell.regions import host_region, is_private_name

NOW = 1_700_000_000.0


class StandIn:
    settings = Settings()

    def apply(self, _call, _now):
        return Reply(200, b'"ok"')

    def reset(self):
        pass


@pytest.fixture
def door():
    return Admission(
        OpenDatabase(database, StandIn)
        for database in (
            Database("eu-shop", "eu-token"),
            Database("us-shop", "us-token", region="US_WEST"),
        )
    )


def signed(target, token):
    message = f"{target}?hmac_timestamp=1700000000".encode()
    return (
        message
        + b"&hmac_sign="
        + hmac.new(token.encode(), message, hashlib.sha1).hexdigest().encode()
    )


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("rapi.recombee.com", "eu-west"),
        ("client-rapi.recombee.com", "eu-west"),
        ("rapi-eu-west.recombee.com", "eu-west"),
        ("client-rapi-eu-west.recombee.com", "eu-west"),
        ("rapi-us-west.recombee.com", "us-west"),
        ("client-rapi-us-west.recombee.com", "us-west"),
        ("rapi-ca-east.recombee.com", "ca-east"),
        ("client-rapi-ca-east.recombee.com", "ca-east"),
        ("rapi-ap-se.recombee.com", "ap-se"),
        ("client-rapi-ap-se.recombee.com", "ap-se"),
        ("RAPI-US-West.Recombee.COM:8484", "us-west"),
        ("rapi.recombee.com.", "eu-west"),
        ("rapi-us-wset.recombee.com", "none"),
        ("recombee.com", "none"),
        ("notrecombee.com", "any"),
        ("rapi.recombee.com.evil.example", "any"),
        ("localhost", "any"),
        ("mock.localhost:1", "any"),
        ("127.0.0.1:8484", "any"),
        ("[::1]:8484", "any"),
        ("recombee-mock:80", "any"),
        ("", "any"),
        (":80", "garbled"),
        ("a b", "garbled"),
        ("http://localhost", "garbled"),
        ("[::1", "garbled"),
        ("localhost:port", "garbled"),
        ("škoda.example", "garbled"),
        (".", "garbled"),
    ],
)
def test_a_host_speaks_for(host, region):
    assert host_region(host) == region


@pytest.mark.parametrize(
    ("database", "host", "status"),
    [
        ("eu-shop", "rapi.recombee.com", 200),
        ("eu-shop", "client-rapi-eu-west.recombee.com:443", 200),
        ("eu-shop", "rapi-us-west.recombee.com", 404),
        ("eu-shop", "localhost:8484", 200),
        ("eu-shop", "my-proxy.example", 200),
        ("us-shop", "rapi-us-west.recombee.com", 200),
        ("us-shop", "rapi.recombee.com", 404),
        ("us-shop", "rapi-us-wset.recombee.com", 404),
        ("us-shop", "[::1]:8484", 200),
        ("us-shop", "a b", 400),
    ],
)
def test_a_database_answers_on_its_regions_hosts_and_at_home(door, database, host, status):
    token = {"eu-shop": "eu-token", "us-shop": "us-token"}[database]
    admitted = door.admit(signed(f"/{database}/items/a", token), host, NOW)
    assert (200 if isinstance(admitted, Admitted) else admitted.status) == status


def test_on_another_regions_host_a_database_does_not_exist(door):
    rejected = door.admit(signed("/us-shop/items/a", "us-token"), "rapi.recombee.com", NOW)
    assert json.loads(rejected.body) == {"message": 'Database "us-shop" does not exist!'}


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (b"/nowhere/items/a", "nowhere"),
        (b"/nowhere", "nowhere"),
        (b"/nowhere?x=1", "nowhere"),
        (b"/no%77here/", "nowhere"),
        (b"/\xff\xfe/items/", "\N{REPLACEMENT CHARACTER}" * 2),
        (b'/"quoted"/', '"quoted"'),
        (b"/" + b"x" * 500 + b"/", "x" * 100),
    ],
)
def test_an_unknown_database_is_named_before_any_signature_is_asked_for(door, target, name):
    rejected = door.admit(target, "localhost", NOW)
    assert rejected.status == 404
    assert json.loads(rejected.body) == {"message": f'Database "{name}" does not exist!'}


@pytest.mark.parametrize("target", [b"/", b"//items/a", b"/?x=1"])
def test_a_url_without_a_database_says_how_it_should_start(door, target):
    rejected = door.admit(target, "localhost", NOW)
    assert rejected.status == 404
    assert "must start with /{databaseId}/" in json.loads(rejected.body)["message"]


def test_a_token_in_place_of_the_database_is_not_repeated(door):
    rejected = door.admit(b"/us-token/items/a", "localhost", NOW)
    assert b"us-token" not in rejected.body
    assert rejected.database == ""
    assert "must start with the database ID" in json.loads(rejected.body)["message"]


def test_a_percent_encoded_database_id_is_the_same_database(door):
    admitted = door.admit(signed("/eu%2Dshop/items/a", "eu-token"), "localhost", NOW)
    assert admitted.database.id == "eu-shop"


def test_the_call_gets_path_and_query_without_signature(door):
    message = b"/eu-shop/items/list/?count=2&hmac_timestamp=1700000000"
    sign = hmac.new(b"eu-token", message, hashlib.sha1).hexdigest().encode()
    admitted = door.admit(message + b"&hmac_sign=" + sign, "localhost", NOW)
    assert (admitted.path, admitted.query, admitted.public) == ("/items/list/", "count=2", False)


@pytest.mark.parametrize("root", ["/eu-shop", "/eu-shop/"])
def test_the_database_root_is_a_slash(door, root):
    assert door.admit(signed(root, "eu-token"), "localhost", NOW).path == "/"


def test_a_broken_escape_is_refused(door):
    rejected = door.admit(signed("/eu-shop/items/100%", "eu-token"), "localhost", NOW)
    assert rejected.status == 400
    assert json.loads(rejected.body) == {
        "message": "The URL holds a % that is not followed by two hex digits"
    }


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (b"http://rapi.recombee.com:80/db/x?y", (b"/db/x?y", "rapi.recombee.com:80")),
        (b"https://h", (b"/", "h")),
        (b"https://h?x", (b"/?x", "h")),
        (b"/db/x", (b"/db/x", "header")),
        (b"*", (b"*", "header")),
    ],
)
def test_a_url_in_the_request_line_overrules_the_host_header(target, expected):
    assert split_absolute(target, "header") == expected


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost:8484", True),
        ("a.localhost", True),
        ("127.0.0.1", True),
        ("192.168.0.7:1", True),
        ("[::1]:8484", True),
        ("recombee-mock", True),
        ("rebound.example", False),
        ("127.0.0.1.nip.example", False),
        ("", False),
        ("a b", False),
    ],
)
def test_names_a_stranger_cannot_own(host, private):
    assert is_private_name(host) is private


def test_two_databases_of_one_id_are_refused(door):
    with pytest.raises(ValueError, match="Database eu-shop is there already"):
        door.open(OpenDatabase(Database("eu-shop", "t"), StandIn))


@pytest.mark.parametrize("database_id", ["", "_mock", "a b", "a/b", "ü", "x" * 201])
def test_an_id_that_cannot_be_asked_for_is_refused(database_id):
    with pytest.raises(ValueError, match="A database ID has"):
        Database(database_id, "token")


def test_an_unknown_region_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean us-west"):
        Database("db", "token", region="us-wset")


def test_one_token_for_both_purposes_is_refused():
    with pytest.raises(ValueError, match="are the same"):
        Database("db", "token", "token")


def test_an_empty_token_is_refused():
    with pytest.raises(ValueError, match="must not be empty"):
        Database("db", "")
