"""Who may send: keys, compared so that the time it takes tells nothing about them."""

import binascii
from base64 import b64decode
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest

from aiorecombee.errors import ConfigurationError


class Keys:
    """Keys of which one opens; without any, everybody may enter.

    Printing them by accident is harmless: their hashes are kept, and there is no useful `repr`.
    """

    __slots__ = ("_hashes",)

    def __init__(self, keys: Iterable[str] = ()) -> None:
        """Keep the hashes of the keys.

        Raises:
            ConfigurationError: One is empty, or no text; or they are one text.
        """
        if isinstance(keys, str):
            raise ConfigurationError("keys are several: put a single one in a list")
        several = tuple(keys)
        if not all(several) or not all(isinstance(key, str) for key in several):
            raise ConfigurationError("a key is empty, or no text")
        self._hashes = tuple(map(_hash, several))

    def __bool__(self) -> bool:
        """Whether a key is needed at all."""
        return bool(self._hashes)

    def open(self, key: str) -> bool:
        """Whether it is one of them. All are compared, whichever it is."""
        hashed, found = _hash(key), False
        for known in self._hashes:
            found |= compare_digest(hashed, known)
        return found

    def __repr__(self) -> str:
        return f"Keys(<{len(self._hashes)}>)"


def basic_user(authorization: str | None) -> str | None:
    """The user name of Basic authentication, where Segment puts keys; `None` if there is none.

    The colon behind it may be missing, and a password is ignored.
    """
    scheme, credentials = _parted(authorization)
    if scheme != "basic":
        return None
    try:
        padded = credentials + "=" * (-len(credentials) % 4)
        return b64decode(padded, validate=True).decode().split(":", 1)[0] or None
    except (binascii.Error, ValueError):
        return None


def bearer_token(authorization: str | None) -> str | None:
    """The token of Bearer authentication; `None` if there is none."""
    scheme, token = _parted(authorization)
    return token or None if scheme == "bearer" else None


def _parted(authorization: str | None) -> tuple[str, str]:
    scheme, _, rest = (authorization or "").strip().partition(" ")
    return scheme.lower(), rest.strip()


def _hash(key: str) -> bytes:
    return sha256(key.encode(errors="surrogatepass")).digest()
