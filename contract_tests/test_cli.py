"""The command: what it runs, what it refuses, what it returns."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recombee_contract.cli import is_loopback, main
from recombee_mock import Database, MockServerThread

TOKEN = "s3cret-private-token"
PUBLIC = "s3cret-public-token"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServerThread]:
    with MockServerThread([Database("mine", TOKEN, PUBLIC)], tls_port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMBEE_TOKEN", TOKEN)
    monkeypatch.setenv("PUBLIC", PUBLIC)


def test_the_mock_is_run_and_told_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "results.json"

    status = main(["run", "--target", "mock", "--filter", "ratings.", "--json", str(file)])

    found = json.loads(file.read_text())
    assert status == 0
    assert found["sums"]["pass"] == len(found["results"]) > 50
    assert f"mock: {len(found['results'])} pass, in " in capsys.readouterr().out


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_at_a_url_is_run_in_one_database(
    server: MockServerThread, scheme: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = server.url if scheme == "http" else server.https_url or ""
    options = ["--database", "mine", "--public-token-env", "PUBLIC", "--ca", str(server.ca_path)]

    status = main(["run", "--target", url, *options, "--filter", "item"])

    said = capsys.readouterr()
    assert status == 0, said.out
    assert f"{url}: " in said.out
    assert TOKEN not in said.out + said.err
    assert PUBLIC not in said.out + said.err


def test_what_a_url_cannot_be_made_into_is_inapplicable(
    server: MockServerThread, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--database", "mine", "--filter", "regions."]

    assert main(["run", "--target", server.url, *options]) == 0
    assert "8 inapplicable" in capsys.readouterr().out


def test_a_wrong_token_is_an_error_and_is_not_shown(
    server: MockServerThread,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OTHER", "0ther-token")
    options = ["--database", "mine", "--token-env", "OTHER", "--filter", "database."]

    status = main(["run", "--target", server.url, *options])

    said = capsys.readouterr()
    assert status == 2
    assert "it could not be erased: 401" in said.out
    assert "0ther-token" not in said.out + said.err


def test_nobody_listening_is_an_error_not_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--database", "mine", "--filter", "scenarios."]

    assert main(["run", "--target", "http://127.0.0.1:1", *options]) == 2
    assert "2 error" in capsys.readouterr().out


def test_choices_can_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    run = ["run", "--target", "mock", "--filter", "merge.", "--json", str(file)]

    assert main(run) == main([*run, "--documented"]) == 0
    sources = {one["source"] for one in json.loads(file.read_text())["results"]}
    assert not [source for source in sources if source.startswith("unpublished")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "https://rapi.recombee.com"], "needs --database"),
        (
            ["--target", "https://rapi.recombee.com", "--database", "shop"],
            "add --i-know-this-erases shop",
        ),
        (
            [
                "--target",
                "https://rapi.recombee.com",
                "--database",
                "shop",
                "--i-know-this-erases",
                "other",
            ],
            "erases everything in database 'shop'",
        ),
        (["--target", "nonsense", "--database", "shop"], "is not like https://host"),
        (["--target", "http://localhost:1/shop", "--database", "shop"], "is not like"),
        (
            ["--target", "http://localhost", "--database", "shop", "--token-env", "UNSET"],
            "expected in the environment as UNSET",
        ),
        (["--target", "mock", "--filter", "no such case"], "no case has 'no such case'"),
    ],
)
def test_what_cannot_be_run_is_explained(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *options]) == 2
    assert said in capsys.readouterr().err


def test_checking_a_client_says_that_it_is_not_built(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["client", "--", "node", "probe.js"]) == 2
    assert "not built yet" in capsys.readouterr().err


def test_cases_and_vectors_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--filter", "AddRating", "--vectors"]) == 0
    assert "AddRating.full\n" in capsys.readouterr().out
    assert main(["list", "--filter", "ratings."]) == 0
    assert "ratings.a-rating-is-between-minus-one-and-one@batch\n" in capsys.readouterr().out


@pytest.mark.parametrize("host", ["localhost", "shop.localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["rapi.recombee.com", "localhost.evil.com", "10.0.0.1", "0.0.0.0"])
def test_other_machines_are_known(host: str) -> None:
    assert not is_loopback(host)


def test_a_reader_that_has_seen_enough_ends_the_listing_quietly():
    command = [sys.executable, "-m", "recombee_contract.cli", "list", "--vectors"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.readline()
        listing.stdout.close()
        assert (listing.stderr.read(), listing.wait(30)) == (b"", 141)


def test_a_results_file_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]):
    words = ["run", "--target", "mock", "--filter", "database", "--json", "/dev/full"]
    assert main(words) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "recombee-contract: --json /dev/full: No space left on device"
