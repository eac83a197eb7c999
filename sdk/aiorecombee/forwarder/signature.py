"""Whether a webhook is from who shares a secret with us: `X-Signature`.

It is an HMAC-SHA1 over the body, byte for byte; the newer destination, "Webhooks (Actions)", signs
of several events the first alone. **The others are then protected by nothing**: who has seen one
signed event could put others behind it.

Source: Segment's documentation, Webhooks destination; for batches, what the destination does.
"""

import hmac
import re
from hashlib import sha1
from typing import Final

from aiorecombee.codec import Codec
from aiorecombee.errors import ConfigurationError

_SIGNATURE: Final = re.compile("[0-9a-fA-F]{40}")
_BLANKS: Final = b" \t\r\n"
# A string that does not end reaches to the end of the text, so that none is looked at twice.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_MOST_SIGNED: Final = 2**19  # bytes: who did not sign must not keep us busy
_MOST_EXPLAINED: Final = 2**20  # bytes that are worth another look to tell what is wrong

_MISSING: Final = "there is no X-Signature: set the shared secret in the webhook's settings, too"
_MALFORMED: Final = "X-Signature is not a HMAC-SHA1 in hex"
_REWRITTEN: Final = (
    "X-Signature is of the same JSON in other bytes: something between Segment and here rewrites "
    "the body"
)
_WRONG: Final = (
    "X-Signature does not fit: the secrets differ, or something between Segment and here changes "
    "the body"
)


class SharedSecret:
    """What both sides of a webhook know. Printing it by accident is harmless."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Keep the secret.

        Raises:
            ConfigurationError: It is empty, or no text.
        """
        if not secret or not isinstance(secret, str):
            raise ConfigurationError("the shared secret is empty, or no text")
        self._secret = secret.encode(errors="surrogatepass")

    def sign(self, text: bytes) -> str:
        """The signature of a text, in lower-case hex."""
        return hmac.new(self._secret, text, sha1).hexdigest()

    def __repr__(self) -> str:
        return "SharedSecret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a secret does not pickle: hand it over by other means")


def signature_fault(
    secret: SharedSecret, signature: str | None, body: bytes, codec: Codec
) -> str | None:
    """What is wrong with a signature; `None` if it is right.

    Args:
        secret: What it was made with.
        signature: The header `X-Signature`.
        body: As it came.
        codec: For the reason: tells whether the JSON is the same.
    """
    if not signature:
        return _MISSING
    if not _SIGNATURE.fullmatch(signature):
        return _MALFORMED
    signature = signature.lower()
    if _fits(secret, signature, body):
        return None
    return _REWRITTEN if _fits_rewritten(secret, signature, body, codec) else _WRONG


def first_element(text: bytes) -> bytes | None:
    """The bytes of the object that an array begins with.

    `None` if the text is no such array, or the object is larger than any event.
    """
    text = text.lstrip(_BLANKS)
    if not text.startswith(b"["):
        return None
    start = len(text) - len(text[1:].lstrip(_BLANKS))
    if text[start : start + 1] != b"{":
        return None
    depth = 0
    for token in _TOKEN.finditer(text, start, start + _MOST_SIGNED):
        kind = token[0]
        depth += 1 if kind in {b"{", b"["} else -1 if kind in {b"}", b"]"} else 0
        if depth == 0:
            return text[start : token.end()]
    return None


def _fits(secret: SharedSecret, signature: str, body: bytes) -> bool:
    if hmac.compare_digest(secret.sign(body), signature):
        return True
    first = first_element(body)
    return first is not None and hmac.compare_digest(secret.sign(first), signature)


def _fits_rewritten(secret: SharedSecret, signature: str, body: bytes, codec: Codec) -> bool:
    """Whether it is the signature of this JSON as JavaScript writes it."""
    if len(body) > _MOST_EXPLAINED:
        return False
    try:
        found = codec.loads(body.strip(_BLANKS))
        signed = found[0] if isinstance(found, list) and found else found
        return hmac.compare_digest(secret.sign(codec.dumps(signed)), signature)
    except (TypeError, ValueError, RecursionError):
        return False
