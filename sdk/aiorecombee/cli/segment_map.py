"""`aiorecombee segment map`: a dry run, events in and requests out."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from aiorecombee.cli.usage import UsageError, read_json
from aiorecombee.codec import default_codec
from aiorecombee.core.encode import Encoder
from aiorecombee.errors import ConfigurationError, InvalidRequestError, MappingError
from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.destination import Destination, Mapped
from aiorecombee.segment.jsonl import Unreadable, read_events
from aiorecombee.segment.profiles import PROFILES
from aiorecombee.segment.settings import Settings

EXIT_REJECTED: Final = 1
_ABOUT: Final = """\
Show what events would become, without sending anything.

EVENTS holds one JSON event per line; - is standard input. For each, one line of JSON comes out:

  line       its number in EVENTS
  requests   what would be sent: request, method, path, params; and under "refused"
             why the client would not let it out, if so
  matched    the subscriptions that the event is for; none if nobody listens
  rejected   those that could make nothing of it: why, and what to do about it

example:
  $ echo '{"type": "page", "name": "Pricing", "userId": "u-1"}' | %(prog)s -
  {"line": 1, "requests": [{"request": "AddDetailView", "method": "POST",
   "path": "/detailviews/", "params": {"userId": "u-1", "itemId": "Pricing", ...}}],
   "matched": ["Page - Viewed"], "rejected": []}
"""
_STATUSES: Final = """\
exit status:
  0  every line has its verdict (a rejection is one)
  1  with --strict: an event was rejected, refused or not readable
  2  the command was called wrongly, or a file it needs is no good
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    destination = _destination(options)
    good = True
    with _opened(options.events) as lines:
        for number, event in read_events(lines):
            verdict, fine = _verdict(number, event, destination)
            sys.stdout.write(verdict + "\n")
            good = good and fine
    sys.stdout.flush()
    return EXIT_REJECTED if options.strict and not good else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog,
        description=_ABOUT,
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    profiles = "; ".join(f"{profile.name}: {profile.about}" for profile in PROFILES.values())
    parser.add_argument(
        "--profile", default="documented", choices=PROFILES, help=profiles.replace("%", "%%")
    )
    parser.add_argument(
        "--settings",
        metavar="FILE",
        help="JSON with databaseId, privateToken, databaseRegion, apiUri; only checked here",
    )
    parser.add_argument(
        "--mappings",
        metavar="FILE",
        help="JSON array of mappings as Segment exports them, in place of the presets;"
        ' a text in it ("Page - Viewed") stands for the preset of that name',
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for a bad event")
    parser.add_argument("events", metavar="EVENTS", help="JSONL file, or - for standard input")
    return parser


def _destination(options: argparse.Namespace) -> Destination:
    try:
        if options.settings is not None:
            Settings.from_json(read_json(options.settings, "--settings"))
        mappings = None
        if options.mappings is not None:
            mappings = read_json(options.mappings, "--mappings")
            if not isinstance(mappings, list):
                raise UsageError(f"--mappings {options.mappings}: not a JSON array")
        return Destination(options.profile, mappings)
    except ConfigurationError as error:
        raise UsageError(f"--settings {options.settings}: {error}") from None
    except MappingError as error:
        raise UsageError(f"--mappings {options.mappings}: {error}") from None


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  # an error in the loop is not one of opening
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    with file:
        yield file


def _verdict(number: int, event: Any, destination: Destination) -> tuple[str, bool]:
    """The line to write, and whether all is well with the event."""
    if isinstance(event, Unreadable):
        rejected = [
            {"subscription": "event", "reason": event.reason, "remedy": "Send JSON, in UTF-8."}
        ]
        return _line(number, [], (), rejected), False
    mapped: Mapped = destination.map(event)
    requests = [_shown(request) for request in mapped.requests]
    rejected = [
        {"subscription": one.subscription, "reason": one.reason, "remedy": one.remedy}
        for one in mapped.rejections
    ]
    fine = not rejected and not any("refused" in request for request in requests)
    return _line(number, requests, mapped.matched, rejected), fine


def _line(
    number: int,
    requests: Sequence[Mapping[str, Any]],
    matched: Sequence[str],
    rejected: Sequence[Mapping[str, str]],
) -> str:
    verdict = {
        "line": number,
        "requests": requests,
        "matched": matched,
        "rejected": rejected,
    }
    try:
        return json.dumps(verdict, allow_nan=False)
    except ValueError:  # an infinite amount: JavaScript would send null
        return json.dumps(json.loads(json.dumps(verdict), parse_constant=lambda _: None))


_STRICT: Final = Encoder(default_codec())
_LAX: Final = Encoder(default_codec(), validate=False)


def _shown(request: Request[Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"request": type(request).__name__}
    try:
        return shown | _STRICT.entry(request)
    except InvalidRequestError as error:
        refused = {"refused": str(error)}
    try:
        return shown | _LAX.entry(request) | refused
    except InvalidRequestError:  # its path would lead elsewhere
        return shown | {"method": request.method, "path": request.path} | refused
