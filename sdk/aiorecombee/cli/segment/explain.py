"""`aiorecombee segment explain`: why an event became what it became."""

import argparse
import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.cli.files import opened
from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.options import add_destination_options, destination
from aiorecombee.cli.usage import command_parser
from aiorecombee.segment.destination import Mapped, Rejection
from aiorecombee.segment.explaining.explainer import Explainer
from aiorecombee.segment.explaining.explanation import Explanation
from aiorecombee.segment.explaining.shown import request_json
from aiorecombee.segment.explaining.text import MATCHED, REJECTED, UNMATCHED, as_text
from aiorecombee.segment.jsonl import Unreadable, read_events

EXIT_REJECTED: Final = 1
_ABOUT: Final = """\
Tell why events became what they became, without sending anything.

EVENTS holds one JSON event per line, or a single event over several lines; - is standard input.
For each event it says:

  - which subscriptions it is for, and which condition the others failed on
  - for each field what was read in the event, what came of it, and what was dropped or converted
  - why it was rejected, what to do about it, and what this very event has instead
  - the requests that come out

example:
  $ echo '{"type": "page", "userId": "u-1", "properties": {"path": "/tea"}}' | %(prog)s -
  line 1: page of user "u-1": 0 requests
  ...
    ✗ The root value is missing the required field 'itemId'.
      remedy: Send `name`, or map `itemId` to a field that the event has.
      here:   This page has no `name`. It has `properties.path` ("/tea"): map `itemId` to
              `$.properties.path`.
"""
_STATUSES: Final = """\
exit status:
  0  every event is explained (a rejection is an explanation)
  1  with --strict: an event was rejected, refused or not readable
  2  the command was called wrongly, or a file it needs is no good
"""
_LONGEST: Final = 1_000_000  # bytes of an event that spans lines
_COLOURS: Final = (
    (rf"(?m)^ *{MATCHED} .*$", "green"),
    (rf"(?m)^.*{REJECTED}.*$", "red"),
    (r"(?m)^    (remedy|here): .*$", "yellow"),
    (rf"(?m)^  {UNMATCHED} .*$", "dim"),
    (r"(?m)^not for it:$", "dim"),
)
_Show: TypeAlias = Callable[[int, Explanation], None]


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    explainer = Explainer(destination(options))
    show = _json if options.json else _text_printer()
    good = True
    with opened(options.events) as lines:
        for number, event in _events(lines):
            explanation = _explain(explainer, event, in_batch=options.batch)
            good = good and (not options.strict or _is_fine(explanation.mapped))
            if options.only is None or options.only == _kind(explanation.mapped):
                show(number, explanation)
    sys.stdout.flush()
    return EXIT_REJECTED if options.strict and not good else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_destination_options(parser)
    parser.add_argument("--json", action="store_true", help="one line of JSON per event")
    parser.add_argument(
        "--batch",
        action="store_true",
        help="take each event as one of a batch: there an empty ID is sent as it is",
    )
    parser.add_argument(
        "--only",
        choices=("rejected", "matched", "unmatched"),
        help="show only events that a subscription rejected, that all subscriptions they are for"
        " took, or that nobody listens to",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for a bad event")
    parser.add_argument("events", metavar="EVENTS", help="JSONL file, or - for standard input")
    return parser


# --- Events ---------------------------------------------------------------------------------------


def _events(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    """The events with the numbers of their lines.

    Where the first line is no JSON, all of them are perhaps one event.
    """
    rest = iter(lines)
    read = _first_line(rest)
    if any(isinstance(event, Unreadable) for _, event in read_events(read)):
        read += _up_to(_LONGEST, rest)
        for _, event in read_events([b"".join(read)]):
            if isinstance(event, Mapping):
                yield 1, event
                return
    yield from read_events(itertools.chain(read, rest))


def _first_line(lines: Iterator[bytes]) -> list[bytes]:
    """The lines up to the first that is not blank."""
    read: list[bytes] = []
    for line in lines:
        read.append(line)
        if line.strip():
            break
    return read


def _up_to(size: int, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines, until there were so many bytes."""
    for line in lines:
        yield line
        size -= len(line)
        if size < 0:
            return


def _explain(explainer: Explainer, event: Any, *, in_batch: bool) -> Explanation:
    if isinstance(event, Unreadable):
        wrong = Rejection("event", "event", event.reason, "Send JSON, in UTF-8.")
        return Explanation(None, Mapped(rejections=(wrong,)), ())
    return explainer.explain(event, in_batch=in_batch)


def _kind(mapped: Mapped) -> str:
    if mapped.rejections:
        return "rejected"
    return "matched" if mapped.matched else "unmatched"


def _is_fine(mapped: Mapped) -> bool:
    return not mapped.rejections and not any(
        "refused" in request_json(request) for request in mapped.requests
    )


# --- Output ---------------------------------------------------------------------------------------


def _json(number: int, explanation: Explanation) -> None:
    say(json.dumps({"line": number, **explanation.as_json()}))


def _text_printer() -> _Show:
    """Text, in colour where there is a terminal and the package for it."""
    if not sys.stdout.isatty():
        return lambda number, explanation: say(_text(number, explanation))
    width = shutil.get_terminal_size().columns
    try:
        from rich.console import Console  # noqa: PLC0415  # an extra
        from rich.text import Text  # noqa: PLC0415
    except ImportError:
        return lambda number, explanation: say(_text(number, explanation, width))
    console = Console()

    def show(number: int, explanation: Explanation) -> None:
        text = Text(_text(number, explanation, width))
        for pattern, colour in _COLOURS:
            text.highlight_regex(pattern, colour)
        console.print(text, soft_wrap=True)

    return show


def _text(number: int, explanation: Explanation, width: int | None = None) -> str:
    return f"line {number}: {as_text(explanation, width)}"
