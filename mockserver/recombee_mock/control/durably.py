"""What the control API says about data that cannot be kept, and that it keeps what it changes."""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from recombee_mock.control.route import Ask, ControlError, Route
from recombee_mock.data.estate import Estate
from recombee_mock.data.file import DataError
from recombee_mock.data.snapshots import StateError


def durably(estate: Estate, routes: Iterable[Route]) -> Iterator[Route]:
    """The routes; what they change past the databases' services is written down, too."""
    for route in routes:
        yield attrs.evolve(route, act=_Kept(estate, route))


@attrs.frozen
class _Kept:
    estate: Estate
    route: Route

    def __call__(self, ask: Ask) -> Any:
        try:
            said = self.route.act(ask)
            if self.route.method != "GET":
                self.estate.settle(ask.now)
        except StateError as error:
            raise ControlError(error.status, error.text) from None
        except DataError as error:
            raise ControlError(503, f"The data file cannot be used: {error}") from None
        return said
