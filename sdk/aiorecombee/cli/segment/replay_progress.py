"""How far a replay is, for whoever sits before a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic
from typing import Final, TextIO

from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.tally import Tally

_EVERY: Final = 0.1  # seconds between two looks
_FORMAT: Final = "{task.fields[said]}"


@contextmanager
def shown(
    supply: Supply,
    tally: Tally,
    terminal: TextIO,
    clock: Callable[[], float] = monotonic,
) -> Iterator[Callable[[], None]]:
    """Show a bar with rate, remaining time and rejects; gives what is to be called now and then.

    Where there is no terminal, or no package for it, nothing is shown.
    """
    if not terminal.isatty() or find_spec("rich") is None:
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415  # an extra
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TaskProgressColumn(), BarColumn(), TextColumn(_FORMAT), TimeRemainingColumn())
    began, before = clock(), tally.read
    looked = began
    console = Console(file=terminal)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("replay", total=supply.size, said="")

        def look() -> None:
            nonlocal looked
            now = clock()
            if now - looked >= _EVERY:
                looked = now
                said = progress_text(tally.read, (tally.read - before) / (now - began), tally.bad)
                bar.update(task, completed=supply.taken, said=said)

        yield look


def progress_text(events: int, rate: float, bad: int) -> str:
    """How far it is, in words.

    Args:
        events: How many are settled.
        rate: How many a second.
        bad: Requests that did not arrive.
    """
    return f"{events:,} events, {rate:,.0f}/s, {bad:,} rejected"
