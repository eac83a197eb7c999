"""The mock server keeps the contract."""

from collections.abc import Iterator

import pytest

from recombee_contract.case import Run
from recombee_contract.cases import runs
from recombee_contract.mock_target import MockTarget
from recombee_contract.outcome import Outcome
from recombee_contract.runner import carry_out

EACH_RUN = list(runs())


@pytest.fixture(scope="module")
def mock() -> Iterator[MockTarget]:
    with MockTarget() as target:
        yield target


@pytest.mark.parametrize("run", EACH_RUN, ids=lambda run: run.id)
def test_the_mock_keeps_the_contract(run: Run, mock: MockTarget) -> None:
    (result,) = carry_out([run], mock)

    found = "" if result.outcome is Outcome.PASS else result.detail
    assert (result.outcome, found) == (Outcome.PASS, "")


def test_every_case_has_a_name_of_its_own() -> None:
    names = [run.id for run in EACH_RUN]

    assert sorted(set(names)) == sorted(names)
