"""Carrying out cases."""

import time
import traceback
from collections.abc import Callable, Iterable, Iterator

from recombee_contract.api import Api
from recombee_contract.case import Run
from recombee_contract.outcome import (
    ContractBrokenError,
    InapplicableError,
    Outcome,
    Result,
    UnsupportedError,
)
from recombee_contract.target import Target


def carry_out(
    runs: Iterable[Run], target: Target, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Result]:
    """Carry out one case after the other; what happens in one does not stop the next."""
    for run in runs:
        start = clock()
        outcome, detail = _find_out(run, target)
        yield Result(
            run.id, run.case.requirement, run.case.source, outcome, detail, clock() - start
        )


def _find_out(run: Run, target: Target) -> tuple[Outcome, str]:
    secrets: list[str] = []
    try:
        with target.database(run.case.settings) as database:
            secrets += filter(None, (database.token, database.public_token))
            run.case.steps(Api(database, in_batch=run.in_batch))
    except ContractBrokenError as broken:
        return Outcome.FAIL, _without(secrets, str(broken))
    except UnsupportedError as unsupported:
        return Outcome.UNSUPPORTED, _without(secrets, str(unsupported))
    except InapplicableError as inapplicable:
        return Outcome.INAPPLICABLE, str(inapplicable)
    except Exception as error:  # noqa: BLE001  # whatever else it is, it is the harness's
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        return Outcome.ERROR, _without(secrets, said)
    return Outcome.PASS, ""


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "…")
    return text
