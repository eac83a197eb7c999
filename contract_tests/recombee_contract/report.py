"""Telling what came of a run: progress while it runs, a table at the end, JSON for machines."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, Final, TextIO

from recombee_contract.outcome import Outcome, Result

_STYLES: Final = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.ERROR: "bold magenta",
    Outcome.UNSUPPORTED: "yellow",
    Outcome.INAPPLICABLE: "dim",
}
_COLUMNS: Final = tuple(Outcome)


def exit_status(results: Sequence[Result]) -> int:
    """0 when the contract is kept, 1 when it is broken, 2 when the suite could not find out."""
    found = {result.outcome for result in results}
    if Outcome.ERROR in found or not results:
        return 2
    return 1 if Outcome.FAIL in found else 0


def with_progress(results: Iterable[Result], total: int, out: TextIO) -> Iterator[Result]:
    """Pass results on and show how far it is: a bar on a terminal that can show one."""
    if not (out.isatty() and find_spec("rich")):
        yield from results
        return
    from rich.console import Console  # noqa: PLC0415  # an extra
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(file=out), transient=True) as progress:
        task = progress.add_task("contract", total=total)
        for result in results:
            progress.update(task, advance=1, description=result.id)
            yield result


def summarize(results: Sequence[Result], target: str, out: TextIO) -> None:
    """Print what failed and why, then a table of the sections, then the sum."""
    write = _writer(out)
    for result in results:
        if result.outcome in {Outcome.FAIL, Outcome.ERROR}:
            write(f"{result.outcome.value.upper()} {result.id}", _STYLES[result.outcome])
            write(f"  requires  {result.requirement}")
            write(f"  source    {result.source}")
            write(f"  because   {result.detail}")
    by_section: dict[str, Counter[Outcome]] = {}
    for result in results:
        section = result.id.partition(".")[0]
        by_section.setdefault(section, Counter())[result.outcome] += 1
    width = max((len(section) for section in by_section), default=0)
    write(f"{'':{width}}  " + "  ".join(outcome.value for outcome in _COLUMNS), "bold")
    for section, counts in by_section.items():
        cells = (f"{counts[one] or '·':>{len(one.value)}}" for one in _COLUMNS)
        worst = next((one for one in _BY_WEIGHT if counts[one]), Outcome.PASS)
        write(f"{section:{width}}  " + "  ".join(cells), _STYLES[worst])
    sums = Counter(result.outcome for result in results)
    said = ", ".join(f"{sums[one]} {one.value}" for one in _COLUMNS if sums[one]) or "no case"
    seconds = sum(result.seconds for result in results)
    write(f"{target}: {said}, in {seconds:.1f} s", "bold")


def as_json(results: Sequence[Result], target: str) -> str:
    """All results for a machine."""
    sums = Counter(result.outcome for result in results)
    shown: dict[str, Any] = {
        "target": target,
        "sums": {outcome.value: sums[outcome] for outcome in _COLUMNS},
        "results": [
            {
                "id": result.id,
                "requirement": result.requirement,
                "source": result.source,
                "outcome": result.outcome.value,
                "detail": result.detail,
                "seconds": round(result.seconds, 4),
            }
            for result in results
        ],
    }
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


_BY_WEIGHT: Final = (Outcome.ERROR, Outcome.FAIL, Outcome.UNSUPPORTED, Outcome.INAPPLICABLE)


def _writer(out: TextIO) -> Any:
    if out.isatty() and find_spec("rich"):
        from rich.console import Console  # noqa: PLC0415  # an extra

        console = Console(file=out)

        def colourful(line: str, style: str = "") -> None:
            console.print(line, style=style or None, markup=False, highlight=False)

        return colourful

    def plain(line: str, _: str = "") -> None:
        print(line, file=out)

    return plain
