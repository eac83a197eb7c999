"""Dead letters, told to people and to programs."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aiorecombee.delivery.queue import Letter
from aiorecombee.segment.explaining.shown import printable

_NAMES: Final = ("event", "name")
_UNREADABLE: Final = "(no JSON)"


def event_of(body: bytes) -> Any:
    """The event in a body; `None` where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def event_name(letter: Letter) -> str:
    """Its type, and the name of what happened: `track Order Completed`."""
    event = event_of(letter.item.body)
    if not isinstance(event, Mapping):
        return _UNREADABLE
    names = [event.get(key) for key in _NAMES]
    said = [event.get("type"), next((name for name in names if isinstance(name, str)), None)]
    return printable(" ".join(one for one in said if isinstance(one, str)))


def users(letter: Letter) -> str:
    """Whom it is about; of an alias also who they become."""
    return printable(" → ".join(letter.item.lanes))


def in_words(count: int, what: str = "dead letter") -> str:
    """So many of something: `1 dead letter`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def moment(at: float) -> datetime:
    """Unix seconds as a date."""
    return datetime.fromtimestamp(at, UTC)


def as_json(letter: Letter) -> dict[str, Any]:
    """Everything of a letter; a body that is no JSON stands as text under `body`."""
    item = letter.item
    about = {
        "number": letter.number,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "put_at": _iso(letter.put_at),
        "died_at": _iso(letter.died_at),
        "users": list(item.lanes),
        "barrier": item.barrier,
        "key": item.key,
        "origin": item.origin,
        "event": event_of(item.body),
    }
    return about if about["event"] is not None else about | {"body": as_text(item.body)}


def lines(letter: Letter) -> Iterator[str]:
    """Everything of a letter, safe for a terminal."""
    item = letter.item
    yield f"letter {letter.number}"
    told = {
        "reason": letter.reason,
        "attempts": f"{letter.attempts:,}",
        "put": f"{moment(letter.put_at):%Y-%m-%d %H:%M:%S} UTC",
        "died": f"{moment(letter.died_at):%Y-%m-%d %H:%M:%S} UTC",
        "user": users(letter),
        "from": item.origin,
        "key": item.key or "",
    }
    yield from (f"  {name:8}  {printable(text)}".rstrip() for name, text in told.items())
    yield from pretty(item.body).splitlines()


def pretty(body: bytes) -> str:
    """An event to be read and edited; a body that is no JSON as it is, as far as it is text."""
    event = event_of(body)
    if event is None:
        return "\n".join(map(printable, as_text(body).split("\n")))
    return _escaped(json.dumps(event, indent=2, ensure_ascii=False))


def as_text(body: bytes) -> str:
    """A body as text, with what is none written out."""
    return body.decode(errors="backslashreplace")


def _escaped(text: str) -> str:
    """JSON as it is, with what a terminal might obey as JSON writes it: the same value."""
    return "".join(
        one if one == "\n" or one.isprintable() else json.dumps(one)[1:-1] for one in text
    )


def _iso(at: float) -> str:
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
