"""Files of cases, run line by line; whatever a line holds, it gets a verdict."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from aiorecombee.errors import ConfigurationError, MappingError
from aiorecombee.segment.cloud.cases import CaseError, outcome
from aiorecombee.segment.cloud.comparing import Difference, case_differences
from aiorecombee.segment.javascript import is_array, type_name
from aiorecombee.segment.jsonl import Unreadable, read_events

_SHAPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "mode": ((str,), "a string"),
    "profile": ((str,), "a string"),
    "settings": ((dict,), "an object"),
    "mappings": ((list, type(None)), "an array or null"),
    "respond": ((dict, type(None)), "an object"),
    "batch": ((bool,), "a boolean"),
}


@attrs.frozen
class Verdict:
    """What became of a case.

    Attributes:
        line: Its number in the file.
        id: What it is called; "" where it says nothing.
        kind: `destination`, `mapping-kit`, `fql`; `unreadable` for what is no case.
        tags: As it says.
        problem: Why it could not be run; "" if it could.
        differences: Where it came to something else than expected.
        found: What it came to; `None` if it could not be run.
        case: The case itself; `None` if it can not be run.
    """

    line: int
    id: str
    kind: str
    tags: tuple[str, ...] = ()
    problem: str = ""
    differences: tuple[Difference, ...] = ()
    found: Mapping[str, Any] | None = None
    case: Mapping[str, Any] | None = attrs.field(default=None, repr=False)

    @property
    def passed(self) -> bool:
        """Whether it came to what it should."""
        return not self.problem and not self.differences

    def is_one_of(self, wanted: Iterable[str]) -> bool:
        """Whether its ID or one of its tags is wanted."""
        return not {self.id, *self.tags}.isdisjoint(wanted)


def judge_lines(
    lines: Iterable[bytes], profile: str, only: frozenset[str] = frozenset()
) -> Iterator[tuple[bytes, Verdict | None]]:
    """Run the case on each line.

    Args:
        lines: Of a file of cases.
        profile: Whose behaviour to follow, for cases that do not say.
        only: IDs or tags of the cases that are wanted; all, if there are none.

    Yields:
        Every line, with its verdict; `None` for one that is blank or not wanted.
    """
    for number, line in enumerate(lines, 1):
        verdict = None
        for _, case in read_events([line]):
            about = _about(number, case)
            if not only or about.is_one_of(only):
                verdict = judge(about, profile)
        yield line, verdict


def judge(about: Verdict, profile: str) -> Verdict:
    """Run a case that something is known about already."""
    if about.case is None:
        return about
    case = about.case
    try:
        found = outcome(case, profile)
    except (CaseError, MappingError, ConfigurationError) as error:
        return attrs.evolve(about, problem=str(error))
    except RecursionError:
        return attrs.evolve(about, problem="it is nested too deeply")
    if "expect" not in case:
        return attrs.evolve(about, problem="the case has no `expect`", found=found)
    differences = tuple(case_differences(case["expect"], found))
    return attrs.evolve(about, differences=differences, found=found)


def _about(number: int, case: Any) -> Verdict:
    if isinstance(case, Unreadable):
        return Verdict(number, "", "unreadable", problem=case.reason)
    if not isinstance(case, Mapping):
        said = f"a case is an object but it is {type_name(case)}"
        return Verdict(number, "", "unreadable", problem=said)
    about = Verdict(number, _name(case.get("id")), _kind(case), _tags(case.get("tags")))
    problem = _misshapen(case)
    return attrs.evolve(about, problem=problem, case=None if problem else case)


def _name(found: Any) -> str:
    return found if isinstance(found, str) else "" if found is None else json.dumps(found)


def _tags(found: Any) -> tuple[str, ...]:
    return tuple(tag for tag in found if isinstance(tag, str)) if is_array(found) else ()


def _kind(case: Mapping[str, Any]) -> str:
    if "fql" in case:
        return "fql"
    if "mapping" in case:
        return "mapping-kit"
    return "destination" if "mode" in case else "unreadable"


def _misshapen(case: Mapping[str, Any]) -> str:
    for name, (types, said) in _SHAPES.items():
        if name in case and not isinstance(case[name], types):
            return f"`{name}` should be {said} but it is {type_name(case[name])}"
    headers = (case.get("respond") or {}).get("headers") or {}
    if not isinstance(headers, Mapping) or not all(isinstance(v, str) for v in headers.values()):
        return "`respond/headers` should be an object of strings"
    return ""
