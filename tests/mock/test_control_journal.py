"""The journal over the control API, and requests that never got an answer."""

import asyncio
import hashlib
import hmac
import json
import socket
import struct

import pytest

from recombee_mock import Database, MockServer
from recombee_mock.control import requests
from recombee_mock.control.api import Control
from recombee_mock.databases import OpenDatabase
from recombee_mock.seeing.journal import Journal
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission

NOW = 1_700_000_000.0
TOKEN = "s3cret-token"


@pytest.fixture
def journal():
    journal = Journal()
    for number, status in enumerate((201, 409, 201, 404)):
        path = f"/shop/items/item-{number}".encode()
        journal.record(1.0, "PUT", path, "h", "shop", "AddItem", status, "private", b"")
    asked = {"requests": [{"method": "PUT", "path": "/items/a"}]}
    body = json.dumps(asked).encode()
    journal.record(1.0, "POST", b"/shop/batch/", "h", "shop", "Batch", 200, "public", body)
    return journal


@pytest.fixture
def ask(journal):
    admission = Admission([OpenDatabase(Database("shop", TOKEN), Service)])
    control = Control(requests.routes(admission, journal), "localhost")

    def answer(target):
        said = control.answer("GET", f"/_mock/journal{target}".encode(), "localhost", {}, b"", 1.0)
        return said.status, json.loads(said.value)

    return answer


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("?operation=AddItem", [1, 2, 3, 4]),
        ("?operation=AddItem&status=4xx", [2, 4]),
        ("?status=201&since=1", [3]),
        ("?method=post", [5]),
        ("?path=/items/item-2", [3]),
        ("?auth=public", [5]),
        ("?fault=true", []),
        ("?database=other", []),
        ("?status=4xx&limit=1", [2]),
    ],
)
def test_entries_are_chosen_by_the_query(ask, query, expected):
    status, page = ask(query)
    assert (status, [entry["seq"] for entry in page["entries"]]) == (200, expected)


def test_reading_on_meets_every_entry_once(ask, journal):
    found, at = [], 0
    while at != journal.last:
        _, page = ask(f"?since={at}&limit=2&operation=AddItem")
        found += [entry["seq"] for entry in page["entries"]]
        at = page["next"]
    assert found == [1, 2, 3, 4]


def test_a_page_of_none_goes_nowhere(ask):
    assert ask("?since=2&limit=0")[1]["next"] == 2


def test_one_entry_shows_the_requests_of_its_batch(ask):
    status, entry = ask("/5")
    assert (status, entry["operations"]) == (200, {"AddItem": 1})
    assert entry["requests"] == [
        {"method": "PUT", "path": "/items/a", "operation": "AddItem", "params": {"itemId": "a"}}
    ]
    assert "requests" not in ask("?operation=Batch")[1]["entries"][0]
    assert "requests" in ask("?operation=Batch&requests=true")[1]["entries"][0]


@pytest.mark.parametrize("seq", ["0", "6", "999"])
def test_an_entry_that_is_not_there_is_404(ask, seq):
    assert ask(f"/{seq}") == (404, {"message": f"The journal holds no entry {seq}"})


def test_a_misspelt_query_parameter_is_named_instead_of_choosing_everything(ask):
    status, said = ask("?operaton=AddItem")
    assert status == 400
    assert said["message"].startswith(
        "The query parameter operaton is not known here; did you mean operation?; there are "
    )


def test_a_misspelt_request_class_is_named_instead_of_choosing_nothing(ask):
    assert ask("?operation=AddItm") == (
        400,
        {"message": "AddItm is no request of the API; did you mean AddItem?"},
    )


def test_what_takes_no_query_does_not_mind_one(ask):
    assert ask("/1?cache=no")[0] == 200


@pytest.mark.parametrize(
    "query",
    ["/x", "?status=x", "?status=9xx", "?status=604", "?fault=yes", "?requests=1", "?limit=x"],
)
def test_a_query_that_makes_no_sense_is_refused(ask, query):
    assert ask(query)[0] == 400


# --- On the wire ----------------------------------------------------------------------------------


def head(server, path, length):
    target = f"/shop{path}?hmac_timestamp={int(NOW)}"
    sign = hmac.new(TOKEN.encode(), target.encode(), hashlib.sha1).hexdigest()
    return (
        f"POST {target}&hmac_sign={sign} HTTP/1.1\r\nHost: {server.base_uri}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.fixture
async def server():
    async with MockServer([Database("shop", TOKEN)], now=lambda: NOW) as running:
        yield running


async def entry_of(server):
    async with asyncio.timeout(10):
        while not server.entries():  # noqa: ASYNC110 - nothing tells that it was written down
            await asyncio.sleep(0)
    return server.entries()[0]


async def test_a_client_that_breaks_off_in_the_middle_is_in_the_journal(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head(server, "/detailviews/", 1000) + b'{"userId":')
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    entry = await entry_of(server)
    assert (entry.method, entry.target, entry.auth) == ("POST", "/shop/detailviews/", "private")
    assert entry.status == 0
    del reader


async def test_a_client_that_does_not_wait_for_its_answer_is_in_the_journal(server):
    body = b'{"userId": "u", "itemId": "i", "cascadeCreate": true}'
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head(server, "/detailviews/", len(body)) + body)
    writer.close()
    entry = await entry_of(server)
    assert (entry.operation, entry.status, entry.params["userId"]) == ("AddDetailView", 200, "u")
    assert entry.took > 0


async def test_a_batch_says_how_many_it_carried_out(server):
    body = b'{"requests": [{"method": "PUT", "path": "/items/a"}, {"method": "PUT", "path": "/x"}]}'
    good = body.replace(b"/x", b"/items/b")
    for asked, items in ((good, 2), (body, 0)):
        server.journal.clear()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(head(server, "/batch/", len(asked)) + asked)
        await reader.readline()
        assert (await entry_of(server)).items == items
        writer.close()
        await writer.wait_closed()
