"""A mock that keeps a book, forwarders before it, an audit after it, and the counts at the end.

FAULT_QUEUE=redis://127.0.0.1:6379 has the events kept by a broker, where a spool is not the point.
"""

import os
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from aiorecombee.delivery.broker import BrokerQueue, log_at
from aiorecombee.delivery.spool import Spool
from recombee_mock.seeing.journal import Journal
from recombee_mock.threaded import MockServerThread

from .audit import Audit
from .book import BookkeepingService, read_book, read_holdings
from .posting import DELETERS
from .processes import Forwarders
from .table import lines_of

BROKER = os.environ.get("FAULT_QUEUE", "")
ROWS = pytest.StashKey[dict[str, Counter[str]]]()
LEASE = "0.8"  # seconds: short, as whoever comes after a killed one waits for so long


def pytest_configure(config):
    config.stash[ROWS] = defaultdict(Counter)


def pytest_terminal_summary(terminalreporter, config):
    if rows := config.stash.get(ROWS, {}):
        terminalreporter.section("what became of events")
        for line in lines_of(rows):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def recombee_mock_server():
    """A server of its own, with a book, and a journal that forgets nothing of a run."""
    journal = Journal(100_000, bodies_limit=2**28)
    with MockServerThread(make_service=BookkeepingService, journal=journal) as server:
        yield server


@pytest.fixture
def path(tmp_path):
    """The spool's file."""
    return tmp_path / "events.spool"


@pytest.fixture
def place(path):
    """The options that say where events are kept."""
    if BROKER:
        return ["--queue", BROKER, "--queue-name", f"faults-{uuid4().hex}"]
    return ["--spool", str(path)]


@pytest.fixture
def queue(place):
    """What they mean, when it is opened."""

    @asynccontextmanager
    async def queue():
        made = BrokerQueue(log_at(BROKER, place[-1])) if BROKER else Spool(place[-1])
        async with made:
            yield made

    return queue


@pytest.fixture
def audited(recombee_mock, queue):
    """Compare what was accepted with what the service did and holds, and with the dead letters."""

    async def audited(load):
        async with queue() as kept:
            letters = {one.item.key: one.reason for one in await kept.letters(limit=10_000)}
        book, held = read_book(recombee_mock), read_holdings(recombee_mock)
        findings = Audit(load, book, letters, held).run()
        assert findings.objections == [], "\n".join(findings.objections)
        return findings.counts

    return audited


@pytest.fixture
def counted(pytestconfig):
    """Add counts to a row of the table."""

    def counted(row, counts, **more):
        pytestconfig.stash[ROWS][row] += counts + Counter(more)

    return counted


@pytest.fixture
def unharmed(recombee_mock):
    """Take the faults away; how many calls they befell."""

    def unharmed():
        hits = sum(fault["hits"] for fault in recombee_mock.faults())
        recombee_mock.remove_faults()
        return hits

    return unharmed


@pytest.fixture
def forwarders(tmp_path, place, recombee_mock):
    """Processes on one spool: `both`, `receive`, `send` and `send too`; none of them runs yet."""
    keys = tmp_path / "deleters"
    keys.write_text(DELETERS)
    database = ["--database", recombee_mock.database_id, "--base-uri", recombee_mock.base_uri]
    common = [*place, "--port", "0", "--lease-for", LEASE]
    sending = [*database, "--protocol", "http", "--batch-size", "7"]
    receiving = ["--deletion-keys-file", str(keys)]
    commands = {
        "both": [*common, *receiving, *sending],
        "receive": [*common, *receiving, "--only", "receive"],
        "send": [*common, *sending, "--only", "send"],
        "send too": [*common, *sending, "--only", "send"],
    }
    environ = {**os.environ, "RECOMBEE_TOKEN": str(recombee_mock.token)}
    made = Forwarders(commands, environ, tmp_path / "log")
    yield made
    made.kill(*made.running)
