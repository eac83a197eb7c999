"""A local Recombee, for developing and testing without the real one.

    async with MockServer([Database("shop", "secret")]) as server:
        print(server.url)               # http://127.0.0.1:43121
        ...
        print(server.entries())         # what was asked, what was answered

- `MockServer` serves databases over HTTP and HTTPS; an asynchronous context manager.
- `MockServerThread` is the same on a thread of its own, for synchronous code and for tests whose
  event loop comes and goes; a context manager.
- `Database` is one database: ID, private token, public token, region.
- `TestDatabase` is a database made for one test: where it is, how to sign, what it was asked.
- `Journal` and `Entry` are the requests that came in.
- `MockControl` tells a running mock server what to do and asks what it saw; it raises
  `MockControlError`.
- `Call`, `Reply` and `Service` are the seam to what answers; `Service.apply` needs no socket.

On the command line it is `recombee-mock`, in pytest the fixtures `recombee_mock` and
`recombee_client`. Names load when they are first used: pytest imports this package in every run.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recombee_mock.carriers import MockControlError
    from recombee_mock.control_client import MockControl
    from recombee_mock.databases import Database
    from recombee_mock.entry import Entry
    from recombee_mock.journal import Journal
    from recombee_mock.protocol import Call, Reply
    from recombee_mock.server import MockServer
    from recombee_mock.service import Service
    from recombee_mock.threaded import MockServerThread, TestDatabase

__all__ = [
    "Call",
    "Database",
    "Entry",
    "Journal",
    "MockControl",
    "MockControlError",
    "MockServer",
    "MockServerThread",
    "Reply",
    "Service",
    "TestDatabase",
]

_MODULES = {
    "Call": "protocol",
    "Database": "databases",
    "Entry": "entry",
    "Journal": "journal",
    "MockControl": "control_client",
    "MockControlError": "carriers",
    "MockServer": "server",
    "MockServerThread": "threaded",
    "Reply": "protocol",
    "Service": "service",
    "TestDatabase": "threaded",
}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
