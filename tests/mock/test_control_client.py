"""The control client: all that can be told to a running mock server, and asked of it."""

import json
import re
import socket
from datetime import UTC, datetime

import jsonschema
import pytest

from aiorecombee import AddItem, AddItemProperty, AddPurchase, RecommendItemsToUser, SetItemValues
from recombee_mock import Database, MockControl, MockControlError, MockServer, MockServerThread
from recombee_mock.client.control_calls import target_of
from recombee_mock.client.database_control import DatabaseControl

TOKEN = "s3cret-token-of-the-shop"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    ca = tmp_path_factory.mktemp("ca") / "ca.pem"
    with MockServerThread(tls_port=0, ca_file=ca) as running:
        yield running


class Checking:
    """A carrier that holds every answer to what the server says about itself."""

    def __init__(self, carrier):
        self._carrier = carrier
        _, described = carrier.carry("GET", "/_mock/openapi.json", None)
        self._paths = json.loads(described)["paths"]

    def carry(self, method, target, body):
        status, answer = self._carrier.carry(method, target, body)
        path = target.partition("?")[0]
        [operation] = [
            methods[method.lower()]
            for template, methods in self._paths.items()
            if matches(template, path) and method.lower() in methods
        ]
        if str(status) in operation["responses"] or status < 400:
            [(media, described)] = operation["responses"][str(status)]["content"].items()
            value = json.loads(answer) if media == "application/json" else answer.decode()
            jsonschema.validate(value, described["schema"])
        return status, answer

    def follow(self, target):
        return self._carrier.follow(target)


@pytest.fixture
def control(server):
    control = MockControl(server.url)
    control._carrier = Checking(control._carrier)
    control.add_database("shop", TOKEN, public_token="s3cret-public", listing_lag=0.0, seed=7)
    yield control
    control.remove_faults()
    for one in control.databases():
        control.remove_database(one["database"])


@pytest.fixture
def shop(control):
    return control.database("shop")


def test_health_and_databases(control):
    assert control.health()["databases"] == ["shop"]
    assert [one["database"] for one in control.databases()] == ["shop"]
    assert "s3cret" not in json.dumps(control.databases())


def test_a_database_is_made_described_and_removed(control):
    video = control.add_database("video", "token-2", region="us-west", max_batch=5)
    described = video.describe()
    assert (described["region"], described["settings"]["maxBatch"]) == ("us-west", 5)
    assert described["holds"]["items"] == 0
    control.remove_database("video")
    with pytest.raises(MockControlError, match="404"):
        video.describe()


def test_requests_can_be_put_in_taken_out_and_forgotten(control, shop):
    report = shop.import_lines(
        [
            AddItemProperty("price", "double"),
            AddItem("item-1"),
            SetItemValues("item-1", {"price": 9.5}),
            {"method": "PUT", "path": "/users/user-1"},
            AddPurchase("user-1", "item-1", timestamp=5.0),
        ]
    )
    assert report["done"] == 5
    lines = shop.export_lines()
    assert '"/purchases/"' in lines
    shop.reset()
    assert shop.describe()["holds"]["items"] == 0
    shop.import_lines(lines)
    assert shop.describe()["holds"]["purchases"] == 1
    control.reset()
    assert shop.describe()["holds"]["purchases"] == 0


def test_a_line_that_fails_is_told(shop):
    with pytest.raises(MockControlError, match=r"1 of 2 failed, first line 2: .*does not exist"):
        shop.import_lines([AddItem("a"), AddPurchase("nobody", "a")])


def test_made_up_data(shop):
    assert shop.generate(users=5, items=5, clusters=2, interactions=20)["failed"] == 0
    assert shop.describe()["holds"]["users"] == 5


def test_time_stands_still_and_moves_on(shop):
    assert shop.freeze(datetime(2030, 1, 1, tzinfo=UTC))["time"] == "2030-01-01T00:00:00Z"
    assert shop.advance(60)["time"] == "2030-01-01T00:01:00Z"
    assert shop.set_time("2031-01-01T00:00:00Z")["frozen"] is True
    assert shop.resume()["frozen"] is False
    assert shop.restore_time()["ahead"] == 0
    assert shop.freeze()["frozen"] is True
    assert shop.time()["frozen"] is True


def test_settings_change(shop):
    assert shop.change_settings(listing_lag=2.0)["listingLag"] == 2.0
    assert (shop.settings()["listingLag"], shop.settings()["seed"]) == (2.0, 7)


def test_scenarios(shop):
    shop.put_scenario("home/page", "recommendItemsToUser", exclude_interacted=True)
    assert shop.scenario("home/page")["excludeInteracted"] is True
    assert [one["id"] for one in shop.scenarios()] == ["home/page"]
    shop.delete_scenario("home/page")
    assert shop.scenarios() == []


def test_snapshots_and_copies(control, shop):
    shop.import_lines([AddItem("a")])
    shop.save("first")
    shop.import_lines([AddItem("b")])
    shop.fork("shop-2", "token-2")
    shop.restore("first")
    assert shop.describe()["holds"]["items"] == 1
    assert control.database("shop-2").describe()["holds"]["items"] == 2
    assert [one["name"] for one in shop.snapshots()] == ["first"]
    shop.delete_snapshot("first")
    assert shop.snapshots() == []


def test_faults(control, shop):
    made = shop.add_fault({"kind": "status", "status": 503}, operation="AddPurchase", count=1)
    assert control.fault(made["id"])["database"] == "shop"
    other = control.add_fault({"kind": "reset"}, id="other")
    assert [one["id"] for one in shop.faults()] == [made["id"]]
    assert [one["id"] for one in control.faults()] == [made["id"], other["id"]]
    shop.remove_faults()
    assert [one["id"] for one in control.faults()] == ["other"]
    control.remove_fault("other")
    control.remove_faults()
    assert control.faults() == []


def test_the_journal_is_read_expected_of_and_cleared(server, control, shop):
    server.run(lambda server: server.journal.clear())
    write(server, "AddPurchase", {"userId": "u", "itemId": "i", "amount": 2})
    [entry] = control.journal(database="shop", operation="AddPurchase")
    assert entry["params"]["amount"] == 2
    assert control.entry(entry["seq"])["params"] == entry["params"]
    assert control.expect(AddPurchase, amount=2, count=1) == 1
    assert control.expect("AddPurchase", database="shop") == 1
    assert shop.expect(AddPurchase, user_id="u", since=entry["seq"] - 1) == 1
    with pytest.raises(AssertionError, match="expected 3, was 2"):
        shop.expect(AddPurchase("u", "i", amount=3))
    with pytest.raises(AssertionError, match="never asked"):
        shop.expect(RecommendItemsToUser, params={"count": 5})
    with pytest.raises(MockControlError, match="400: amount: there is no rule"):
        shop.expect(AddPurchase, amount={"$near": 3})
    control.clear_journal()
    assert control.journal() == []


def write(server, operation, params):
    raw = json.dumps(params).encode()
    server.run(
        lambda server: server.journal.record(
            1.0, "POST", b"/shop/purchases/", "h", "shop", operation, 200, "private", raw
        )
    )


def test_events_are_followed(server, control):
    last = control.health()["requests"]
    for amount in (1, 2):
        write(server, "AddPurchase", {"amount": amount})
    events = control.events(since=last, operation="AddPurchase")
    assert [next(events)["params"]["amount"] for _ in range(2)] == [1, 2]
    events.close()


def test_metrics_certificate_and_description(control):
    assert "recombee_mock_requests_total" in control.metrics()
    assert control.certificate().startswith("-----BEGIN CERTIFICATE-----")
    assert control.openapi()["openapi"] == "3.1.0"


def test_the_servers_own_words_are_the_error(control):
    with pytest.raises(MockControlError) as raised:
        control.database("nope").time()
    assert raised.value.status == 404
    assert str(raised.value) == "404: There is no such database; there are: shop"
    assert raised.value.body["message"] == raised.value.text


def test_a_wrong_filter_of_events_is_an_error(control):
    with pytest.raises(MockControlError, match="status must be a number"):
        next(control.events(status="x"))


def test_a_server_that_is_not_there_is_named():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MockControlError, match="is recombee-mock running") as raised:
        MockControl(f"http://127.0.0.1:{port}").health()
    assert raised.value.status == 0


def test_a_server_that_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MockControlError, match=r"did not answer within 0\.05 s"):
            MockControl(f"http://127.0.0.1:{port}", timeout=0.05).health()


@pytest.mark.parametrize("url", ["127.0.0.1:8484", "ftp://x", "http://", ""])
def test_a_url_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="looks like http://"):
        MockControl(url)


def test_what_is_none_is_not_asked():
    assert target_of("/x", {"a": None, "b": True, "c": "d e"}) == "/x?b=true&c=d+e"
    assert target_of("/x", {}) == "/x"


class Recording:
    """A carrier that answers nothing useful and remembers what it carried."""

    def __init__(self):
        self.asked = []

    def carry(self, method, target, _body):
        self.asked.append((method, target.partition("?")[0]))
        return 200, b'{"entries": [], "met": true, "matched": 0, "failed": 0, "list": []}'

    def follow(self, target):
        self.asked.append(("GET", target.partition("?")[0]))
        return iter([b"data: {}\n"])


def test_every_route_of_the_server_is_reachable_through_a_method():
    recording = Recording()
    control = MockControl("http://localhost")
    control._carrier = recording
    database = DatabaseControl("shop", recording)
    for owner in (control, database):
        for name in dir(type(owner)):
            if name.startswith("_") or name == "database":
                continue
            try_method(owner, name)
    routes = MockServer([Database("shop", TOKEN)])._control.routes
    reached = {
        (route.method, route.path)
        for route in routes
        for method, path in recording.asked
        if method == route.method and matches(route.path, path)
    }
    assert {(route.method, route.path) for route in routes} - reached == set()


def matches(template, path):
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) is not None


ARGUMENTS = {
    "events": (),
    "expect": ("AddItem",),
    "entry": (1,),
    "add_database": ("x", "t"),
    "remove_database": ("x",),
    "add_fault": ({"kind": "reset"},),
    "fault": ("f",),
    "remove_fault": ("f",),
    "set_time": (5.0,),
    "advance": (5.0,),
    "scenario": ("s",),
    "put_scenario": ("s", "recommendItemsToUser"),
    "delete_scenario": ("s",),
    "fork": ("y", "t"),
    "save": ("n",),
    "restore": ("n",),
    "delete_snapshot": ("n",),
    "import_lines": ("",),
}


def try_method(owner, name):
    try:
        answer = getattr(owner, name)(*ARGUMENTS.get(name, ()))
        if name == "events":
            list(answer)
    except ValueError:  # the recording's one answer does not suit every method
        pass
