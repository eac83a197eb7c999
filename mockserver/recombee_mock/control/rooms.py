"""All rooms of the control API. Loading them takes longer than starting the server."""

from collections.abc import Callable, Iterable
from pathlib import Path

from recombee_mock.control import (
    databases,
    events,
    expect,
    faults,
    metrics,
    requests,
    scenarios,
    settings,
    snapshots,
    state,
    time,
    transfer,
    trust,
)
from recombee_mock.control.durably import durably
from recombee_mock.control.route import Route
from recombee_mock.data.estate import Estate
from recombee_mock.faults.table import Faults
from recombee_mock.seeing.journal import Journal
from recombee_mock.shell.admission import Admission


def routes(
    admission: Admission,
    journal: Journal,
    fault_table: Faults,
    estate: Estate,
    *,
    forget: Callable[[str], None],
    ca_path: Callable[[], Path | None],
) -> Iterable[Route]:
    """The routes of all rooms but `health`.

    Args:
        admission: The open databases.
        journal: What was asked.
        fault_table: What goes wrong on demand.
        estate: Where the data is.
        forget: Drops what else is known of a database that is gone.
        ca_path: The file with the certificate to trust, while there is one.
    """

    def found() -> Iterable[Route]:
        yield from requests.routes(admission, journal)
        yield from expect.routes(admission, journal)
        yield from events.routes(admission, journal)
        yield from metrics.routes(admission, journal)
        yield from state.routes(admission)
        yield from databases.routes(admission, estate, forget)
        yield from snapshots.routes(admission, estate)
        yield from transfer.routes(admission)
        yield from settings.routes(admission)
        yield from time.routes(admission)
        yield from faults.routes(fault_table)
        yield from trust.routes(ca_path)
        yield from scenarios.routes(admission)

    return durably(estate, found())
