"""Which database is meant: options before files before the environment, and never a token shown."""

import argparse
import io
import json

import pytest

from aiorecombee.cli.connection_options import add_connection_options, read_connection
from aiorecombee.cli.usage import UsageError

TOKEN = "Gh0stT0ken"
SETTINGS = {"databaseId": "of-file", "privateToken": TOKEN, "databaseRegion": "ap-se"}
ENVIRONMENT = {"RECOMBEE_DATABASE": "of-env", "RECOMBEE_TOKEN": TOKEN}


@pytest.fixture
def read():
    """Read a connection from arguments and variables."""

    def read(*arguments, **environ):
        parser = argparse.ArgumentParser()
        add_connection_options(parser)
        return read_connection(parser.parse_args(arguments), environ)

    return read


@pytest.fixture
def complaint(read):
    """What is said of arguments and variables that will not do."""

    def complaint(*arguments, **environ):
        with pytest.raises(UsageError) as raised:
            read(*arguments, **environ)
        assert TOKEN not in str(raised.value)
        return str(raised.value)

    return complaint


@pytest.fixture
def settings(tmp_path):
    """Write a file of settings and give its name."""

    def write(**changes):
        file = tmp_path / "settings.json"
        file.write_text(json.dumps({**SETTINGS, **changes}))
        return str(file)

    return write


def told(connection):
    return (connection.database.value, connection.database.source, str(connection.origin))


def test_the_environment_is_enough(read):
    connection = read(**ENVIRONMENT, RECOMBEE_REGION="us-west")

    assert told(connection) == (
        "of-env",
        "RECOMBEE_DATABASE",
        "https://rapi-us-west.recombee.com",
    )
    assert (connection.token_source, connection.place_source) == (
        "RECOMBEE_TOKEN",
        "RECOMBEE_REGION",
    )


def test_without_a_place_it_is_the_default_host(read):
    connection = read(**ENVIRONMENT)

    assert (str(connection.origin), connection.place_source) == ("https://rapi.recombee.com", "")


def test_a_file_goes_before_the_environment(read, settings):
    connection = read("--settings", settings(), **ENVIRONMENT, RECOMBEE_REGION="us-west")

    assert told(connection)[0] == "of-file"
    assert told(connection)[2] == "https://rapi-ap-se.recombee.com"
    assert connection.token_source.startswith("--settings ")


def test_options_go_before_a_file(read, settings, tmp_path):
    token = tmp_path / "token"
    token.write_text("other\n")

    connection = read(
        *("--settings", settings(), "--database", "of-option", "--token-file", str(token)),
        *("--base-uri", "localhost:8484", "--protocol", "http"),
        **ENVIRONMENT,
    )

    assert told(connection) == ("of-option", "--database", "http://localhost:8484")
    assert connection.token_source == f"--token-file {token}"


def test_settings_of_the_older_destination_will_do(read, tmp_path):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"Database ID": "db", "API Key": TOKEN, "API URI": "my.host"}))

    assert told(read("--settings", str(file)))[2] == "https://my.host"


def test_a_custom_region_of_a_file_brings_its_host(read, settings):
    file = settings(databaseRegion="custom", apiUri="my.host")

    assert told(read("--settings", file))[2] == "https://my.host"


def test_the_variable_of_the_official_clients_counts(read):
    connection = read(**ENVIRONMENT, RAPI_URI="localhost:8484")

    assert (str(connection.origin), connection.place_source) == (
        "https://localhost:8484",
        "RAPI_URI",
    )


def test_a_token_can_come_from_standard_input(read, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))

    connection = read("--database", "db", "--token-file", "-")

    assert connection.token_source == "--token-file -"
    assert TOKEN not in repr(connection)


def test_a_client_is_made_of_it(read):
    connection = read(**ENVIRONMENT, RECOMBEE_REGION="us-west")

    shown = "<RecombeeClient of of-env at https://rapi-us-west.recombee.com>"
    assert repr(connection.client()) == shown


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        ([], {"RECOMBEE_TOKEN": TOKEN}, "no database: give --database, or set RECOMBEE_DATABASE"),
        (["--database", "db"], {}, "no token: set RECOMBEE_TOKEN"),
        (["--database", "a b"], {"RECOMBEE_TOKEN": TOKEN}, "--database: database_id 'a b' may"),
        ([], {**ENVIRONMENT, "RECOMBEE_DATABASE": "ä"}, "RECOMBEE_DATABASE: database_id 'ä' may"),
        ([], {**ENVIRONMENT, "RECOMBEE_TOKEN": f"'{TOKEN}'"}, "RECOMBEE_TOKEN: the token begins"),
        ([], {**ENVIRONMENT, "RECOMBEE_TOKEN": f"{TOKEN}\n"}, "RECOMBEE_TOKEN: the token begins"),
        ([], {**ENVIRONMENT, "RECOMBEE_TOKEN": f"{TOKEN}\x00a"}, "RECOMBEE_TOKEN: the token has"),
        (["--region", "mars"], ENVIRONMENT, "--region: there is no region 'mars'; there are: "),
        ([], {**ENVIRONMENT, "RECOMBEE_REGION": "mars"}, "RECOMBEE_REGION: there is no region"),
        ([], {**ENVIRONMENT, "RAPI_URI": "https://h"}, "RAPI_URI: base_uri 'https://h' must be"),
        (["--base-uri", "h:0"], ENVIRONMENT, "--base-uri: base_uri 'h:0': there is no port 0"),
        (
            ["--region", "us-west"],
            {**ENVIRONMENT, "RAPI_URI": "h"},
            "RAPI_URI: region='us-west' and RAPI_URI=h in the environment contradict",
        ),
        (
            ["--base-uri", "a"],
            {**ENVIRONMENT, "RAPI_URI": "b"},
            "--base-uri a and RAPI_URI=b in the environment contradict each other",
        ),
        (["--token-file", "gone"], ENVIRONMENT, "--token-file gone: No such file or directory"),
        (["--settings", "gone"], ENVIRONMENT, "--settings gone: No such file or directory"),
    ],
)
def test_what_will_not_do_is_said_by_its_source(complaint, arguments, environ, said):
    assert complaint(*arguments, **environ).startswith(said)


@pytest.mark.parametrize("content", [b"", b" \n", b"a\nb", b"\xff", b"a" * 20_000])
def test_a_file_without_a_token_is_said_so(complaint, tmp_path, content):
    file = tmp_path / "token"
    file.write_bytes(content)

    assert complaint("--token-file", str(file), **ENVIRONMENT).startswith(f"--token-file {file}: ")


@pytest.mark.parametrize(
    "changes", [{"databaseRegion": "mars"}, {"databaseId": 1}, {"privateToken": f" {TOKEN}"}]
)
def test_bad_settings_are_said_by_their_file(complaint, settings, changes):
    assert complaint("--settings", settings(**changes)).startswith("--settings /")


@pytest.mark.parametrize("arguments", [["--token", TOKEN], [f"--token={TOKEN}"]])
def test_no_option_takes_a_token_nor_repeats_it(arguments, capsys):
    parser = argparse.ArgumentParser()
    add_connection_options(parser)

    with pytest.raises(SystemExit):
        parser.parse_args(arguments)
    said = capsys.readouterr().err
    assert "set RECOMBEE_TOKEN, or give --token-file" in said
    assert TOKEN not in said
