"""A mapping and an action become one function, from event to requests.

Resolving a mapping, accepting what comes out and building requests from it are three steps that
can be taken one by one, to look at what is between; for the many events of a stream they are one
loop over the action's fields.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from aiorecombee.segment.actions.catalogue import Action
from aiorecombee.segment.actions.interactions import Payload, Requests
from aiorecombee.segment.actions.problems import PayloadError, Problem
from aiorecombee.segment.actions.schema import (
    Absent,
    Check,
    absent_at_root,
    absent_in_batch,
    acceptor,
    member,
)
from aiorecombee.segment.javascript import UNDEFINED, type_name
from aiorecombee.segment.mapping import compile_fields, compile_mapping
from aiorecombee.segment.mapping.resolver import Resolver

Accept: TypeAlias = Callable[[Any], Payload]
"""Resolved payload, or event, to accepted payload; raises `PayloadError`."""

Perform: TypeAlias = Callable[[Mapping[str, Any]], Requests]
"""Event to requests; raises `PayloadError` and `MappingError`."""

_ROOT = "The root value"


def compile_plan(action: Action, mapping: Any, *, in_batch: bool = False) -> Perform:
    """Compile what happens to an event that a subscription is for.

    Args:
        action: What the subscription leads to.
        mapping: How the action's fields are found in the event.
        in_batch: Whether the event travels in a batch: there an empty text at the top of a
            payload is sent as it is, on its own it counts as absent.

    Raises:
        MappingError: The mapping is malformed.
    """
    accept = compile_acceptance(action, mapping, in_batch=in_batch)
    build = action.build

    def perform(event: Mapping[str, Any]) -> Requests:
        return build(accept(event))

    return perform


def compile_acceptance(action: Action, mapping: Any, *, in_batch: bool = False) -> Accept:
    """Compile the first two steps: from event to accepted payload."""
    absent = absent_in_batch if in_batch else absent_at_root
    fields = compile_fields(mapping)
    if fields is None:
        return _in_two_steps(compile_mapping(mapping), _payload_acceptor(action, absent))
    read = [(field, fields.get(field.name, _nothing)) for field in action.fields]
    mapped = [(field, get) for field, get in read if get is not _nothing or field.required]
    accept = _refusing(acceptor(_ROOT, mapped, absent))
    known = {field.name for field in action.fields}
    return _after([get for name, get in fields.items() if name not in known], accept)


def _payload_acceptor(action: Action, absent: Absent) -> Accept:
    read = [(field, member(field.name)) for field in action.fields]
    return _refusing(acceptor(_ROOT, read, absent))


def _refusing(check: Check) -> Accept:
    def accept(source: Any) -> Payload:
        problems: list[Problem] = []
        accepted: Payload = check(source, "", problems)
        if problems:
            raise PayloadError("schema", tuple(problems))
        return accepted

    return accept


def _after(others: Sequence[Resolver], accept: Accept) -> Accept:
    """Fields that the action does not know come to nothing, unless they fail."""
    if not others:
        return accept

    def accept_after(event: Any) -> Payload:
        for resolve in others:
            resolve(event)
        return accept(event)

    return accept_after


def _in_two_steps(resolve: Resolver, accept: Accept) -> Accept:
    """For mappings whose fields are not known before they are resolved."""

    def accept_resolved(event: Any) -> Payload:
        payload = resolve(event)
        if not isinstance(payload, Mapping):
            found = type_name(None if payload is UNDEFINED else payload)
            text = f"{_ROOT} must be an object but it was {found}."
            raise PayloadError("schema", (Problem("", text, ""),))
        return accept(payload)

    return accept_resolved


def _nothing(_: Any) -> Any:
    return UNDEFINED
