"""What a request says, before anybody judges it: body, path and query read into parameters.

The service reads calls with it to carry them out, `understanding` to show what was asked.
"""

import re
from typing import Any, Final

from recombee_mock.answers import bad_request
from recombee_mock.json_bytes import loads
from recombee_mock.params import Params, parse_query
from recombee_mock.router import Captured, Route

BODY_APART: Final = frozenset({"SetItemValues", "SetUserValues"})
"""Their body is a dictionary of property values, so it is not mixed with path and query."""

_is_signature: Final = re.compile(r"[a-z]+_timestamp=\d*&[a-z]+_sign=[^&]*").fullmatch


def read(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. PHP writes an empty one as `[]`, Node writes none at all."""
    if not body:
        return {}
    try:
        value = loads(body)
    except ValueError as error:
        raise bad_request(f"The body is not valid JSON: {error}!") from None
    if isinstance(value, dict):
        return value
    if value == []:
        return {}
    raise bad_request("The body must be a JSON object!")


def gather(route: Route, captured: Captured, query: str, body: dict[str, Any]) -> Params:
    """All parameters in one: where the same one is repeated, path beats body beats query.

    Clients disagree about where a parameter belongs, and batches know no such difference.
    """
    asked = {} if not query or _is_signature(query) else parse_query(query)
    if route.operation in BODY_APART:
        return {**asked, "values": body, **captured}
    return {**asked, **body, **captured} if asked or captured else body
