"""The state of databases through the control API: databases, snapshots, copies, import, export."""

import asyncio
import json

import pytest

from recombee_mock.control import databases, settings, snapshots, state, transfer
from recombee_mock.control import time as database_time
from recombee_mock.control.api import Control
from recombee_mock.control.durably import durably
from recombee_mock.data.estate import Estate
from recombee_mock.data.file import DataFile
from recombee_mock.databases import Database
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission

NOW = 1_700_000_000.0


class Server:
    """What a mock server is without sockets."""

    def __init__(self, path=None):
        self.admission = Admission()
        file = None if path is None else DataFile(path)
        self.estate = Estate(self.admission, Service, 30.0, file, now=NOW)
        self.forgotten = []
        routes = [
            *state.routes(self.admission),
            *databases.routes(self.admission, self.estate, self.forgotten.append),
            *snapshots.routes(self.admission, self.estate),
            *transfer.routes(self.admission),
            *settings.routes(self.admission),
            *database_time.routes(self.admission),
        ]
        self.control = Control(durably(self.estate, routes), "mock")

    def __call__(self, line, body=None):
        said = self.said(line, body)
        return said.status, json.loads(said.value)

    def said(self, line, body=None):
        method, _, target = line.partition(" ")
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        return self.control.answer(method, f"/_mock{target}".encode(), "localhost", {}, raw, NOW)

    def items(self, database="shop"):
        service = self.admission.databases[database].service
        return json.loads(service.apply(Call("GET", "/items/list/"), NOW).body)

    def put(self, item, database="shop"):
        service = self.admission.databases[database].service
        assert service.apply(Call("PUT", f"/items/{item}"), NOW).status == 201


@pytest.fixture(params=["memory", "file"])
def server(request, tmp_path):
    """A server with an empty database `shop`, in memory or with a file as well."""
    server = Server(tmp_path / "data.db" if request.param == "file" else None)
    server.estate.open(Database("shop", "secret-token", "secret-public"))
    yield server
    server.estate.finish(NOW)


def reopened(server, tmp_path):
    """What the next server finds."""
    server.estate.finish(NOW)
    again = Server(tmp_path / "data.db")
    for kept in again.estate.kept:
        again.estate.open_kept(kept)
    return again


def test_databases_are_listed_without_their_tokens(server):
    status, answer = server("GET /databases")
    assert (status, answer) == (
        200,
        {"databases": [{"database": "shop", "region": "eu-west", "public": True}]},
    )
    assert "secret" not in json.dumps(server("GET /databases/shop"))


def test_what_a_database_holds_is_counted(server):
    server("POST /databases/shop/generate", {"users": 10, "items": 5, "interactions": 40})
    holds = server("GET /databases/shop")[1]["holds"]
    assert (holds["users"], holds["items"], holds["scenarios"]) == (10, 5, 0)
    kinds = ("detailViews", "purchases", "ratings", "cartAdditions", "bookmarks")
    assert sum(holds[kind] for kind in kinds) + holds["viewPortions"] == 40


def test_a_database_can_be_made_and_removed(server):
    new = {"token": "t", "publicToken": "p", "region": "ap-se", "settings": {"seed": 9}}
    status, answer = server("PUT /databases/video", new)
    assert (status, answer["region"], answer["settings"]["seed"]) == (201, "ap-se", 9)
    assert server("PUT /databases/video", new)[0] == 409
    server.put("a", "video")
    assert server("DELETE /databases/video") == (200, {"status": "ok"})
    assert server.forgotten == ["video"]
    assert server("GET /databases/video")[0] == 404
    assert server("PUT /databases/video", new)[0] == 201
    assert server.items("video") == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "token is missing"),
        ({"token": ""}, "token must be a text"),
        ({"token": "t", "publicToken": "t"}, "are the same"),
        ({"token": "t", "region": "moon"}, "Unknown region"),
        ({"token": "t", "settings": {"sed": 1}}, "settings.sed is not known here"),
        ({"token": "t", "colour": 1}, "colour is not known here"),
        (b"[", "not valid JSON"),
    ],
)
def test_a_database_that_cannot_be_is_refused(server, body, why):
    status, answer = server("PUT /databases/video", body)
    assert status == 400
    assert why in answer["message"]
    assert server("PUT /databases/_mock", {"token": "t"})[0] == 400


def test_a_snapshot_can_be_gone_back_to(server):
    server.put("a")
    status, taken = server("PUT /databases/shop/snapshots/before")
    assert (status, taken["name"], taken["taken"]) == (201, "before", "2023-11-14T22:13:20Z")
    server.put("b")
    server("PUT /databases/shop/settings", {"seed": 5})
    assert server("POST /databases/shop/snapshots/before/restore") == (200, {"status": "ok"})
    assert server.items() == ["a"]
    assert server("GET /databases/shop/settings")[1]["seed"] == 0
    server.put("c")
    server("POST /databases/shop/snapshots/before/restore")
    assert server.items() == ["a"]


def test_snapshots_are_listed_replaced_and_deleted(server):
    for name in ("one", "two", "one"):
        server(f"PUT /databases/shop/snapshots/{name}")
    listed = server("GET /databases/shop/snapshots")[1]["snapshots"]
    assert [one["name"] for one in listed] == ["two", "one"]
    assert server("DELETE /databases/shop/snapshots/two") == (200, {"status": "ok"})
    assert server("DELETE /databases/shop/snapshots/two") == (
        404,
        {"message": "There is no snapshot two; there are: one"},
    )
    assert server("POST /databases/shop/snapshots/two/restore")[0] == 404
    assert server("PUT /databases/shop/snapshots/no%20name")[0] == 400


def test_there_is_an_end_to_snapshots(server):
    for number in range(100):
        assert server(f"PUT /databases/shop/snapshots/s{number}")[0] == 201
    assert server("PUT /databases/shop/snapshots/more") == (
        409,
        {"message": "There are 100 snapshots already; delete one first"},
    )
    assert server("PUT /databases/shop/snapshots/s7")[0] == 201


def test_a_copy_goes_its_own_way(server):
    server.put("a")
    server("POST /databases/shop/time/freeze", {"time": 5})
    server("PUT /databases/shop/settings", {"seed": 5})
    status, answer = server("POST /databases/shop/fork", {"database": "copy", "token": "t"})
    assert (status, answer["public"], answer["settings"]["seed"]) == (201, False, 5)
    server.put("b", "copy")
    assert (server.items(), server.items("copy")) == (["a"], ["a", "b"])
    assert server("GET /databases/copy/time")[1]["unix"] == 5
    assert server("POST /databases/shop/fork", {"database": "copy", "token": "t"})[0] == 409
    assert server("POST /databases/shop/fork", {"token": "t"})[0] == 400


def test_an_import_tells_what_failed(server):
    lines = b'{"method":"PUT","path":"/items/a"}\n\nx\n{"method":"PUT","path":"/items/b"}'
    status, report = server("POST /databases/shop/import", lines)
    assert status == 200
    assert {name: report[name] for name in ("lines", "done", "conflicts", "failed")} == {
        "lines": 4,
        "done": 2,
        "conflicts": 0,
        "failed": 1,
    }
    assert report["failures"][0]["line"] == 3
    assert server("POST /databases/shop/import")[1]["lines"] == 0


def exported(server, database="shop"):
    said = server.said(f"GET /databases/{database}/export")
    assert said.content_type == "application/x-ndjson"

    async def read():
        return b"".join([piece async for piece in said.stream])

    return asyncio.run(read())


def test_an_export_can_be_imported(server):
    server(
        "POST /databases/shop/generate", {"users": 9, "items": 6, "interactions": 30, "until": 9}
    )
    server("PUT /databases/copy", {"token": "t"})
    lines = exported(server)
    assert server("POST /databases/copy/import", lines)[1]["failed"] == 0
    assert exported(server, "copy") == lines


@pytest.mark.parametrize(
    "body", [{"users": 0}, {"users": 2, "clusters": 3}, {"noise": 2}, {"user": 1}, {"seed": "x"}]
)
def test_made_up_data_has_its_limits(server, body):
    assert server("POST /databases/shop/generate", body)[0] == 400
    assert server.items() == []


def test_made_up_data_repeats(server):
    asked = {"users": 9, "items": 6, "interactions": 30, "seed": 3, "until": 1e9}
    server("POST /databases/shop/generate", asked)
    server("PUT /databases/copy", {"token": "t"})
    server("POST /databases/copy/generate", asked)
    assert exported(server) == exported(server, "copy")


@pytest.mark.parametrize("server", ["file"], indirect=True)
def test_everything_is_there_at_the_next_start(server, tmp_path):
    server("PUT /databases/video", {"token": "t", "region": "us-west", "settings": {"seed": 2}})
    server.put("a", "video")
    server("PUT /databases/video/snapshots/kept")
    server.put("b", "video")
    server("PUT /databases/video/settings", {"maxBatch": 5})
    server("POST /databases/video/time/freeze", {"time": 100})
    server("POST /databases/shop/time/advance", {"seconds": 50})
    server.put("x")
    server("POST /databases/shop/snapshots/none/restore")
    server("POST /reset?database=shop")
    server.put("y")
    before = server("GET /databases/video"), exported(server), exported(server, "video")
    again = reopened(server, tmp_path)
    after = again("GET /databases/video"), exported(again), exported(again, "video")
    assert after == before
    assert again.items() == ["y"]
    assert again.admission.databases["video"].database.token == "t"
    assert again("GET /databases/video/time")[1]["unix"] == 100
    assert again("GET /databases/shop/time")[1]["unix"] == NOW + 50
    assert again("POST /databases/video/snapshots/kept/restore")[0] == 200
    assert again.items("video") == ["a"]
    last = reopened(again, tmp_path)
    assert last.items("video") == ["a"]
    last.estate.finish(NOW)


@pytest.mark.parametrize("server", ["file"], indirect=True)
def test_a_removed_database_stays_away(server, tmp_path):
    server.put("a")
    server("PUT /databases/shop/snapshots/s")
    server("DELETE /databases/shop")
    again = reopened(server, tmp_path)
    assert again("GET /databases") == (200, {"databases": []})
    again.estate.open(Database("shop", "token"))
    assert again.items() == []
    assert again("GET /databases/shop/snapshots") == (200, {"snapshots": []})
    again.estate.finish(NOW)


def test_what_the_command_line_says_goes_before_what_the_file_says(tmp_path):
    first = Server(tmp_path / "data.db")
    first.estate.open(Database("shop", "old", region="us-west", seed=3, max_batch=5))
    first.estate.finish(NOW)
    again = Server(tmp_path / "data.db")
    served = again.estate.open(Database("shop", "new", max_batch=7))
    assert (served.database.token, served.region) == ("new", "eu-west")
    assert (served.service.settings.seed, served.service.settings.max_batch) == (3, 7)
    assert again.estate.kept == []
    again.estate.finish(NOW)


@pytest.mark.parametrize("server", ["file"], indirect=True)
def test_what_cannot_be_written_is_said_and_not_done(server):
    server.put("a")
    server.estate._file.run("PRAGMA query_only = 1")
    for line, body in (
        ("POST /reset", None),
        ("PUT /databases/video", {"token": "t"}),
        ("POST /databases/shop/fork", {"database": "copy", "token": "t"}),
        ("PUT /databases/shop/snapshots/s", None),
        ("DELETE /databases/shop", None),
        ("POST /databases/shop/import", b'{"method":"PUT","path":"/items/b"}'),
    ):
        status, answer = server(line, body)
        assert status == 503, line
        assert "data.db" in answer["message"]
    assert server.items() == ["a"]
    assert server("GET /databases")[1]["databases"][0]["database"] == "shop"
    assert len(server("GET /databases")[1]["databases"]) == 1
    server.estate._file.run("PRAGMA query_only = 0")
