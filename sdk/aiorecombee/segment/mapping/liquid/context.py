"""What a Liquid template sees while it is rendered."""

import io
from typing import Any

from liquid import BoundTemplate, RenderContext, Token

from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.mapping.liquid.values import read
from aiorecombee.segment.mapping.resolver import Spend


class JavaScriptContext(RenderContext):
    """Looks names up as JavaScript does: in what the template assigned, else in the event.

    Attributes:
        spend: Must hear of all text and arrays that are made.
    """

    def __init__(self, template: BoundTemplate, data: Any, spend: Spend) -> None:
        super().__init__(template)
        self._data = data
        self.spend = spend

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> Any:  # noqa: ARG002  # as it is overridden
        """The value at a path; what is missing is undefined."""
        name, *rest = path
        found = self._find(name)
        for key in rest:
            found = read(found, key)
        return found

    def _find(self, name: object) -> Any:
        if isinstance(name, str) and name in self.locals:
            return self.locals[name]
        found = read(self._data, name)
        return self.counters.get(str(name), UNDEFINED) if found is UNDEFINED else found

    def get_buffer(self, buf: object = None) -> "CountedText":  # noqa: ARG002  # as it is overridden
        """Where `capture` writes to."""
        return CountedText(self.spend)


class CountedText(io.StringIO):
    """Text that grows only as far as the budget goes."""

    def __init__(self, spend: Spend) -> None:
        super().__init__()
        self._spend = spend

    def write(self, text: str, /) -> int:
        """Add to the text."""
        self._spend(len(text))
        return super().write(text)
