"""How sending a file went, in numbers."""

from collections import Counter
from typing import Final

import attrs

NOT_SENT: Final = "not sent"
NO_ANSWER: Final = "no answer"


@attrs.define
class Tally:
    """Counts as answers come.

    Attributes:
        done: Requests that were carried out.
        failed: Those that were not, by status or word.
        lines: The last line that has its answer.
        stopped: Why the rest was not sent; empty if all was.
    """

    done: int = 0
    failed: Counter[str] = attrs.field(factory=Counter)
    lines: int = 0
    stopped: str = ""

    @property
    def good(self) -> bool:
        """Whether every request was carried out."""
        return not self.failed and not self.stopped

    def text(self) -> str:
        """The summary."""
        total = self.done + self.failed.total()
        reasons = ", ".join(f"{why}: {count:,}" for why, count in self.failed.most_common())
        failed = f"{self.failed.total():,} failed ({reasons})" if self.failed else "none failed"
        said = f"{total:,} request{'' if total == 1 else 's'}: {self.done:,} done, {failed}"
        return f"{said}\n{self.stopped}" if self.stopped else said
