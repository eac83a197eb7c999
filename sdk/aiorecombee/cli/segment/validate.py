"""`aiorecombee segment validate`: all that is wrong with files of mappings, and where."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.mapping_files import read_text
from aiorecombee.cli.segment.options import add_profile_option, add_settings_option, read_settings
from aiorecombee.cli.usage import command_parser
from aiorecombee.segment.checking import Finding, check_mappings
from aiorecombee.segment.checking.positions import JsonTextError, Located, Place, locate
from aiorecombee.segment.profiles import Profile, find_profile

EXIT_WRONG: Final = 1
_ABOUT: Final = """\
Find all that is wrong with files of mappings, before the first event comes.

MAPPINGS is JSON: an array of mappings, or one, as Segment's engine keeps them (name, subscribe,
partnerAction, mapping, enabled) or as its Public API exports them (name, trigger, actionSlug,
settings, enabled); a text in the array stands for the preset of that name.

Errors are what Segment's engine refuses, passes over, loses, or fails on for every event. Warnings
are what works, but perhaps not as it seems to.

example:
  $ %(prog)s mappings.json
  mappings.json:2:3: error: "partnerAction" is missing: it says what an event becomes
    There are: addBookmark, addCartAddition, ...
  mappings.json:5:5: error: the key "partnerAcion" is not known
    Did you mean "partnerAction"?
  mappings.json: 2 errors, 0 warnings
"""
_STATUSES: Final = """\
exit status:
  0  no errors
  1  errors, or with --strict: warnings
  2  the command was called wrongly, or a file cannot be read
"""


@attrs.frozen
class _Problem:
    file: str
    place: Place
    pointer: str
    severity: str
    text: str
    remedy: str

    def as_text(self) -> str:
        where = f"{self.file}:{self.place.line}:{self.place.column}"
        return f"{where}: {self.severity}: {self.text}\n  {self.remedy}"

    def as_json(self) -> dict[str, Any]:
        place = {"line": self.place.line, "column": self.place.column}
        about = {"pointer": self.pointer, "severity": self.severity}
        return {"file": self.file, **place, **about, "text": self.text, "remedy": self.remedy}


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    profile = find_profile(options.profile)
    settings = read_settings(options.settings, options.profile)
    all_of_them: Counter[str] = Counter()
    for path in options.mappings:
        counted: Counter[str] = Counter()
        for problem in _problems(path, profile, settings):
            say(json.dumps(problem.as_json()) if options.json else problem.as_text())
            counted[problem.severity] += 1
        if not options.json:
            say(f"{path}: {_count(counted, 'error')}, {_count(counted, 'warning')}")
        all_of_them += counted
    sys.stdout.flush()
    wrong = all_of_them["error"] or (options.strict and all_of_them["warning"])
    return EXIT_WRONG if wrong else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_profile_option(parser)
    add_settings_option(parser)
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings, too")
    parser.add_argument("--json", action="store_true", help="print problems as JSON lines")
    parser.add_argument(
        "mappings", metavar="MAPPINGS", nargs="+", help="JSON file, or - for standard input"
    )
    return parser


def _problems(path: str, profile: Profile, settings: dict[str, Any] | None) -> Iterator[_Problem]:
    try:
        located = locate(read_text(path))
    except JsonTextError as error:
        said = f"not JSON: {error.text}"
        yield _Problem(path, error.place, "", "error", said, error.remedy)
        return
    found = check_mappings(located, profile, settings)
    placed = [(_place(finding, located), finding) for finding in found]
    for place, finding in sorted(placed, key=lambda one: (one[0].line, one[0].column)):
        severity = "error" if finding.is_error else "warning"
        yield _Problem(path, place, finding.pointer, severity, finding.text, finding.remedy)


def _place(finding: Finding, located: Located) -> Place:
    if finding.within is not None:
        return located.place_within(finding.pointer, finding.within)
    find = located.place_of_key if finding.on_key else located.place
    return find(finding.pointer)


def _count(counted: Counter[str], severity: str) -> str:
    count = counted[severity]
    return f"{count} {severity}{'s' * (count != 1)}"
