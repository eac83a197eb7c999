"""How far a long command is, for whoever sits before a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

_EVERY: Final = 0.2


@contextmanager
def progress(said: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal; to be told of every step how long it was."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    with suppress(ImportError):
        from rich.console import Console  # noqa: PLC0415 - an extra
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(said, total=total or None)
            yield lambda step: bar.advance(task, step)
        return
    yield from _plain(said, total)


def _plain(said: str, total: int) -> Iterator[Callable[[int], None]]:
    done = 0
    shown = 0.0

    def advance(step: int) -> None:
        nonlocal done, shown
        done += step
        now = time.monotonic()
        if now - shown > _EVERY:
            shown = now
            part = f"{100 * done // total} %" if total else f"{done:,}"
            sys.stderr.write(f"\r{said}: {part} ")
            sys.stderr.flush()

    yield advance
    sys.stderr.write("\r\x1b[K")
