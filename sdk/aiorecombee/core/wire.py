"""What travels: calls and replies, as plain as HTTP."""

import re
from collections.abc import Mapping

import attrs


def redact(text: str) -> str:
    """A text that quotes a URL, without its signature (and without the password of a proxy).

    With the signature anybody could send the request.
    """
    text = re.sub(r"(?<=//)[^/\s@]+@", "…@", text)
    return re.sub(r"_sign(=|%3[Dd])\w*", r"_sign\1…", text)


def _joined(body: bytes | tuple[bytes, ...] | None) -> bytes | None:
    return b"".join(body) if isinstance(body, tuple) else body


def _size(body: bytes | tuple[bytes, ...] | None) -> str:
    return f"<{len(_joined(body) or b'')} bytes>"


@attrs.define
class HttpCall:
    """One HTTP request.

    Args:
        method: In capitals.
        target: Path and query exactly as they must appear on the wire: the signature covers
            these characters, so nothing may normalise or re-encode them.
        body: JSON text, `None` for no body. A large one may be given in pieces.
    """

    method: str
    target: str = attrs.field(repr=lambda target: repr(redact(target)))
    _body: bytes | tuple[bytes, ...] | None = attrs.field(repr=_size, eq=_joined)

    @property
    def body(self) -> bytes | None:
        """JSON text, `None` for no body."""
        self._body = _joined(self._body)
        return self._body

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The body in pieces as it was made: for who sends it, that saves putting it together."""
        if isinstance(self._body, tuple):
            return self._body
        return () if self._body is None else (self._body,)

    def to(self, target: str) -> "HttpCall":
        """The same call with another target."""
        return HttpCall(self.method, target, self._body)


@attrs.define
class HttpReply:
    """One HTTP answer; header names are found in any letter case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
