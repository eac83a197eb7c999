"""No route of the control API answers strangers, and none tells a token."""

import json
import re

import pytest

from recombee_mock import Database, MockServer
from recombee_mock.protocol import Call

TOKEN = "s3cret-private-token"
PUBLIC = "s3cret-public-token"


@pytest.fixture(scope="module")
def server():
    server = MockServer([Database("shop", TOKEN, PUBLIC)])
    served = server._admission.databases["shop"]
    body = json.dumps({"requests": [{"method": "PUT", "path": f"/items/{TOKEN}"}]}).encode()
    served.service.apply(Call("POST", "/batch/", "", body), 1.0)
    server.journal.record(
        1.0, "POST", f"/{TOKEN}/x".encode(), PUBLIC, TOKEN, "", 404, "unchecked", b""
    )
    server.journal.record(
        1.0, "POST", b"/shop/batch/", PUBLIC, "shop", "Batch", 200, "private", body
    )
    return server


ROUTES = sorted((route.method, route.path) for route in MockServer()._control.routes)


def answer(server, method, path, host="localhost", body=b"", **headers):
    target = re.sub(r"{(\w+)}", lambda hole: {"seq": "2"}.get(hole[1], "shop"), path).encode()
    return server._control.answer(method, target, host, headers, body, 1.0)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_pages_of_other_origins_and_forged_names_are_refused(server, method, path):
    before = list(server.databases)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert answer(server, method, path, **headers).status == 403
    assert answer(server, method, path, "rebound.example").status == 403
    assert server.databases == before


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "GET"])
async def test_no_route_tells_a_token(server, path):
    said = answer(server, "GET", f"{path}?since=0" if path.endswith("events") else path)
    value = said.value
    if said.stream is not None:
        value = b"".join([await anext(said.stream), await anext(said.stream, b"")])
        await said.stream.aclose()
    if path.endswith("/export"):  # an item is what it is called
        value = value.replace(f"/items/{TOKEN}".encode(), b"")
    assert not re.search(rb"s3cret|[0-9a-f]{40}", value)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"null", b'{"x": 1}', b"\xff"])
def test_odd_bodies_are_answered_and_never_break_it(method, path, body):
    server = MockServer([Database("shop", TOKEN, PUBLIC)])
    said = answer(server, method, path, body=body)
    assert said.status in {200, 201, 400, 404, 409}
    if said.stream is None and said.content_type is None:
        assert json.loads(said.value) is not None
