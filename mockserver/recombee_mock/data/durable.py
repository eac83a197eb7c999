"""A service that writes every call down before it carries it out.

What a call does depends on nothing but the contents, the call and its time. So a call can be
written down before it is known whether it will be accepted: whoever carries the journal out again
gets the same refusals. That way there is never a change in memory that is not in the file: when the
file cannot be written (the disk is full), the call is answered 503 and nothing has happened. Since
a refused call is of no interest, the next entry takes its place.

Answers with results are the exception. They are not computed again, so what they showed is written
down after the fact; should that fail, the answer is withheld, and nobody knows the ID of the result
that is missing from the file.
"""

from typing import Final

from recombee_mock.answers import Refusal
from recombee_mock.data.dump import dump
from recombee_mock.data.file import DataError, DataFile, Entry
from recombee_mock.handlers.batch import check_content_type
from recombee_mock.json_bytes import dumps
from recombee_mock.protocol import Call, Reply
from recombee_mock.service import Service
from recombee_mock.settings import Settings, settings_to_json
from recombee_mock.store.contents import Contents

CALL: Final = "call"
SETTINGS: Final = "settings"
SCENARIOS: Final = "scenarios"
SERVED: Final = "served"
RESET: Final = "reset"

TOO_LONG: Final = 256 * 2**20
"""Bytes of journal after which a snapshot is made while serving."""
ROW: Final = 150
"""Bytes of an entry besides its body, about."""
_RESULTS: Final = ("/recomms/", "/search/")
_NOTHING: Final = b"[]"


class DurableService:
    """One database whose every change is in a file before it is answered.

    Args:
        inner: Carries the calls out.
        file: Where they are written down.
        number: Of the database in the file.

    Attributes:
        journaled: Bytes of the journal since the last snapshot, about.
    """

    def __init__(self, inner: Service, file: DataFile, number: int) -> None:
        self.inner = inner
        self.number = number
        self.journaled = 0
        self._file = file
        self._written_settings = inner.settings
        self._written_scenarios = inner.contents.scenarios.dump()
        self._written_count = inner.contents.served.count
        self._compact_at = TOO_LONG

    @property
    def contents(self) -> Contents:
        """All it holds."""
        return self.inner.contents

    @property
    def settings(self) -> Settings:
        """How it behaves; written down with the next call, or by `settle`."""
        return self.inner.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.inner.settings = settings

    def apply(self, call: Call, now: float) -> Reply:
        """Answer a call; 503 when it cannot be written down."""
        results = call.path.startswith(_RESULTS)
        if (not results and call.method in {"GET", "HEAD"}) or _refused_for_header(call):
            return self.inner.apply(call, now)
        try:
            if self.inner.settings is not self._written_settings:
                self.settle(now)
            if not results or _may_create(call):
                return self._apply_written(call, now)
        except DataError as error:
            return _unavailable("This was not carried out", error)
        return self._with_served(self.inner.apply(call, now), now)

    def reset(self) -> None:
        """Forget all data.

        Raises:
            DataError: That cannot be written down; nothing was forgotten.
        """
        self._append(Entry(RESET, 0.0))
        self.inner.reset()
        self._written_count = self.contents.served.count
        self._written_scenarios = self.contents.scenarios.dump()

    def settle(self, now: float) -> None:
        """Write down what was changed past `apply`: settings and scenarios.

        Raises:
            DataError: That fails; it will be tried again.
        """
        settings = self.inner.settings
        if settings != self._written_settings:
            self._append(Entry(SETTINGS, now, body=dumps(settings_to_json(settings))))
        self._written_settings = settings
        scenarios = self.contents.scenarios.dump()
        if scenarios != self._written_scenarios:
            self._append(Entry(SCENARIOS, now, body=dumps(scenarios)))
            self._written_scenarios = scenarios

    def replace(self, contents: Contents, now: float) -> None:
        """Hold other contents from now on.

        Raises:
            DataError: They cannot be written down; the present ones stay.
        """
        self._write_base(contents, now)
        hold(self.inner, contents)

    def compact(self, now: float) -> None:
        """Write all of it down anew, and forget the journal that led here.

        Raises:
            DataError: That fails; snapshot and journal stay as they are.
        """
        self._write_base(self.contents, now)

    def _apply_written(self, call: Call, now: float) -> Reply:
        before = _traces(self.contents)
        journaled_before = self.journaled
        self._append(Entry(CALL, now, call.method, call.path, call.query, call.body, call.public))
        seq = self._file.seq
        reply = self.inner.apply(call, now)
        refused = reply.status >= 400 or reply.body == _NOTHING  # noqa: PLR2004 - HTTP
        if refused and _traces(self.contents) == before:
            self._file.take_back(seq)
            self.journaled = journaled_before
        if self.journaled > self._compact_at:
            self._compact_while_serving(now)
        return self._with_served(reply, now)

    def _with_served(self, reply: Reply, now: float) -> Reply:
        """The reply, once the results in it are written down."""
        served = self.contents.served
        rows = served.changed()
        if not rows and served.count == self._written_count:
            return reply
        try:
            self._append(Entry(SERVED, now, body=dumps({"count": served.count, "rows": rows})))
            self._written_count = served.count
        except DataError as error:
            return _unavailable("The answer is withheld", error)
        return reply

    def _append(self, entry: Entry) -> None:
        self._file.append(self.number, entry)
        self.journaled += len(entry.body) + ROW

    def _write_base(self, contents: Contents, now: float) -> None:
        with self._file.together():
            self._file.write_snapshot(self.number, None, now, dump(contents))
            self._file.run("DELETE FROM journal WHERE database = ?", self.number)
        contents.served.changed()
        self._written_count = contents.served.count
        self.journaled = 0
        self._written_settings = contents.settings
        self._written_scenarios = contents.scenarios.dump()

    def _compact_while_serving(self, now: float) -> None:
        try:
            self.compact(now)
            self._compact_at = TOO_LONG
        except DataError:  # there may be no room for a snapshot; the journal holds everything
            self._compact_at = self.journaled + TOO_LONG


def hold(service: Service, contents: Contents) -> None:
    """Have a service hold other contents; what recommends from them stays the same."""
    contents.recommender = service.contents.recommender
    service.contents = contents


def _may_create(call: Call) -> bool:
    """Whether a request for results may create users and items, by `cascadeCreate`."""
    return (
        b"cascadeCreate" in call.body
        or b"\\" in call.body
        or "%" in call.query
        or "ascade" in call.query
    )


def _refused_for_header(call: Call) -> bool:
    """Whether a batch is refused for its header, which the journal does not keep."""
    try:
        check_content_type(call.content_type)
    except Refusal:
        return call.path.rstrip("/") == "/batch"
    return False


def _traces(contents: Contents) -> tuple[float, int, int]:
    """What a refused call may still have changed: the clock of stamps, and by cascadeCreate."""
    return contents.last_stamp, contents.users.version, contents.items.version


def _unavailable(outcome: str, error: DataError) -> Reply:
    return Reply(503, dumps({"message": f"{outcome}, since it could not be written down: {error}"}))
