"""Where two JSON values differ, and what of a case counts."""

import pytest

from aiorecombee.segment.cloud.comparing import Difference, case_differences, differences

NOT_JSON = "invalid json response body at https://h/db/ reason: "


@pytest.mark.parametrize(
    ("expected", "found", "places"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1.0, {"b": 2}]}, []),
        ({"a": 1}, {"a": True}, ["/a"]),
        ([12345678901234567000], [1.2345678901234567e19], []),
        ([10**400], [1e400], []),
        ({"a/b": {"c~": 1}}, {"a/b": {"c~": 2}}, ["/a~1b/c~0"]),
        ([1, 2], [1, 3, 4], ["/1", "/2"]),
        ({"a": None}, {}, ["/a"]),
        ([], {}, [""]),
    ],
)
def test_differences_are_told_by_place(expected, found, places):
    assert [one.at for one in differences(expected, found)] == places


def test_what_is_missing_is_nothing():
    assert list(differences({"a": "x"}, {"b": "y"})) == [
        Difference("/a", '"x"', "nothing"),
        Difference("/b", "nothing", '"y"'),
    ]


@pytest.mark.parametrize(
    ("expect", "found"),
    [
        ({"match": True, "note": "as in the app"}, {"match": True}),
        (
            {"error": {"name": "Error", "message": "Value token is missing"}},
            {"error": {"name": "Error", "message": "what we say"}},
        ),
        (
            {"error": {"kind": "runtime", "name": "TypeError", "message": "x of undefined"}},
            {"error": {"kind": "runtime", "name": "Error", "message": "what we say"}},
        ),
        (
            {"errors": [{"subscription": "A", "kind": "runtime", "message": "x"}]},
            {"errors": [{"subscription": "A", "kind": "runtime", "message": "y"}]},
        ),
        (
            {"error": {"kind": "network", "message": NOT_JSON + "Unexpected token"}},
            {"error": {"kind": "network", "message": NOT_JSON + "Expecting value"}},
        ),
    ],
)
def test_what_does_not_count_makes_no_difference(expect, found):
    assert case_differences(expect, found) == []


@pytest.mark.parametrize(
    ("expect", "found", "places"),
    [
        ({"match": True}, {"error": {"name": "Error", "message": "x"}}, ["/match", "/error"]),
        (
            {"error": {"kind": "runtime", "message": "x"}},
            {"error": {"kind": "mapping", "message": "x"}},
            ["/error/kind", "/error/message"],
        ),
        (
            {"errors": [{"subscription": "A", "kind": "runtime"}]},
            {"errors": [{"subscription": "B", "kind": "runtime"}]},
            ["/errors/0/subscription"],
        ),
        (
            {"error": {"kind": "network", "message": "request failed, reason: socket hang up"}},
            {"error": {"kind": "network", "message": "request failed, reason: timeout"}},
            ["/error/message"],
        ),
        (None, {"match": True}, [""]),
    ],
)
def test_all_else_counts(expect, found, places):
    assert [one.at for one in case_differences(expect, found)] == places
