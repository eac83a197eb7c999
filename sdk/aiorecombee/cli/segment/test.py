"""`aiorecombee segment test`: cases, with what they should come to and what they do come to."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from aiorecombee.cli.files import STANDARD_INPUT, opened
from aiorecombee.cli.segment.cases import Verdict, judge, judge_lines
from aiorecombee.cli.segment.options import add_profile_option
from aiorecombee.cli.segment.rewriting import in_place_of, with_expectation
from aiorecombee.cli.segment.tally import REFERENCE, JsonReport, Report, Tally, TextReport
from aiorecombee.cli.usage import UsageError, command_parser

EXIT_FAILED: Final = 1
_ABOUT: Final = """\
Run cases and compare what they come to with what they say under "expect". Nothing is sent.

CASES holds one JSON case per line, of one of three kinds that its keys tell apart:

  a destination   "mode": "event", "batch", "delete" or "testAuthentication", "event" or "events",
                  "settings", "mappings" (null for the presets), "respond" (the API's answer)
  a mapping       "mapping", "data", perhaps "batch"
  a subscription  "fql", "event"

Each may have an "id", "tags" and a "profile" of its own.

example:
  $ echo '{"id": "pages", "fql": "type = \\"page\\"", "event": {"type": "page"},
    "expect": {"match": true}}' | tr -d '\\n' > cases.jsonl
  $ %(prog)s cases.jsonl
  1 passed, 0 failed

  accept what comes out now:
  $ %(prog)s --update cases.jsonl
"""
_STATUSES: Final = """\
exit status:
  0  every case came to what it should, or was updated
  1  some did not, or were not readable
  2  the command was called wrongly, or a file it needs is no good
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    _check_files(options)
    report = JsonReport() if options.json else TextReport()
    tally = Tally()
    for path in options.cases:
        for verdict in _verdicts(path, options, report):
            elsewhere = _passes_elsewhere(verdict, options.profile)
            tally.count(verdict, passes_elsewhere=elsewhere)
            if not verdict.passed:
                report.failed(path, verdict)
    if options.only and not tally.total:
        raise UsageError(f"--only: no case has the ID or tag {' or '.join(options.only)}")
    if not tally.total:
        raise UsageError(f"{', '.join(options.cases)}: there is no case in it")
    report.summary(tally)
    sys.stdout.flush()
    return EXIT_FAILED if tally.failed else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_profile_option(parser)
    parser.add_argument(
        "--only",
        metavar="ID|TAG",
        action="append",
        default=[],
        help="only cases that have this ID or tag; may be repeated",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help='write what really came out into "expect"; all else in the file stays as it is',
    )
    parser.add_argument("--json", action="store_true", help="report as JSON lines")
    parser.add_argument(
        "cases", metavar="CASES", nargs="+", help="JSONL file, .gz or not, or - for standard input"
    )
    return parser


def _check_files(options: argparse.Namespace) -> None:
    """Open all that is named before anything is reported of the first."""
    for path in options.cases:
        if options.update and (path == STANDARD_INPUT or path.endswith(".gz")):
            raise UsageError(f"--update: {path} cannot be rewritten: name a plain file")
        with opened(path):
            pass


def _verdicts(path: str, options: argparse.Namespace, report: Report) -> Iterator[Verdict]:
    only = frozenset(options.only)
    with opened(path) as lines:
        judged = judge_lines(lines, options.profile, only)
        if options.update:
            yield from _updated(path, judged, report)
        else:
            yield from (verdict for _, verdict in judged if verdict is not None)


def _updated(
    path: str, judged: Iterator[tuple[bytes, Verdict | None]], report: Report
) -> Iterator[Verdict]:
    """Rewrite a file; its cases pass then, but for those that could not be run."""
    with in_place_of(path) as part:
        for line, verdict in judged:
            if verdict is None or verdict.passed or verdict.found is None:
                part.write(line)
            else:
                part.change(with_expectation(line, verdict.found))
                verdict = attrs.evolve(verdict, problem="", differences=())  # noqa: PLW2901
            if verdict is not None:
                yield verdict
    report.updated(path, part.changed)


def _passes_elsewhere(verdict: Verdict, profile: str) -> bool:
    """Whether a failed case is as it should be for those who want what Segment's cloud does."""
    failed = bool(verdict.differences) and verdict.kind == "destination"
    if not failed or profile == REFERENCE or verdict.case is None or "profile" in verdict.case:
        return False
    return judge(verdict, REFERENCE).passed
