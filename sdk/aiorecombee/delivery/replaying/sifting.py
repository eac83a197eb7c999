"""A line becomes an event with its requests, or with the reason why there are none."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.codec import Codec, default_codec
from aiorecombee.delivery.mapping import Mapper, is_untimed, moment
from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.duplicates import Duplicates
from aiorecombee.delivery.replaying.events import Event, Fate, Problem
from aiorecombee.delivery.replaying.lines import LONGEST, Line
from aiorecombee.delivery.replaying.rerouting import rerouted
from aiorecombee.delivery.replaying.verdicts import Verdict
from aiorecombee.delivery.routing import evolved
from aiorecombee.requests.endpoint import Request
from aiorecombee.segment.destination import Rejection
from aiorecombee.segment.jsonl import Unreadable, read_events

_CODEC: Final[Codec] = default_codec()
_BLANKS: Final = b" \t\r\n"
_MARK: Final = b"\xef\xbb\xbf"
_TOO_LONG: Final = Unreadable(f"The line is longer than {LONGEST:,} bytes.")
_SHOWN: Final = 32_768  # bytes of a line that is too long


@attrs.frozen
class Found:
    """What stands on a line.

    Attributes:
        value: The event, or `Unreadable`.
        text: It as JSON, or what stands there.
        where: File and line that it came from, if it stands here because it failed there.
    """

    value: Any
    text: bytes
    where: tuple[str, int] | None = None


Read: TypeAlias = Callable[[Line], Found | None]


@attrs.frozen
class Span:
    """The time that events are wanted of.

    Attributes:
        since: Unix seconds of the first moment.
        until: Unix seconds of the first moment that is too late.
    """

    since: float | None = None
    until: float | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None

    def holds(self, event: Any) -> bool:
        """Whether an event is of this time; one without a timestamp is of none."""
        at = moment(event, "timestamp")
        if at is None:
            return False
        if self.since is not None and at < self.since:
            return False
        return self.until is None or at < self.until


@attrs.frozen
class Sifter:
    """Makes events of lines.

    Attributes:
        mapper: Makes requests.
        stamp: Gives the timestamp of an interaction that has none, so that sending it again in
            the same replay does not double it: Unix seconds, never the same twice.
        read: Reads a line.
        span: The time that events are wanted of.
        duplicates: The messages before.
        book: Knows whom events belong to; `None` if each belongs to the user that it names.
    """

    mapper: Mapper
    stamp: Callable[[], float]
    read: Read
    span: Span = Span()
    duplicates: Duplicates = attrs.field(factory=Duplicates)
    book: Book | None = None

    def sift(self, source: str, lines: Iterable[Line]) -> Iterator[Event]:
        """The events on some lines; a blank one has none.

        Not many lines: what is known of the users in them is asked for at once.
        """
        sifted = [one for line in lines if (one := self._sifted(source, line)) is not None]
        if self.book is not None:
            self.book.ask(request for _, _, requests in sifted for request in requests)
        for event, value, requests in sifted:
            if requests:
                self._address(event, value, requests)
            yield event

    def _sifted(
        self, source: str, line: Line
    ) -> tuple[Event, Any, tuple[Request[Any], ...]] | None:
        """The event on a line, what stands there, and the requests for the users that it names."""
        found = self.read(line)
        if found is None:
            return None
        value = found.value
        event = Event(source, line.number, line.end, Fate.MAPPED, found.text)
        event.where = found.where
        if isinstance(value, Unreadable):
            event.fate = Fate.UNREADABLE
            event.problems = (_unreadable(value),)
        elif self._is_duplicate(value):
            event.fate = Fate.DUPLICATE
        elif self.span and not self.span.holds(value):
            event.fate = Fate.OUTSIDE
        else:
            return event, value, self._mapped(event, value)
        return event, value, ()

    def _is_duplicate(self, value: Any) -> bool:
        key = value.get("messageId") if isinstance(value, Mapping) else None
        return isinstance(key, str) and key != "" and self.duplicates.met(key)

    def _mapped(self, event: Event, value: Any) -> tuple[Request[Any], ...]:
        mapped = self.mapper(value)
        if mapped.rejections:
            event.problems = tuple(map(_rejected, mapped.rejections))
        elif not mapped.requests:
            event.fate = Fate.UNHEARD
        return mapped.requests

    def _address(self, event: Event, value: Any, requests: tuple[Request[Any], ...]) -> None:
        """Give an event its requests, for the users that it belongs to, each with a time."""
        if self.book is not None and self.book.concerns(requests):
            requests = rerouted(event, value, requests, self.book, self.stamp())
        if any(map(is_untimed, requests)):
            before, requests = requests, tuple(self._stamped(request) for request in requests)
            pairs = zip(before, requests, strict=True)
            event.stamped = tuple(new for old, new in pairs if new is not old)
        event.requests = requests
        event.waiting = len(requests)

    def _stamped(self, request: Request[Any]) -> Request[Any]:
        return evolved(request, timestamp=self.stamp()) if is_untimed(request) else request


def read_event(line: Line) -> Found | None:
    """Read a line of an archive."""
    text = (line.text.removeprefix(_MARK) if line.number == 1 else line.text).strip(_BLANKS)
    if not text:
        return None
    if len(line.text) > LONGEST:
        return Found(_TOO_LONG, text[:_SHOWN])
    return Found(parse(text), text)


def parse(text: bytes) -> Any:
    """The event that a text is, or `Unreadable`."""
    try:
        return _CODEC.loads(text)
    except ValueError:
        # It takes halves of characters, and says in a known way what is wrong.
        return next((value for _, value in read_events([text])), Unreadable("It is blank."))


def damaged(source: str, number: int, end: int, reason: str) -> Event:
    """What stands for the rest of a file that cannot be unpacked."""
    problem = Problem(
        Verdict.REJECTED,
        "file",
        "",
        f"The file {reason}; nothing behind line {number} can be read.",
        "Fetch the file again, and replay it.",
    )
    return Event(source, number, end, Fate.UNREADABLE, problems=(problem,))


def _unreadable(value: Unreadable) -> Problem:
    return Problem(Verdict.REJECTED, "event", "", value.reason, "Send JSON, in UTF-8.")


def _rejected(one: Rejection) -> Problem:
    return Problem(Verdict.REJECTED, one.subscription, "", one.reason, one.remedy)


# --- Rejects --------------------------------------------------------------------------------------


def read_reject(line: Line) -> Found | None:
    """Read a line of a file of rejects: the event in it, or the text that somebody has mended."""
    found = read_event(line)
    if found is None or isinstance(found.value, Unreadable):
        return found
    reject = found.value
    if not isinstance(reject, Mapping) or not ("event" in reject or "text" in reject):
        return Found(Unreadable("The line is not one of a file of rejects."), found.text)
    where = _where(reject)
    if reject.get("event") is not None:
        return Found(reject["event"], json.dumps(reject["event"]).encode(), where)
    text = str(reject.get("text", "")).encode(errors="surrogatepass").strip(_BLANKS)
    return Found(parse(text), text, where)


def _where(reject: Mapping[str, Any]) -> tuple[str, int] | None:
    file, line = reject.get("file"), reject.get("line")
    known = isinstance(file, str) and isinstance(line, int)
    return (file, line) if known else None  # type: ignore[return-value]
