"""Explains what becomes of an event: which subscriptions it is for, and each step of their work.

    print(as_text(explain(Destination(), {"type": "page", "userId": "u-1"})))

The verdict is the destination's own. The steps are taken once more by the same functions, with
somebody who writes down what they see.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aiorecombee.errors import MappingError
from aiorecombee.requests.endpoint import JsonValue
from aiorecombee.requests.users import DeleteUser
from aiorecombee.segment.actions.problems import PayloadError, Problem
from aiorecombee.segment.destination import DELETION, Destination, Mapped, rejection
from aiorecombee.segment.explaining.changes import Change
from aiorecombee.segment.explaining.explanation import ExplainedSubscription, Explanation
from aiorecombee.segment.explaining.lookups import Lookup
from aiorecombee.segment.explaining.suggestions import suggest
from aiorecombee.segment.explaining.tracing import TracedField, Tracer
from aiorecombee.segment.explaining.unheard import why_unheard
from aiorecombee.segment.fql import Checked, Query, parse
from aiorecombee.segment.fql import explain as explain_query
from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.subscriptions import Subscription


def explain(destination: Destination, event: JsonValue, *, in_batch: bool = False) -> Explanation:
    """Explain what a destination makes of one event; for many, an `Explainer` is faster.

    Args:
        destination: The destination.
        event: The event.
        in_batch: Explain what `map_batch` makes of it.
    """
    return Explainer(destination).explain(event, in_batch=in_batch)


class Explainer:
    """Explains events, one at a time: unlike a destination, it is for one thread."""

    def __init__(self, destination: Destination) -> None:
        """Explain what that destination does."""
        self._destination = destination
        self._explained = [_Explained(one) for one in destination.subscriptions]

    def explain(self, event: JsonValue, *, in_batch: bool = False) -> Explanation:
        """Explain what becomes of an event.

        Never raises: what is wrong with the event stands in the explanation.
        """
        mapped = self._map(event, in_batch=in_batch)
        if not isinstance(event, Mapping):
            return Explanation(event, mapped, ())
        try:
            told = tuple(self._tell(event, mapped, in_batch=in_batch))
        except RecursionError:  # the destination has said so, or was just spared
            told = ()
        silent = not mapped.matched and not mapped.rejections
        hints = why_unheard(event, self._destination) if silent else ()
        return Explanation(event, mapped, told, hints)

    def _map(self, event: JsonValue, *, in_batch: bool) -> Mapped:
        if in_batch:
            return self._destination.map_batch([event])[0]
        return self._destination.map(event)

    def _tell(
        self, event: Mapping[str, Any], mapped: Mapped, *, in_batch: bool
    ) -> Iterator[ExplainedSubscription]:
        if mapped.matched[:1] == (DELETION,) and event.get("type") == "delete":
            yield _deletion(event, mapped)
        for one in self._explained:
            yield one.explain(event, in_batch=in_batch)


class _Explained:
    """A subscription, with what it takes to explain it; most are never asked for."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self._query: Query | None = None
        self._tracer: Tracer | None = None

    def explain(self, event: Mapping[str, Any], *, in_batch: bool) -> ExplainedSubscription:
        """What it makes of the event."""
        one = self._subscription
        said = (one.name, one.partner_action, one.subscribe)
        conditions = self._conditions(event)
        try:
            if not _may_match(one, event) or not one.matches(event):
                return ExplainedSubscription(*said, False, conditions)
        except MappingError as error:
            wrong = rejection(one, error)
            return ExplainedSubscription(*said, False, conditions, rejection=wrong)
        fields = self._trace(event, in_batch=in_batch)
        try:
            requests = (one.perform_in_batch if in_batch else one.perform)(event)
        except MappingError as error:
            advice = _suggestions(one, error, event)
            wrong = rejection(one, error)
            return ExplainedSubscription(*said, True, conditions, fields, (), wrong, advice)
        return ExplainedSubscription(*said, True, conditions, fields, tuple(requests))

    def _conditions(self, event: Mapping[str, Any]) -> tuple[Checked, ...]:
        if self._query is None:
            self._query = parse(self._subscription.subscribe)
        return explain_query(self._query, event)

    def _trace(self, event: Mapping[str, Any], *, in_batch: bool) -> tuple[TracedField, ...]:
        if self._tracer is None:
            self._tracer = Tracer(self._subscription.action, self._subscription.mapping)
        return self._tracer.trace(event, in_batch=in_batch)


def _suggestions(
    one: Subscription, error: MappingError, event: Mapping[str, Any]
) -> tuple[str, ...]:
    if not isinstance(error, PayloadError):
        return ()
    return suggest(error, one.mapping, event, fixed=one.fixed)


def _may_match(subscription: Subscription, event: Mapping[str, Any]) -> bool:
    """The destination asks nobody whose required type or name the event has not."""
    return all(event.get(name) == asked for name, asked in subscription.required.items())


def _deletion(event: Mapping[str, Any], mapped: Mapped) -> ExplainedSubscription:
    """The deletion of a user, which no mapping has a say in."""
    raw = event.get("userId", UNDEFINED)
    wrong = next((one for one in mapped.rejections if one.kind == "event"), None)
    request = () if wrong else mapped.requests[:1]
    final = next((one.user_id for one in request if isinstance(one, DeleteUser)), UNDEFINED)
    changes = () if wrong or raw == final else (Change("/userId", raw, final),)
    problems = (Problem("", wrong.reason, "/userId"),) if wrong else ()
    lookups = (Lookup("/userId", "userId", raw),)
    field = TracedField("userId", lookups, raw, final, changes, problems)
    asked = 'type = "delete"'
    held = (Checked(asked, True, "delete"),)
    return ExplainedSubscription(
        DELETION, "deleteUser", asked, True, held, (field,), request, wrong
    )
