"""How far a long command is, for whoever sits before a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TextIO

_STEP: Final = 1 << 16


@contextmanager
def watched(lines: Iterable[bytes], path: str, terminal: TextIO) -> Iterator[Iterable[bytes]]:
    """The same lines; while they are read, a bar shows how many there are still to come."""
    if not terminal.isatty() or find_spec("rich") is None:
        yield lines
        return
    from rich.console import Console  # noqa: PLC0415  # an extra
    from rich.progress import Progress  # noqa: PLC0415

    file = Path(path)
    # Of what is packed, nobody knows how long it is.
    total = file.stat().st_size if file.is_file() and file.suffix != ".gz" else None
    console = Console(file=terminal)
    shares = sys.stdout.isatty()
    with Progress(console=console, transient=True, redirect_stdout=shares) as bar:
        task = bar.add_task(file.name, total=total)
        yield _counted(lines, lambda step: bar.advance(task, step))


def _counted(lines: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    done = 0
    for line in lines:
        yield line
        done += len(line)
        if done >= _STEP:
            advance(done)
            done = 0
    advance(done)
