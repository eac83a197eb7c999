"""Portions of a file are sent one after the other; each answer is a line."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.cli.lines import json_line
from aiorecombee.cli.send.answers import answer_json
from aiorecombee.cli.send.input import Item
from aiorecombee.cli.send.recognising import ENCODER
from aiorecombee.cli.send.tally import NO_ANSWER, NOT_SENT, Tally
from aiorecombee.client import RecombeeClient
from aiorecombee.errors import ApiError, ConfigurationError, RecombeeError
from aiorecombee.requests.batch import Answer, Batch
from aiorecombee.requests.endpoint import Request

Write: TypeAlias = Callable[[Mapping[str, Any]], None]
_Outcome: TypeAlias = Answer[Any] | RecombeeError
_HINT: Final = "`aiorecombee doctor` tells why, with the same options"


def write_line(line: Mapping[str, Any]) -> None:
    """Write a line of JSON."""
    sys.stdout.write(json_line(line) + "\n")


def show_file(portions: Iterable[list[Item]], write: Write, tally: Tally) -> None:
    """A dry run: what would be sent, and what is wrong with the rest."""
    for portion in portions:
        for item in portion:
            if item.request is None:
                tally.failed[NOT_SENT] += 1
                write({"line": item.line, "error": item.wrong})
            else:
                tally.done += 1
                write({"line": item.line, **entry_json(item.request)})
        sys.stdout.flush()


def entry_json(request: Request[Any]) -> dict[str, Any]:
    """What would be sent, without database and signature."""
    return {"request": type(request).__name__, **ENCODER.entry(request)}


def send_file(
    portions: Iterable[list[Item]],
    make_client: Callable[[], RecombeeClient],
    write: Write,
    tally: Tally,
    *,
    fail_fast: bool = False,
) -> None:
    """Send portions as batches, each when the one before is answered.

    Only sending runs in an event loop: reading a pipe there would make it deaf to Ctrl-C.

    Args:
        portions: What to send.
        make_client: Makes the client; it is closed here.
        write: Takes the lines that come out.
        tally: Counts them.
        fail_fast: Stop at the first failure; the rest of its portion was sent with it.
    """
    with asyncio.Runner() as runner:
        client = runner.run(_opened(make_client))
        try:
            for portion in portions:
                try:
                    sent = _up_to_first_wrong(portion) if fail_fast else portion
                    outcomes = runner.run(_send(client, sent))
                except KeyboardInterrupt:
                    tally.stopped = _interrupted(portion)
                    raise
                _write_all(sent, outcomes, write, tally)
                sys.stdout.flush()
                if tally.stopped or (fail_fast and not tally.good):
                    tally.stopped = tally.stopped or f"stopped after line {tally.lines}"
                    return
        finally:
            runner.run(client.aclose())


async def _opened(make_client: Callable[[], RecombeeClient]) -> RecombeeClient:
    return make_client()


def _up_to_first_wrong(portion: Sequence[Item]) -> Sequence[Item]:
    wrong = next((at for at, item in enumerate(portion) if item.request is None), len(portion))
    return portion[: wrong + 1]


async def _send(client: RecombeeClient, portion: Sequence[Item]) -> list[_Outcome]:
    """The outcomes of the requests of a portion; an error for each that got no answer."""
    requests = [item.request for item in portion if item.request is not None]
    if not requests:
        return []
    try:
        return [*await client.send(Batch(requests))]
    except ConfigurationError:
        raise
    except RecombeeError as error:
        answered: list[_Outcome] = [*(error.partial or ())]
        return answered + [error] * (len(requests) - len(answered))


def _write_all(
    portion: Sequence[Item], outcomes: Iterable[_Outcome], write: Write, tally: Tally
) -> None:
    waiting = iter(outcomes)
    for item in portion:
        tally.lines = item.line
        if item.request is None:
            tally.failed[NOT_SENT] += 1
            write({"line": item.line, "status": None, "error": item.wrong})
            continue
        outcome = next(waiting)
        known = {"line": item.line, "request": type(item.request).__name__}
        write({**known, **_told(outcome)})
        _count(outcome, tally, item.line)


def _told(outcome: _Outcome) -> dict[str, Any]:
    if isinstance(outcome, RecombeeError):
        return {"status": getattr(outcome, "status", None), "error": _message(outcome)}
    if outcome.error is not None:
        return {"status": outcome.status, "error": _message(outcome.error)}
    return {"status": outcome.status, "answer": answer_json(outcome.value)}


def _message(error: RecombeeError) -> str:
    return (error.message if isinstance(error, ApiError) else "") or str(error)


def _count(outcome: _Outcome, tally: Tally, line: int) -> None:
    if isinstance(outcome, RecombeeError):
        tally.failed[str(getattr(outcome, "status", NO_ANSWER))] += 1
        if not tally.stopped:
            tally.stopped = (
                f"stopped at line {line}: {outcome}\n{_HINT};"
                f" the rest can be sent with: tail -n +{line} FILE"
            )
    elif outcome.error is not None:
        tally.failed[str(outcome.status)] += 1
    else:
        tally.done += 1


def _interrupted(portion: Sequence[Item]) -> str:
    first, last = portion[0].line, portion[-1].line
    return f"interrupted: lines {first} to {last} may have been carried out or not"
