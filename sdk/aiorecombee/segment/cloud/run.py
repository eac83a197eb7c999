"""Events through Segment's process: subscription by subscription, on their own or in a batch.

Source: the action framework, destination kit.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.requests.users import DeleteUser
from aiorecombee.segment.actions.catalogue import Action, Actions
from aiorecombee.segment.actions.interactions import Payload
from aiorecombee.segment.actions.problems import PayloadError
from aiorecombee.segment.cloud.answers import Answer
from aiorecombee.segment.cloud.failures import CloudError, auth_failure
from aiorecombee.segment.cloud.sending import Sender
from aiorecombee.segment.cloud.wire import Entry, Wire, batch, jsonable
from aiorecombee.segment.fql import Condition, SubscriptionError, compile_subscription
from aiorecombee.segment.javascript import is_falsy, to_text
from aiorecombee.segment.plan import Accept, compile_acceptance
from aiorecombee.segment.subscriptions import MappingData, name_of

Event: TypeAlias = Mapping[str, Any]
Told: TypeAlias = dict[str, Any]

_REFUSAL: Final = {
    "status": 400,
    "errortype": "PAYLOAD_VALIDATION_FAILED",
    "errorreporter": "INTEGRATIONS",
}
_NOT_FOR_IT: Final = "Payload is either invalid or does not match the subscription"


@attrs.frozen
class Cloud:
    """A destination of somebody's, in Segment's process.

    Attributes:
        actions: What mappings may lead to.
        wire: How requests are written.
        poisoned: Whether one event that cannot become a request stops the whole batch, as it does
            in Segment.
        settings: The destination's settings, as JSON.
        mappings: Its mappings, as Segment keeps them.
        answer: What the API answers to everything.
    """

    actions: Actions
    wire: Wire
    poisoned: bool
    settings: Mapping[str, Any]
    mappings: Sequence[MappingData]
    answer: Answer

    def event(self, event: Event) -> Told:
        """What becomes of an event of its own."""

        def run(work: "_Work", one: _Subscribed) -> None:
            work.event(one, event)

        return self._for_each(run)

    def batch(self, events: Sequence[Event]) -> Told:
        """What becomes of the events of a batch, with a status for each of them."""
        statuses: list[Told] = []

        def run(work: "_Work", one: _Subscribed) -> None:
            statuses.extend(work.batch(one, events))

        told = self._for_each(run)
        return told if "error" in told else {**told, "multistatus": statuses}

    def delete(self, event: Event) -> Told:
        """What becomes of a demand to delete a user; without a known one, nothing does."""
        user = event.get("userId")
        sent: list[Told] = []
        try:
            sender = self._sender(sent)
            if is_falsy(user):
                return {"requests": sent, "result": {"output": "no onDelete defined"}}
            sender.send(self.wire.entry(DeleteUser(to_text(user)), {}))
        except CloudError as error:
            return {"requests": sent, "error": error.told}
        return {"requests": sent, "result": self.answer.read()}

    def test_authentication(self) -> Told:
        """What becomes of a test of the settings: an empty batch is sent."""
        sent: list[Told] = []
        try:
            sender = self._sender(sent)
        except CloudError as error:
            return {"requests": sent, "error": error.told}
        try:
            sender.send(batch([]))
        except CloudError as error:
            return {"requests": sent, "error": auth_failure(error.told)}
        return {"requests": sent, "ok": True}

    def _sender(self, sent: list[Told]) -> Sender:
        sender = Sender.with_settings(self.wire, self.answer, self.settings)
        sender.sent = sent
        return sender

    def _for_each(self, run: "Callable[[_Work, _Subscribed], None]") -> Told:
        sent: list[Told] = []
        try:
            work = _Work(self.actions, self._sender(sent), poisoned=self.poisoned)
        except CloudError as error:
            return {"error": {"settings": True, **error.told}, "matched": []}
        errors: list[Told] = []
        for index, data in enumerate(self.mappings):
            one = _Subscribed(name_of(data, index), data)
            try:
                run(work, one)
            except MappingError as error:
                errors.append({"subscription": one.name, **CloudError.of(error).told})
            except CloudError as error:
                errors.append({"subscription": one.name, **error.told})
        if len(errors) == 1 and not sent:
            return {"error": errors[0], "matched": work.matched}
        told: Told = {"requests": sent, "matched": work.matched}
        return {**told, "errors": errors} if errors else told


@attrs.frozen
class _Subscribed:
    name: str
    data: MappingData

    def condition(self) -> Condition:
        return compile_subscription(self.data.get("subscribe"))

    def acceptance(self, action: Action, *, in_batch: bool) -> Accept:
        return compile_acceptance(action, self.data.get("mapping") or {}, in_batch=in_batch)


@attrs.frozen
class _Work:
    """What one case is about; a `MappingError` ends the work of a subscription."""

    actions: Actions
    sender: Sender
    poisoned: bool = attrs.field(kw_only=True)
    matched: list[str] = attrs.Factory(list)

    def event(self, one: _Subscribed, event: Event) -> None:
        if not _holds(one.condition(), event):
            return
        action = self._action(one)
        if action is None:
            return
        payload = one.acceptance(action, in_batch=False)(event)
        entries = self._entries(action, payload)
        for entry in [batch(entries)] if action.in_batch else entries:
            self.sender.send(entry)

    def batch(self, one: _Subscribed, events: Sequence[Event]) -> list[Told]:
        try:
            condition = one.condition()
        except MappingError as error:
            return [_refusal(CloudError.of(error).told["message"]) for _ in events]
        there = [_holds(condition, event) for event in events]
        if not any(there):
            return []
        action = self._action(one)
        if action is None:
            raise CloudError.of_unknown_action()
        accept = one.acceptance(action, in_batch=True)
        verdicts = [
            self._verdict(action, accept, event) if here else (_refusal(_NOT_FOR_IT), None)
            for here, event in zip(there, events, strict=True)
        ]
        accepted = [entries for _, entries in verdicts if entries is not None]
        if accepted:
            self.sender.send(batch([entry for entries in accepted for entry in entries]))
        return [status for status, _ in verdicts]

    def _verdict(
        self, action: Action, accept: Accept, event: Event
    ) -> tuple[Told, list[Entry] | None]:
        """The status of an event of a batch, and what is sent of it."""
        try:
            payload = accept(event)
            entries = self._entries(action, payload)
        except MappingError as error:
            refused_alone = isinstance(error, PayloadError) and error.kind == "schema"
            if self.poisoned and not refused_alone:
                raise
            return _refusal(str(error)), None
        return {"status": 200, "sent": jsonable(payload)}, entries

    def _action(self, one: _Subscribed) -> Action | None:
        """The action of a subscription that an event is for; an unknown one is passed over."""
        self.matched.append(one.name)
        return self.actions.get(str(one.data.get("partnerAction")))

    def _entries(self, action: Action, payload: Payload) -> list[Entry]:
        return [self.sender.wire.entry(request, payload) for request in action.build(payload)]


def _holds(condition: Condition, event: Event) -> bool:
    try:
        return condition(event)
    except SubscriptionError as error:
        raise CloudError.of_condition(error) from None


def _refusal(text: str) -> Told:
    return {**_REFUSAL, "errormessage": text}
