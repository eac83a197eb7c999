"""The configuration file: what the options say, and databases with settings, scenarios, faults.

    port = 8484
    tls = true
    [databases.shop]
    token = "secret"
    region = "eu-west"
    settings = { listingLag = 2 }
    [[databases.shop.scenarios]]
    id = "homepage"
    endpoint = "recommendItemsToUser"
    [[faults]]
    database = "shop"
    effect = { kind = "latency", delay = 0.05 }

Names are those of the options, and inside of databases and faults those of the control API. Paths
start at the folder of the file.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from recombee_mock.commands.usage import UsageError
from recombee_mock.databases import Database
from recombee_mock.fields import FieldError, Fields
from recombee_mock.settings import Settings, settings_from_json
from recombee_mock.shell.regions import DEFAULT_REGION

if TYPE_CHECKING:
    from recombee_mock.faults.rule import Rule
    from recombee_mock.server import MockServer
    from recombee_mock.store.scenarios import Scenario

_LAST_PORT: Final = 65_535
_DAY: Final = 86_400.0


@attrs.frozen(repr=False)
class Config:
    """What a configuration file says.

    Attributes:
        options: Values of options, by their name in the parsed command line.
        databases: To be served.
        scenarios: Of each database, by its ID.
        faults: To be put to work at the start.
    """

    options: Mapping[str, Any]
    databases: "tuple[Database, ...]" = ()
    scenarios: "Mapping[str, tuple[Scenario, ...]]" = attrs.Factory(dict)
    faults: "tuple[Rule, ...]" = ()


def read_config(path: str) -> Config:
    """Read a configuration file.

    Raises:
        UsageError: It cannot be read, or says something that cannot be; names file and key.
    """
    try:
        return _understand(tomllib.loads(Path(path).read_text("utf-8")), Path(path).parent)
    except OSError as error:
        raise UsageError(f"--config: {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--config: {path} is not valid TOML: {error}") from None
    except FieldError as error:
        raise UsageError(f"--config: {path}: {error}") from None


def _understand(value: Mapping[str, Any], folder: Path) -> Config:
    fields = Fields(value)
    options = _options(fields, folder)
    shared = Settings(
        erase_window=fields.number("erase-window", 0.0, most=_DAY),
        listing_lag=fields.number("listing-lag", 0.0, most=_DAY),
        allow_public_merge=fields.flag("allow-public-merge", False),
    )
    databases: list[Database] = []
    scenarios: dict[str, tuple[Scenario, ...]] = {}
    for name, given in Fields(fields.take("databases", {}), "databases").items():
        of_one = Fields(given, f"databases.{name}")
        databases.append(_database(name, of_one, shared))
        scenarios[name] = _scenarios(of_one)
        of_one.done()
    faults = _faults(fields)
    fields.done()
    options |= {
        "erase_window": shared.erase_window,
        "listing_lag": shared.listing_lag,
        "allow_public_merge": shared.allow_public_merge,
    }
    return Config(options, tuple(databases), scenarios, faults)


def _options(fields: Fields, folder: Path) -> dict[str, Any]:
    def file(name: str) -> str | None:
        given = fields.text(name, None)
        return None if given is None else str(folder / given)

    given = {
        "host": fields.text("host", None),
        "port": fields.whole("port", None, most=_LAST_PORT),
        "tls": fields.flag("tls", None),
        "tls_port": fields.whole("tls-port", None, most=_LAST_PORT),
        "ca": file("ca"),
        "ready_file": file("ready-file"),
        "data": file("data"),
        "data_sync": fields.flag("data-sync", None),
        "seed": _files(fields, "seed", folder),
        "export_on_exit": _files(fields, "export-on-exit", folder),
        "signature_lifetime": fields.number("signature-lifetime", None, most=1e9),
        "max_body": fields.whole("max-body", None),
        "journal": fields.whole("journal", None),
    }
    return {name: value for name, value in given.items() if value is not None}


def _files(fields: Fields, name: str, folder: Path) -> list[str] | None:
    """`[DATABASE=]FILE`, one or several."""
    given = fields.take(name, None)
    texts = [given] if isinstance(given, str) else given
    if texts is None:
        return None
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise FieldError(f"{name} must be a file name, or a list of them")
    split = [text.partition("=") for text in texts]
    return [
        f"{first}={folder / file}" if equals else str(folder / first)
        for first, equals, file in split
    ]


def _database(name: str, fields: Fields, shared: Settings) -> Database:
    settings = settings_from_json(fields.take("settings", {}), shared, fields.name("settings"))
    try:
        return Database(
            id=name,
            token=fields.text("token"),
            public_token=fields.text("public", None),
            region=fields.text("region", DEFAULT_REGION),
            **attrs.asdict(settings),
        )
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError(f"{fields.where}: {error}") from None


def _scenarios(fields: Fields) -> "tuple[Scenario, ...]":
    listed = fields.take("scenarios", [])
    if not listed:
        return ()
    from recombee_mock.scenario_json import scenario_from_json  # noqa: PLC0415 - loads ReQL

    where = fields.name("scenarios")
    found = {}
    for at, given in enumerate(_list(listed, where)):
        scenario = scenario_from_json(given, where=f"{where}[{at}]")
        if scenario.id in found:
            raise FieldError(f"{where}: {scenario.id} is there twice")
        found[scenario.id] = scenario
    return tuple(found.values())


def _faults(fields: Fields) -> "tuple[Rule, ...]":
    listed = fields.take("faults", [])
    if not listed:
        return ()
    from recombee_mock.faults.rule import rule_from_json  # noqa: PLC0415 - loads the API's requests

    return tuple(
        rule_from_json(given, f"faults[{at}]") for at, given in enumerate(_list(listed, "faults"))
    )


def _list(value: Any, where: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise FieldError(f"{where} must be a list: write [[{where}]]")


def set_up(server: "MockServer", config: Config) -> None:
    """Put scenarios and faults of a configuration into a server that has its databases.

    Raises:
        UsageError: Two faults have the same name.
    """
    from recombee_mock.faults.table import FaultExistsError  # noqa: PLC0415 - with the server
    from recombee_mock.store.contents import Contents  # noqa: PLC0415

    for database, scenarios in config.scenarios.items():
        contents = getattr(server.find(database).service, "contents", None)
        if isinstance(contents, Contents):
            for scenario in scenarios:
                contents.scenarios.put(scenario)
    try:
        for rule in config.faults:
            server.faults.add(rule, server.now())
    except FaultExistsError as error:
        raise UsageError(f"--config: faults: {error}") from None
