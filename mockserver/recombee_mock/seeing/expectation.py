"""Expectations: how often something should have been asked, and what came nearest to it."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from recombee_mock.seeing.declared import CLASSES, fields_by_wire
from recombee_mock.seeing.entry import Entry
from recombee_mock.seeing.journal_filter import Filter
from recombee_mock.seeing.matching import Difference, ExpectationError, check_matcher, differences

_NEAREST: Final = 3


@attrs.frozen
class Miss:
    """A request of the right operation that is not what was expected.

    Attributes:
        seq: Its number in the journal.
        at: Its place in a batch, `None` for a single request.
        differs: Each difference in words.
    """

    seq: int
    at: int | None
    differs: tuple[str, ...]

    def __str__(self) -> str:
        place = f"seq {self.seq}" if self.at is None else f"seq {self.seq}, requests[{self.at}],"
        return f"{place} differs in {'; '.join(self.differs)}"


@attrs.frozen
class Outcome:
    """How an expectation fared.

    Attributes:
        met: Whether it holds.
        matched: Requests that are as expected.
        asked: Requests of that operation.
        explanation: In words, what was expected and what was there.
        nearest: Those that came closest, where it does not hold.
    """

    met: bool
    matched: int
    asked: int
    explanation: str
    nearest: tuple[Miss, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the control API gives it."""
        return attrs.asdict(self)


def _known(_: Any, __: Any, operation: str) -> None:
    if operation not in CLASSES:
        import difflib  # noqa: PLC0415 - only to be friendly

        close = difflib.get_close_matches(operation, CLASSES, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ExpectationError(f'There is no operation "{operation}"{hint}')


def _check_name(operation: str, name: str) -> None:
    known = fields_by_wire(operation)
    if name not in known or name == "requests":
        there = ", ".join(known) or "none"
        raise ExpectationError(f"{operation} has no parameter {name}; there are: {there}")


@attrs.frozen(kw_only=True)
class Expectation:
    """What should have been asked. With no count given: at least once.

    Attributes:
        operation: Request class.
        params: What its parameters must be, as the API names them.
        count: Exactly so many.
        at_least: So many or more.
        at_most: So many or fewer.
        since: Only what came after this number of the journal.
        status: Only what was answered so; leaves out what came in batches.
        in_batches: Whether requests within batches count.
    """

    operation: str = attrs.field(validator=_known)
    params: Mapping[str, Any] = attrs.field(factory=dict)
    count: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    since: int = 0
    status: str | int | None = None
    in_batches: bool = True

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be compared."""
        if self.count is not None and (self.at_least, self.at_most) != (None, None):
            raise ExpectationError("Give count, or atLeast and atMost, not both")
        for name, value in self.params.items():
            _check_name(self.operation, name)
            check_matcher(value, name)
        try:
            Filter(status=self.status)
        except ValueError as error:
            raise ExpectationError(str(error)) from None

    def suits(self, matched: int) -> bool:
        """Whether so many are as many as expected."""
        if self.count is not None:
            return matched == self.count
        low = self.at_least
        if low is None:
            low = 1 if self.at_most is None else 0
        return low <= matched and (self.at_most is None or matched <= self.at_most)

    def wanted(self) -> str:
        """The expected number in words."""
        if self.count is not None:
            return f"exactly {_times(self.count)}" if self.count else "never"
        bounds = [
            f"at {word} {_times(bound)}"
            for word, bound in (("least", self.at_least), ("most", self.at_most))
            if bound is not None
        ]
        return " and ".join(bounds) or f"at least {_times(1)}"


def verify(expected: Expectation, entries: Iterable[Entry], dropped: int = 0) -> Outcome:
    """Compare what was asked with what should have been.

    Args:
        expected: What should have been.
        entries: What the journal holds.
        dropped: Number of the newest entry that the journal no longer holds.
    """
    count = _Count(expected)
    for entry in entries:
        count.add(entry)
    met = expected.suits(count.matched)
    nearest = () if met else tuple(count.nearest)
    explanation = count.explain(met=met)
    if dropped > expected.since:
        explanation += f"\n  the journal no longer holds what came before seq {dropped + 1}"
    return Outcome(met, count.matched, count.asked, explanation, nearest)


class _Count:
    def __init__(self, expected: Expectation) -> None:
        self.expected = expected
        self.asked = self.matched = 0
        self._misses: list[tuple[Entry, int | None, list[Difference]]] = []
        self._unread = 0
        self._others: Counter[str] = Counter()
        self._otherwise: Counter[int] = Counter()
        self._matches: deque[int] = deque(maxlen=_NEAREST)
        self._only = Filter(status=expected.status)

    def add(self, entry: Entry) -> None:
        self._others[entry.operation or f"turned away: {entry.auth}, {entry.status}"] += 1
        if entry.operation == "Batch":
            self._unread += not entry.whole
        for at, params in self._asked(entry):
            self.asked += 1
            differs = list(differences(self.expected.operation, self.expected.params, params))
            if differs:
                self._keep(entry, at, differs)
            else:
                self.matched += 1
                self._matches.append(entry.seq)

    def _asked(self, entry: Entry) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
        expected = self.expected
        if entry.operation == expected.operation:
            if self._only.takes_status(entry.status):
                yield None, entry.sent()
            else:
                self._otherwise[entry.status] += 1
        elif entry.operation == "Batch" and expected.in_batches and expected.status is None:
            yield from entry.sent_in_batch(expected.operation)

    def _keep(self, entry: Entry, at: int | None, differs: list[Difference]) -> None:
        """Keep the nearest, of equally near ones the latest."""
        if len(self._misses) == _NEAREST and len(differs) > len(self._misses[-1][2]):
            return
        self._misses.insert(0, (entry, at, differs))
        self._misses.sort(key=lambda miss: len(miss[2]))
        del self._misses[_NEAREST:]

    @property
    def nearest(self) -> list[Miss]:
        """What came closest, in words."""
        return [
            Miss(entry.seq, at, tuple(one.told(entry.hide) for one in differs))
            for entry, at, differs in self._misses
        ]

    def explain(self, *, met: bool) -> str:
        expected = self.expected
        asked = f"asked {_times(self.asked)}" if self.asked else "never asked"
        answered = "" if expected.status is None else f" and answered with {expected.status}"
        text = f"{expected.operation} was {asked}{answered}"
        if expected.params and self.asked:
            text += f", {_times(self.matched)} as expected"
        if not met:
            text += f"; expected {expected.wanted()}"
            lines = [f"  nearest: {miss}" for miss in self.nearest] or list(self._instead())
            if expected.at_most is not None or expected.count is not None:
                lines = [f"  asked with seq {seq}" for seq in self._matches] + lines
            text = "\n".join([text, *lines])
        if self._unread and expected.in_batches:
            text += f"\n  batches too long to keep, whose requests do not count: {self._unread}"
        return text

    def _instead(self) -> Iterator[str]:
        if self._otherwise:
            found = [f"{status} {_times(count)}" for status, count in self._otherwise.items()]
            yield f"  it was answered with {', '.join(found)}"
        elif not self.asked:
            there = [f"{name} {_times(count)}" for name, count in self._others.most_common(5)]
            yield f"  there were: {', '.join(there) or 'no requests at all'}"


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")
