"""Outcomes of the real destination, event by event: `cases.jsonl`, one case a line."""

import json
import math
from pathlib import Path

import pytest

from aiorecombee.codec import JsonCodec
from aiorecombee.core.encode import Encoder
from aiorecombee.segment import Destination

CASES = [
    json.loads(line) for line in Path(__file__).with_name("cases.jsonl").read_text().splitlines()
]


@pytest.fixture(scope="module")
def destination():
    return Destination("main-2026-07")


@pytest.fixture(scope="module")
def encoder():
    return Encoder(JsonCodec(), validate=False)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_event_becomes_what_segments_destination_makes_of_it(case, destination, encoder):
    mapped = destination.map(case["event"])

    assert [_wire(encoder.entry(request)) for request in mapped.requests] == case["requests"]
    assert list(mapped.matched) == case["matched"]
    assert [[one.subscription, one.reason] for one in mapped.rejections] == case["rejected"]


def _wire(entry):
    params = entry["params"]
    if entry["method"] != "POST":  # a query holds nothing but text
        params = {name: str(value).replace("True", "true") for name, value in params.items()}
    return [entry["method"], entry["path"], {name: _json(v) for name, v in params.items()}]


def _json(value):
    return None if isinstance(value, float) and math.isinf(value) else value


def test_the_cases_cover_every_preset():
    covered = {name for case in CASES for name in case["matched"] if not case["rejected"]}

    assert covered == {
        "Page - Viewed",
        "Screen - Viewed",
        "Ecommerce - Product Viewed",
        "Ecommerce - Product Added",
        "Ecommerce - Product Removed",
        "Ecommerce - Order Completed",
        "Ecommerce - Product Added to Wishlist",
        "Ecommerce - Product Removed from Wishlist",
        "Ecommerce - Product Shared",
        "Video - Playback Started",
        "Video - Content Playing",
        "Video - Playback Paused",
        "Video - Playback Completed",
        "Alias",
    }
