"""What was counted, as Prometheus reads it."""

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from recombee_mock.control import metrics
from recombee_mock.control.api import Control
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.protocol import Call
from recombee_mock.seeing.holdings import holdings
from recombee_mock.seeing.journal import Journal
from recombee_mock.seeing.meter import BOUNDS, Meter
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission


@pytest.fixture
def admission():
    return Admission(
        OpenDatabase(Database(name, f"{name}-token"), Service) for name in ("shop", "video")
    )


@pytest.fixture
def journal():
    return Journal()


@pytest.fixture
def scrape(admission, journal):
    control = Control(metrics.routes(admission, journal), "localhost")

    def families(**headers):
        said = control.answer("GET", b"/_mock/metrics", "localhost", headers, b"", 1.0)
        assert said.status == 200
        assert said.content_type == "text/plain; version=0.0.4; charset=utf-8"
        text = said.value.decode()
        return {
            (sample.name.removeprefix("recombee_mock_"), *sorted(sample.labels.values())): (
                sample.value
            )
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return families


def write(journal, database="shop", operation="AddItem", status=200, auth="private", **more):
    body = more.pop("body", b"")
    target = f"/{database}/".encode()
    journal.record(1.0, "PUT", target, "h", database, operation, status, auth, body, **more)


def test_requests_are_counted_by_database_operation_and_status(scrape, journal):
    write(journal)
    write(journal)
    write(journal, status=404)
    write(journal, "video", "Batch", items=7)
    found = scrape()
    assert found["requests_total", "200", "AddItem", "shop"] == 2
    assert found["requests_total", "404", "AddItem", "shop"] == 1
    assert found["requests_total", "200", "Batch", "video"] == 1
    assert found["batch_items_total", "Batch", "video"] == 7


def test_bytes_are_counted(scrape, journal):
    write(journal, body=b"12345", sent=4)
    write(journal, body=b"1", sent=4, status=404)
    found = scrape()
    assert found["request_body_bytes_total", "AddItem", "shop"] == 6
    assert found["answer_body_bytes_total", "AddItem", "shop"] == 8


def test_durations_are_a_histogram(scrape, journal):
    for took in (0.00005, 0.0001, 0.002, 60.0):
        write(journal, took=took)
    found = scrape()
    name = "request_duration_seconds"
    assert found[f"{name}_bucket", "0.0001", "AddItem"] == 2
    assert found[f"{name}_bucket", "0.0025", "AddItem"] == 3
    assert found[f"{name}_bucket", "10", "AddItem"] == 3
    assert found[f"{name}_bucket", "+Inf", "AddItem"] == 4
    assert found[f"{name}_count", "AddItem"] == 4
    assert found[f"{name}_sum", "AddItem"] == pytest.approx(60.00215)


def test_the_buckets_go_up():
    assert list(BOUNDS) == sorted(set(BOUNDS))


def test_unknown_databases_share_one_label(scrape, journal):
    for number in range(1000):
        write(journal, f"nope-{number}", "", 404, "unchecked")
    assert scrape()["requests_total", "", "", "404"] == 1000


def test_a_removed_database_leaves_its_counts_to_the_unknown(scrape, journal, admission):
    write(journal, took=1.0)
    write(journal, "video", took=2.0)
    before = sum(value for name, value in scrape().items() if name[0] == "requests_total")
    admission.close("video")
    found = scrape()
    assert found["requests_total", "", "200", "AddItem"] == 1
    assert found["request_duration_seconds_sum", "AddItem"] == 3.0
    assert sum(v for name, v in found.items() if name[0] == "requests_total") == before


def test_databases_that_come_and_go_do_not_add_up():
    meter = Meter()
    for number in range(20_001):
        meter.count(f"test-{number}", "AddItem", 200, 0.0, 0, 0, 0)
    assert len(meter._series) <= 10_001
    assert sum(tally.count for tally in meter.tallies([])) == 20_001


def test_faults_are_counted_by_name(scrape, journal):
    write(journal, fault="reset")
    write(journal, fault='a"b\\c\nd')
    found = scrape()
    assert found["faults_total", "reset"] == 1
    assert found["faults_total", 'a"b\\c\nd'] == 1


def test_names_of_faults_are_bounded():
    meter = Meter()
    for number in range(10_010):
        meter.count_fault(str(number))
    meter.count_fault("5")
    assert (len(meter.faults), meter.faults["5"]) == (10_000, 2)


def test_what_is_stored_is_told(scrape, admission):
    service = admission.databases["shop"].service
    for timestamp in (1, 2, 3):
        body = {"userId": "u", "itemId": "i", "timestamp": timestamp, "cascadeCreate": True}
        service.apply(Call("POST", "/purchases/", "", json.dumps(body).encode()), 1.0)
    body = {"userId": "u", "itemId": "j", "portion": 0.5, "cascadeCreate": True}
    service.apply(Call("POST", "/viewportions/", "", json.dumps(body).encode()), 1.0)
    found = scrape()
    assert found["stored", "items", "shop"] == 2
    assert found["stored", "shop", "users"] == 1
    assert found["stored", "purchases", "shop"] == 3
    assert found["stored", "shop", "viewPortions"] == 1
    assert found["stored", "purchases", "video"] == 0
    assert holdings(service.contents)["purchases"] == 3


def test_the_journal_is_told(scrape, journal):
    write(journal, body=b"123")
    found = scrape()
    assert found[("journal_entries",)] == 1
    assert found[("journal_body_bytes",)] == 3
    assert found[("journal_listeners",)] == 0


def test_what_was_counted_outlives_the_journal(scrape, journal):
    write(journal)
    journal.clear()
    assert scrape()["requests_total", "200", "AddItem", "shop"] == 1


def test_no_token_is_told(admission, journal):
    control = Control(metrics.routes(admission, journal), "localhost")
    write(journal, "shop-token", "", 404, "unchecked")
    text = control.answer("GET", b"/_mock/metrics", "localhost", {}, b"", 1.0).value.decode()
    assert "token" not in text
