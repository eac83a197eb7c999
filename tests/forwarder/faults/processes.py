"""Forwarders in processes of their own, which can be killed, and whose disk can be broken."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition
from time import monotonic
from typing import Final

import attrs

from .posting import PATIENCE, backlog

LARGEST_FILE: Final = "LARGEST_FILE"
"""Variable of a forwarder's environment: bytes that a file may have, as on a small disk."""
_LOOK_AGAIN: Final = 0.02
_START: Final = f"""
import os, signal, sys
from resource import RLIMIT_FSIZE, RLIM_INFINITY, setrlimit
from aiorecombee.cli import main

def grow(most):
    setrlimit(RLIMIT_FSIZE, (most, RLIM_INFINITY))

signal.signal(signal.SIGUSR1, lambda *_: grow(0))
signal.signal(signal.SIGUSR2, lambda *_: grow(RLIM_INFINITY))
grow(int(os.environ.get("{LARGEST_FILE}", RLIM_INFINITY)))
sys.exit(main(["segment", "serve", *sys.argv[1:]]))
"""


@attrs.define
class Forwarders:
    """Processes by name; who is killed can be started again.

    Attributes:
        commands: Options of `segment serve` for each.
        environ: Their environment.
        log: Where they say what goes wrong.
        running: Those that run.
        urls: Where those listen.
    """

    commands: Mapping[str, Sequence[str]]
    environ: Mapping[str, str]
    log: Path
    running: dict[str, subprocess.Popen[str]] = attrs.field(factory=dict)
    urls: dict[str, str] = attrs.field(factory=dict)
    _changed: Condition = attrs.field(factory=Condition)

    def command(self, name: str) -> list[str]:
        """What starts one."""
        return [sys.executable, "-W", "error", "-c", _START, *self.commands[name]]

    def start(self, *names: str) -> None:
        """Start some, and wait until they listen."""
        self.running |= {name: self._launch(name) for name in names}
        for name in names:
            said = self.running[name].stdout.readline()
            assert said, self.log.read_text()
            # "listening on URL; …", or "watched at URL; …"
            self._tell(name, said.split()[2].rstrip(";"))

    def kill(self, *names: str) -> None:
        """Kill some, all at one moment."""
        for name in names:
            self.running[name].kill()
        for name in names:
            self._tell(name, None)
            self.running.pop(name).communicate()

    def end(self) -> None:
        """Tell all to end, and see that they do so in peace."""
        for name, process in self.running.items():
            process.terminate()
            self._tell(name, None)
        statuses = {name: self._ended(process) for name, process in self.running.items()}
        self.running.clear()
        assert set(statuses.values()) <= {0}, f"{statuses}: {self.log.read_text()}"

    def go_on(self, seconds: float) -> None:
        """Let them work for some time."""
        process = next(iter(self.running.values()))
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"one ended with {process.wait(seconds)}: {self.log.read_text()}")

    def break_disk(self) -> None:
        """From now on, nothing that they write goes to the disk."""
        self._signal(signal.SIGUSR1)

    def mend_disk(self) -> None:
        """The disk has room, and can be written."""
        self._signal(signal.SIGUSR2)

    def drain(self, name: str) -> None:
        """Wait until nothing is left to be sent."""
        before = monotonic()
        while left := backlog(self.url(name)):
            assert monotonic() - before < PATIENCE, f"{left} wait for ever: {self.log.read_text()}"
            self.go_on(_LOOK_AGAIN)

    def url(self, name: str) -> str:
        """Where one listens; waits while it does not."""
        with self._changed:
            assert self._changed.wait_for(lambda: name in self.urls, PATIENCE), f"{name} is gone"
            return self.urls[name]

    def _signal(self, number: signal.Signals) -> None:
        for process in self.running.values():
            process.send_signal(number)

    def _launch(self, name: str) -> subprocess.Popen[str]:
        pipe, environ = subprocess.PIPE, self.environ
        with self.log.open("a") as log:
            return subprocess.Popen(
                self.command(name), env=environ, text=True, stdout=pipe, stderr=log
            )

    def _ended(self, process: subprocess.Popen[str]) -> int:
        process.communicate(timeout=PATIENCE)
        return process.returncode

    def _tell(self, name: str, url: str | None) -> None:
        with self._changed:
            self.urls.pop(name, None)
            if url is not None:
                self.urls[name] = url
            self._changed.notify_all()
