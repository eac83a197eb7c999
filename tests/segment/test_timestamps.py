"""From the timestamps of events to Unix seconds."""

import pytest

from aiorecombee.segment.actions.problems import PayloadError
from aiorecombee.segment.actions.timestamps import is_date_like, to_seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (0, 0),
        (1704448800, 1704448800),
        (1704448800.25, 1704448800.25),
        (9999999999, 9999999999),
        (10000000000, 10000000),
        (1704448800123, 1704448800.123),
        ("1704448800", 1704448800),
        ("1704448800123", 1704448800.123),
        ("2024", 2024),
        ("2024-01-05T10:00:00.000Z", 1704448800),
        ("2024-01-05T10:00:00Z", 1704448800),
        ("2024-01-05T10:00:00.123456Z", 1704448800.123),
        ("2024-01-05T10:00:00+02:00", 1704441600),
        ("2024-01-05T10:00:00-0530", 1704468600),
        ("2024-01-05T10:00:00", 1704448800),
        ("2024-01-05 10:00:00", 1704448800),
        ("2024-01-05T10:00", 1704448800),
        ("2024-01-05T24:00:00Z", 1704499200),
        ("2024-01-05", 1704412800),
        ("2024-02-29T00:00:00Z", 1709164800),
        ("2024-02-30T00:00:00Z", 1709251200),
        ("1969-12-31T23:59:59Z", -1),
        ("0001-01-01T00:00:00Z", -62135596800),
        ("+010000-01-01T00:00:00Z", 253402300800),
    ],
)
def test_a_timestamp_becomes_seconds(value, seconds):
    if isinstance(value, str):
        assert is_date_like(value)
    assert to_seconds(value) == seconds


def test_whole_seconds_are_whole_numbers():
    assert repr(to_seconds("2024-01-05T10:00:00.000Z")) == "1704448800"


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2024-13-45T00:00:00Z",
        "2024-01-32T00:00:00Z",
        "2024-01-05T10:00:00+05",
        "2024-01-05T10:60:00Z",
        "2024-01-05T24:00:01Z",
        "2024-01-05T10:00:00+24:00",
        "1.7e9",
        " 1704448800 ",
        "+1704448800",
        "1704448800123456",
        "٢٠٢٤-01-05",
        "",
    ],
)
def test_what_does_not_look_like_a_date_is_not_one(text):
    assert not is_date_like(text)


@pytest.mark.parametrize("value", [-1, "-1704448800", -0.5])
def test_numbers_before_1970_are_refused(value):
    with pytest.raises(PayloadError, match=r"^Timestamp cannot be negative\.$"):
        to_seconds(value)


def test_what_looks_like_a_date_may_still_be_none():
    assert is_date_like("2024-99-99")
    with pytest.raises(PayloadError, match=r"^Invalid timestamp provided: 2024-99-99$"):
        to_seconds("2024-99-99")
