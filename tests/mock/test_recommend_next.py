"""Continuing an answer."""

import uuid

import pytest

LIFETIME = 1800


@pytest.fixture
def base(shop):
    """An answer with one of five items."""
    for number in range(3, 6):
        shop(f"PUT /items/i{number}")
    return shop("POST /recomms/users/u1/items/", {"count": 1})[1]


def proceed(db, recomm_id, count=1):
    return db(f"POST /recomms/next/items/{recomm_id}", {"count": count})


def shown(body):
    return [one["id"] for one in body["recomms"]]


def test_each_continuation_gives_what_was_not_given_yet(shop, base):
    found, calls = shown(base), []
    for count in (2, 1, 9, 9):
        status, body = proceed(shop, base["recommId"], count)
        assert (status, body["recommId"]) == (200, base["recommId"])
        found += shown(body)
        calls.append((len(body["recomms"]), body["numberNextRecommsCalls"]))
    assert sorted(found) == ["i1", "i2", "i3", "i4", "i5"]
    assert calls == [(2, 1), (1, 2), (1, 3), (0, 4)]


def test_all_but_the_count_is_inherited(shop):
    shop("PUT /items/properties/title", {"type": "string"})
    asked = {"count": 1, "returnProperties": True, "cascadeCreate": True, "targetUserId": "new"}
    base = shop("POST /recomms/items/i1/items/", {**asked, "targetUserId": "u1"})[1]
    shop("PUT /items/i9")
    _, body = proceed(shop, base["recommId"], 5)
    assert body["recomms"] == [{"id": "i9", "values": {"title": None}}]


def test_an_answer_can_be_continued_for_half_an_hour_each_time(shop, base):
    for _ in range(3):
        shop.now += LIFETIME
        assert proceed(shop, base["recommId"])[0] == 200
    shop.now += LIFETIME + 0.5
    status, body = proceed(shop, base["recommId"])
    assert (status, base["recommId"] in body["message"]) == (404, True)


def test_an_empty_continuation_prolongs_the_time_too(shop, base):
    proceed(shop, base["recommId"], 9)
    for _ in range(2):
        shop.now += LIFETIME
        assert proceed(shop, base["recommId"])[1]["recomms"] == []


@pytest.mark.parametrize("wrong", ["nonsense", "123", "x" * 36, "-" * 36])
def test_an_id_that_is_no_uuid_is_400(db, wrong):
    assert proceed(db, wrong)[0] == 400
    assert db(f"POST /recomms/next/item-segments/{wrong}", {"count": 1})[0] == 400


def test_an_unknown_id_is_404_and_letter_case_does_not_matter(shop, base):
    assert proceed(shop, uuid.uuid4())[0] == 404
    assert proceed(shop, base["recommId"].upper())[0] == 200


@pytest.mark.parametrize("count", [0, -1, 1.5, "1", None])
def test_a_wrong_count_is_400(shop, base, count):
    assert proceed(shop, base["recommId"], count)[0] == 400
    assert proceed(shop, uuid.uuid4(), count)[0] == 400


def test_only_an_answer_of_the_same_kind_can_be_continued(shop, base):
    users = shop("POST /recomms/users/u1/users/", {"count": 1})[1]["recommId"]
    assert proceed(shop, users)[0] == 400
    for recomm_id in (users, base["recommId"]):
        line = f"POST /recomms/next/item-segments/{recomm_id}"
        assert shop(line, {"count": 1})[0] == 400


def test_what_is_deleted_meanwhile_does_not_come(shop, base):
    left = {"i1", "i2", "i3", "i4", "i5"} - set(shown(base))
    gone = left.pop()
    shop(f"DELETE /items/{gone}")
    assert set(shown(proceed(shop, base["recommId"], 9)[1])) == left


def test_with_its_user_an_answer_is_gone(shop, base):
    shop("DELETE /users/u1")
    assert proceed(shop, base["recommId"])[0] == 404
    assert shop("GET /users/list/") == (200, ["u2"])


def test_with_its_context_item_an_answer_cannot_be_continued(shop):
    asked = {"count": 1, "targetUserId": None, "cascadeCreate": True}
    base = shop("POST /recomms/items/i1/items/", asked)[1]
    shop("DELETE /items/i1")
    assert proceed(shop, base["recommId"])[0] == 404
    assert shop("GET /items/list/") == (200, ["i2"])


def test_erasing_ends_all(shop, base):
    shop("DELETE /")
    assert proceed(shop, base["recommId"])[0] == 404


def test_a_restored_session_goes_on(shop, base):
    first = shown(base) + shown(proceed(shop, base["recommId"], 2)[1])
    served = shop.service.contents.served
    served.load(served.dump())
    _, body = proceed(shop, base["recommId"], 9)
    assert sorted(first + shown(body)) == ["i1", "i2", "i3", "i4", "i5"]
    assert body["numberNextRecommsCalls"] == 2
