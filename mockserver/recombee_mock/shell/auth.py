"""Signatures: was this request signed by somebody who knows the database's token?

Recombee signs the request target and nothing else. `read_signature` takes a target apart exactly
as it was received, `Verifier.check` decides. Neither re-encodes a byte: whatever the client put on
the wire is what it signed, and a verifier that normalises would bless clients that do not match.

Source: "Authentication" in Recombee's API reference.
"""

import hashlib
import hmac
import re
from typing import Final, NamedTuple

import attrs

LIFETIME: Final = 30.0
"""Seconds a signature is good for, in both directions."""

_BLOCK: Final = 64
_MILLISECONDS_FROM: Final = 10**11

# How every official client but Go's ends its targets.
_USUAL_TAIL = re.compile(
    rb"[?&](hmac|frontend)_timestamp=([0-9]{1,19})&\1_sign=([0-9A-Fa-f]{40})\Z"
)
_INTEGER = re.compile(rb"-?[0-9]{1,19}")


class Signature(NamedTuple):
    """What a target says about its signature.

    Attributes:
        public: It came as `frontend_*`, so it claims the public token.
        timestamp: Unix seconds as sent.
        sign: Hex digest as sent.
        signed: The bytes the digest covers: the target without its sign parameter.
        bare: The target without any signature parameter.
    """

    public: bool
    timestamp: bytes
    sign: bytes
    signed: bytes
    bare: bytes


@attrs.frozen
class Refusal:
    """Why a request is not let in; `reason` is for the journal, `text` for the developer."""

    reason: str
    text: str


INVALID: Final = Refusal("mismatch", "Invalid HMAC signature")


class Key:
    """A token, ready to sign with: two SHA-1 states that have already eaten the padded key."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, token: str) -> None:
        key = token.encode()
        if len(key) > _BLOCK:
            key = hashlib.sha1(key, usedforsecurity=False).digest()
        key = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha1(bytes(b ^ 0x36 for b in key), usedforsecurity=False)
        self._outer = hashlib.sha1(bytes(b ^ 0x5C for b in key), usedforsecurity=False)

    def sign(self, message: bytes) -> bytes:
        """Hex digest of the message, lower case."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest().encode()


class Verifier:
    """Checks signatures for one database.

    Args:
        token: The private token.
        public_token: The public one, if the database has one.
        lifetime: Seconds a signature stays valid before and after its timestamp.
    """

    __slots__ = ("_lifetime", "_private", "_public")

    def __init__(self, token: str, public_token: str | None, lifetime: float = LIFETIME) -> None:
        self._private = Key(token)
        self._public = Key(public_token) if public_token else None
        self._lifetime = lifetime

    def check(self, signature: Signature, now: float) -> Refusal | None:
        """None when the signature is genuine and fresh.

        The digest is checked before the clock, so that "expired" means: genuine, only its time is
        off. A client may correct its clock on that word.
        """
        key = self._public if signature.public else self._private
        if key is None:
            return _NO_PUBLIC_TOKEN
        sign = signature.sign.lower()
        if not hmac.compare_digest(key.sign(signature.signed), sign):
            other = self._private if signature.public else self._public
            if other is not None and hmac.compare_digest(other.sign(signature.signed), sign):
                return _PRIVATE_AS_PUBLIC if signature.public else _PUBLIC_AS_PRIVATE
            return INVALID
        age = now - int(signature.timestamp)
        if -self._lifetime <= age <= self._lifetime:
            return None
        return self._stale(age, int(signature.timestamp))

    def _stale(self, age: float, timestamp: int) -> Refusal:
        if age > 0:
            return Refusal(
                "expired",
                f"The signature expired: its timestamp is {age:.0f} seconds old and at most "
                f"{self._lifetime:g} are allowed. Check the clock of the machine that signs, and "
                "sign right before sending.",
            )
        if timestamp >= _MILLISECONDS_FROM:
            return Refusal(
                "future",
                "The signature's timestamp lies in the far future; it looks like milliseconds, but "
                "whole Unix seconds are expected.",
            )
        return Refusal(
            "future",
            f"The signature's timestamp lies {-age:.0f} seconds in the future and at most "
            f"{self._lifetime:g} are allowed. Check the clock of the machine that signs.",
        )


def read_signature(target: bytes) -> Signature | Refusal:
    """Take the signature parameters out of a request target, wherever they stand."""
    tail = _USUAL_TAIL.search(target)
    if tail is not None and target.count(b"_sign=") == 1 and target.count(b"_timestamp=") == 1:
        kind, timestamp, sign = tail.groups()
        # The sign parameter is 40 digits behind "&hmac_sign=" or "&frontend_sign=".
        signed = target[: -(len(kind) + 47)]
        return Signature(kind == b"frontend", timestamp, sign, signed, target[: tail.start()])
    return _read_unusual(target)


def strip_signature(target: bytes) -> bytes:
    """The target without any signature parameter; every other byte as it was."""
    path, mark, query = target.partition(b"?")
    if not mark:
        return target
    others = [p for p in query.split(b"&") if p.partition(b"=")[0] not in _NAMES]
    return path + b"?" + b"&".join(others) if others else path


def _read_unusual(target: bytes) -> Signature | Refusal:
    path, _, query = target.partition(b"?")
    found: dict[bytes, bytes] = {}
    signed: list[bytes] = []
    for parameter in query.split(b"&"):
        name, _, value = parameter.partition(b"=")
        if name not in _NAMES:
            signed.append(parameter)
            continue
        if name in found:
            return _duplicated(name)
        found[name] = value
        if name not in _SIGNS:
            signed.append(parameter)
    refusal = _incomplete(found)
    if refusal is not None:
        return refusal
    public = b"frontend_sign" in found
    kind = b"frontend" if public else b"hmac"
    timestamp = found[kind + b"_timestamp"]
    if not _INTEGER.fullmatch(timestamp):
        return _not_an_integer(kind)
    return Signature(
        public,
        timestamp,
        found[kind + b"_sign"],
        path + b"?" + b"&".join(signed),
        strip_signature(target),
    )


def _incomplete(found: dict[bytes, bytes]) -> Refusal | None:
    if not found:
        return _UNSIGNED
    if len({name.partition(b"_")[0] for name in found}) == 2:  # noqa: PLR2004 - hmac and frontend
        return _BOTH_KINDS
    if not found.keys() & _SIGNS:
        return _NO_SIGN
    if not found.keys() - _SIGNS:
        return _NO_TIMESTAMP
    return None


def _duplicated(name: bytes) -> Refusal:
    return Refusal("duplicate", f"The parameter {name.decode()} is there more than once")


def _not_an_integer(kind: bytes) -> Refusal:
    return Refusal(
        "malformed-timestamp",
        f"{kind.decode()}_timestamp must be an integer: whole Unix seconds, no fraction, no text",
    )


_SIGNS: Final = frozenset({b"hmac_sign", b"frontend_sign"})
_NAMES: Final = _SIGNS | {b"hmac_timestamp", b"frontend_timestamp"}

_UNSIGNED: Final = Refusal(
    "missing-signature",
    "The request is not signed: hmac_timestamp and hmac_sign are missing from the query "
    "(frontend_timestamp and frontend_sign with the public token)",
)
_NO_SIGN: Final = Refusal(
    "missing-signature",
    "The signature is missing: there is a timestamp, but no hmac_sign (frontend_sign with the "
    "public token)",
)
_NO_TIMESTAMP: Final = Refusal(
    "missing-timestamp",
    "The timestamp is missing: there is a signature, but no hmac_timestamp (frontend_timestamp "
    "with the public token)",
)
_BOTH_KINDS: Final = Refusal(
    "duplicate",
    "The request carries hmac_* and frontend_* parameters; send one kind: hmac_* with the private "
    "token or frontend_* with the public one",
)
_NO_PUBLIC_TOKEN: Final = Refusal(
    "no-public-token",
    "The request is signed as frontend_*, but this database has no public token",
)
_PUBLIC_AS_PRIVATE: Final = Refusal(
    "wrong-token",
    "The request is signed with the public token but sent as hmac_*; the public token goes with "
    "frontend_timestamp and frontend_sign, hmac_* needs the private token",
)
_PRIVATE_AS_PUBLIC: Final = Refusal(
    "wrong-token",
    "The request is signed with the private token but sent as frontend_*; the private token goes "
    "with hmac_timestamp and hmac_sign and must never leave the server side",
)
