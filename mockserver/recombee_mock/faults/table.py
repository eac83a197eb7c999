"""The faults of a server, and which of them meet a request."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import attrs

from recombee_mock.answers import Refusal
from recombee_mock.faults.asked import Asked
from recombee_mock.faults.plan import Plan

if TYPE_CHECKING:
    from recombee_mock.faults.rule import Rule

MOST_RULES: Final = 1000


class FaultExistsError(ValueError):
    """There is a fault of that name already, or there are too many."""


@attrs.define
class Armed:
    """A rule at work.

    Attributes:
        rule: The rule.
        since: When it was added, in Unix seconds on the server's clock.
        random: Its own source of chance.
        seen: Requests within its scope so far.
        hits: Those it met.
    """

    rule: "Rule"
    since: float
    random: Random
    seen: int = 0
    hits: int = 0

    def fires(self, asked: Asked, now: float) -> bool:
        """Whether it meets this request; counts it."""
        rule = self.rule
        if not rule.meets(asked) or self.is_over(now):
            return False
        self.seen += 1
        if self.seen <= rule.after:
            return False
        if rule.probability < 1 and self.random.random() >= rule.probability:
            return False
        self.hits += 1
        return True

    def is_over(self, now: float) -> bool:
        """Whether it will never meet a request again."""
        rule = self.rule
        if rule.count is not None and self.hits >= rule.count:
            return True
        return rule.lasts is not None and now >= self.since + rule.lasts

    def to_json(self, now: float) -> dict[str, Any]:
        """The rule and what became of it."""
        counts = {"seen": self.seen, "hits": self.hits, "over": self.is_over(now)}
        return {**self.rule.to_json(), **counts}


class Faults:
    """All faults of a server, in the order they were added.

    Attributes:
        armed: By ID; empty means that requests need no look at all.
    """

    __slots__ = ("_made", "_understand", "armed")

    def __init__(self, understand: Callable[[str, str, bool], str] | None = None) -> None:
        """Start without any; `understand` gives the request class of method, path and token."""
        self.armed: dict[str, Armed] = {}
        self._made = 0
        self._understand = understand or request_class

    def add(self, rule: "Rule", now: float) -> Armed:
        """Put a rule to work.

        Raises:
            FaultExistsError: There is one of that ID, or there are too many.
        """
        if len(self.armed) >= MOST_RULES:
            raise FaultExistsError(f"There are {MOST_RULES} faults already; delete some")
        while not rule.id:
            self._made += 1
            name = f"fault-{self._made}"
            rule = attrs.evolve(rule, id="" if name in self.armed else name)
        if rule.id in self.armed:
            raise FaultExistsError(f"There is a fault {rule.id} already; delete it first")
        # Its ID is part of the seed, or two rules with the same seed would always agree.
        random = Random(f"{rule.seed}/{rule.id}")  # noqa: S311 - nothing secret
        self.armed[rule.id] = armed = Armed(rule, now, random)
        return armed

    def remove(self, fault: str) -> None:
        """Take one away.

        Raises:
            KeyError: There is none of that ID.
        """
        del self.armed[fault]

    def clear(self) -> None:
        """Take all of them away."""
        self.armed.clear()

    def forget(self, database: str) -> None:
        """Take away those of one database."""
        for name in [name for name, one in self.armed.items() if one.rule.database == database]:
            del self.armed[name]

    def plan(self, method: str, target: bytes, now: float) -> Plan | None:
        """What they do to a request, `None` when nothing."""
        asked = self._asked(method, target)
        plan: Plan | None = None
        for armed in self.armed.values():
            if armed.fires(asked, now):
                plan = plan or Plan(asked.operation)
                plan.names.append(armed.rule.effect.kind)
                armed.rule.effect.add_to(plan, armed.random)
        return plan

    def _asked(self, method: str, target: bytes) -> Asked:
        path, _, query = target.decode("utf-8", "replace").partition("?")
        database, slash, rest = path[1:].partition("/")
        public = "frontend_timestamp=" in query
        operation = self._understand(method, slash + rest or "/", public)
        return Asked(method, unquote(database), unquote(slash + rest) or "/", operation, public)


def request_class(method: str, path: str, public: bool) -> str:
    """The request class that method and path mean, `""` when none."""
    from recombee_mock.operations import PRIVATE, PUBLIC  # noqa: PLC0415 - slow to load

    try:
        route, _ = (PUBLIC if public else PRIVATE).find(method, path)
    except Refusal:
        return ""
    return route.operation
