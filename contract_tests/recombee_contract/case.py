"""A case: one demand on a server, with the steps that find out whether it is met."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

from recombee_contract.api import Api

K = TypeVar("K")
Steps: TypeAlias = Callable[[Api], None]

CHOSEN: Final = "unpublished; chosen"
"""Source of demands on the mock alone: nobody says what the real service does."""


@attrs.frozen
class Case:
    """One demand.

    Attributes:
        section: Where it belongs in the API reference.
        name: What it promises, in the words of its function.
        requirement: The promise in a sentence.
        source: Where it is known from.
        steps: Finds out; raises `ContractBrokenError` where the promise is not kept.
        settings: What the database must be like; see `Target.database`.
        alone: Only as requests of their own, not also as batches of one.
    """

    section: str
    name: str
    requirement: str
    source: str
    steps: Steps
    settings: Mapping[str, Any] = attrs.field(factory=dict)
    alone: bool = False

    @property
    def chosen(self) -> bool:
        """Whether it demands what no source says of the real service."""
        return self.source.startswith(CHOSEN)

    def ways(self) -> Iterator["Run"]:
        """The ways in which to carry it out."""
        yield Run(self, in_batch=False)
        if not self.alone:
            yield Run(self, in_batch=True)


@attrs.frozen
class Run:
    """A case and how to carry it out."""

    case: Case
    in_batch: bool

    @property
    def id(self) -> str:
        """Its name, the same in every run of the suite."""
        return f"{self.case.section}.{self.case.name}{'@batch' if self.in_batch else ''}"


class Section:
    """The cases of one section."""

    def __init__(self, name: str) -> None:
        """Start without cases."""
        self.name = name
        self.cases: list[Case] = []

    def case(
        self, source: str, *, alone: bool = False, **settings: Any
    ) -> Callable[[Steps], Steps]:
        """Add the function below as a case: its name is the promise, its text the requirement."""

        def add(steps: Steps) -> Steps:
            name, requirement = _said(steps)
            self.cases.append(Case(self.name, name, requirement, source, steps, settings, alone))
            return steps

        return add


class SharedCases(Generic[K]):
    """Cases that several sections have in common, each for a kind of thing of its own."""

    def __init__(self) -> None:
        """Start without cases."""
        self._cases: list[tuple[str, bool, Callable[[Api, K], None]]] = []

    def case(
        self, source: str, *, alone: bool = False
    ) -> Callable[[Callable[[Api, K], None]], Callable[[Api, K], None]]:
        """Add the function below, as `Section.case` does; `{kind.…}` in the source is filled in."""

        def add(steps: Callable[[Api, K], None]) -> Callable[[Api, K], None]:
            self._cases.append((source, alone, steps))
            return steps

        return add

    def add_to(self, section: Section, kind: K) -> None:
        """Add them to a section, for one kind."""
        for source, alone, steps in self._cases:
            name, requirement = _said(steps)
            filled = source.format(kind=kind)
            section.cases.append(
                Case(
                    section.name, name, requirement, filled, partial(_with, steps, kind), {}, alone
                )
            )


def _with(steps: Callable[[Api, K], None], kind: K, api: Api) -> None:
    steps(api, kind)


def _said(steps: Callable[..., None]) -> tuple[str, str]:
    """The name of a case, and what it requires, from its function."""
    requirement = " ".join((steps.__doc__ or "").split())
    if not requirement:
        raise ValueError(f"{steps.__name__} does not say what it requires")
    return steps.__name__.strip("_").replace("_", "-"), requirement
