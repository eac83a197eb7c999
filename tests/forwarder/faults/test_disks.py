"""A disk that is full, that takes nothing any more, or that could not be written from the start.

What a file may grow to is limited for each process: for it that is what a full disk is, whoever
runs the tests and wherever.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, time

import pytest

from .load import calls_of, make_load
from .posting import PATIENCE, Insistent, standing
from .processes import LARGEST_FILE

SMALL = 200_000  # bytes
NAMES = ("receive", "send")
# Root may write whatever files say; without this right it is stopped as everybody else is.
AS_OTHERS = ("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override")


def wait_for_problem(forwarders, name):
    """Wait until one says that it cannot store events."""
    before = monotonic()
    while not any("cannot be stored" in said for said in _problems(forwarders, name)):
        assert monotonic() - before < PATIENCE
        forwarders.go_on(0.02)


def _problems(forwarders, name):
    return standing(forwarders.url(name))["problems"]


@contextmanager
def read_only(folder):
    """Nobody may write there, but everybody may read."""
    files = [*folder.glob("events.spool*")]
    for file in files:
        file.chmod(0o444)
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)
        for file in files:
            file.chmod(0o600)


def attempt(forwarders, name):
    """What comes of starting one that rights count for."""
    command = [*(AS_OTHERS if os.getuid() == 0 else ()), *forwarders.command(name)]
    return subprocess.run(
        command,
        env=forwarders.environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("ending", ["freed", "ended", "killed"])
async def test_a_full_disk_loses_nothing_that_was_accepted(forwarders, audited, counted, ending):
    load = make_load(ending, time(), size=40)
    client = Insistent(forwarders, "receive")
    forwarders.environ[LARGEST_FILE] = str(SMALL)
    forwarders.start(*NAMES)
    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(client.post_all, calls_of(load, 5))
        wait_for_problem(forwarders, "receive")
        del forwarders.environ[LARGEST_FILE]
        if ending == "freed":
            forwarders.mend_disk()
        else:
            forwarders.end() if ending == "ended" else forwarders.kill(*NAMES)
            forwarders.start(*NAMES)
        again = posting.result()
    forwarders.drain("send")
    counts = await audited(load)
    forwarders.end()
    more = {"runs": 1, "kills": 2 * (ending == "killed"), "posted again": again}
    counted(f"disk: full, then {ending}", counts, **more)


async def test_a_disk_that_takes_nothing_any_more_loses_nothing_that_was_accepted(
    forwarders, audited, counted
):
    load = make_load("broken", time(), size=40)
    half = len(load) // 2
    client = Insistent(forwarders, "receive")
    forwarders.start(*NAMES)
    client.post_all(calls_of(load[:half], 5))
    forwarders.break_disk()
    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(client.post_all, calls_of(load[half:], 5))
        wait_for_problem(forwarders, "receive")
        forwarders.go_on(1.0)  # longer than a lease: whoever sends cannot settle, either
        forwarders.mend_disk()
        again = posting.result()
    forwarders.drain("send")
    counts = await audited(load)
    forwarders.end()
    counted("disk: writes fail for a while", counts, runs=1, **{"posted again": again})


async def test_a_disk_that_cannot_be_written_is_named_at_the_start_and_its_events_are_kept(
    forwarders, path, audited, counted
):
    load = make_load("read-only", time())
    forwarders.start("receive")
    Insistent(forwarders, "receive").post_all(calls_of(load, 5))
    forwarders.end()
    with read_only(path.parent):
        refused = attempt(forwarders, "receive")
    assert (refused.returncode, refused.stdout) == (2, ""), refused.stderr
    assert f"--spool {path}: " in refused.stderr
    assert "writable" in refused.stderr
    forwarders.start("send")
    forwarders.drain("send")
    counts = await audited(load)
    forwarders.end()
    counted("disk: read-only at the start", counts, runs=1)
