"""The published destination of Segment, unmodified, beside this project's own.

Usage: python segment.py [--count N] [--seed S] [--modules DIR]

Both get the same generated cases and must say the same of each, but for a short list of exemptions;
then both go through a story at a mock over HTTPS, and must leave the same behind. The package is
installed with npm into a folder that is gone afterwards, unless DIR has it already.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
from mock_process import PATIENCE
from segment_cases import cases
from segment_exceptions import comparable, exemption
from segment_package import VERSION, install
from segment_story import live_through

from aiorecombee.segment.cloud.cases import outcome
from aiorecombee.segment.cloud.comparing import Difference, differences

HERE: Final = Path(__file__).parent
PROFILE: Final = f"npm-{VERSION}"
SHOWN: Final = 5


@attrs.frozen
class Disagreement:
    """A case that both sides see differently.

    Attributes:
        case: The line of JSON.
        found: Where, and what each of them says.
    """

    case: str
    found: tuple[Difference, ...]

    def __str__(self) -> str:
        rows = [
            f"    {one.at}\n      real {one.expected}\n      ours {one.found}" for one in self.found
        ]
        return "\n".join([f"  {self.case}", *rows])


@attrs.define
class Comparison:
    """Goes through cases and keeps count.

    Attributes:
        seen: How many cases of each kind there were.
        exempt: How many were let through, by reason.
        disagreements: Those that were not.
    """

    seen: Counter[str] = attrs.Factory(Counter)
    exempt: Counter[str] = attrs.Factory(Counter)
    disagreements: list[Disagreement] = attrs.Factory(list)

    def add(self, line: str, expected: Any) -> None:
        """Look at one case and what the real one made of it."""
        case = json.loads(line)
        self.seen[case.get("mode") or ("subscription" if "fql" in case else "mapping")] += 1
        found = list(differences(comparable(expected), comparable(ours(case))))
        real = json.dumps(expected)
        reasons = [exemption(line, real, one) for one in found]
        self.exempt.update({reason for reason in reasons if reason is not None})
        if None in reasons:
            self.disagreements.append(Disagreement(line, tuple(found)))

    def __str__(self) -> str:
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(self.seen.items()))
        let = [f"  exempt: {count} x {reason}" for reason, count in self.exempt.items()]
        return "\n".join([f"segment {VERSION}: {said}", *let])


def main(arguments: Sequence[str]) -> str | None:
    """Compare; gives what went wrong."""
    parser = argparse.ArgumentParser(description="Segment's published destination beside ours.")
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modules", type=Path, help="where the package is installed already")
    given = parser.parse_args(arguments)
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} cannot be found: the package needs them"
    with tempfile.TemporaryDirectory() as folder:
        modules = given.modules or install(Path(folder))
        wrong = compare(modules, given.count, given.seed)
        return wrong or live_through(modules, Path(folder), PROFILE)


def compare(modules: Path, count: int, seed: int) -> str | None:
    """Let both make what they do of the same cases."""
    comparison = Comparison()
    lines = list(cases(count, seed))
    for line, expected in zip(lines, real_outcomes(modules, lines), strict=True):
        comparison.add(line, expected)
    print(comparison)  # noqa: T201
    wrong = comparison.disagreements
    shown = "\n".join(map(str, wrong[:SHOWN]))
    return (
        f"{len(wrong)} of {count} cases come out differently, such as\n{shown}" if wrong else None
    )


def ours(case: dict[str, Any]) -> Any:
    """What this project makes of a case; that it fails is an outcome, too."""
    try:
        return outcome(case, PROFILE)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told with its case
        return {"raised": repr(error)}


def real_outcomes(modules: Path, lines: Sequence[str]) -> Iterator[Any]:
    """What the package makes of cases."""
    done = subprocess.run(
        ["node", str(HERE / "segment_outcomes.mjs"), str(modules)],
        input="\n".join(lines) + "\n",
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    # Not splitlines: texts may hold other characters that Python takes for ends of lines.
    return map(json.loads, done.stdout.removesuffix("\n").split("\n"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
