"""What came of a case is told apart: a broken contract, a broken harness, a missing part."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Run, Section
from recombee_contract.connection import Address, Connection, HttpAnswer
from recombee_contract.outcome import InapplicableError, Outcome, Result
from recombee_contract.report import as_json, exit_status
from recombee_contract.runner import carry_out
from recombee_contract.service_target import ServiceTarget
from recombee_contract.target import Database

TOKEN = "s3cret-private-token"


class Canned(Connection):
    """Answers without a network."""

    def __init__(self, answer: Callable[[str, str], HttpAnswer]) -> None:
        super().__init__(Address("nowhere", 1))
        self.answer = answer
        self.asked: list[str] = []

    def exchange(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del body, headers
        self.asked.append(f"{method} {target.partition('?')[0]}")
        return self.answer(method, target)


class CannedTarget:
    name = "canned"

    def __init__(self, answer: Callable[[str, str], HttpAnswer]) -> None:
        self.connection = Canned(answer)

    @contextmanager
    def database(self, settings: Mapping[str, Any]) -> Iterator[Database]:
        if settings:
            raise InapplicableError("needs more")
        yield Database("db", TOKEN, None, self.connection)


def says(status: int, body: Any) -> Callable[[str, str], HttpAnswer]:
    return lambda *_: HttpAnswer(status, {}, json.dumps(body).encode())


def result_of(
    steps: Callable[[Api], None],
    answer: Callable[[str, str], HttpAnswer],
    *,
    in_batch: bool = False,
    **settings: Any,
) -> Result:
    section = Section("some")
    section.case("a source", **settings)(steps)
    (result,) = carry_out([Run(section.cases[0], in_batch)], CannedTarget(answer))
    return result


def adding(api: Api) -> None:
    """An item is added."""
    api.put("/items/x").created()


def test_an_answer_as_demanded_passes() -> None:
    assert result_of(adding, says(201, "ok")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("status", "body"), [(200, "ok"), (201, "OK"), (201, {"ok": True}), (500, {"message": "x"})]
)
def test_any_other_answer_fails(status: int, body: Any) -> None:
    result = result_of(adding, says(status, body))

    assert result.outcome is Outcome.FAIL
    assert "PUT /items/x: expected" in result.detail


def test_an_answer_that_is_no_json_fails() -> None:
    result = result_of(adding, lambda *_: HttpAnswer(201, {}, b"<html>"))

    assert (result.outcome, "is not JSON" in result.detail) == (Outcome.FAIL, True)


@pytest.mark.parametrize("in_batch", [False, True])
def test_a_server_that_says_501_does_not_support_it(in_batch: bool) -> None:
    alone = says(501, {"message": "not yet"})
    entry = says(200, [{"code": 501, "json": {"error": "not yet"}}])

    result = result_of(adding, entry if in_batch else alone, in_batch=in_batch)

    assert (result.outcome, "not yet" in result.detail) == (Outcome.UNSUPPORTED, True)


def test_no_answer_is_an_error_of_the_harness() -> None:
    def refuse(*_: str) -> HttpAnswer:
        raise ConnectionRefusedError("nobody there")

    result = result_of(adding, refuse)

    assert (result.outcome, "nobody there" in result.detail) == (Outcome.ERROR, True)


def test_a_mistake_in_a_case_is_an_error_of_the_harness() -> None:
    def mistaken(_: Api) -> None:
        """It has a mistake."""
        raise KeyError("mistake")

    assert result_of(mistaken, says(200, "ok")).outcome is Outcome.ERROR


def test_what_the_target_cannot_be_is_inapplicable() -> None:
    def public(api: Api) -> None:
        """It needs the public token."""
        api.raw("GET", "/", public=True)

    assert result_of(adding, says(201, "ok"), region="eu-west").outcome is Outcome.INAPPLICABLE
    assert result_of(public, says(201, "ok")).outcome is Outcome.INAPPLICABLE


def test_a_batch_of_one_is_taken_apart() -> None:
    assert (
        result_of(adding, says(200, [{"code": 201, "json": "ok"}]), in_batch=True).outcome
        is Outcome.PASS
    )
    for body in ([], {}, [{"code": 201}], [{"code": 201, "json": "ok"}] * 2):
        assert result_of(adding, says(200, body), in_batch=True).outcome is Outcome.FAIL


def refusing(api: Api) -> None:
    """An item is not added."""
    api.put("/items/x").refused(409)


def test_a_refusal_must_give_its_reason_where_it_belongs() -> None:
    def entry(body: Any) -> Callable[[str, str], HttpAnswer]:
        return says(200, [{"code": 409, "json": body}])

    assert result_of(refusing, says(409, {"message": "why"})).outcome is Outcome.PASS
    assert result_of(refusing, says(409, {"error": "why"})).outcome is Outcome.FAIL
    assert result_of(refusing, says(409, {"message": " "})).outcome is Outcome.FAIL
    assert result_of(refusing, says(409, "why")).outcome is Outcome.FAIL
    assert result_of(refusing, entry({"error": "why"}), in_batch=True).outcome is Outcome.PASS
    assert result_of(refusing, entry({"message": "why"}), in_batch=True).outcome is Outcome.FAIL


def test_whole_and_fractional_numbers_and_booleans_are_different_bodies() -> None:
    def demanding(api: Api) -> None:
        """It is 1.0."""
        api.get("/").expect(200, [1.0])

    assert result_of(demanding, says(200, [1.0])).outcome is Outcome.PASS
    assert result_of(demanding, says(200, [1])).outcome is Outcome.FAIL
    assert result_of(demanding, says(200, [True])).outcome is Outcome.FAIL


def test_no_result_shows_a_token() -> None:
    def blurt(api: Api) -> None:
        """It quotes the token."""
        raise api.get("/").broken(f"the token is {api.database.token}")

    def trip(api: Api) -> None:
        """It trips over the token."""
        raise ValueError(api.database.token)

    for steps in (blurt, trip):
        result = result_of(steps, says(200, {"message": TOKEN}))
        assert TOKEN not in repr(result)
    assert TOKEN not in repr(ServiceTarget("http://localhost", "db", TOKEN))
    assert TOKEN not in repr(Database("db", TOKEN, TOKEN, Canned(says(200, ""))))


def made(*outcomes: Outcome) -> list[Result]:
    return [Result("a.b", "r", "s", outcome, "d", 0.0) for outcome in outcomes]


def test_the_exit_status_tells_broken_from_unknown() -> None:
    rest = (Outcome.PASS, Outcome.UNSUPPORTED, Outcome.INAPPLICABLE)

    assert exit_status(made(*rest)) == 0
    assert exit_status(made(*rest, Outcome.FAIL)) == 1
    assert exit_status(made(*rest, Outcome.FAIL, Outcome.ERROR)) == 2
    assert exit_status([]) == 2


def test_results_can_be_read_by_a_machine() -> None:
    shown = json.loads(as_json(made(Outcome.PASS, Outcome.FAIL), "canned"))

    assert shown["target"] == "canned"
    assert shown["sums"] == {
        "pass": 1,
        "fail": 1,
        "error": 0,
        "unsupported": 0,
        "inapplicable": 0,
    }
    assert [one["outcome"] for one in shown["results"]] == ["pass", "fail"]


def test_a_case_must_say_what_it_requires() -> None:
    def silent(_: Api) -> None: ...

    with pytest.raises(ValueError, match="does not say what it requires"):
        Section("some").case("a source")(silent)


def test_what_nobody_documents_is_marked() -> None:
    section = Section("some")
    section.case(f"{CHOSEN}; for a reason")(adding)
    section.case("API reference")(refusing)

    assert [case.chosen for case in section.cases] == [True, False]
