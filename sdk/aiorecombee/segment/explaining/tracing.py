"""A mapping taken step by step: for each field what was read, what it gave and what is sent."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from aiorecombee.errors import MappingError
from aiorecombee.segment.actions.catalogue import Action
from aiorecombee.segment.actions.problems import Problem
from aiorecombee.segment.actions.schema import absent_at_root, absent_in_batch, acceptor, member
from aiorecombee.segment.explaining.changes import UNKNOWN, Change, Comparison, why_dropped
from aiorecombee.segment.explaining.lookups import Lookup, Record
from aiorecombee.segment.javascript import UNDEFINED, type_name
from aiorecombee.segment.mapping import compile_fields, compile_mapping
from aiorecombee.segment.mapping.resolver import Resolver

_ROOT: Final = "The root value"


@attrs.frozen
class TracedField:
    """How one field of the payload came to be.

    Attributes:
        name: The field; "" for what concerns the payload as a whole.
        lookups: What was read in the event for it.
        raw: What the mapping gave; `UNDEFINED` for nothing.
        final: What is sent; `UNDEFINED` for nothing.
        changes: What was dropped and what was converted from one to the other.
        problems: What is wrong with it, and where.
    """

    name: str
    lookups: tuple[Lookup, ...]
    raw: Any
    final: Any
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


class Tracer:
    """Resolves the mapping of a subscription and tells how. One event at a time."""

    def __init__(self, action: Action, mapping: Any) -> None:
        """Compile the mapping once more, this time with somebody who listens."""
        self._known = {field.name: field for field in action.fields}
        self._record = Record()
        self._fields = compile_fields(mapping, self._observe)
        self._whole = compile_mapping(mapping, self._observe) if self._fields is None else None

    def trace(self, event: Mapping[str, Any], *, in_batch: bool) -> tuple[TracedField, ...]:
        """The fields of the action in order, then those that it does not know."""
        if self._whole is not None:
            return tuple(self._as_a_whole(self._whole, event, in_batch))
        return tuple(self._one_by_one(self._fields or {}, event, in_batch))

    def _observe(self, pointer: str, path: str, found: Any) -> None:
        self._record.add(pointer, path, found)

    def _one_by_one(
        self, fields: Mapping[str, Resolver], event: Mapping[str, Any], in_batch: bool
    ) -> Iterator[TracedField]:
        for name in dict.fromkeys([*self._known, *fields]):
            if name in fields:
                raw, lookups, failure = self._resolved(fields[name], event)
                if failure:
                    yield _failed(name, lookups, raw, failure)
                else:
                    yield self._accepted(name, lookups, raw, in_batch)
            elif self._known[name].required:
                yield self._accepted(name, (), UNDEFINED, in_batch)

    def _as_a_whole(
        self, resolve: Resolver, event: Mapping[str, Any], in_batch: bool
    ) -> Iterator[TracedField]:
        """For a mapping whose fields are not known before it is resolved."""
        raw, lookups, failure = self._resolved(resolve, event)
        if not failure and not isinstance(raw, Mapping):
            found = type_name(None if raw is UNDEFINED else raw)
            failure = f"{_ROOT} must be an object but it was {found}."
        if failure:
            yield _failed("", lookups, raw, failure)
            return
        names = list(dict.fromkeys([*self._known, *raw]))
        common = tuple(one for one in lookups if _field_of(one) not in names)
        if common:
            yield TracedField("", common, raw, UNDEFINED)
        for name in names:
            own = tuple(one for one in lookups if _field_of(one) == name)
            if name in raw or own or self._known[name].required:
                yield self._accepted(name, own, raw.get(name, UNDEFINED), in_batch)

    def _resolved(
        self, resolve: Resolver, event: Mapping[str, Any]
    ) -> tuple[Any, tuple[Lookup, ...], str]:
        self._record = Record()
        try:
            return resolve(event), self._record.lookups(), ""
        except MappingError as error:
            return UNDEFINED, self._record.lookups(), str(error)

    def _accepted(
        self, name: str, lookups: tuple[Lookup, ...], raw: Any, in_batch: bool
    ) -> TracedField:
        """One field, accepted or not, by the very functions that accept all of them."""
        field, at = self._known.get(name), f"/{name}"
        if field is None:
            gone = () if raw is UNDEFINED else (Change(at, raw, UNDEFINED, UNKNOWN),)
            return TracedField(name, lookups, raw, UNDEFINED, gone)
        problems: list[Problem] = []
        absent = absent_in_batch if in_batch else absent_at_root
        accepted = acceptor(_ROOT, [(field, member(name))], absent)({name: raw}, "", problems)
        final = accepted.get(name, UNDEFINED)
        refused = [problem.field for problem in problems]
        compare = Comparison(field.kind.check, refused)
        changes = tuple(compare.changes(raw, final, at, at))
        if raw is UNDEFINED and not problems:
            changes = (Change(at, raw, final, why_dropped(raw)),)
        return TracedField(name, lookups, raw, final, changes, tuple(problems))


def _failed(name: str, lookups: tuple[Lookup, ...], raw: Any, failure: str) -> TracedField:
    place = f"/{name}" if name else ""
    return TracedField(name, lookups, raw, UNDEFINED, (), (Problem(place, failure, place),))


def _field_of(lookup: Lookup) -> str:
    return lookup.at.split("/")[1] if lookup.at else ""
