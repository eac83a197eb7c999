"""`recombee-mock serve`: the server, until somebody stops it."""

import argparse
import contextlib
import gc
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from recombee_mock.commands.options import DEFAULT_DATABASE, parse_database
from recombee_mock.commands.usage import UsageError
from recombee_mock.shell.open_files import raise_limit
from recombee_mock.whole_file import write_whole

if TYPE_CHECKING:
    import asyncio

    from recombee_mock.databases import Database
    from recombee_mock.server import MockServer

_TROUBLE: Final = 1
_AFTER_START: Final = 0.05
_SHARED: Final = ("erase_window", "listing_lag", "allow_public_merge")


def run(settings: argparse.Namespace) -> int:
    """Serve; the result is the exit status.

    Raises:
        UsageError: The settings cannot be.
    """
    databases = _databases(settings)
    # Nothing that loading the program leaves behind is garbage; looking for some costs start-up.
    gc.disable()
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    if settings.ready_file is not None:  # a former server's must not be taken for ours
        try:
            Path(settings.ready_file).unlink(missing_ok=True)
        except OSError as error:
            return _complain(_explain(error, settings))
    import_aiohttp()
    import asyncio  # noqa: PLC0415 - after the settings are known to be right

    known = _known_troubles(settings)
    try:
        return asyncio.run(_serve(settings, databases))
    except known as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(_explain(error, settings))


def _known_troubles(settings: argparse.Namespace) -> tuple[type[Exception], ...]:
    from recombee_mock.shell.tls import TlsUnavailableError  # noqa: PLC0415

    if not (settings.data or settings.seed or settings.export_on_exit):
        return (TlsUnavailableError,)
    from recombee_mock.data.file import DataError  # noqa: PLC0415 - slow to load

    return TlsUnavailableError, DataError


def _complain(text: str) -> int:
    print(f"recombee-mock: {text}", file=sys.stderr)  # noqa: T201 - this is a command
    return _TROUBLE


def _interrupt() -> None:
    raise KeyboardInterrupt


def import_aiohttp() -> None:
    """Import aiohttp without the system's trust store.

    aiohttp reads all certificate authorities on import, for clients; that is a quarter of its
    import time, and this process never calls anybody.
    """
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = os.devnull
    try:
        import aiohttp  # noqa: F401, PLC0415
    finally:
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


def _databases(settings: argparse.Namespace) -> "list[Database]":
    databases = [*_configured(settings), *_given(settings)]
    known: set[str] = set()
    for database in databases:
        if database.id in known:
            raise UsageError(f"--database: {database.id} is there twice")
        known.add(database.id)
    return databases


def _configured(settings: argparse.Namespace) -> "list[Database]":
    """Those of the configuration file; what the command line says of all databases goes first."""
    config = settings.configured
    if config is None:
        return []
    import attrs  # noqa: PLC0415

    said = {
        name: getattr(settings, name)
        for name in _SHARED
        if getattr(settings, name) != config.options[name]
    }
    return [attrs.evolve(database, **said) for database in config.databases]


def _given(settings: argparse.Namespace) -> "list[Database]":
    from recombee_mock.databases import Database  # noqa: PLC0415
    from recombee_mock.shell.regions import DEFAULT_REGION  # noqa: PLC0415

    given = settings.database or []
    if _serves_default(settings):
        given = [parse_database(DEFAULT_DATABASE)]
    shared = {name: getattr(settings, name) for name in _SHARED}
    try:
        return [
            Database(one.id, one.token, one.public, one.region or DEFAULT_REGION, **shared)
            for one in given
        ]
    except ValueError as error:
        raise UsageError(f"--database: {error}") from None


def _serves_default(settings: argparse.Namespace) -> bool:
    config = settings.configured
    return not settings.database and not (config is not None and config.databases)


async def _serve(settings: argparse.Namespace, databases: "list[Database]") -> int:
    import asyncio  # noqa: PLC0415

    enough = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    ready_file = Path(settings.ready_file) if settings.ready_file else None
    raise_limit()
    server = _server(settings, databases)
    async with server, _exporting(server, settings.export_on_exit or ()):
        if ready_file is not None:
            _write_ready(ready_file, server)
        try:
            _greet(server, default=_serves_default(settings))
            await _load_the_rest(enough)
            _tune_collector()
            await enough.wait()
        finally:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)
    return 0


@contextlib.asynccontextmanager
async def _exporting(server: "MockServer", wanted: Sequence[str]) -> AsyncIterator[None]:
    """Write the data to files at the end."""
    if not wanted:
        yield
        return
    from recombee_mock.data import serving  # noqa: PLC0415 - few servers need it

    serving.check_exports(server, wanted)
    try:
        yield
    finally:
        serving.export_all(server, wanted)


async def _load_the_rest(enough: "asyncio.Event") -> None:
    """Load what takes longer than starting, once whoever waited for the start has an answer.

    Not on a thread: two threads that load parts of each other can get halves.
    """
    import asyncio  # noqa: PLC0415

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_AFTER_START):
            await enough.wait()
            return
    # When no file can be opened just now, it is loaded when it is asked for.
    with contextlib.suppress(OSError):
        import recombee_mock.control.rooms  # noqa: PLC0415
        import recombee_mock.service  # noqa: F401, PLC0415


def _server(settings: argparse.Namespace, databases: "list[Database]") -> "MockServer":
    from recombee_mock.seeing.journal import Journal  # noqa: PLC0415
    from recombee_mock.server import MAX_BODY, MockServer  # noqa: PLC0415

    server = MockServer(
        databases,
        host=settings.host,
        port=settings.port,
        tls=settings.tls,
        tls_port=settings.tls_port,
        ca_file=settings.ca,
        signature_lifetime=settings.signature_lifetime,
        max_body=MAX_BODY if settings.max_body is None else settings.max_body,
        journal=Journal(settings.journal),
        **_keeping(settings),
    )
    if settings.data is not None and _serves_default(settings):
        from recombee_mock.data import serving  # noqa: PLC0415 - slow to load

        serving.leave_out_default(server, databases[0].id)
    if settings.seed:
        from recombee_mock.data import serving  # noqa: PLC0415 - slow to load

        serving.seed(server, settings.seed)
    if settings.configured is not None:
        from recombee_mock.commands.config import set_up  # noqa: PLC0415

        set_up(server, settings.configured)
    return server


def _keeping(settings: argparse.Namespace) -> dict[str, Any]:
    """The server's options about its data file."""
    if settings.data is None:
        return {}
    from recombee_mock.data import serving  # noqa: PLC0415 - slow to load

    return {
        "data": settings.data,
        "data_sync": settings.data_sync,
        "progress": serving.tell_progress(),
    }


def _tune_collector() -> None:
    """Keep the collector away from what lives as long as the process.

    With the defaults it walks through all stored data again and again: a third of the time of a
    large batch.
    """
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


def _write_ready(path: Path, server: "MockServer") -> None:
    ready = {
        "http": server.url,
        "https": server.https_url,
        "ca": None if server.ca_path is None else str(server.ca_path),
        "pid": os.getpid(),
    }
    write_whole(path, json.dumps(ready).encode())


def _greet(server: "MockServer", *, default: bool) -> None:
    lines = [f"recombee-mock answers on {server.url}"]
    if server.https_url is not None:
        lines.append(f"  and on {server.https_url}, trusted with {server.ca_path}")
    lines += [f"  database {name} in {server.find(name).region}" for name in server.databases]
    if default and DEFAULT_DATABASE.partition("=")[0] in server.databases:
        lines.append(f"  (--database {DEFAULT_DATABASE})")
    if server.faults.armed:
        lines.append(f"  faults: {len(server.faults.armed)}, listed at {server.url}/_mock/faults")
    lines.append(f"  journal: {server.url}/_mock/journal    stop with Ctrl-C")
    print("\n".join(lines), flush=True)  # noqa: T201 - this is a command


def _explain(error: OSError, settings: argparse.Namespace) -> str:
    import errno  # noqa: PLC0415

    if error.errno == errno.EADDRINUSE:
        port = "--port" if settings.tls_port is None else "--port or --tls-port"
        return (
            f"the port is taken on {settings.host} by another program; choose another with {port}, "
            "or 0 for any free one"
        )
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename is None:
        return f"not allowed to listen on {settings.host} with that port; choose one above 1023"
    name = f" ({error.filename})" if error.filename else ""
    return f"cannot start: {error.strerror or 'operating system error'}{name}"
