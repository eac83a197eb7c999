"""The form of data for people: requests as a batch holds them, one a line.

    {"method": "PUT", "path": "/items/properties/price", "params": {"type": "double"}}
    {"method": "POST", "path": "/items/lamp", "params": {"price": 9.5, "!cascadeCreate": true}}
    {"scenario": {"id": "homepage", "endpoint": "recommendItemsToUser"}}
    {"settings": {"seed": 7}}

The first two kinds go to the real service as they are; the others say what is not set by its API.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from recombee_mock.data.estate import contents_of
from recombee_mock.data.snapshots import StateError
from recombee_mock.databases import OpenDatabase
from recombee_mock.fields import FieldError
from recombee_mock.json_bytes import dumps, loads
from recombee_mock.protocol import Call
from recombee_mock.scenario_json import scenario_from_json
from recombee_mock.settings import settings_from_json

LISTED: Final = 20
"""Failures that are told one by one."""
_AT_ONCE: Final = 1000
_MARK: Final = b"\xef\xbb\xbf"
_UNPUBLISHED: Final = {"scenario", "settings"}
_CONFLICT: Final = 409
_UNAVAILABLE: Final = 503


@attrs.frozen
class Failure:
    """A line that did nothing.

    Attributes:
        line: Its number, from 1.
        status: What the service answers to it, or would.
        message: Why.
    """

    line: int
    status: int
    message: str


@attrs.define
class Report:
    """What became of the lines.

    Attributes:
        lines: Read so far, empty ones too.
        done: Carried out.
        conflicts: That were there already, which is mostly as good.
        failed: That did nothing.
        failures: The first of those.
    """

    lines: int = 0
    done: int = 0
    conflicts: int = 0
    failed: int = 0
    failures: list[Failure] = attrs.Factory(list)

    def to_json(self) -> dict[str, Any]:
        """It as the control API gives it."""
        return attrs.asdict(self)

    def fail(self, line: int, status: int, message: str) -> None:
        """Note that a line did nothing."""
        self.failed += 1
        if len(self.failures) < LISTED:
            self.failures.append(Failure(line, status, message))


class Intake:
    """Carries lines out on a database, in order, many at once.

    Args:
        served: The database.
        now: The server's clock, in Unix seconds.

    Attributes:
        report: What became of them.
    """

    def __init__(self, served: OpenDatabase, now: float) -> None:
        self.report = Report()
        self._served = served
        self._now = served.clock.at(now)
        self._contents = contents_of(served)
        self._waiting: list[tuple[int, bytes]] = []

    def take(self, lines: Iterable[bytes]) -> Report:
        """Carry all lines out.

        Raises:
            StateError: 503, the data file cannot be written; the text says how far it got.
        """
        for raw in lines:
            self.report.lines += 1
            line = raw.removeprefix(_MARK).strip() if self.report.lines == 1 else raw.strip()
            if line:
                self._take_one(self.report.lines, line)
            if len(self._waiting) >= min(_AT_ONCE, self._served.service.settings.max_batch):
                self._carry_out()
        self._carry_out()
        return self.report

    def _take_one(self, number: int, line: bytes) -> None:
        try:
            value = loads(line)
            wrong = "" if isinstance(value, dict) else "A line must be an object"
        except ValueError as error:
            value, wrong = {}, f"This is not valid JSON: {error}"
        if not wrong and not _UNPUBLISHED & value.keys():
            self._waiting.append((number, line))
            return
        self._carry_out()  # what came before it
        if wrong:
            self.report.fail(number, 400, wrong)
        else:
            self._set(number, value)

    def _set(self, number: int, value: dict[str, Any]) -> None:
        """A line about what is not set by requests."""
        service = self._served.service
        if len(value) != 1:
            text = "A line with a scenario or settings holds nothing else"
            self.report.fail(number, 400, text)
            return
        try:
            if "scenario" in value:
                scenario = scenario_from_json(value["scenario"], where="scenario")
                contents_of(self._served).scenarios.put(scenario)
            else:
                service.settings = settings_from_json(
                    value["settings"], service.settings, "settings"
                )
        except FieldError as error:
            self.report.fail(number, 400, str(error))
        else:
            self.report.done += 1

    def _carry_out(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._batch(waiting)

    def _batch(self, lines: list[tuple[int, bytes]]) -> None:
        body = b'{"requests":[%b]}' % b",".join([line for _, line in lines])
        reply = self._served.service.apply(Call("POST", "/batch/", "", body), self._now)
        answer = loads(reply.body)
        if reply.status == _UNAVAILABLE:
            text = f"Stopped before line {lines[0][0]}: {answer['message']}"
            raise StateError(_UNAVAILABLE, text)
        if isinstance(answer, list):
            for (number, _), entry in zip(lines, answer, strict=True):
                self._note(number, entry["code"], entry["json"])
        elif len(lines) == 1:
            self.report.fail(lines[0][0], reply.status, str(answer.get("message", "")))
        else:  # one of them is wrong, so none was carried out: look for it
            middle = len(lines) // 2
            self._batch(lines[:middle])
            self._batch(lines[middle:])

    def _note(self, number: int, status: int, answer: Any) -> None:
        if status < 400:  # noqa: PLR2004 - HTTP
            self.report.done += 1
        elif status == _CONFLICT:
            self.report.conflicts += 1
        else:
            self.report.fail(number, status, answer["error"])


def line_of(method: str, path: str, params: dict[str, Any]) -> bytes:
    """A request as a line."""
    return dumps({"method": method, "path": path, "params": params}) + b"\n"


def whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in a text that comes in pieces."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest
