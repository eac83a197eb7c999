"""A server that is killed at any moment has lost nothing that it answered, and halved nothing."""

import contextlib
import hashlib
import hmac
import http.client
import json
import random
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import attrs
import pytest

TOKEN = "kill-token"
SIZE = 25


@attrs.define
class Running:
    """A server that runs as a process of its own."""

    process: subprocess.Popen
    netloc: str

    def connect(self):
        return http.client.HTTPConnection(self.netloc, timeout=20)

    def ask(self, method, path, body=None, connection=None):
        now = int(time.time())
        target = f"/shop{path}{'&' if '?' in path else '?'}hmac_timestamp={now}"
        sign = hmac.new(TOKEN.encode(), target.encode(), hashlib.sha1).hexdigest()
        with contextlib.closing(self.connect()) as fresh:
            line = connection or fresh
            raw = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"}
            line.request(method, f"{target}&hmac_sign={sign}", raw, headers)
            with line.getresponse() as reply:
                return reply.status, json.loads(reply.read())


@contextlib.contextmanager
def running(folder):
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-W", "error", "-m", "recombee_mock", "serve", "--port", "0"]
    options = ["--data", folder / "data.db", "--database", f"shop={TOKEN}", "--ready-file", ready]
    with subprocess.Popen(
        [*command, *map(str, options)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not ready.exists():
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield Running(process, urlsplit(json.loads(ready.read_text())["http"]).netloc)
        finally:
            process.kill()


def one(user, number):
    return {"userId": user, "itemId": "i", "timestamp": number, "cascadeCreate": True}


@attrs.define
class Writer:
    """Writes until the server is gone, and knows what was answered."""

    server: Running
    name: str
    batches: bool
    heard: threading.Semaphore
    sent: int = 0
    answered: int = 0

    def run(self):
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(self.server.connect()) as connection,
        ):
            while True:
                self.sent += 1
                status, _ = self.write(self.sent, connection)
                assert status == 200
                self.answered = self.sent
                self.heard.release()

    def write(self, number, connection):
        if not self.batches:
            body = one(self.name, number)
            return self.server.ask("POST", "/detailviews/", body, connection)
        requests = [
            {"method": "POST", "path": "/purchases/", "params": one(f"{self.name}-{number}", at)}
            for at in range(SIZE)
        ]
        return self.server.ask("POST", "/batch/", {"requests": requests}, connection)

    def check(self, server):
        """What is there is what was answered, or at most the one on its way as well."""
        if not self.batches:
            listed = server.ask("GET", f"/users/{self.name}/detailviews/")[1]
            there = [entry["timestamp"] for entry in listed]
            assert there == list(range(1, len(there) + 1))
            assert self.answered <= len(there) <= self.sent
            return
        for number in range(1, self.sent + 1):
            status, listed = server.ask("GET", f"/users/{self.name}-{number}/purchases/")
            found = len(listed) if status == 200 else 0
            assert found == SIZE or (number > self.answered and found == 0)


@pytest.mark.parametrize("seed", [1])
def test_nothing_that_was_answered_is_lost_and_no_batch_is_halved(tmp_path, seed):
    dice = random.Random(seed)
    writers = []
    for number in range(5):
        with running(tmp_path) as server:
            for writer in writers:
                writer.check(server)
            heard = threading.Semaphore(0)
            now = [
                Writer(server, f"{number}-{kind}", kind == "batch", heard)
                for kind in ("one", "two", "batch")
            ]
            threads = [threading.Thread(target=writer.run, daemon=True) for writer in now]
            for thread in threads:
                thread.start()
            for _ in range(dice.randrange(1, 150)):
                assert heard.acquire(timeout=20)
            server.process.kill()
            for thread in threads:
                thread.join(20)
                assert not thread.is_alive()
            writers += now
    with running(tmp_path) as server:
        for writer in writers:
            writer.check(server)


def test_results_go_on_after_a_kill(tmp_path):
    with running(tmp_path) as server:
        for number in range(9):
            assert server.ask("PUT", f"/items/i{number}")[0] == 201
        assert server.ask("PUT", "/users/u")[0] == 201
        status, first = server.ask("POST", "/recomms/users/u/items/", {"count": 4})
        assert status == 200
        server.process.kill()
    with running(tmp_path) as server:
        path = f"/recomms/next/items/{first['recommId']}"
        status, second = server.ask("POST", path, {"count": 5})
    assert (status, second["recommId"], second["numberNextRecommsCalls"]) == (
        200,
        first["recommId"],
        1,
    )
    shown = [one["id"] for one in first["recomms"] + second["recomms"]]
    assert sorted(shown) == [f"i{number}" for number in range(9)]


def test_a_server_that_is_told_to_stop_leaves_a_file_in_order(tmp_path):
    with running(tmp_path) as server:
        assert server.ask("PUT", "/items/a")[0] == 201
        server.process.terminate()
        assert server.process.wait(20) == 0
        assert server.process.stderr.read() == b""
    assert not (tmp_path / "data.db-wal").exists()
    with running(tmp_path) as server:
        assert server.ask("GET", "/items/list/") == (200, ["a"])
