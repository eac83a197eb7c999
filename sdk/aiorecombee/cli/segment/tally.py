"""How cases went: each that failed, then how many by kind and tag."""

import json
from collections import Counter
from typing import Any, Final, Protocol

import attrs

from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.cases import Verdict
from aiorecombee.cli.segment.ranking import most_first

REFERENCE: Final = "main-2026-07"
_MOST_SHOWN: Final = 8
_MOST_TAGS: Final = 12
_LONGEST: Final = 300


@attrs.define
class Tally:
    """How many cases passed and failed.

    Attributes:
        total: All of them, by kind.
        failures: Those that failed, by kind.
        tags: Failures by tag; one that has several counts for each.
        elsewhere: Failures that are none under the profile of Segment's cloud.
    """

    total: Counter[str] = attrs.Factory(Counter)
    failures: Counter[str] = attrs.Factory(Counter)
    tags: Counter[str] = attrs.Factory(Counter)
    elsewhere: int = 0

    def count(self, verdict: Verdict, *, passes_elsewhere: bool) -> None:
        """Count a case."""
        self.total[verdict.kind] += 1
        if not verdict.passed:
            self.failures[verdict.kind] += 1
            self.tags.update(set(verdict.tags))
            self.elsewhere += passes_elsewhere

    @property
    def failed(self) -> int:
        """How many did not come to what they should."""
        return self.failures.total()

    @property
    def passed(self) -> int:
        """How many did."""
        return self.total.total() - self.failed


class Report(Protocol):
    """Tells how cases went."""

    def failed(self, path: str, verdict: Verdict) -> None:
        """Tell of a case that failed."""

    def updated(self, path: str, count: int) -> None:
        """Tell how many cases of a file were rewritten."""

    def summary(self, tally: Tally) -> None:
        """Tell how it went altogether."""


class TextReport:
    """For people."""

    def failed(self, path: str, verdict: Verdict) -> None:
        """Tell where it is, what it is called, and where it differs."""
        tags = f" [{', '.join(verdict.tags)}]" if verdict.tags else ""
        named = f" {verdict.id}" if verdict.id else ""
        say(f"{path}:{verdict.line}: failed:{named}{tags}")
        if verdict.problem:
            say(f"  {verdict.problem}")
        for one in verdict.differences[:_MOST_SHOWN]:
            say(f"  {one.at or 'all of it'}:")
            say(f"    expected  {_short(one.expected)}")
            say(f"    found     {_short(one.found)}")
        more = len(verdict.differences) - _MOST_SHOWN
        if more > 0:
            say(f"  and {more} more differences")

    def updated(self, path: str, count: int) -> None:
        """Tell it in a line."""
        say(f"{path}: {count} updated")

    def summary(self, tally: Tally) -> None:
        """Tell what kinds of cases failed, then in the last line how many."""
        if tally.failed:
            kinds = [f"{kind} {n} of {tally.total[kind]}" for kind, n in most_first(tally.failures)]
            say(f"failed by kind: {', '.join(kinds)}")
        if tally.tags:
            tags = [f"{tag} {n}" for tag, n in most_first(tally.tags)]
            more = [f"and {len(tags) - _MOST_TAGS} more"] * (len(tags) > _MOST_TAGS)
            say(f"failed by tag: {', '.join(tags[:_MOST_TAGS] + more)}")
        if tally.elsewhere:
            say(f"{tally.elsewhere} of them pass with --profile {REFERENCE}")
        say(f"{tally.passed} passed, {tally.failed} failed")


class JsonReport:
    """For programs: a line for each case that failed, and one for all."""

    def failed(self, path: str, verdict: Verdict) -> None:
        """Tell where it is, what it is called, and where it differs."""
        about: dict[str, Any] = {
            "file": path,
            "line": verdict.line,
            "id": verdict.id,
            "kind": verdict.kind,
            "tags": verdict.tags,
        }
        if verdict.problem:
            about["problem"] = verdict.problem
        say(json.dumps(about | {"differences": [attrs.asdict(one) for one in verdict.differences]}))

    def updated(self, path: str, count: int) -> None:
        """Tell it in a line."""
        say(json.dumps({"file": path, "updated": count}))

    def summary(self, tally: Tally) -> None:
        """Tell all that was counted."""
        counted = {
            "passed": tally.passed,
            "failed": tally.failed,
            "failed_by_kind": dict(most_first(tally.failures)),
            "failed_by_tag": dict(most_first(tally.tags)),
            f"pass_with_{REFERENCE}": tally.elsewhere,
        }
        say(json.dumps(counted))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
