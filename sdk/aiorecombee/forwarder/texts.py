"""From the body of a call to JSON, with an end to everything that could grow.

Half a surrogate pair (of a text that somebody cut in the middle of an emoji) becomes U+FFFD, so
that it does not cost a whole batch, and a byte order mark is taken off. NaN and bytes that are not
UTF-8 are refused.
"""

import re
import zlib
from typing import Any, Final

from aiorecombee.codec import Codec
from aiorecombee.forwarder.call import Call
from aiorecombee.forwarder.refusal import refused

_GZIP: Final = b"\x1f\x8b"  # JSON never begins with it
_WITH_GZIP_HEADER: Final = 31
_MARK: Final = b"\xef\xbb\xbf"
_JSON_TYPES: Final = ("application/json", "text/", "application/octet-stream")
# Long runs of what is kept are one match. A backslash takes what follows it along, so that the
# escape of a backslash before `ud800` is none of a surrogate.
_HALVES: Final = re.compile(
    rb"""
    (?P<kept> (?: [^\\]++
                | \\u[dD][89abAB][0-9a-fA-F]{2} \\u[dD][c-fC-F][0-9a-fA-F]{2}
                | \\ (?! u[dD][89a-fA-F][0-9a-fA-F]{2} ) .
              )++ )
    | \\u[dD][89a-fA-F][0-9a-fA-F]{2}
    """,
    re.VERBOSE | re.DOTALL,
)
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def is_compressed(body: bytes | bytearray) -> bool:
    """Whether a body must be inflated before it is read.

    What tells is its first bytes and not the header, for servers may have inflated it already.
    """
    return body.startswith(_GZIP)


def read_body(call: Call, most: int) -> bytes:
    """The body, inflated if it is compressed.

    Raises:
        RefusedError: 400: it is longer than `most` bytes, no whole gzip, or declared to be
            something that is not JSON.
    """
    _require_json_type(call.header("content-type"))
    body = _inflate(call.body, most) if is_compressed(call.body) else call.body
    if len(body) > most:
        raise refused(400, "too_large", f"the body is larger than the {most} bytes allowed")
    return body


def parse(body: bytes, codec: Codec) -> Any:
    """The JSON in a body. Of a key that is there twice, the last counts.

    Raises:
        RefusedError: 400: it is not JSON.
    """
    text = body.removeprefix(_MARK)
    if b"\\u" in text and _SURROGATE.search(text):
        text = _HALVES.sub(_mend, text)
    try:
        return codec.loads(text)
    except ValueError as error:
        raise refused(400, "not_json", f"the body is not JSON in UTF-8: {error}") from None


def _require_json_type(content_type: str | None) -> None:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind and not kind.startswith(_JSON_TYPES) and not kind.endswith("+json"):
        reason = "the body must be JSON, with Content-Type: application/json or text/plain"
        raise refused(400, "content_type", reason)


def _inflate(body: bytes, most: int) -> bytes:
    inflating = zlib.decompressobj(_WITH_GZIP_HEADER)
    try:
        text = inflating.decompress(body, most + 1)
    except zlib.error:
        raise refused(400, "not_gzip", "the body is no gzip, though it begins like one") from None
    if len(text) <= most and (not inflating.eof or inflating.unused_data):
        raise refused(400, "not_gzip", "the gzip of the body ends too early, or more follows it")
    return text


def _mend(found: re.Match[bytes]) -> bytes:
    return found["kept"] or b"\\ufffd"
