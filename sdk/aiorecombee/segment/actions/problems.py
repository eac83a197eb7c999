"""What is wrong with a payload, and the error that carries it."""

import attrs

from aiorecombee.errors import MappingError


@attrs.frozen
class Problem:
    """One thing that is wrong.

    Attributes:
        at: Path of the value, in the payload: `/item/amount`, "" for the payload itself.
        text: What Segment's engine would say.
        field: Path of the field to do something about; for one that is missing, `at` is where.
    """

    at: str
    text: str
    field: str


class PayloadError(MappingError):
    """A payload that cannot become requests.

    Attributes:
        kind: `schema` when a field is missing or of a wrong type, `payload` when the values
            make no sense together. Segment tells the two apart.
        problems: What is wrong, in the order of the fields.
    """

    def __init__(self, kind: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(kind, problems)
        self.kind = kind
        self.problems = problems

    def __str__(self) -> str:
        return " ".join(problem.text for problem in self.problems)


def refuse(text: str, field: str) -> PayloadError:
    """The error for values that make no sense."""
    return PayloadError("payload", (Problem("", text, field),))
