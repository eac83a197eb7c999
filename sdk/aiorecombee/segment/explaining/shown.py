"""Values and requests as they are shown to people."""

import json
from typing import Any, Final

from aiorecombee.codec import default_codec
from aiorecombee.core.encode import Encoder
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.javascript import UNDEFINED, number_text, type_name

_STRICT: Final = Encoder(default_codec())
_LAX: Final = Encoder(default_codec(), validate=False)
_CUT: Final = "…"


def request_json(request: Request[Any]) -> dict[str, Any]:
    """A request as JSON: its name, then what stands in a batch for it.

    Under `refused` it says why the client would not let it out, if so.
    """
    shown: dict[str, Any] = {"request": type(request).__name__}
    try:
        return shown | _STRICT.entry(request)
    except InvalidRequestError as error:
        refused = {"refused": str(error)}
    except RecursionError:
        refused = {"refused": "it is nested too deeply"}
    try:
        return shown | _LAX.entry(request) | refused
    except (InvalidRequestError, RecursionError):  # its path would lead elsewhere, or too deep
        return shown | {"method": request.method, "path": request.path} | refused


def value_text(value: Any, limit: int = 48) -> str:
    """A value as JSON, cut where it is long; `nothing` where there is none."""
    if value is UNDEFINED:
        return "nothing"
    if isinstance(value, float):
        return number_text(value)
    try:
        return cut(printable(json.dumps(value, ensure_ascii=False, default=repr)), limit)
    except (RecursionError, TypeError, ValueError):  # without an end, or with keys of other types
        return cut(f"{type_name(value)} that JSON cannot tell", limit)


def printable(text: str) -> str:
    """The text on one line, with what a terminal might obey written out."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def cut(text: str, limit: int) -> str:
    """The text, of at most that many characters."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + _CUT
