"""Who signs: a database and one of its tokens."""

import re
from hashlib import sha1
from typing import Any, ClassVar, Final

import attrs

from aiorecombee.errors import ConfigurationError

_BLOCK: Final = 64  # bytes SHA-1 takes at a time
_INNER: Final = bytes(b ^ 0x36 for b in range(256))
_OUTER: Final = bytes(b ^ 0x5C for b in range(256))


class PrivateToken:
    """The token of a server: it opens every request.

    In the Admin UI it stands under Settings, API ID & Tokens. Printing it by accident is harmless:
    it has no useful `repr`, and it does not pickle.
    """

    __slots__ = ("_inner", "_outer")

    prefix: ClassVar[str] = "hmac"
    """Start of the names of the two signature parameters."""

    def __init__(self, token: str) -> None:
        """Keep the token as the two hash states that HMAC-SHA1 starts from.

        Raises:
            ConfigurationError: The token is not a text, or is empty.
        """
        if not token:
            raise ConfigurationError("the token is empty: find it in the Admin UI under Settings")
        if not isinstance(token, str):
            raise ConfigurationError(f"the token must be text (str), not {type(token).__name__}")
        try:
            key = token.encode()
        except UnicodeEncodeError:
            key = b""
        if not key:  # out of the handler, for that error holds the token
            raise ConfigurationError("the token has characters that are no Unicode text")
        key = (sha1(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")  # noqa: S324
        # Hashing the padded key once, instead of for every signature, halves its cost. Source:
        # RFC 2104, section 4.
        self._inner = sha1(key.translate(_INNER))  # noqa: S324  # HMAC-SHA1 is what the API takes
        self._outer = sha1(key.translate(_OUTER))  # noqa: S324

    def sign(self, message: str) -> str:
        """HMAC-SHA1 of the message in UTF-8, in lower-case hex."""
        inner = self._inner.copy()
        inner.update(message.encode())
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a token does not pickle: hand it over by other means")


class PublicToken(PrivateToken):
    """The token of browsers and apps: it opens recommendations, search and sending interactions."""

    __slots__ = ()

    prefix = "frontend"


@attrs.frozen
class Credentials:
    """A database and the token that signs its requests."""

    database_id: str
    token: PrivateToken

    def __attrs_post_init__(self) -> None:
        """Refuse IDs that would address something else."""
        name: object = self.database_id
        if not isinstance(name, str) or not re.fullmatch(r"(?!\.+\Z)[A-Za-z0-9_\-.:@]+", name):
            raise ConfigurationError(
                f"database_id {name!r} may have only letters, digits and _ - : @ ."
                " (it is the API Identifier in the Admin UI under Settings)"
            )
