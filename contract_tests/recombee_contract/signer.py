"""Signatures, from the API's documentation alone.

Nothing of the SDK or the mock server is used here, so that a mistake of theirs finds no ally.
Source: API reference, Authentication.
"""

import hashlib
import hmac


def signature(message: str, token: str) -> str:
    """HMAC-SHA1 of a text, in lower-case hex."""
    return hmac.new(token.encode(), message.encode(), hashlib.sha1).hexdigest()


def signed_target(target: str, token: str, timestamp: int, *, public: bool = False) -> str:
    """Add timestamp and signature to a target, which begins with the database.

    Args:
        target: Path and query in exactly the characters that will be sent.
        token: The key.
        timestamp: Unix seconds.
        public: Name the parameters as they are named with the public token.
    """
    kind = "frontend" if public else "hmac"
    message = f"{target}{'&' if '?' in target else '?'}{kind}_timestamp={timestamp}"
    return f"{message}&{kind}_sign={signature(message, token)}"
