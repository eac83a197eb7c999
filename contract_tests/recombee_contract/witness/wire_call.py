"""What a client puts on the wire, in a form that can be compared."""

import json

import attrs


@attrs.frozen
class WireCall:
    """One HTTP request.

    Attributes:
        method: HTTP method.
        target: Path and query, signed or not.
        body: JSON text, `None` for no body.
    """

    method: str
    target: str
    body: str | None


def spelled(body: str | bytes | None) -> str | None:
    """A JSON text with its white space and escapes evened out.

    Order of keys and spelling of numbers (`2`, `2.0`) stay, so equal texts mean equal bytes but for
    white space and escapes.
    """
    return None if body is None else json.dumps(json.loads(body))
