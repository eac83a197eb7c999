"""The mock server keeps the contract."""

from collections.abc import Iterator

import pytest

from recombee_contract.case import Run
from recombee_contract.cases import runs
from recombee_contract.mock_target import MockTarget
from recombee_contract.outcome import Outcome
from recombee_contract.runner import carry_out

NOT_EMULATED = ("recommendations.",)
"""How the cases begin that the mock answers with 501 so far."""

EACH_RUN = list(runs())


@pytest.fixture(scope="module")
def mock() -> Iterator[MockTarget]:
    with MockTarget() as target:
        yield target


@pytest.mark.parametrize("run", EACH_RUN, ids=lambda run: run.id)
def test_the_mock_keeps_the_contract(run: Run, mock: MockTarget) -> None:
    (result,) = carry_out([run], mock)

    expected = Outcome.UNSUPPORTED if run.id.startswith(NOT_EMULATED) else Outcome.PASS
    assert (expected, "") == (result.outcome, "" if expected is result.outcome else result.detail)


def test_every_case_has_a_name_of_its_own() -> None:
    names = [run.id for run in EACH_RUN]

    assert sorted(set(names)) == sorted(names)


def test_every_case_that_is_not_emulated_is_a_case() -> None:
    names = [run.id for run in EACH_RUN]

    assert [one for one in NOT_EMULATED if not any(name.startswith(one) for name in names)] == []
