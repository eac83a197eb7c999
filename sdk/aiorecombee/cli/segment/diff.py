"""`aiorecombee segment diff`: two profiles or mapping files, compared over an archive of events."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Final

from aiorecombee.cli.files import opened
from aiorecombee.cli.option_types import whole
from aiorecombee.cli.progress import watched
from aiorecombee.cli.segment.differences import JsonReport, Summary, TextReport, label
from aiorecombee.cli.segment.options import add_settings_option, make_destination
from aiorecombee.cli.segment.shadow import Made, changes
from aiorecombee.cli.usage import UsageError, command_parser
from aiorecombee.segment.destination import Destination, Mapped
from aiorecombee.segment.jsonl import Unreadable, read_events
from aiorecombee.segment.profiles import PROFILES

EXIT_DIFFERENT: Final = 1
_DEFAULT: Final = "documented"
_ABOUT: Final = """\
Compare what two profiles, or two files of mappings, make of the events of an archive. Nothing is
sent. The first profile is A, the second is B; where only one is named, it is both.

EVENTS holds one JSON event per line. It is read once, and may be of any length.

examples:
  what would change with the documented behaviour:
  $ %(prog)s --profile main-2026-07 --profile documented events.jsonl.gz
  ...
  line 3: track "Video Playback Started"
    A  rejected by Video - Playback Started: The root value is missing the required field 'itemId'.
    B  SetViewPortion POST /viewportions/ {"userId": "u-1", "itemId": "film-7", ...}
    only B sends SetViewPortion: userId u-1, itemId film-7

  what would change with other mappings:
  $ %(prog)s --mappings-a old.json --mappings-b new.json --limit 0 events.jsonl
"""
_STATUSES: Final = """\
exit status:
  0  both make the same of every event
  1  they do not
  2  the command was called wrongly, a file it needs is no good, or there is no event
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    a, b = _destinations(options)
    report = JsonReport() if options.json else TextReport()
    summary = Summary()
    with opened(options.events) as file, watched(file, options.events, sys.stderr) as lines:
        for number, event in read_events(lines):
            if isinstance(event, Unreadable):
                summary.unreadable += 1
                continue
            made = Made.of(_map(a, event, options)), Made.of(_map(b, event, options))
            found = changes(*made)
            summary.count(label(event), found)
            if found and (options.limit is None or summary.different <= options.limit):
                report.different(number, event, made, found)
    report.summary(summary)
    sys.stdout.flush()
    if not summary.events:
        raise UsageError(f"{options.events}: there is no event in it")
    return EXIT_DIFFERENT if summary.different else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    parser.add_argument(
        "--profile",
        action="append",
        choices=PROFILES,
        help=f"twice: A, then B; once: both; otherwise both are {_DEFAULT}",
    )
    add_settings_option(parser)
    for name in "ab":
        parser.add_argument(
            f"--mappings-{name}",
            metavar="FILE",
            help=f"JSON array of mappings for {name.upper()}, in place of the presets",
        )
    parser.add_argument(
        "--with-presets", action="store_true", help="keep the presets beside these mappings"
    )
    parser.add_argument(
        "--batch",
        action="store_true",
        help="map as Segment does in a batch, where an empty ID is sent as it is",
    )
    parser.add_argument(
        "--limit", metavar="N", type=whole(0), help="show only the first N events that differ"
    )
    parser.add_argument("--json", action="store_true", help="report as JSON lines")
    parser.add_argument(
        "events", metavar="EVENTS", help="JSONL file, .gz or not, or - for standard input"
    )
    return parser


def _destinations(options: argparse.Namespace) -> tuple[Destination, Destination]:
    profiles = options.profile or [_DEFAULT]
    if len(profiles) > 2:  # noqa: PLR2004
        raise UsageError("--profile: two can be compared, not more")
    a, b = profiles[0], profiles[-1]
    if (a, options.mappings_a) == (b, options.mappings_b):
        raise UsageError(
            "there is nothing to compare\n"
            "  Name two profiles (--profile A --profile B), or --mappings-a or --mappings-b."
        )
    return _destination(options, a, "a"), _destination(options, b, "b")


def _destination(options: argparse.Namespace, profile: str, side: str) -> Destination:
    return make_destination(
        profile,
        options.settings,
        getattr(options, f"mappings_{side}"),
        option=f"--mappings-{side}",
        with_presets=options.with_presets,
        connects=False,  # two profiles need not agree on what settings are
    )


def _map(destination: Destination, event: Any, options: argparse.Namespace) -> Mapped:
    return destination.map_batch([event])[0] if options.batch else destination.map(event)
