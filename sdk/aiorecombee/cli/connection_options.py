"""Options that say which database is meant; whatever they leave open the environment says."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from aiorecombee.cli.usage import UsageError, read_json
from aiorecombee.core.credentials import Credentials, PrivateToken, PublicToken
from aiorecombee.core.routing import Origin, Region, route
from aiorecombee.errors import ConfigurationError

if TYPE_CHECKING:
    from aiorecombee.client import RecombeeClient

STANDARD_INPUT: Final = "-"
_LONGEST: Final = 10_000  # characters of a file with a token
_WHERE: Final = "in the Admin UI it stands under Settings, API ID & Tokens"


@attrs.frozen
class Told:
    """A setting and what told it: an option, a variable of the environment, a file."""

    value: str
    source: str


@attrs.frozen
class Connection:
    """Which database, on which host, opened by which token.

    Attributes:
        database: API Identifier of the database.
        token: Its token.
        public_token: The same token, if it were the database's public one.
        token_source: What told it.
        region: Where the database lives, if a region was told.
        base_uri: The host, if one was told.
        place_source: What told region or host; empty if nothing did.
        origin: Protocol and host that come of it.
    """

    database: Told
    token: PrivateToken
    public_token: PublicToken
    token_source: str
    region: Region | None
    base_uri: str | None
    place_source: str
    origin: Origin

    def client(self, **options: Any) -> "RecombeeClient":
        """Make a client; takes the other arguments of `RecombeeClient`.

        Raises:
            UsageError: The environment sets a proxy that cannot be used.
        """
        from aiorecombee.client import RecombeeClient  # noqa: PLC0415  # brings aiohttp

        try:
            return RecombeeClient(
                self.database.value,
                self.token,
                region=self.region,
                base_uri=self.base_uri,
                protocol=self.origin.protocol,
                **options,
            )
        except ConfigurationError as error:
            raise UsageError(str(error)) from None


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Add `--database`, `--region`, `--base-uri`, `--protocol`, `--token-file`, `--settings`."""
    group = parser.add_argument_group(
        "the database",
        "What is told by no option comes from --settings, then from the environment:\n"
        "RECOMBEE_DATABASE, RECOMBEE_TOKEN, RECOMBEE_REGION or RAPI_URI. No option takes the\n"
        "token itself: everybody on the machine can read a command line.",
    )
    group.add_argument("--database", metavar="ID", help="its API Identifier")
    place = group.add_mutually_exclusive_group()
    place.add_argument("--region", metavar="REGION", help=f"where it lives: {', '.join(Region)}")
    place.add_argument(
        "--base-uri", metavar="HOST[:PORT]", help="host in place of a region: localhost:8484"
    )
    group.add_argument(
        "--protocol", choices=("https", "http"), default="https", help="https if left out"
    )
    group.add_argument(
        "--token-file", metavar="FILE", help="file with the private token; - is standard input"
    )
    group.add_argument("--token", action=_NoToken, help=argparse.SUPPRESS)
    group.add_argument(
        "--settings",
        metavar="FILE",
        help="JSON with the settings of the Segment app: Database ID, Private Token, Database"
        " Region, API URI",
    )


def read_connection(options: argparse.Namespace, environ: Mapping[str, str]) -> Connection:
    """Put together what options, files and the environment tell.

    Raises:
        UsageError: Something is missing, malformed, or told twice; the token is never named.
    """
    settings = _Settings() if options.settings is None else _read_settings(options.settings)
    told = (
        Told(options.database or "", "--database"),
        Told(settings.database_id, f"--settings {options.settings}"),
        Told(environ.get("RECOMBEE_DATABASE", ""), "RECOMBEE_DATABASE"),
    )
    database = next((one for one in told if one.value), None)
    if database is None:
        raise UsageError(
            f"no database: give --database, or set RECOMBEE_DATABASE to its API Identifier;"
            f" {_WHERE}"
        )
    token = _token(options, settings, environ)
    private = PrivateToken(token.value)
    try:
        Credentials(database.value, private)
    except ConfigurationError as error:
        raise UsageError(f"{database.source}: {error}") from None
    place = _place(options, settings, environ)
    return Connection(
        database=database,
        token=private,
        public_token=PublicToken(token.value),
        token_source=token.source,
        region=place.region,
        base_uri=place.base_uri,
        place_source=place.source,
        origin=_origin(place, options.protocol, environ),
    )


class _NoToken(argparse.Action):
    """Refuses the token itself, and does not repeat it as argparse would."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.error(
            "no token on the command line, where everybody can read it: set RECOMBEE_TOKEN, or"
            " give --token-file"
        )


# --- Token ----------------------------------------------------------------------------------------


@attrs.frozen
class _Secret:
    value: str = attrs.field(repr=False)
    source: str


def _token(
    options: argparse.Namespace, settings: "_Settings", environ: Mapping[str, str]
) -> _Secret:
    if options.token_file is not None:
        source = f"--token-file {options.token_file}"
        found = _Secret(_read_token(options.token_file, source), source)
    elif settings.token:
        found = _Secret(settings.token, f"--settings {options.settings}")
    else:
        found = _Secret(environ.get("RECOMBEE_TOKEN", ""), "RECOMBEE_TOKEN")
    if not found.value:
        empty = f"{found.source}: empty; " if options.token_file is not None else ""
        raise UsageError(
            f"{empty}no token: set RECOMBEE_TOKEN to the private token, or give --token-file;"
            f" {_WHERE}"
        )
    if found.value != found.value.strip().strip("\"'"):
        raise UsageError(
            f"{found.source}: the token begins or ends with a blank or a quotation mark;"
            " take it away"
        )
    if not found.value.isprintable():
        raise UsageError(f"{found.source}: the token has characters that cannot be printed")
    return found


def _read_token(path: str, source: str) -> str:
    try:
        if path == STANDARD_INPUT:
            text = "" if sys.stdin is None else sys.stdin.read(_LONGEST + 1)
        else:
            with Path(path).open(encoding="utf-8") as file:
                text = file.read(_LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{source}: {error.strerror}") from None
    except UnicodeDecodeError:
        text = "\0"
    text = text.strip()
    if "\0" in text or "\n" in text or len(text) > _LONGEST:
        raise UsageError(f"{source}: it should hold one line of text, the token")
    return text


# --- Place ----------------------------------------------------------------------------------------


@attrs.frozen
class _Place:
    region: Region | None = None
    base_uri: str | None = None
    source: str = ""


def _place(
    options: argparse.Namespace, settings: "_Settings", environ: Mapping[str, str]
) -> _Place:
    forced = environ.get("RAPI_URI")
    if options.base_uri and options.region:  # one stood before the request, one behind it
        raise UsageError("--region and --base-uri contradict each other: leave one of them out")
    if options.base_uri:
        if forced and forced != options.base_uri:
            raise UsageError(
                f"--base-uri {options.base_uri} and RAPI_URI={forced} in the environment"
                " contradict each other: leave one of them out"
            )
        return _Place(None, options.base_uri, "--base-uri")
    if options.region:
        return _Place(_region(options.region, "--region"), None, "--region")
    if settings.region or settings.base_uri:
        return _Place(settings.region, settings.base_uri, f"--settings {options.settings}")
    named = environ.get("RECOMBEE_REGION")
    if named:
        return _Place(_region(named, "RECOMBEE_REGION"), None, "RECOMBEE_REGION")
    return _Place(None, None, "RAPI_URI" if forced else "")


def _region(name: str, source: str) -> Region:
    try:
        return Region.parse(name)
    except ConfigurationError as error:
        raise UsageError(f"{source}: {error}") from None


def _origin(place: _Place, protocol: str, environ: Mapping[str, str]) -> Origin:
    try:
        return route(
            region=place.region,
            base_uri=place.base_uri,
            protocol=protocol,
            public=False,
            environ=environ,
        )
    except ConfigurationError as error:
        source = "RAPI_URI" if environ.get("RAPI_URI") else place.source
        raise UsageError(f"{source}: {error}") from None


# --- Settings of the Segment app ------------------------------------------------------------------


@attrs.frozen
class _Settings:
    database_id: str = ""
    token: str = attrs.field(default="", repr=False)
    region: Region | None = None
    base_uri: str | None = None


def _read_settings(path: str) -> _Settings:
    from aiorecombee.segment.settings import Settings, by_key  # noqa: PLC0415  # seldom needed

    found = read_json(path, "--settings")
    try:
        members = by_key(found)
        classic = "apiKey" in members and "privateToken" not in members
        read = (Settings.from_classic_json if classic else Settings.from_json)(found)
    except ConfigurationError as error:
        raise UsageError(f"--settings {path}: {error}") from None
    token = members["apiKey" if classic else "privateToken"]
    return _Settings(read.database_id, token, read.region, read.base_uri)
