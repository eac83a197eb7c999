"""The second witness: the unmodified official Python client works against the mock over HTTPS."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
from recombee_api_client import api_requests as ask
from recombee_api_client.api_client import RecombeeClient
from recombee_api_client.exceptions import ResponseException

from recombee_mock import TestDatabase

NOON = datetime(2024, 1, 2, 12, tzinfo=UTC)
NOON_SECONDS = 1704196800.0
RECOMM = "0f8fad5b-d9cb-469f-a165-70867728950e"

KINDS: list[tuple[str, dict[str, Any]]] = [
    ("DetailView", {"duration": 42, "auto_presented": True}),
    ("Purchase", {"amount": 2.0, "price": 19.5, "profit": 3.25}),
    ("Rating", {"rating": 0.5}),
    ("CartAddition", {"amount": 1.0, "price": 5.5}),
    ("Bookmark", {}),
]
each_kind = pytest.mark.parametrize(("kind", "own"), KINDS, ids=[name for name, _ in KINDS])


def status_of(call: Callable[[], Any]) -> int:
    """The status of a refusal; unlike `pytest.raises` this holds on to no connection."""
    refusal = (0, "")
    try:
        call()
    except ResponseException as refused:
        refusal = (int(refused.status_code), refused.description)
    status, reason = refusal
    assert reason  # the client hands it on as it came
    return status


def camel(values: dict[str, Any]) -> dict[str, Any]:
    renamed = {"auto_presented": "autoPresented", "time_spent": "timeSpent"}
    return {renamed.get(name, name): value for name, value in values.items()}


def test_items_are_added_listed_and_deleted(client: RecombeeClient) -> None:
    assert client.send(ask.AddItem("item-1")) == "ok"
    assert client.send(ask.AddItem("sku:42@shop.de")) == "ok"
    assert client.send(ask.ListItems()) == ["item-1", "sku:42@shop.de"]
    assert client.send(ask.ListItems(count=1, offset=1)) == ["sku:42@shop.de"]
    assert client.send(ask.DeleteItem("item-1")) == "ok"
    assert client.send(ask.ListItems()) == ["sku:42@shop.de"]


def test_items_have_properties_and_values(client: RecombeeClient) -> None:
    for name, kind in (("title", "string"), ("tags", "set"), ("seen", "timestamp")):
        assert client.send(ask.AddItemProperty(name, kind)) == "ok"
    values = {"title": "Ďábel", "tags": {"a"}, "seen": NOON}
    assert client.send(ask.SetItemValues("i", values, cascade_create=True)) == "ok"
    stored = {"title": "Ďábel", "tags": ["a"], "seen": NOON_SECONDS}

    assert client.send(ask.GetItemValues("i")) == stored
    assert client.send(ask.ListItems(return_properties=True)) == [{"itemId": "i", **stored}]
    listed = client.send(ask.ListItems(return_properties=True, included_properties=["seen"]))
    assert listed == [{"itemId": "i", "seen": NOON_SECONDS}]
    assert client.send(ask.GetItemPropertyInfo("tags")) == {"name": "tags", "type": "set"}
    assert len(client.send(ask.ListItemProperties())) == 3
    assert client.send(ask.DeleteItemProperty("tags")) == "ok"
    assert "tags" not in client.send(ask.GetItemValues("i"))


def test_users_have_properties_and_values(client: RecombeeClient) -> None:
    assert client.send(ask.AddUserProperty("country", "string")) == "ok"
    assert client.send(ask.AddUser("u")) == "ok"
    assert client.send(ask.SetUserValues("u", {"country": "CZ"})) == "ok"

    assert client.send(ask.GetUserValues("u")) == {"country": "CZ"}
    assert client.send(ask.ListUsers()) == ["u"]
    assert client.send(ask.ListUserProperties()) == [{"name": "country", "type": "string"}]
    assert client.send(ask.DeleteUserProperty("country")) == "ok"
    assert client.send(ask.GetUserValues("u")) == {}
    assert client.send(ask.DeleteUser("u")) == "ok"
    assert client.send(ask.ListUsers()) == []


@each_kind
def test_interactions_are_added_listed_and_deleted(
    client: RecombeeClient, kind: str, own: dict[str, Any]
) -> None:
    add, delete = getattr(ask, f"Add{kind}"), getattr(ask, f"Delete{kind}")
    of_user, of_item = getattr(ask, f"ListUser{kind}s"), getattr(ask, f"ListItem{kind}s")
    more = {"recomm_id": RECOMM, "additional_data": {"a": [1]}}
    given = {"user_id": "john@x.com", "item_id": "sku:1", **own}
    assert client.send(add(**given, **more, timestamp=NOON, cascade_create=True)) == "ok"
    assert client.send(add(**given, timestamp=5)) == "ok"

    listed = client.send(of_user("john@x.com"))
    assert listed == client.send(of_item("sku:1"))
    first, second = sorted(listed, key=lambda one: one["timestamp"])
    assert (first["timestamp"], second["timestamp"]) == (5.0, NOON_SECONDS)
    assert second == {**second, **camel(own), "recommId": RECOMM, "additionalData": {"a": [1]}}

    assert client.send(delete("john@x.com", "sku:1", timestamp=NOON)) == "ok"
    assert [one["timestamp"] for one in client.send(of_user("john@x.com"))] == [5.0]
    assert client.send(delete("john@x.com", "sku:1")) == "ok"
    assert client.send(of_item("sku:1")) == []


def test_view_portions_are_set_listed_and_deleted(client: RecombeeClient) -> None:
    for portion, moment in ((0.25, 1), (0.5, 2)):
        told = ask.SetViewPortion(
            "u", "i", portion, session_id="s:1", timestamp=moment, cascade_create=True
        )
        assert client.send(told) == "ok"

    (stored,) = client.send(ask.ListUserViewPortions("u"))
    assert (stored["portion"], stored["timestamp"], stored["sessionId"]) == (0.5, 2.0, "s:1")
    assert client.send(ask.ListItemViewPortions("i")) == [stored]
    assert status_of(lambda: client.send(ask.SetViewPortion("u", "i", 0.1, "s:1", 3))) == 409
    assert client.send(ask.DeleteViewPortion("u", "i", "s:1")) == "ok"
    assert client.send(ask.ListItemViewPortions("i")) == []


def test_none_in_a_body_and_in_a_query_means_not_given(client: RecombeeClient) -> None:
    told = ask.SetViewPortion("u", "i", 0.5, session_id=None, recomm_id=None, cascade_create=True)
    assert client.send(told) == "ok"
    assert client.send(ask.DeleteViewPortion("u", "i", session_id=None)) == "ok"


def test_users_are_merged(client: RecombeeClient) -> None:
    client.send(ask.AddBookmark("anon:42", "i", timestamp=5, cascade_create=True))
    assert status_of(lambda: client.send(ask.MergeUsers("john@x.com", "anon:42"))) == 404

    assert client.send(ask.MergeUsers("john@x.com", "anon:42", cascade_create=True)) == "ok"

    assert client.send(ask.ListUsers()) == ["john@x.com"]
    (moved,) = client.send(ask.ListUserBookmarks("john@x.com"))
    assert (moved["userId"], moved["timestamp"]) == ("john@x.com", 5.0)


def test_series_hold_items(client: RecombeeClient) -> None:
    assert client.send(ask.AddSeries("s")) == "ok"
    assert client.send(ask.InsertToSeries("s", "item", "b", 2, cascade_create=True)) == "ok"
    assert client.send(ask.InsertToSeries("s", "item", "a", 1.5, cascade_create=True)) == "ok"
    assert client.send(ask.ListSeries()) == ["s"]
    assert client.send(ask.ListSeriesItems("s")) == [
        {"itemType": "item", "itemId": "a", "time": 1.5},
        {"itemType": "item", "itemId": "b", "time": 2},
    ]
    assert client.send(ask.RemoveFromSeries("s", "item", "a")) == "ok"
    assert [one["itemId"] for one in client.send(ask.ListSeriesItems("s"))] == ["b"]
    assert client.send(ask.DeleteSeries("s", cascade_delete=True)) == "ok"
    assert client.send(ask.ListItems()) == ["a", "b"]


def test_a_batch_is_answered_item_by_item(client: RecombeeClient) -> None:
    answers = client.send(
        ask.Batch(
            [
                ask.AddItemProperty("price", "double"),
                ask.SetItemValues("i", {"price": 5}, cascade_create=True),
                ask.AddItem("i"),
                ask.AddItem("***not_valid$$$"),
                ask.AddPurchase("nobody", "i", timestamp=NOON),
                ask.AddPurchase("u", "i", timestamp=NOON, cascade_create=True),
                ask.DeletePurchase("u", "i", timestamp=NOON),
                ask.ListItems(return_properties=True, included_properties=["price"]),
                ask.GetItemValues("none"),
            ],
            distinct_recomms=True,
        )
    )

    assert [one["code"] for one in answers] == [201, 200, 409, 400, 404, 200, 200, 200, 404]
    assert answers[7]["json"] == [{"itemId": "i", "price": 5}]
    assert [bool(one["json"]["error"]) for one in answers if one["code"] >= 400] == [True] * 4


def test_a_batch_of_more_than_ten_thousand_is_split_and_joined(client: RecombeeClient) -> None:
    answers = client.send(ask.Batch([ask.AddUser(f"u-{index}") for index in range(10_001)]))

    assert {one["code"] for one in answers} == {201}
    assert len(client.send(ask.ListUsers())) == len(answers) == 10_001


def test_a_reset_empties_the_database(client: RecombeeClient) -> None:
    client.send(ask.AddBookmark("u", "i", cascade_create=True))
    client.send(ask.AddItemProperty("p", "int"))

    assert client.send(ask.ResetDatabase()) == "ok"

    for listing in (ask.ListItems(), ask.ListUsers(), ask.ListItemProperties(), ask.ListSeries()):
        assert client.send(listing) == []


def test_refusals_have_the_statuses_that_the_client_knows(client: RecombeeClient) -> None:
    client.send(ask.AddItem("i"))

    assert status_of(lambda: client.send(ask.AddItem("i"))) == 409
    assert status_of(lambda: client.send(ask.DeleteItem("none"))) == 404
    assert status_of(lambda: client.send(ask.AddDetailView("nobody", "i"))) == 404
    assert status_of(lambda: client.send(ask.AddItem("***not_valid$$$"))) == 400
    assert status_of(lambda: client.send(ask.DeleteItem("***not_valid$$$"))) == 400
    assert status_of(lambda: client.send(ask.AddItemProperty("p", "integer"))) == 400
    assert status_of(lambda: client.send(ask.AddRating("u", "i", -2))) == 400


def test_a_wrong_token_is_401(client: RecombeeClient) -> None:
    client.token += "x"

    assert status_of(lambda: client.send(ask.ListItems())) == 401
    assert status_of(lambda: client.send(ask.Batch([ask.AddItem("i")]))) == 401


def test_an_id_that_the_client_signs_wrongly_is_401(client: RecombeeClient) -> None:
    # It signs the space, but its HTTP library sends %20.
    assert status_of(lambda: client.send(ask.AddItem("a b"))) == 401


def test_an_unknown_database_is_404(client: RecombeeClient) -> None:
    client.database_id = "none"

    assert status_of(lambda: client.send(ask.ListItems())) == 404


def test_only_batches_leave_over_https_when_the_client_is_set_to_http(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPI_URI", database.base_uri)
    client = RecombeeClient(database.database_id, database.token, protocol="http")

    assert client.send(ask.AddItem("i")) == "ok"
    assert ask.Batch([]).ensure_https is True
    assert ask.AddItem("i").ensure_https is False


def test_the_command_serves_the_client_over_https(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--tls-port", "0", "--database", "shop=t0ken", "--ready-file"]
    command = [sys.executable, "-m", "recombee_mock", "serve", *options, str(ready)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            end = monotonic() + 20
            while not ready.exists():
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert monotonic() < end
                sleep(0.01)
            said = json.loads(ready.read_text())
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", said["ca"])
            monkeypatch.setenv("RAPI_URI", urlsplit(said["https"]).netloc)

            answers = RecombeeClient("shop", "t0ken").send(ask.Batch([ask.AddItem("i")]))

            assert answers == [{"code": 201, "json": "ok"}]
            assert said["pid"] == process.pid
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
