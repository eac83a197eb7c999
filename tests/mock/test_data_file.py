"""The data file: whose it is, what it says when it cannot be used, and who may open it."""

import json
import os
import sqlite3
import stat
from functools import partial

import pytest

from recombee_mock.data.dump import dump
from recombee_mock.data.durable import DurableService
from recombee_mock.data.estate import Estate
from recombee_mock.data.file import DataError, DataFile
from recombee_mock.databases import Database
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission

NOW = 1_700_000_000.0


def open_estate(path, **options):
    return Estate(Admission(), Service, 30.0, DataFile(path, **options), now=NOW)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


@pytest.fixture
def filled(path):
    """A data file with a database `shop` that holds items a, b and c."""
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    for item in "abc":
        assert put(service, item) == 201
    estate.finish(NOW)
    return path


def put(service, item):
    return service.apply(Call("PUT", f"/items/{item}"), NOW).status


def items(service):
    return service.apply(Call("GET", "/items/list/"), NOW).body


def test_a_second_server_is_refused_and_the_first_goes_on(path):
    estate = open_estate(path)
    with pytest.raises(DataError, match=r"another server .* has it open; stop that one"):
        DataFile(path)
    assert put(estate.open(Database("shop", "token")).service, "a") == 201
    estate.finish(NOW)
    DataFile(path).close()


def test_a_file_is_for_its_owner_alone(path):
    open_estate(path).finish(NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_no_data_file_is_left_alone(path):
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(DataError, match="no data file; give another name"):
        DataFile(path)
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_file_of_another_program_is_left_alone(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE diary (day TEXT)")
    other.close()
    with pytest.raises(DataError, match="of another program"):
        DataFile(path)


def test_a_file_of_a_newer_version_is_refused(filled):
    with sqlite3.connect(filled) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(DataError, match="version 99, newer than this program's 1; update"):
        DataFile(filled)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nowhere/shop\.db: No such file .*give another file"):
        DataFile(tmp_path / "nowhere" / "shop.db")


def test_a_file_may_be_asked_to_exist(path):
    with pytest.raises(DataError, match="there is no such file"):
        DataFile(path, must_exist=True)
    assert not path.exists()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journal SET body = X'7B7D', now = 5 WHERE seq = 2",
        "UPDATE journal SET path = '/items/z' WHERE seq = 2",
    ],
)
def test_an_entry_that_was_changed_is_found(filled, damage):
    with sqlite3.connect(filled) as other:
        other.execute(damage)
    other.close()
    with pytest.raises(DataError, match=r"damaged \(entry 2 .*put a copy of it back"):
        open_estate(filled)


def test_a_snapshot_that_was_changed_is_found(filled):
    estate = open_estate(filled)
    estate.open_kept("shop").service.compact(NOW)
    estate.finish(NOW)
    with sqlite3.connect(filled) as other:
        other.execute("UPDATE line SET content = X'5B5D' WHERE at = 1")
    other.close()
    with pytest.raises(DataError, match=r"damaged \(line 1 of snapshot"):
        open_estate(filled)


def test_a_file_that_was_cut_off_says_so_in_a_line(path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    for number in range(300):
        put(service, f"item-{number}" + "x" * 500)
    service.compact(NOW)
    estate.finish(NOW)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(DataError) as caught:
        open_estate(path)
    assert "\n" not in str(caught.value)
    assert "put a copy of it back" in str(caught.value)


def test_a_log_that_was_torn_costs_only_what_was_torn(tmp_path, path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    put(service, "a")
    log = path.with_name("shop.db-wal")
    whole = log.read_bytes()
    put(service, "b")
    torn = log.read_bytes()[:-100]
    assert len(torn) > len(whole)
    left = tmp_path / "left.db"
    left.write_bytes(path.read_bytes())
    left.with_name("left.db-wal").write_bytes(torn)
    again = open_estate(left)
    assert items(again.open_kept("shop").service) == b'["a"]'
    again.finish(NOW)
    estate.finish(NOW)


def test_a_disk_that_is_full_changes_nothing(path):
    estate = open_estate(path)
    served = estate.open(Database("shop", "token"))
    service = served.service
    assert put(service, "a") == 201
    pages = estate._file.run("PRAGMA page_count")[0][0]
    estate._file.run(f"PRAGMA max_page_count = {pages}")
    big = Call("POST", "/items/b", "", b'{"!cascadeCreate":true}' + b" " * 100_000)
    reply = service.apply(big, NOW)
    assert reply.status == 503
    assert b"was not carried out" in reply.body
    assert b"free some room" in reply.body
    assert items(service) == b'["a"]'
    assert estate.health()["writable"] is False
    assert "full" in estate.health()["failure"]
    # Room again: it goes on without a restart.
    estate._file.run("PRAGMA max_page_count = 1000000")
    assert service.apply(big, NOW).status == 200
    assert estate.health() == {"file": str(path), "writable": True}
    estate.finish(NOW)
    again = open_estate(path)
    assert items(again.open_kept("shop").service) == b'["a","b"]'
    again.finish(NOW)


def test_a_reset_that_cannot_be_written_forgets_nothing(filled):
    estate = open_estate(filled)
    service = estate.open_kept("shop").service
    estate._file.run("PRAGMA query_only = 1")
    with pytest.raises(DataError):
        service.reset()
    assert items(service) == b'["a","b","c"]'
    estate._file.run("PRAGMA query_only = 0")
    service.reset()
    estate.finish(NOW)
    again = open_estate(filled)
    assert items(again.open_kept("shop").service) == b"[]"
    again.finish(NOW)


def test_refused_calls_leave_nothing_in_the_journal(path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    put(service, "a")
    for _ in range(50):
        assert put(service, "a") == 409
        assert service.apply(Call("POST", "/purchases/", "", b"{"), NOW).status == 400
    put(service, "b")
    assert estate._file.run("SELECT count(*) FROM journal") == [(2,)]
    estate.finish(NOW)


def test_a_batch_refused_for_its_content_type_is_never_in_the_file(path):
    file = DataFile(path)
    inner = Service()
    service = DurableService(inner, file, 1)
    body = b'{"requests":[{"method":"PUT","path":"/items/a"}]}'

    reply = service.apply(Call("POST", "/batch/", "", body, "text/html"), NOW)

    assert reply.status == 400
    assert file.run("SELECT count(*) FROM journal") == [(0,)]
    file.close()


def test_reading_leaves_nothing_in_the_journal(path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    put(service, "a")
    for target in ("/items/list/", "/items/a", "/users/list/"):
        service.apply(Call("GET", target), NOW)
    service.apply(Call("POST", "/batch/", "", b'{"requests":[]}'), NOW)
    put(service, "b")
    assert estate._file.run("SELECT count(*) FROM journal") == [(2,)]
    estate.finish(NOW)


def test_compacting_gives_room_back(path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    padding = b" " * 100_000
    for number in range(30):
        body = b'{"userId":"u","itemId":"i","timestamp":%d,"cascadeCreate":true}' % number
        assert service.apply(Call("POST", "/bookmarks/", "", body + padding), NOW).status == 200
    assert service.journaled > 3_000_000
    estate.finish(NOW)
    assert path.stat().st_size < 200_000
    again = open_estate(path)
    found = again.open_kept("shop").service
    assert isinstance(found, DurableService)
    assert len(list(found.contents.bookmarks.of_user("u"))) == 30
    again.finish(NOW)


def test_what_a_refused_call_has_left_behind_is_kept(path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    put(service, "a")
    # Refused while it is evaluated for the first item, when the user has been created already.
    rule = '(if \'itemId\' == "a" then 1 else "") > ""'
    asked = {"count": 1, "cascadeCreate": True, "filter": rule}
    failing = json.dumps(asked).encode()
    assert service.apply(Call("POST", "/recomms/users/u/items/", "", failing), NOW).status == 400
    # Refused, but its moment is taken.
    view = b'{"userId":"v","itemId":"a","portion":%b,"cascadeCreate":true}'
    for portion, status in ((b"0.5", 200), (b"0.4", 409), (b"0.6", 200)):
        call = Call("POST", "/viewportions/", "", view % portion)
        assert service.apply(call, NOW).status == status
    live = list(dump(service.contents))
    estate.finish(NOW)
    again = open_estate(path)
    assert list(dump(again.open_kept("shop").service.contents)) == live
    again.finish(NOW)


class Unwanted:
    """A recommender that must not be asked."""

    def relevance(self, _wanted, _activity):
        raise AssertionError("Asked for a recommendation that was given before")


def test_recommendations_are_not_computed_again(path):
    estate = open_estate(path)
    service = estate.open(Database("shop", "token")).service
    for item in "abc":
        put(service, item)
    asked = b'{"count":1,"cascadeCreate":true}'
    single = Call("POST", "/recomms/users/u/items/", "", asked)
    assert service.apply(single, NOW).status == 200
    batch = b'{"requests":[{"method":"POST","path":"/recomms/users/v/items/","params":%b}]}' % asked
    assert service.apply(Call("POST", "/batch/", "", batch), NOW).status == 200
    live = list(dump(service.contents))
    estate.finish(NOW)
    make = partial(Service, recommender=Unwanted())
    again = Estate(Admission(), make, 30.0, DataFile(path), now=NOW)
    found = again.open_kept("shop").service
    assert list(dump(found.contents)) == live
    with pytest.raises(AssertionError, match="given before"):
        found.apply(single, NOW)
    again.finish(NOW)
