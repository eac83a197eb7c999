"""Whom a fault meets, and how often."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import attrs

from recombee_mock.faults.asked import Asked
from recombee_mock.faults.effects import Effect, effect_from_json, effect_to_json
from recombee_mock.fields import FieldError, Fields
from recombee_mock.seeing.declared import misnamed

_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@attrs.frozen(slots=False, kw_only=True)
class Rule:
    """One fault. Whatever is `None` does not narrow it.

    Attributes:
        effect: What it does.
        id: Its name, `""` for one that the server chooses.
        database: ID of the only database it meets.
        method: The only HTTP method.
        path: Pattern of the path behind the database; `*` stands for any text.
        operations: Request classes (`AddPurchase`).
        auth: `private` or `public`: the token that signs.
        probability: Share of these requests that it meets.
        after: How many of them pass at first.
        count: How many it meets at most.
        lasts: Seconds it lives.
        seed: Of its chance: with the same seed and the same requests it does the same again.
    """

    effect: Effect
    id: str = ""
    database: str | None = None
    method: str | None = None
    path: str | None = None
    operations: tuple[str, ...] = ()
    auth: str | None = None
    probability: float = 1.0
    after: int = 0
    count: int | None = None
    lasts: float | None = None
    seed: int = 0

    @cached_property
    def _texts(self) -> Sequence[str]:
        return () if self.path is None else self.path.split("*")

    def meets(self, asked: Asked) -> bool:
        """Whether a request is within its scope."""
        return (
            (self.database is None or self.database == asked.database)
            and (self.method is None or self.method == asked.method)
            and (self.path is None or _in_order(self._texts, asked.path))
            and (not self.operations or asked.operation in self.operations)
            and (self.auth is None or (self.auth == "public") is asked.public)
            and (self.effect.kind != "erasing" or asked.operation != "ResetDatabase")
            and (self.effect.kind != "item" or asked.operation == "Batch")
        )

    def to_json(self) -> dict[str, Any]:
        """As it was given, with the defaults filled in; what does not narrow it is missing."""
        members = attrs.asdict(self, recurse=False)
        operations = members.pop("operations")
        effect = effect_to_json(members.pop("effect"))
        shown = {name: value for name, value in members.items() if value is not None}
        return {
            **shown,
            **({"operation": list(operations)} if operations else {}),
            "effect": effect,
        }


def _in_order(texts: Sequence[str], path: str) -> bool:
    """Whether a path is made of these texts, in order, with anything between them.

    A regular expression would try all ways to divide a path, which a few stars make endless.
    """
    first, *middle = texts
    if not middle:
        return path == first
    last = middle.pop()
    end = len(path) - len(last)
    at = len(first)
    if end < at or not path.startswith(first) or not path.endswith(last):
        return False
    for text in middle:
        found = path.find(text, at, end)
        if found < 0:
            return False
        at = found + len(text)
    return True


def rule_from_json(value: Any, where: str = "") -> Rule:
    """A rule as it is written in JSON and TOML.

    Raises:
        FieldError: It is none.
    """
    fields = Fields(value, where)
    rule = Rule(
        effect=effect_from_json(fields.take("effect"), fields.name("effect")),
        id=fields.text("id", ""),
        database=fields.text("database", None),
        method=fields.choice("method", ("GET", "POST", "PUT", "DELETE"), None),
        path=fields.text("path", None),
        operations=_operations(fields),
        auth=fields.choice("auth", ("private", "public"), None),
        probability=fields.number("probability", 1.0, most=1.0),
        after=fields.whole("after", 0),
        count=fields.whole("count", None, least=1),
        lasts=fields.number("lasts", None, most=1e9),
        seed=fields.whole("seed", 0),
    )
    fields.done()
    if rule.id and not _ID.fullmatch(rule.id):
        raise FieldError(f"{fields.name('id')} has 1 to 64 letters, digits and _ . -")
    if rule.path is not None and not rule.path.startswith(("/", "*")):
        raise FieldError(f"{fields.name('path')} starts with / or *, and has no database ID")
    return rule


def _operations(fields: Fields) -> tuple[str, ...]:
    given = fields.take("operation", ())
    names = (given,) if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise FieldError(f"{fields.name('operation')} must be a request class or a list of them")
    for wrong in filter(None, map(misnamed, names)):  # it would meet nothing, and nobody would see
        raise FieldError(f"{fields.name('operation')}: {wrong}")
    return tuple(names)
