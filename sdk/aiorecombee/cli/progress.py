"""How far a long command is, for whoever sits before a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TextIO

_STEP: Final = 1 << 16


@contextmanager
def bar(what: str, total: int | None, terminal: TextIO) -> Iterator[Callable[[int], None]]:
    """Show how far something is; gives what is to be told how much more is done.

    Where there is no terminal, or no package for it, nothing is shown.
    """
    if not terminal.isatty() or find_spec("rich") is None:
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415  # an extra
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(file=terminal)
    shares = sys.stdout.isatty()
    with Progress(console=console, transient=True, redirect_stdout=shares) as progress:
        task = progress.add_task(what, total=total)
        yield lambda step: progress.advance(task, step)


@contextmanager
def watched(lines: Iterable[bytes], path: str, terminal: TextIO) -> Iterator[Iterable[bytes]]:
    """The same lines; while they are read, a bar shows how many there are still to come."""
    if not terminal.isatty():
        yield lines
        return
    file = Path(path)
    # Of what is packed, nobody knows how long it is.
    total = file.stat().st_size if file.is_file() and file.suffix != ".gz" else None
    with bar(file.name, total, terminal) as advance:
        yield _counted(lines, advance)


def _counted(lines: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    done = 0
    for line in lines:
        yield line
        done += len(line)
        if done >= _STEP:
            advance(done)
            done = 0
    advance(done)
