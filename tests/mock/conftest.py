"""A database without a server in front of it."""

import json
from typing import Any

import attrs
import pytest

from recombee_mock.protocol import Call
from recombee_mock.service import Service


@attrs.define
class Database:
    """Asks a service as a client would, and reads its answers.

    `db("PUT /items/a")` gives status and decoded body.
    """

    service: Service
    now: float = 1_700_000_000.0
    public: bool = False
    operation: str = ""

    def __call__(self, line: str, body: Any = None, *, content_type: str = "") -> tuple[int, Any]:
        method, _, target = line.partition(" ")
        path, _, query = target.partition("?")
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        call = Call(method, path, query, raw, content_type, self.public)
        reply = self.service.apply(call, self.now)
        self.operation = reply.operation
        return reply.status, json.loads(reply.body)

    def batch(self, *lines: Any) -> list[tuple[int, Any]]:
        """Codes and answers of a batch; each entry is a line, or a line and its params."""
        requests = []
        for entry in lines:
            line, *params = entry if isinstance(entry, tuple) else (entry,)
            method, _, path = line.partition(" ")
            requests.append(
                {"method": method, "path": path, **({"params": params[0]} if params else {})}
            )
        status, entries = self("POST /batch/", {"requests": requests})
        assert status == 200
        return [(entry["code"], entry["json"]) for entry in entries]


@pytest.fixture
def db() -> Database:
    return Database(Service())


@pytest.fixture
def shop(db: Database) -> Database:
    """A database with two users and two items."""
    for line in ("PUT /users/u1", "PUT /users/u2", "PUT /items/i1", "PUT /items/i2"):
        assert db(line) == (201, "ok")
    return db
