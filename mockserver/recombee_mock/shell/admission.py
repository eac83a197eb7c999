"""Who gets in: from a request target and a host to a database and a call, or to a refusal.

The order is Recombee's: does the database exist on this host, is the signature genuine, and only
then what was asked for. Nothing here touches a socket.
"""

import json
import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import unquote

from recombee_mock.databases import CONTROL, OpenDatabase
from recombee_mock.shell.auth import Refusal, read_signature, strip_signature
from recombee_mock.shell.regions import ANY, GARBLED, host_region

UNCHECKED: Final = "unchecked"
_SHOWN: Final = 100

_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Admitted(NamedTuple):
    """A request that may be answered; `bare` is its target without the signature."""

    database: OpenDatabase
    path: str
    query: str
    public: bool
    bare: bytes


class Rejected(NamedTuple):
    """A request that is turned away; `auth` is its verdict for the journal."""

    status: int
    body: bytes
    database: str
    auth: str
    bare: bytes


def split_absolute(target: bytes, host: str) -> tuple[bytes, str]:
    """Origin-form target and host of a request line that may name a whole URL.

    A URL in the request line overrules the `Host` header (RFC 9112, section 3.2.2). The signature
    never covers scheme and host, so they are cut off before anything is checked.
    """
    match = None if target.startswith(b"/") else _ABSOLUTE.match(target)
    if match is None:
        return target, host
    rest = target[match.end() :]
    return rest if rest.startswith(b"/") else b"/" + rest, match[1].decode("latin-1")


class Admission:
    """The door: knows the databases and lets requests in.

    Args:
        databases: Served from the start; `open` and `close` change the set.
    """

    def __init__(self, databases: Iterable[OpenDatabase] = ()) -> None:
        self.databases: dict[str, OpenDatabase] = {}
        self._by_segment: dict[bytes, OpenDatabase] = {}
        for database in databases:
            self.open(database)

    def open(self, database: OpenDatabase) -> None:
        """Start serving a database."""
        if database.id in self.databases:
            raise ValueError(f"Database {database.id} is there already")
        self.databases[database.id] = database
        self._by_segment[database.id.encode()] = database

    def close(self, database_id: str) -> None:
        """Stop serving a database."""
        del self.databases[database_id]
        del self._by_segment[database_id.encode()]

    def secrets(self) -> set[str]:
        """Every token in use, for whoever must not show one."""
        return {
            token
            for served in self.databases.values()
            for token in (served.database.token, served.database.public_token)
            if token
        }

    def admit(self, target: bytes, host: str, now: float) -> Admitted | Rejected:
        """Decide on one request.

        Args:
            target: Origin-form request target, byte for byte as received.
            host: The `Host` header, `""` when there was none.
            now: Unix seconds.
        """
        end = _segment_end(target)
        segment = target[1:end]
        database = self._by_segment.get(segment) or self._by_decoded(segment)
        region = host_region(host)
        if database is None or region not in (ANY, database.region):
            return self._unknown(segment, region, target)
        signature = read_signature(target)
        if isinstance(signature, Refusal):
            return _unauthorized(signature, database.id, strip_signature(target))
        refusal = database.verifier.check(signature, now)
        bare = signature.bare
        if refusal is not None:
            return _unauthorized(refusal, database.id, bare)
        if b"%" in bare and _BROKEN_ESCAPE.search(bare):
            return _bad_target("The URL holds a % that is not followed by two hex digits", bare)
        try:
            path, _, query = bare[end:].decode().partition("?")
        except UnicodeDecodeError:
            return _bad_target("The URL is not valid UTF-8", bare)
        return Admitted(database, path or "/", query, signature.public, bare)

    def _by_decoded(self, segment: bytes) -> OpenDatabase | None:
        if b"%" not in segment:
            return None
        return self.databases.get(unquote(segment.decode("latin-1")))

    def _unknown(self, segment: bytes, region: str, target: bytes) -> Rejected:
        bare = strip_signature(target)
        name = unquote(segment.decode("utf-8", "replace"))[:_SHOWN]
        if region == GARBLED:
            return Rejected(
                400, message("The Host header is not a host name"), name, UNCHECKED, bare
            )
        if not name:
            text = "The URL names no database; it must start with /{databaseId}/"
            return Rejected(404, message(text), "", UNCHECKED, bare)
        if name in self.secrets():
            text = "The URL starts with a token; it must start with the database ID"
            return Rejected(404, message(text), "", UNCHECKED, bare)
        return Rejected(404, message(f'Database "{name}" does not exist!'), name, UNCHECKED, bare)


def message(text: str) -> bytes:
    """The body of an error that is not about authentication."""
    return json.dumps({"message": text}).encode()


def is_control(target: bytes) -> bool:
    """Whether a target belongs to the control API."""
    return target[1 : _segment_end(target)] == CONTROL.encode()


def _segment_end(target: bytes) -> int:
    slash = target.find(b"/", 1)
    mark = target.find(b"?", 1)
    if mark >= 0 and (slash < 0 or mark < slash):
        return mark
    return slash if slash >= 0 else len(target)


def _unauthorized(refusal: Refusal, database: str, bare: bytes) -> Rejected:
    body = json.dumps({"statusCode": 401, "error": refusal.text}).encode()
    return Rejected(401, body, database, refusal.reason, bare)


def _bad_target(text: str, bare: bytes) -> Rejected:
    return Rejected(400, message(text), "", UNCHECKED, bare)
