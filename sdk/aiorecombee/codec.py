"""JSON: orjson where it is installed (`aiorecombee[fast]`), else the standard library."""

import json
from collections.abc import Callable
from typing import Any, Final, Protocol


class Codec(Protocol):
    """Reads and writes JSON. `default` turns what JSON does not know into what it does."""

    def dumps(self, value: Any, default: Callable[[Any], Any] | None = None, /) -> bytes:
        """Write JSON text in UTF-8; `TypeError` or `ValueError` for what JSON cannot hold."""

    def loads(self, text: bytes, /) -> Any:
        """Read JSON text; `ValueError` if it is not JSON."""


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _encoder(default: Callable[[Any], Any] | None) -> json.JSONEncoder:
    return json.JSONEncoder(
        ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default
    )


# `json.dumps` with any option would build one for every call.
_ENCODER: Final = _encoder(None)
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


class JsonCodec:
    """The standard library's JSON."""

    def dumps(self, value: Any, default: Callable[[Any], Any] | None = None, /) -> bytes:
        """Write compact JSON."""
        encoder = _ENCODER if default is None else _encoder(default)
        return encoder.encode(value).encode()

    def loads(self, text: bytes, /) -> Any:
        """Read JSON."""
        try:
            return _DECODER.decode(text.decode())
        except RecursionError:
            raise ValueError("nested too deeply") from None


class OrjsonCodec:
    """orjson: five to ten times as fast."""

    def __init__(self) -> None:
        import orjson  # noqa: PLC0415  # an extra

        self._dumps, self.loads = orjson.dumps, orjson.loads
        # Dates travel in a form of the API's; one that got here was overlooked, and must not pass.
        self._option = orjson.OPT_PASSTHROUGH_DATETIME

    def dumps(self, value: Any, default: Callable[[Any], Any] | None = None, /) -> bytes:
        """Write compact JSON."""
        return self._dumps(value, default, self._option)


def default_codec() -> Codec:
    """The fastest codec that is installed."""
    try:
        return OrjsonCodec()
    except ImportError:
        return JsonCodec()
