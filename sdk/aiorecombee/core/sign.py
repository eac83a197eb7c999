"""Signing: HMAC-SHA1 over the target in exactly the characters that are sent.

Neither method, host, headers nor body are signed. Source: API reference, Authentication.
"""

from aiorecombee.core.credentials import Credentials
from aiorecombee.core.wire import HttpCall


def sign(call: HttpCall, credentials: Credentials, now: float) -> HttpCall:
    """Address a call to the database and sign it.

    Args:
        call: From `encode`; its target does not have the database yet.
        credentials: Database and token.
        now: Unix seconds. The service takes a signature for 30 seconds.
    """
    token = credentials.token
    start = f"/{credentials.database_id}{call.target}"
    joint = "&" if "?" in start else "?"
    message = f"{start}{joint}{token.prefix}_timestamp={int(now)}"
    return call.to(f"{message}&{token.prefix}_sign={token.sign(message)}")
