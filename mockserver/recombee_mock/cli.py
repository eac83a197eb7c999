"""The command `recombee-mock`."""

import gc
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recombee_mock.options import DEFAULT_DATABASE, UsageError, parse, parse_database
from recombee_mock.whole_file import write_whole

if TYPE_CHECKING:
    import argparse

    from recombee_mock.databases import Database
    from recombee_mock.server import MockServer

EXIT_TROUBLE: Final = 1
EXIT_USAGE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is the exit status."""
    try:
        settings = parse(sys.argv[1:] if arguments is None else arguments)
        return _serve(settings)
    except UsageError as error:
        return _complain(str(error), EXIT_USAGE)
    except KeyboardInterrupt:  # while starting; later the signal has a handler
        return 0


def _complain(text: str, status: int) -> int:
    print(f"recombee-mock: {text}", file=sys.stderr)  # noqa: T201 - this is a command
    return status


def _serve(settings: "argparse.Namespace") -> int:
    databases = _databases(settings)
    # Nothing that loading the program leaves behind is garbage; looking for some costs start-up.
    gc.disable()
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    if settings.ready_file is not None:  # a former server's must not be taken for ours
        Path(settings.ready_file).unlink(missing_ok=True)
    _import_aiohttp()
    import asyncio  # noqa: PLC0415 - after the settings are known to be right

    from recombee_mock.tls import TlsUnavailableError  # noqa: PLC0415

    try:
        return asyncio.run(_run(settings, databases))
    except OSError as error:
        return _complain(_explain(error, settings), EXIT_TROUBLE)
    except TlsUnavailableError as error:
        return _complain(str(error), EXIT_TROUBLE)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _import_aiohttp() -> None:
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


def _databases(settings: "argparse.Namespace") -> "list[Database]":
    from recombee_mock.databases import Database  # noqa: PLC0415
    from recombee_mock.regions import DEFAULT_REGION  # noqa: PLC0415

    databases: list[Database] = []
    for given in settings.database or [parse_database(DEFAULT_DATABASE)]:
        try:
            database = Database(
                given.id,
                given.token,
                given.public,
                given.region or DEFAULT_REGION,
                erase_window=settings.erase_window,
                allow_public_merge=settings.allow_public_merge,
            )
        except ValueError as error:
            raise UsageError(f"--database: {error}") from None
        if any(other.id == database.id for other in databases):
            raise UsageError(f"--database: {database.id} is there twice")
        databases.append(database)
    return databases


async def _run(settings: "argparse.Namespace", databases: "list[Database]") -> int:
    import asyncio  # noqa: PLC0415

    from recombee_mock.journal import Journal  # noqa: PLC0415
    from recombee_mock.server import MAX_BODY, MockServer  # noqa: PLC0415

    enough = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    ready_file = Path(settings.ready_file) if settings.ready_file else None
    server = MockServer(
        databases,
        host=settings.host,
        port=settings.port,
        tls_port=settings.tls_port,
        ca_file=settings.ca,
        signature_lifetime=settings.signature_lifetime,
        max_body=MAX_BODY if settings.max_body is None else settings.max_body,
        journal=Journal(settings.journal),
    )
    async with server:
        if ready_file is not None:
            _write_ready(ready_file, server)
        try:
            _greet(server, databases, default=not settings.database)
            _tune_collector()
            await enough.wait()
        finally:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)
    return 0


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


def _greet(server: "MockServer", databases: "list[Database]", *, default: bool) -> None:
    lines = [f"recombee-mock answers on {server.url}"]
    if server.https_url is not None:
        lines.append(f"  and on {server.https_url}, trusted with {server.ca_path}")
    lines += [f"  database {database.id} in {database.region}" for database in databases]
    if default:
        lines.append(f"  (--database {DEFAULT_DATABASE})")
    lines.append(f"  journal: {server.url}/_mock/journal    stop with Ctrl-C")
    print("\n".join(lines), flush=True)  # noqa: T201 - this is a command


def _explain(error: OSError, settings: "argparse.Namespace") -> str:
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
