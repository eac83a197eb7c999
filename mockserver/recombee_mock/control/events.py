"""The journal as it is written: server-sent events, as `EventSource` in a browser reads them."""

import json
from collections.abc import AsyncGenerator, Iterable
from typing import Final

import attrs

from recombee_mock.control.requests import ENTRY, FILTERS, filter_of
from recombee_mock.control.route import Ask, ControlError, Route, Said, count_of
from recombee_mock.seeing.journal import Journal
from recombee_mock.seeing.journal_filter import Filter
from recombee_mock.shell.admission import Admission

_TYPE: Final = "text/event-stream; charset=utf-8"
_HEARTBEAT: Final = 10.0
_MOST: Final = 64
_CHUNK: Final = 100
_BEAT: Final = b": still here\n\n"


@attrs.frozen
class Wish:
    """What a listener wants to hear of."""

    database: str | None
    only: Filter
    since: int


def routes(
    admission: Admission, journal: Journal, *, heartbeat: float = _HEARTBEAT
) -> Iterable[Route]:
    """The routes of this room.

    Args:
        admission: Knows the secrets.
        journal: What to tell of.
        heartbeat: Seconds after which a silent line is used, to see whether it still stands.
    """

    def listen(ask: Ask) -> Said:
        if journal.listeners >= _MOST:
            raise ControlError(503, f"{_MOST} listeners are there already; close one")
        since = ask.headers.get("Last-Event-ID") or ask.query.get("since")
        resumed = {} if since is None else {"since": since}
        start = count_of(resumed, "since", journal.last)
        wish = Wish(ask.query.get("database"), filter_of(ask), start)
        return Said(_stream(admission, journal, wish, heartbeat), content_type=_TYPE)

    asked = {
        "since": "First those with a greater `seq`; without it only new ones. The header "
        "`Last-Event-ID` of a browser that comes back counts more",
        **FILTERS,
    }
    yield Route(
        "GET",
        "/_mock/events",
        listen,
        "Follow the journal: an event for each request that comes in",
        asked,
        gives=ENTRY,
        content_type="text/event-stream",
    )


async def _stream(
    admission: Admission, journal: Journal, wish: Wish, heartbeat: float
) -> AsyncGenerator[bytes, None]:
    """Everything wished for, until the server stops or the reader is too slow."""
    at = wish.since
    with journal.listening() as listener:
        head = b"retry: 1000\n\n"
        if journal.dropped > at:
            at = journal.dropped
            head += _event("missed", _missed(at))
        yield head
        while not listener.ended:
            if journal.dropped > at:
                yield _event("dropped", _missed(journal.dropped))
                return
            entries = journal.entries(
                since=at,
                limit=_CHUNK,
                database=wish.database,
                only=wish.only,
                secrets=admission.secrets(),
            )
            at = entries[-1].seq if len(entries) == _CHUNK else journal.last
            if entries:
                yield b"".join(_event(None, entry.to_json(), entry.seq) for entry in entries)
            elif not await listener.wait(heartbeat):
                yield _BEAT


def _missed(seq: int) -> dict[str, object]:
    text = f"The journal no longer holds what came before seq {seq + 1}: it was read too late"
    return {"message": text, "before": seq + 1}


def _event(kind: str | None, value: object, seq: int | None = None) -> bytes:
    lines = [f"id: {seq}"] if seq is not None else []
    lines += [f"event: {kind}"] if kind is not None else []
    lines += [f"data: {json.dumps(value)}", "", ""]
    return "\n".join(lines).encode()
