"""The control API: what it answers, and to whom."""

import json

import pytest

from recombee_mock.control import health, requests, state
from recombee_mock.control.api import Control
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.seeing.journal import Journal
from recombee_mock.settings import Settings
from recombee_mock.shell.admission import Admission


class Counter:
    settings = Settings()

    def __init__(self):
        self.resets = 0

    def reset(self):
        self.resets += 1


@pytest.fixture
def admission():
    return Admission(
        OpenDatabase(Database(name, f"{name}-token"), Counter) for name in ("shop", "video")
    )


@pytest.fixture
def journal():
    journal = Journal()
    for database in ("shop", "video", "shop"):
        target = f"/{database}/items/a".encode()
        journal.record(1.0, "GET", target, "h", database, "", 200, "private", b"")
    return journal


@pytest.fixture
def ask(admission, journal):
    routes = [
        *health.routes(admission, journal),
        *requests.routes(admission, journal),
        *state.routes(admission),
    ]
    control = Control(routes, "mock.internal")

    def answer(method, target, host="localhost:8484", **headers):
        said = control.answer(method, target.encode(), host, headers, b"", 1.0)
        return said.status, json.loads(said.value)

    return answer


def resets(admission):
    return [served.service.resets for served in admission.databases.values()]


def test_health_names_the_databases_and_no_tokens(ask):
    assert ask("GET", "/_mock/health") == (
        200,
        {"status": "ok", "databases": ["shop", "video"], "requests": 3},
    )


def test_the_journal_comes_in_pages(ask):
    status, page = ask("GET", "/_mock/journal?since=1&limit=1")
    assert status == 200
    assert [(entry["seq"], entry["database"]) for entry in page["entries"]] == [(2, "video")]
    assert page["last"] == 3


def test_the_journal_of_one_database(ask):
    _, page = ask("GET", "/_mock/journal?database=shop")
    assert [entry["seq"] for entry in page["entries"]] == [1, 3]


@pytest.mark.parametrize("query", ["since=x", "since=-1", "limit=1.5", "limit=9999999999999999"])
def test_a_number_that_is_none_is_refused(ask, query):
    status, body = ask("GET", f"/_mock/journal?{query}")
    assert status == 400
    assert body["message"] == f"{query.partition('=')[0]} must be a whole number, 0 or more"


def test_the_journal_can_be_emptied(ask, journal):
    assert ask("DELETE", "/_mock/journal") == (200, {"status": "ok"})
    assert len(journal) == 0


def test_reset_reaches_all_databases(ask, admission):
    assert ask("POST", "/_mock/reset") == (200, {"status": "ok", "databases": ["shop", "video"]})
    assert resets(admission) == [1, 1]


def test_reset_can_be_for_one_database(ask, admission):
    assert ask("POST", "/_mock/reset?database=video")[0] == 200
    assert resets(admission) == [0, 1]


def test_reset_of_an_unknown_database_touches_nothing(ask, admission):
    assert ask("POST", "/_mock/reset?database=nope") == (
        404,
        {"message": "There is no such database; there are: shop, video"},
    )
    assert resets(admission) == [0, 0]


@pytest.mark.parametrize("target", ["/_mock", "/_mock/", "/_mock/nope", "/_mock/health/x"])
def test_an_unknown_path_lists_the_known_ones(ask, target):
    assert ask("GET", target) == (
        404,
        {
            "message": "There is no such path in the control API",
            "paths": [
                "GET /_mock/health",
                "GET /_mock/journal",
                "GET /_mock/journal/{seq}",
                "DELETE /_mock/journal",
                "POST /_mock/reset",
                "GET /_mock/openapi.json",
            ],
        },
    )


def test_a_wrong_method_names_the_right_one(ask, admission):
    assert ask("GET", "/_mock/reset") == (405, {"message": "/_mock/reset takes POST"})
    assert resets(admission) == [0, 0]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8484", "[::1]", "mock", "a.localhost", "Mock.Internal:8484"]
)
def test_it_answers_on_names_that_only_we_can_have(ask, host):
    assert ask("GET", "/_mock/health", host)[0] == 200


@pytest.mark.parametrize("host", ["rebound.example", "rapi.recombee.com", "", "a b"])
def test_a_name_pointed_at_this_machine_is_refused(ask, admission, host):
    assert ask("POST", "/_mock/reset", host)[0] == 403
    assert resets(admission) == [0, 0]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:3000", "null"])
def test_a_page_of_another_origin_is_refused(ask, admission, origin):
    assert ask("POST", "/_mock/reset", Origin=origin)[0] == 403
    assert resets(admission) == [0, 0]


def test_a_page_of_our_own_is_served(ask):
    assert ask("GET", "/_mock/health", Origin="http://localhost:8484")[0] == 200
