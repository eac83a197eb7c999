"""The configuration file: what it says is what is served; what is wrong in it is named."""

import argparse
import json
import os
import re
import subprocess
import sys
import textwrap

import pytest

from recombee_mock import MockServerThread
from recombee_mock.cli import main
from recombee_mock.commands import trust
from recombee_mock.commands.options import parse
from recombee_mock.commands.serve import _databases, _server
from recombee_mock.commands.usage import UsageError
from recombee_mock.faults.rule import rule_from_json

FULL = """
host = "127.0.0.1"
port = 0
tls = true
ca = "ca.pem"
ready-file = "ready.json"
journal = 5
listing-lag = 1
seed = ["shop=shop.jsonl"]
export-on-exit = "shop=out/shop.jsonl"

[databases.shop]
token = "t-o-k-e-n"
public = "p-u-b"
region = "us-west"
settings = { eraseWindow = 3, maxBatch = 7 }

[[databases.shop.scenarios]]
id = "homepage"
endpoint = "recommendItemsToUser"
filter = "'price' < 10"

[databases.video]
token = "o-t-h-e-r"

[[faults]]
id = "slow"
database = "shop"
probability = 0.5
effect = { kind = "latency", delay = { kind = "normal", mean = 0.2, deviation = 0.1 } }
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        (tmp_path / "mock.toml").write_text(text)
        return str(tmp_path / "mock.toml")

    return write


def test_it_says_what_options_say(written, tmp_path):
    settings = parse(["--config", written(FULL)])
    assert (settings.host, settings.port, settings.tls, settings.journal) == (
        "127.0.0.1",
        0,
        True,
        5,
    )
    assert settings.ca == str(tmp_path / "ca.pem")
    assert settings.ready_file == str(tmp_path / "ready.json")
    assert settings.seed == [f"shop={tmp_path / 'shop.jsonl'}"]
    assert settings.export_on_exit == [f"shop={tmp_path / 'out' / 'shop.jsonl'}"]


def test_what_the_command_line_says_goes_first(written):
    config = written(FULL)
    settings = parse(["--config", config, "--journal", "9", "--listing-lag", "4"])
    assert (settings.journal, settings.port) == (9, 0)
    assert [one.listing_lag for one in _databases(settings)] == [4.0, 4.0]
    assert _databases(settings)[0].erase_window == 3.0


def test_databases_of_both_are_served(written):
    config = written('[databases.shop]\ntoken = "a"')
    settings = parse(["--config", config, "--database", "video=b"])
    assert [one.id for one in _databases(settings)] == ["shop", "video"]
    with pytest.raises(UsageError, match="shop is there twice"):
        _databases(parse(["--config", config, "--database", "shop=b"]))


def test_without_a_database_in_it_the_well_known_one_is_served(written):
    assert [one.id for one in _databases(parse(["--config", written("port = 0")]))] == ["mock-db"]


def test_databases_get_their_settings_scenarios_and_faults(written):
    settings = parse(["--config", written(FULL.replace("seed =", "#").replace("export-on", "#"))])
    databases = _databases(settings)
    server = _server(settings, databases)
    shop = server.find("shop")
    assert (shop.region, shop.database.public_token) == ("us-west", "p-u-b")
    assert shop.service.settings.max_batch == 7
    assert shop.service.settings.listing_lag == 1.0
    assert [one.id for one in shop.service.contents.scenarios.all()] == ["homepage"]
    assert list(server.faults.armed) == ["slow"]
    assert server.find("video").region == "eu-west"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("port = ", "mock.toml is not valid TOML"),
        ("prot = 1", "mock.toml: prot is not known here; did you mean port?"),
        ("port = 70000", "port must be a whole number from 0 to 65535"),
        ('port = "80"', "port must be a whole number"),
        ("tls = 1", "tls must be true or false"),
        ("seed = 5", "seed must be a file name, or a list of them"),
        ("databases = 5", "databases must be an object"),
        ("[databases.shop]", "databases.shop.token is missing"),
        ('[databases.shop]\ntoken = ""', "databases.shop.token must be a text"),
        ('[databases.shop]\ntokn = "s3cret"', "databases.shop.token is missing; tokn is not known"),
        ('[databases.shop]\ntoken = "s3cret"\nx = 1', "databases.shop.x is not known here"),
        ('[databases.shop]\ntoken = "s3cret"\nregion = "eu-wset"', "did you mean eu-west?"),
        ('[databases."a b"]\ntoken = "s3cret"', "databases.a b: A database ID has"),
        (
            '[databases.shop]\ntoken = "s3cret"\nsettings = { listinglag = 1 }',
            "databases.shop.settings.listinglag is not known here; did you mean listingLag?",
        ),
        (
            '[databases.shop]\ntoken = "s3cret"\nscenarios = { id = "a" }',
            "databases.shop.scenarios must be a list: write [[databases.shop.scenarios]]",
        ),
        (
            '[databases.shop]\ntoken = "s3cret"\n[[databases.shop.scenarios]]\nid = "a"',
            "databases.shop.scenarios[0].endpoint is missing",
        ),
        (
            '[databases.shop]\ntoken = "s3cret"\n'
            + 2 * '[[databases.shop.scenarios]]\nid = "a"\nendpoint = "searchItems"\n',
            "databases.shop.scenarios: a is there twice",
        ),
        ("data-sync = true", "it needs --data"),
        ("[[faults]]", "faults[0].effect is missing"),
        ('[[faults]]\neffect = { kind = "rest" }', "faults[0].effect.kind must be one of"),
    ],
)
def test_a_mistake_is_named_with_file_and_key_and_without_tokens(written, capsys, text, words):
    assert main(["--config", written(text)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err
    assert "s3cret" not in err


def test_a_file_that_is_not_there_is_named(capsys, tmp_path):
    assert main(["--config", str(tmp_path / "no.toml")]) == 2
    assert re.search(r"--config: .*no\.toml: No such file", capsys.readouterr().err)


def test_two_faults_of_one_name_are_refused(written):
    fault = '[[faults]]\nid = "a"\neffect = { kind = "reset" }\n'
    settings = parse(["--config", written(fault * 2)])
    with pytest.raises(UsageError, match="a fault a already"):
        _server(settings, _databases(settings))


def test_the_examples_of_the_help_are_right(written, capsys):
    with pytest.raises(SystemExit):
        parse(["--help"])
    told = capsys.readouterr().out
    example = told.partition("--config mock.toml\n")[2].partition("Other commands")[0]
    settings = parse(["--config", written(textwrap.dedent(example))])
    assert list(_server(settings, _databases(settings)).faults.armed) == ["fault-1"]
    fault = told.partition("_mock/faults -d '")[2].partition("'")[0]
    assert rule_from_json(json.loads(fault)).lasts == 60.0


# --- trust ---------------------------------------------------------------------------------------


def trusting(**given):
    defaults = {"ca": None, "ready_file": None, "url": "http://127.0.0.1:1", "save": "saved.pem"}
    return argparse.Namespace(**{**defaults, **given})


def test_trust_names_every_client_with_the_file(capsys, tmp_path):
    ca = tmp_path / "my ca.pem"
    ca.write_text("-----BEGIN CERTIFICATE-----")
    assert trust.run(trusting(ca=str(ca), url="http://127.0.0.1:8484")) == 0
    told = capsys.readouterr().out
    for words in ("REQUESTS_CA_BUNDLE=", "NODE_EXTRA_CA_CERTS=", "keytool", "curl --cacert", "Go"):
        assert words in told
    assert f"'{ca}'" in told
    assert "RAPI_URI=127.0.0.1:8484" in told


def test_trust_reads_a_ready_file(capsys, tmp_path):
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps({"ca": "/tmp/ca.pem", "https": "https://127.0.0.1:5"}))
    assert trust.run(trusting(ready_file=str(ready))) == 0
    assert "curl --cacert /tmp/ca.pem https://127.0.0.1:5/" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "is the mock running?"),
        ("{}", "is not the ready file of a mock"),
        ('{"ca": null, "https": null}', "that mock has no https; start it with --tls"),
    ],
)
def test_trust_says_what_is_wrong_with_a_ready_file(capsys, tmp_path, content, words):
    ready = tmp_path / "ready.json"
    if content is not None:
        ready.write_text(content)
    assert trust.run(trusting(ready_file=str(ready))) == 1
    assert words in capsys.readouterr().err


def test_trust_takes_no_other_file_for_a_certificate(capsys, tmp_path):
    other = tmp_path / "mock.toml"
    other.write_text("port = 1")
    assert trust.run(trusting(ca=str(other))) == 1
    assert "mock.toml is no certificate" in capsys.readouterr().err


def test_trust_says_when_there_is_no_mock_or_no_file(capsys, tmp_path):
    assert trust.run(trusting()) == 1
    assert trust.run(trusting(ca=str(tmp_path / "no.pem"))) == 1
    assert trust.run(trusting(url="https://127.0.0.1:1")) == 1
    told = capsys.readouterr().err.splitlines()
    assert "no mock answers on http://127.0.0.1:1" in told[0]
    assert "is not there; start the mock with --tls --ca" in told[1]
    assert "--url takes the mock's http address" in told[2]


REQUESTS = "import requests, sys; print(requests.get(sys.argv[1]).json()['status'])"
AIOHTTP = """
import aiohttp, asyncio, sys

async def main():
    async with aiohttp.ClientSession() as session, session.get(sys.argv[1]) as reply:
        print((await reply.json())["status"])

asyncio.run(main())
"""


def test_a_running_mock_is_trusted_by_what_is_printed(capsys, tmp_path):
    saved = tmp_path / "saved.pem"
    with MockServerThread(tls=True) as server:
        assert trust.run(trusting(url=server.url, save=str(saved))) == 0
        told = capsys.readouterr().out
        for code, variable in ((REQUESTS, "REQUESTS_CA_BUNDLE"), (AIOHTTP, "SSL_CERT_FILE")):
            assert f"{variable}={saved}" in told
            done = subprocess.run(
                [sys.executable, "-c", code, f"{server.https_url}/_mock/health"],
                env={**os.environ, variable: str(saved), "NO_PROXY": "*"},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert (done.stdout, done.stderr) == ("ok\n", "")


def test_a_mock_without_https_has_nothing_to_trust(capsys, tmp_path):
    with MockServerThread() as server:
        assert trust.run(trusting(url=server.url, save=str(tmp_path / "saved.pem"))) == 1
    assert "has no https; start it with --tls" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
