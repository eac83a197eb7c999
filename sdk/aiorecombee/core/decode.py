"""An answer becomes a typed result, or the error it stands for."""

from collections.abc import Sequence
from typing import Any, Final

from aiorecombee.codec import Codec
from aiorecombee.core.wire import HttpReply, redact
from aiorecombee.errors import ApiError, UnexpectedResponseError, api_error
from aiorecombee.requests.batch import Answer
from aiorecombee.requests.endpoint import JsonObject, R_co, Request

_OK: Final = range(200, 300)
_SHOWN: Final = 300
_LONGEST: Final = 2000  # characters of a message


def decode(request: Request[R_co], reply: HttpReply, codec: Codec) -> R_co:
    """Decode a successful answer.

    Raises:
        ApiError: The answer is an error.
        UnexpectedResponseError: The answer is not what the API documents.
    """
    if reply.body == b'"ok"' and reply.status in _OK and request.answer_type() is str:
        return "ok"  # type: ignore[return-value]  # what every write answers
    return _typed(request, _read(request, reply, codec))


def decode_batch(
    batch: Request[Any], count: int, reply: HttpReply, codec: Codec
) -> Sequence[JsonObject]:
    """Decode the answer of a batch of `count` requests into entries of `code` and `json`.

    Raises:
        ApiError: The batch as a whole was refused.
        UnexpectedResponseError: The answer is not what the API documents.
    """
    if count and reply.status in _OK and (same := _all_alike(reply.body, count, codec)) is not None:
        return [same] * count
    entries = _read(batch, reply, codec)
    if not isinstance(entries, list) or len(entries) != count:
        got = f"{len(entries)}" if isinstance(entries, list) else type(entries).__name__
        raise UnexpectedResponseError(f"expected {count} answers, got {got}", batch)
    for index, entry in enumerate(entries):
        if not _is_entry(entry):
            raise UnexpectedResponseError(f"answer {index} has no code and json", batch)
    return entries


def pair(request: Request[R_co], entry: JsonObject, repeated: bool) -> Answer[R_co]:
    """Pair a request of a batch with the entry that answered it.

    Args:
        request: The request.
        entry: From `decode_batch`.
        repeated: An earlier attempt may have been carried out, so "already there" is success.
    """
    status, value = entry["code"], entry["json"]
    if status in _OK:
        try:
            return Answer(request, status, _typed(request, value))
        except UnexpectedResponseError as error:
            return Answer(request, status, error=error)
    if repeated and status == request.settled:
        return Answer(request, status, "ok")  # type: ignore[arg-type]  # additions and deletions
    return Answer(request, status, error=api_error(status, _said(value), request))


def refusal(request: Request[Any], reply: HttpReply, codec: Codec) -> ApiError:
    """The error that an answer with an error status stands for."""
    try:
        said = _said(codec.loads(reply.body))
    except ValueError:
        said = _shown(reply.body)
    return api_error(reply.status, said, request)


def _read(request: Request[Any], reply: HttpReply, codec: Codec) -> Any:
    if reply.status not in _OK:
        if reply.status < 400:  # noqa: PLR2004
            raise UnexpectedResponseError(f"status {reply.status}: is the host right?", request)
        raise refusal(request, reply, codec)
    try:
        return codec.loads(reply.body)
    except ValueError:
        shown = _shown(reply.body)
        raise UnexpectedResponseError(f"the answer is not JSON: {shown!r}", request) from None


def _typed(request: Request[R_co], value: Any) -> R_co:
    kind = request.answer_type()
    if kind is str and isinstance(value, str):
        return value  # type: ignore[return-value]  # kind is R
    from aiorecombee.core.structure import StructureError, structure  # noqa: PLC0415  # cattrs

    try:
        result: R_co = structure(value, kind)
    except StructureError as error:
        raise UnexpectedResponseError(str(error), request) from None
    return result


def _said(value: Any) -> str:
    """The message of an error: single requests use `message`, batch entries and 401 `error`."""
    if isinstance(value, dict):
        found = next((value[key] for key in ("message", "error") if value.get(key)), "")
        value = found if isinstance(found, str) else str(found)
    return redact(value[:_LONGEST]) if isinstance(value, str) else ""


def _shown(body: bytes) -> str:
    """The start of a body; error pages of proxies quote the URL, signature included."""
    return redact(body[:_SHOWN].decode(errors="replace"))


def _all_alike(body: bytes, count: int, codec: Codec) -> JsonObject | None:
    """The one entry of an answer in which all are equal, found by comparing bytes.

    Nearly every batch of interactions is answered so; reading ten thousand objects would take
    a hundred times as long as comparing them.
    """
    end = body.find(b"}") + 1
    start = body.find(b"{")
    following = body.find(b"{", end) if count > 1 else end
    if not 0 < start < end <= following:
        return None
    entry, joint = body[start:end], body[end:following]
    if joint.strip() != (b"," if count > 1 else b""):
        return None
    if body != body[:start] + entry + (joint + entry) * (count - 1) + b"]" or (
        body[:start].strip() != b"["
    ):
        return None
    try:
        same = codec.loads(entry)
    except ValueError:
        return None
    return same if _is_entry(same) else None


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and type(entry.get("code")) is int and "json" in entry
