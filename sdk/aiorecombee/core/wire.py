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


@attrs.define
class HttpCall:
    """One HTTP request.

    Attributes:
        method: In capitals.
        target: Path and query exactly as they must appear on the wire: the signature covers
            these characters, so nothing may normalise or re-encode them.
        body: JSON text, `None` for no body.
    """

    method: str
    target: str = attrs.field(repr=lambda target: repr(redact(target)))
    body: bytes | None = attrs.field(repr=lambda body: f"<{len(body or b'')} bytes>")


@attrs.define
class HttpReply:
    """One HTTP answer; header names are found in any letter case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
