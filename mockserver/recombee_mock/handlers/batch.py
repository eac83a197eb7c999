"""Batch: many requests in one, carried out in order, none rolled back.

First all of them are understood, then all are carried out: when one has a wrong URL, nothing at all
happens. Source: API reference, Batch.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from recombee_mock.answers import CREATED, OK, Answer, Refusal, bad_request, shown
from recombee_mock.handlers import Handler, Handlers
from recombee_mock.params import Params, flag, optional
from recombee_mock.store.contents import Contents

Step: TypeAlias = tuple[Handler, Params]
Understand: TypeAlias = Callable[[str, str, dict[str, Any]], Step]

_OK_ENTRY: Final = b'{"code":200,"json":"ok"}'
_NO_SUCH: Final = {404: "no such URL!", 405: "the URL has no such method!"}
_CREATED_ENTRY: Final = b'{"code":201,"json":"ok"}'


def refuse_nested(_contents: Contents, _params: Params, _now: float) -> Answer:
    """Unpublished: we choose so."""
    raise bad_request("A batch must not hold another batch!")


HANDLERS: Handlers = {"Batch": refuse_nested}


def check_content_type(content_type: str) -> None:
    """A body that is not declared as JSON is refused, for batches only.

    Source: API reference, Batch ("invalid or missing Content-type").
    """
    if content_type and content_type.partition(";")[0].strip().lower() != "application/json":
        raise bad_request(
            f'Content-Type of a batch must be application/json, but is "{content_type}"!'
        )


def plan(
    params: Params, understand: Understand, usual: Mapping[str, Handlers], max_batch: int
) -> list[Step]:
    """What the batch asks for, in order.

    Args:
        params: Of the batch.
        understand: Reads one request.
        usual: Path to method to handler of what needs no reading: its params are all there is.
        max_batch: Requests it may hold.

    Raises:
        Refusal: Of the batch as a whole.
    """
    distinct(params)
    requests = params.get("requests")
    if not isinstance(requests, list):
        raise bad_request('Parameter "requests" of a batch must be a list of requests!')
    if len(requests) > max_batch:
        raise Refusal(
            413, f"A batch may hold {max_batch} requests, this one holds {len(requests)}!"
        )
    steps: list[Step] = []
    for at, request in enumerate(requests):
        try:
            handler, own = usual[request["path"]][request["method"]], request["params"]
        except (KeyError, TypeError):
            own = None
        if type(own) is dict:
            steps.append((handler, own))
        else:
            steps.append(_step(at, request, understand))
    return steps


def _step(at: int, request: Any, understand: Understand) -> Step:
    if not isinstance(request, dict):
        raise bad_request(f"requests[{at}] must be an object with method, path and params!")
    method, path, params = request.get("method"), request.get("path"), request.get("params")
    if not isinstance(method, str) or not isinstance(path, str):
        raise bad_request(f'requests[{at}] must have a text "method" and a text "path"!')
    if not isinstance(params, dict):
        if params:
            raise bad_request(f'"params" of requests[{at}] must be an object!')
        params = {}
    try:
        return understand(method, path, params)
    except Refusal as refusal:
        reason = refusal.message or _NO_SUCH[refusal.status]
        raise Refusal(
            refusal.status if refusal.message else 404,
            f"requests[{at}], {shown(f'{method} {path}')}: {reason} "
            "Nothing of the batch was carried out.",
        ) from None


def distinct(params: Params) -> bool:
    """Whether no user shall be recommended an item twice."""
    return optional(params, "distinctRecomms", flag) or False


def carry_out(steps: list[Step], contents: Contents, now: float) -> Answer:
    """Every answer in order, each as `{"code", "json"}`."""
    entries = []
    for handler, params in steps:
        try:
            done = handler(contents, params, now)
        except Refusal as refusal:
            entries.append(b'{"code":%d,"json":%b}' % (refusal.status, refusal.entry()))
        else:
            entries.append(_OK_ENTRY if done is OK else _entry(done))
    return Answer(200, b"[%b]" % b",".join(entries))


def _entry(done: Answer) -> bytes:
    if done is CREATED:
        return _CREATED_ENTRY
    return b'{"code":%d,"json":%b}' % (done.status, done.body)
