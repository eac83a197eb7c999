"""The demo from end to end."""

import io
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from aiorecombee import RecombeeClient
from aiorecombee.demo import bundled
from aiorecombee.demo.ledger import Ledger
from aiorecombee.demo.mock import running_mock
from aiorecombee.demo.screen import PlainScreen, RichScreen, open_screen
from aiorecombee.demo.story import recommendation_deviations, tell

COMMAND = [sys.executable, "-m", "aiorecombee.demo"]


@pytest.fixture(scope="module")
def told():
    """The demo in a process of its own, where RAPI_URI would lead it astray."""
    environ = {**os.environ, "RAPI_URI": "somebody-elses.example"}
    return subprocess.run(COMMAND, capture_output=True, text=True, check=False, env=environ)


def test_it_ends_well(told):
    assert (told.returncode, told.stderr) == (0, "")
    assert "exactly what it took." in told.stdout
    assert "What to try next" in told.stdout


def test_it_is_plain_text_of_80_columns_when_nobody_watches(told):
    assert "\x1b" not in told.stdout
    assert max(map(len, told.stdout.splitlines())) < 80


def test_it_recommends_what_was_not_bought(told):
    advice = told.stdout.partition("What it recommends to ada")[2].partition("In all")[0]
    recommended = set(re.findall(r"^  \d\. (\S+)", advice, re.MULTILINE))

    assert len(recommended) == 3
    assert not recommended & {"cups-6", "teapot-2l"}


def test_a_recommendation_that_ignores_the_filter_is_found_out():
    stored = Ledger({("purchase", "ada", "cups-6", 1.0)}, {"ada"})

    assert recommendation_deviations(stored, ["mug-blue", "cups-6"]) == [
        "cups-6 was recommended, though bought"
    ]
    assert recommendation_deviations(stored, []) == ["nothing was recommended"]


def test_its_numbers_add_up_to_the_events_there_are(told):
    table = told.stdout.partition("What became of the events")[2].partition("What was asked")[0]
    rows = dict(re.findall(r"^  (\w+) +(\d+)", table, re.MULTILINE))

    total = int(rows.pop("together"))
    assert total == sum(map(int, rows.values())) == len(bundled.events())


def test_it_tells_the_same_every_time(told):
    again = subprocess.run(COMMAND, capture_output=True, text=True, check=False)

    assert again.stdout.splitlines()[1:] == told.stdout.splitlines()[1:]


async def test_a_server_that_knows_more_than_it_took_is_found_out(recombee_client):
    out = io.StringIO()
    assert await tell(PlainScreen(out), recombee_client)

    # Everything is there already now: what was `ok` before is `known`, and dan is gone.
    assert not await tell(PlainScreen(out), recombee_client)
    assert "not all went as it should." in out.getvalue()
    assert "line 3: known, but should be ok" in out.getvalue()


def test_the_server_stops_with_the_demo():
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline().decode()
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    assert process.returncode in {143, 0}
    port = int(re.search(r":(\d+)\.", line)[1])
    assert not _listens(port)


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_the_mock_is_a_server_that_clients_can_use():
    with running_mock("some-db", "some-token") as authority:
        async with RecombeeClient(
            "some-db", "some-token", base_uri=authority, protocol="http"
        ) as client:
            out = io.StringIO()
            assert await tell(PlainScreen(out), client)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colours_are_for_terminals_only(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert isinstance(open_screen(Terminal()), RichScreen)
    assert isinstance(open_screen(io.StringIO()), PlainScreen)

    monkeypatch.setenv("NO_COLOR", "1")
    assert isinstance(open_screen(Terminal()), PlainScreen)


def test_a_terminal_gets_colours_and_a_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    out = Terminal()
    screen = RichScreen(out)

    with screen.progress(2, "replaying") as advance:
        screen.line("left [not markup]", "", " ok", "green")
        advance()

    assert "left [not markup]\x1b[32m ok" in out.getvalue()
    assert "replaying" in out.getvalue()
