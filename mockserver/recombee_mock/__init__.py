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
- `Recommender`, with `Wanted` and `Activity`, is for a recommender of your own.
- `Settings` is how a database behaves; they are keyword arguments of `Database`, too.
- `Call`, `Reply` and `Service` are the seam to what answers; `Service.apply` needs no socket.

On the command line it is `recombee-mock`, in pytest the fixtures `recombee_mock` and
`recombee_client`. Names load when they are first used: pytest imports this package in every run.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recombee_mock.client.carriers import MockControlError
    from recombee_mock.client.control_client import MockControl
    from recombee_mock.databases import Database
    from recombee_mock.protocol import Call, Reply
    from recombee_mock.recommender import Activity, Recommender, Wanted
    from recombee_mock.seeing.entry import Entry
    from recombee_mock.seeing.journal import Journal
    from recombee_mock.server import MockServer
    from recombee_mock.service import Service
    from recombee_mock.settings import Settings
    from recombee_mock.threaded import MockServerThread, TestDatabase

__all__ = [
    "Activity",
    "Call",
    "Database",
    "Entry",
    "Journal",
    "MockControl",
    "MockControlError",
    "MockServer",
    "MockServerThread",
    "Recommender",
    "Reply",
    "Service",
    "Settings",
    "TestDatabase",
    "Wanted",
]

_MODULES = {
    "Activity": "recommender",
    "Call": "protocol",
    "Database": "databases",
    "Entry": "seeing.entry",
    "Journal": "seeing.journal",
    "MockControl": "client.control_client",
    "MockControlError": "client.carriers",
    "MockServer": "server",
    "MockServerThread": "threaded",
    "Recommender": "recommender",
    "Reply": "protocol",
    "Service": "service",
    "Settings": "settings",
    "TestDatabase": "threaded",
    "Wanted": "recommender",
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
