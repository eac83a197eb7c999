"""This distribution's SDK as a witness: what would it send?"""

import json
from collections.abc import Callable
from typing import Any

import aiorecombee
from aiorecombee.codec import Codec, JsonCodec
from aiorecombee.core.credentials import Credentials, PrivateToken
from aiorecombee.core.encode import encode
from aiorecombee.core.sign import sign
from aiorecombee.core.wire import HttpCall
from recombee_contract.witness.wire_call import WireCall, spelled


def classes(name: str) -> Callable[..., Any]:
    """Find a class of the SDK."""
    found: Callable[..., Any] = getattr(aiorecombee, name)
    return found


def call(request: Any, codec: Codec | None = None) -> WireCall:
    """The request before it is signed, without the database."""
    return _shown(encode(request, codec or JsonCodec()))


def batch_entry(request: Any, codec: Codec | None = None) -> Any:
    """The request as an entry of a batch."""
    body = call(aiorecombee.Batch([request]), codec).body
    assert body is not None
    return json.loads(body)["requests"][0]


def send(request: Any, database: str, token: PrivateToken, now: float) -> WireCall:
    """What goes out for a request at a given time (Unix seconds)."""
    return _shown(sign(encode(request, JsonCodec()), Credentials(database, token), now))


def _shown(call: HttpCall) -> WireCall:
    return WireCall(call.method, call.target, spelled(call.body))
