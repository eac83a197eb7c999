"""The pytest fixtures, used as a stranger's test suite uses them."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

PLAIN = ("-W", "error", "-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:aiohttp")
OPTIONS = (*PLAIN[:4], "-o", "asyncio_default_fixture_loop_scope=function")

TESTS = """
import pytest
from aiorecombee import AddDetailView

@pytest.mark.asyncio
async def test_views(recombee_client, recombee_mock):
    await recombee_client.send(AddDetailView("user-1", "item-7", cascade_create=True))
    assert [entry.operation for entry in recombee_mock.journal()] == ["AddDetailView"]

@pytest.mark.asyncio
@pytest.mark.parametrize("number", range(4))
async def test_every_test_has_a_database_of_its_own(recombee_client, recombee_mock, number):
    assert recombee_mock.journal() == []
    await recombee_client.send(AddDetailView("user-1", "item-7", timestamp=1, cascade_create=True))
"""


@pytest.fixture(autouse=True)
def _separate(monkeypatch):
    # The outer run's options are not the stranger's.
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_a_client_is_ready_in_every_mode_of_pytest_asyncio(pytester, mode):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess(*OPTIONS, f"--asyncio-mode={mode}")
    result.assert_outcomes(passed=5)
    assert result.ret == 0


def test_workers_do_not_get_in_each_others_way(pytester):
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess(*OPTIONS, "--asyncio-mode=auto", "-n", "2")
    result.assert_outcomes(passed=5)
    assert result.ret == 0


def test_a_synchronous_test_needs_no_event_loop(pytester):
    pytester.makepyfile(
        """
        import json, urllib.request, urllib.error

        def test_health(recombee_mock, recombee_mock_server):
            with urllib.request.urlopen(f"{recombee_mock_server.url}/_mock/health") as reply:
                assert recombee_mock.database_id in json.load(reply)["databases"]

        def test_what_a_database_knows(recombee_mock):
            assert recombee_mock.url == f"http://{recombee_mock.base_uri}/{recombee_mock.database_id}"
            assert recombee_mock.https_url is None
            assert recombee_mock.region == "eu-west"
            assert recombee_mock.token != recombee_mock.public_token
            assert str(recombee_mock.token) not in repr(recombee_mock)
            recombee_mock.reset()
        """
    )
    result = pytester.runpytest_subprocess(*PLAIN)
    result.assert_outcomes(passed=2)


def test_a_database_can_be_told_and_asked_everything(pytester):
    pytester.makepyfile(
        """
        import pytest
        from aiorecombee import AddItem, AddPurchase, Batch, RecombeeError

        @pytest.mark.asyncio
        async def test_expectations(recombee_client, recombee_mock):
            bought = AddPurchase("user-1", "item-7", amount=2, cascade_create=True)
            await recombee_client.send(bought)
            await recombee_client.send(Batch([AddItem("item-8")]))
            recombee_mock.expect(AddPurchase, user_id="user-1", count=1)
            recombee_mock.expect(AddPurchase("user-1", "item-7", amount=2))
            recombee_mock.expect(AddItem, item_id="item-8")
            at = recombee_mock.cursor
            recombee_mock.expect(AddPurchase, since=at, count=0)
            with pytest.raises(AssertionError, match="amount: expected 3, was 2"):
                recombee_mock.expect(AddPurchase, amount=3)

        @pytest.mark.asyncio
        async def test_another_database_knows_nothing_of_it(recombee_mock):
            with pytest.raises(AssertionError, match="no requests at all"):
                recombee_mock.expect(AddPurchase)

        @pytest.mark.asyncio
        async def test_faults(recombee_client, recombee_mock):
            recombee_mock.add_fault({"kind": "status", "status": 404}, operation="AddItem", count=1)
            with pytest.raises(RecombeeError):
                await recombee_client.send(AddItem("item-1"))
            [entry] = recombee_mock.journal()
            assert entry.fault

        def test_time_settings_scenarios_and_data(recombee_mock):
            assert recombee_mock.freeze("2030-01-01T00:00:00Z")["unix"] == 1893456000
            assert recombee_mock.change_settings(max_batch=5)["maxBatch"] == 5
            recombee_mock.put_scenario("home", "recommendItemsToUser")
            assert [one["id"] for one in recombee_mock.scenarios()] == ["home"]
            recombee_mock.import_lines([AddItem("a"), AddItem("b")])
            recombee_mock.save("two")
            recombee_mock.reset()
            recombee_mock.restore("two")
            assert recombee_mock.describe()["holds"]["items"] == 2
            assert recombee_mock.export_lines().count("/items/") == 2
            assert recombee_mock.journal() == []
            assert str(recombee_mock.token) not in repr(recombee_mock)
        """
    )
    result = pytester.runpytest_subprocess(*OPTIONS, "--asyncio-mode=strict")
    result.assert_outcomes(passed=4)


def test_a_database_is_gone_after_its_test(pytester):
    pytester.makepyfile(
        """
        seen = []

        def test_one(recombee_mock):
            seen.append(recombee_mock.database_id)

        def test_two(recombee_mock, recombee_mock_server):
            assert recombee_mock_server.server.databases == [recombee_mock.database_id]
            assert seen != [recombee_mock.database_id]
        """
    )
    pytester.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=2)


def test_a_layer_can_be_replaced(pytester):
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def recombee_mock_options():
            return {"tls_port": 0}
        """
    )
    pytester.makepyfile(
        """
        import json, ssl, urllib.request

        def test_https(recombee_mock, recombee_mock_server):
            context = ssl.create_default_context(cafile=recombee_mock.ca_path)
            url = f"{recombee_mock_server.https_url}/_mock/health"
            with urllib.request.urlopen(url, context=context) as reply:
                assert json.load(reply)["status"] == "ok"
        """
    )
    pytester.runpytest_subprocess(*OPTIONS).assert_outcomes(passed=1)


def test_the_environment_cannot_send_the_client_elsewhere(pytester, monkeypatch):
    monkeypatch.setenv("RAPI_URI", "192.0.2.1:1")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess(*OPTIONS, "--asyncio-mode=auto")
    result.assert_outcomes(passed=5)


def test_runs_that_use_no_fixture_load_nothing():
    code = (
        "import sys, pytest; before = set(sys.modules); import recombee_mock.pytest_plugin;"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith('recombee_mock')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
