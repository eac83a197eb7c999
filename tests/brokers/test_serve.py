"""`segment serve` on two machines, as far as one can tell on one: all they share is the broker."""

import json
import os
import subprocess
import sys
import time
import urllib.request

import pytest

from aiorecombee import ListUserDetailViews
from aiorecombee.cli.segment.letters.program import run as letters
from aiorecombee.cli.usage import UsageError

PATIENCE = 40.0


@pytest.fixture
def serve(place, tmp_path, recombee_mock):
    """Start the command with some options; gives the process and its address."""
    running = []
    environ = {**os.environ, "RECOMBEE_QUEUE": place.server.url}
    environ["RECOMBEE_TOKEN"] = str(recombee_mock.token)
    database = ["--database", recombee_mock.database_id, "--base-uri", recombee_mock.base_uri]

    def serve(*options):
        command = [sys.executable, "-W", "error", "-m", "aiorecombee.cli", "segment", "serve"]
        command += ["--queue-name", place.name, "--port", "0", "--lease-for", "1", *options]
        command += [] if "receive" in options else [*database, "--protocol", "http"]
        with (tmp_path / "log").open("a") as log:
            process = subprocess.Popen(
                command, env=environ, text=True, stdout=subprocess.PIPE, stderr=log
            )
        running.append(process)
        greeting = process.stdout.readline()
        assert greeting, (tmp_path / "log").read_text()
        return process, greeting.split()[2].rstrip(";"), greeting

    yield serve
    for process in running:
        process.kill()
        process.communicate()


def post(url, events):
    body = json.dumps({"batch": events}).encode()
    asked = urllib.request.Request(
        f"{url}/v1/batch", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
        assert answer.status == 200


def backlog(url):
    with urllib.request.urlopen(f"{url}/ready", timeout=PATIENCE) as answer:
        return json.loads(answer.read())["backlog"]


def drained(url):
    end = time.monotonic() + PATIENCE
    while backlog(url)["events"]:
        assert time.monotonic() < end, backlog(url)


def page(user, item, second=0):
    about = {"type": "page", "name": item, "userId": user, "messageId": f"{user}/{item}"}
    return {**about, "timestamp": f"2026-01-05T10:{second // 60:02}:{second % 60:02}.000Z"}


async def test_receivers_and_senders_on_two_machines(serve, place, recombee_client):
    first, one, greeting = serve("--only", "receive")
    _, other, _ = serve("--only", "receive")
    assert f"others send what is in queue {place.name} at 127.0.0.1" in greeting
    sending, _, _ = serve("--only", "send", "--batch-size", "20")
    serve("--only", "send", "--batch-size", "20")
    for start in range(0, 600, 20):
        events = [page(f"u{n % 9}", f"i{n}", n) for n in range(start, start + 20)]
        post(one if start % 40 else other, events)
        if start == 300:
            sending.kill()
    drained(other)
    first.terminate()
    assert first.wait(PATIENCE) == 0
    for user in range(9):
        found = await recombee_client.send(ListUserDetailViews(f"u{user}"))
        items = [view.item_id for view in sorted(found, key=lambda view: view.timestamp)]
        assert items == [f"i{n}" for n in range(600) if n % 9 == user]


def test_dead_letters_are_at_the_broker_too(serve, place, monkeypatch, capsys):
    monkeypatch.setenv("RECOMBEE_QUEUE", place.server.url)
    _, url, _ = serve()
    post(url, [page("u", "no blanks"), page("u", "fine", 1)])
    drained(url)
    named = ["--queue-name", place.name]
    assert letters("letters", ["list", "--json", *named]) == 0
    (letter,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert "no blanks" in json.dumps(letter)
    assert letters("letters", ["drop", str(letter["number"]), "--yes", *named]) == 0
    assert backlog(url)["dead_letters"] == 0


def test_a_queue_that_is_not_there_is_not_made_to_look_for_letters(place, capsys):
    named = ["--queue", place.server.url, "--queue-name", "nobody-has-this"]
    with pytest.raises(UsageError, match="there is no queue of this name"):
        letters("letters", ["list", *named])
    assert capsys.readouterr().out == ""
