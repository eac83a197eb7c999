"""Answers of Segment's own engine, subscription by subscription: `fql_cases.jsonl`, one a line."""

import json
from pathlib import Path

import pytest

from aiorecombee.segment.fql import SubscriptionError, compile_subscription

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("fql_cases.jsonl").read_text("utf-8").splitlines()
]


def answer(text, event):
    try:
        return {"match": compile_subscription(text)(event)}
    except SubscriptionError as error:
        return {"error": error.original}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_subscription_answers_as_in_segments_engine(case):
    expected = case["expect"]
    if "error" in expected and case["fql"]:
        expected = {"error": expected["error"]["message"]}
    elif "error" in expected:  # of an empty one, the engine's caller speaks before the engine does
        expected = {"error": "Failed to validate subscription"}

    assert answer(case["fql"], case["event"]) == expected


def test_no_two_cases_have_the_same_name():
    assert len({case["id"] for case in CASES}) == len(CASES)
