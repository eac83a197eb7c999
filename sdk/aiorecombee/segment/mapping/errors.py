"""What can be wrong with a mapping, when it is compiled and when it is applied."""

import attrs

from aiorecombee.errors import MappingError


@attrs.frozen
class MappingProblem:
    """One thing that is wrong with a mapping.

    Attributes:
        pointer: Its place, such as `/itemId/@path`; "" for the mapping itself.
        text: What Segment's engine says, the place included.
    """

    pointer: str
    text: str


class MappingInvalidError(MappingError):
    """A mapping that Segment's engine refuses before it looks at an event.

    Attributes:
        name: The engine's name for the error: `AggregateError`, `ValidationError`, `Error`.
        problems: What is wrong, in the order of the mapping.
        kind: `mapping-validation`; `mapping` for a wrong root directive, `runtime` for no mapping.
    """

    def __init__(
        self, name: str, problems: tuple[MappingProblem, ...], kind: str = "mapping-validation"
    ) -> None:
        super().__init__(name, problems, kind)
        self.name = name
        self.problems = problems
        self.kind = kind

    def __str__(self) -> str:
        return " ".join(problem.text for problem in self.problems)


class MappingFailedError(MappingError):
    """A mapping that can't be applied to this event.

    Attributes:
        message: What Segment's engine says.
        kind: `mapping`, or `liquid` for what is wrong with a Liquid template.
        name: The engine's name for the error.
    """

    def __init__(self, message: str, kind: str = "mapping", name: str = "Error") -> None:
        super().__init__(message, kind, name)
        self.message = message
        self.kind = kind
        self.name = name

    def __str__(self) -> str:
        return self.message
