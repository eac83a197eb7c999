"""The server on a thread of its own."""

import threading
import time
import urllib.error
import urllib.request

import pytest

from recombee_mock import Database, MockServerThread, Reply
from recombee_mock.settings import Settings


class StandIn:
    settings = Settings()

    def apply(self, _call, _now):
        return Reply(200, b'"ok"')

    def reset(self):
        pass


def test_it_answers_a_caller_that_blocks():
    with (
        MockServerThread([Database("shop", "t")], make_service=StandIn) as server,
        urllib.request.urlopen(f"{server.url}/_mock/health") as reply,
    ):
        assert reply.status == 200


def test_its_thread_ends_with_it():
    before = threading.active_count()
    with MockServerThread(make_service=StandIn):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_failed_start_is_raised_where_it_was_asked_for():
    with MockServerThread(make_service=StandIn) as server:
        other = MockServerThread(port=server.server.port)
        with pytest.raises(OSError, match="address already in use"):
            other.start()
        other.stop()


def test_an_error_on_the_thread_is_raised_at_the_caller():
    with MockServerThread(make_service=StandIn) as server, pytest.raises(KeyError):
        server.remove_database("nope")


def test_a_server_that_is_not_running_says_so():
    server = MockServerThread(make_service=StandIn)
    with pytest.raises(RuntimeError, match="not running"):
        server.add_database(Database("shop", "t"))
    server.stop()


def test_a_fresh_database_lives_as_long_as_its_block():
    with MockServerThread(make_service=StandIn) as server:
        with server.fresh_database("us-west") as database:
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(database.url)
            refused.value.close()
            assert refused.value.code == 401
            assert [entry.auth for entry in database.journal()] == ["missing-signature"]
            assert database.region == "us-west"
        with pytest.raises(urllib.error.HTTPError) as gone:
            urllib.request.urlopen(database.url)
        gone.value.close()
        assert gone.value.code == 404
        assert server.server.entries(database=database.database_id)[0].status == 404


def test_start_and_stop_are_quick():
    MockServerThread(make_service=StandIn).start  # noqa: B018 - everything is imported by now
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        with MockServerThread(make_service=StandIn):
            pass
        best = min(best, time.perf_counter() - began)
    assert best < 0.030
