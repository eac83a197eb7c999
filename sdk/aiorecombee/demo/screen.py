"""Where the story is told: a terminal with colours, or plain text."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Protocol, TextIO

Advance = Callable[[], None]


class Screen(Protocol):
    """Takes lines; `style` is one of rich's."""

    def line(self, text: str = "", style: str = "", tail: str = "", tail_style: str = "") -> None:
        """Write a line of two parts."""

    def progress(self, total: int, about: str) -> Any:
        """Show a bar while the `with` block runs; it gets a function that moves it on."""


class PlainScreen:
    """Text and nothing else."""

    def __init__(self, out: TextIO) -> None:
        """Write to `out`."""
        self._out = out

    def line(self, text: str = "", _style: str = "", tail: str = "", _tail_style: str = "") -> None:
        """Write a line."""
        self._out.write(f"{text}{tail}".rstrip() + "\n")

    @contextmanager
    def progress(self, _total: int, _about: str) -> Iterator[Advance]:
        """Show nothing: a log is no place for a moving bar."""
        yield lambda: None


class RichScreen:
    """Colours, and a bar that vanishes when it is full."""

    def __init__(self, out: TextIO) -> None:
        """Write to `out`, a terminal."""
        from rich.console import Console  # noqa: PLC0415  # an extra

        self._console = Console(file=out, highlight=False, soft_wrap=True)

    def line(self, text: str = "", style: str = "", tail: str = "", tail_style: str = "") -> None:
        """Write a line."""
        from rich.text import Text  # noqa: PLC0415

        self._console.print(Text.assemble((text, style), (tail, tail_style)))

    @contextmanager
    def progress(self, total: int, about: str) -> Iterator[Advance]:
        """Show a bar below the lines."""
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(console=self._console, transient=True) as bar:
            task = bar.add_task(about, total=total)
            yield lambda: bar.advance(task)


def open_screen(out: TextIO | None = None) -> Screen:
    """Colours for people, text for everything else: pipes, logs, and who sets NO_COLOR."""
    out = sys.stdout if out is None else out
    coloured = out.isatty() and not os.environ.get("NO_COLOR") and find_spec("rich") is not None
    return RichScreen(out) if coloured else PlainScreen(out)
