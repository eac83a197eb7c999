"""The time of a database: set, frozen, moved; the server's own clock stays out of it."""

import json

import pytest

from recombee_mock.control import settings, time
from recombee_mock.control.api import Control
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission

NOW = 1_700_000_000.0
TIME = "/_mock/databases/shop/time"
SETTINGS = "/_mock/databases/shop/settings"


@pytest.fixture
def admission():
    return Admission([OpenDatabase(Database("shop", "token"), Service)])


@pytest.fixture
def ask(admission):
    control = Control([*time.routes(admission), *settings.routes(admission)], "localhost")

    def answer(line, body=None, now=NOW):
        method, _, target = line.partition(" ")
        raw = b"" if body is None else json.dumps(body).encode()
        said = control.answer(method, target.encode(), "localhost", {}, raw, now)
        return said.status, json.loads(said.value)

    return answer


def shows(answer):
    status, told = answer
    assert status == 200
    return told["unix"], told["frozen"]


def test_it_is_the_servers_at_first(ask):
    assert ask(f"GET {TIME}") == (
        200,
        {"time": "2023-11-14T22:13:20Z", "unix": NOW, "frozen": False, "ahead": 0.0},
    )


@pytest.mark.parametrize("moment", [1_900_000_000, "2030-03-17T17:46:40Z", "2030-03-17T17:46:40"])
def test_it_is_set_in_seconds_or_iso_and_runs_on(ask, moment):
    assert shows(ask(f"PUT {TIME}", {"time": moment})) == (1_900_000_000.0, False)
    assert shows(ask(f"GET {TIME}", now=NOW + 5)) == (1_900_000_005.0, False)


def test_it_can_be_set_and_stopped_in_one(ask):
    assert shows(ask(f"PUT {TIME}", {"time": 5, "frozen": True})) == (5.0, True)
    assert shows(ask(f"GET {TIME}", now=NOW + 9)) == (5.0, True)


def test_a_stopped_time_stays_stopped_when_it_is_set(ask):
    ask(f"POST {TIME}/freeze")
    assert shows(ask(f"PUT {TIME}", {"time": 7})) == (7.0, True)


def test_it_stops_where_it_is_or_at_a_moment(ask):
    assert shows(ask(f"POST {TIME}/freeze")) == (NOW, True)
    assert shows(ask(f"POST {TIME}/freeze", {"time": 8})) == (8.0, True)


def test_it_moves_forward_running_or_stopped(ask):
    assert shows(ask(f"POST {TIME}/advance", {"seconds": 1800})) == (NOW + 1800, False)
    ask(f"POST {TIME}/freeze")
    assert shows(ask(f"POST {TIME}/advance", {"seconds": 60})) == (NOW + 1860, True)


def test_it_runs_on_from_where_it_stopped(ask):
    ask(f"POST {TIME}/freeze", {"time": 100})
    assert shows(ask(f"POST {TIME}/resume", now=NOW + 50)) == (100.0, False)
    assert shows(ask(f"GET {TIME}", now=NOW + 60)) == (110.0, False)


def test_it_can_be_given_back(ask):
    ask(f"POST {TIME}/freeze", {"time": 100})
    assert shows(ask(f"DELETE {TIME}")) == (NOW, False)


@pytest.mark.parametrize(
    ("line", "body", "words"),
    [
        (f"PUT {TIME}", {"time": "tomorrow"}, '"time" must be ISO 8601 text or Unix seconds'),
        (f"PUT {TIME}", {"time": -1}, "between the years 1970 and 9999"),
        (f"PUT {TIME}", {"time": 1e12}, "between the years 1970 and 9999"),
        (f"PUT {TIME}", {"tiem": 1}, "tiem is not known here; did you mean time?"),
        (f"PUT {TIME}", {"frozen": "yes"}, "frozen must be true or false"),
        (f"PUT {TIME}", [1], "The body must be an object"),
        (f"POST {TIME}/advance", {}, "seconds is missing"),
        (f"POST {TIME}/advance", {"seconds": -5}, "seconds must be a number of 0 or more"),
        (f"POST {TIME}/advance", {"seconds": True}, "seconds must be a number"),
        (f"POST {TIME}/advance", {"seconds": 1e12}, "beyond the year 9999"),
        (f"PUT {SETTINGS}", {"listinglag": 1}, "did you mean listingLag?"),
        (f"PUT {SETTINGS}", {"listingLag": -1}, "listingLag must be a number from 0 to 86400"),
        (f"PUT {SETTINGS}", {"maxBatch": 1.5}, "maxBatch must be a whole number"),
        (f"PUT {SETTINGS}", {"allowPublicMerge": 1}, "allowPublicMerge must be true or false"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(ask, line, body, words):
    before = ask(f"GET {TIME}"), ask(f"GET {SETTINGS}")
    status, told = ask(line, body)
    assert status == 400
    assert words in told["message"]
    assert (ask(f"GET {TIME}"), ask(f"GET {SETTINGS}")) == before


def test_an_unknown_database_is_404(ask):
    assert ask("GET /_mock/databases/shoe/time")[0] == 404
    assert ask("GET /_mock/databases/shoe/settings")[0] == 404


def test_settings_are_read_and_changed_one_by_one(ask, admission):
    status, before = ask(f"GET {SETTINGS}")
    assert (status, before["maxBatch"], before["listingLag"]) == (200, 10_000, 0.0)
    assert ask(f"PUT {SETTINGS}", {"maxBatch": 2}) == (200, {**before, "maxBatch": 2})
    ask(f"PUT {SETTINGS}", {"eraseWindow": 3})
    settings_now = admission.databases["shop"].service.settings
    assert (settings_now.max_batch, settings_now.erase_window) == (2, 3.0)


def test_what_is_stored_without_a_moment_gets_the_databases(admission):
    database = admission.databases["shop"]
    database.clock.freeze(NOW, 5.0)
    body = b'{"userId": "u", "itemId": "i", "cascadeCreate": true}'
    service, now = database.service, database.clock.at(NOW)
    service.apply(Call("POST", "/bookmarks/", body=body), now)
    reply = service.apply(Call("GET", "/users/u/bookmarks/"), now)
    assert json.loads(reply.body)[0]["timestamp"] == 5.0
