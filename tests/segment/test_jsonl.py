"""JSON lines: a bad one does not stop the rest."""

from aiorecombee.segment.jsonl import Unreadable, read_events


def test_every_line_that_is_not_blank_has_its_number_and_value():
    lines = [b'\xef\xbb\xbf{"a": 1}\n', b"\n", b"  \r\n", b'[2, "\xc3\xa9"]\r\n', b"3"]

    assert list(read_events(lines)) == [(1, {"a": 1}), (4, [2, "é"]), (5, 3)]


def test_a_bad_line_is_told_apart():
    lines = [b"{bad", b'"\xff"', b"[" * 100_000, b"NaN", b"1" * 5000, b"true"]

    read = list(read_events(lines))

    assert [type(value) is Unreadable for _, value in read] == [True] * 5 + [False]
    assert read[1][1].reason == "The line is not UTF-8."
    assert read[2][1].reason == "The line is nested too deeply."
    assert read[3][1].reason == "The line is not JSON: NaN is not a JSON number."
