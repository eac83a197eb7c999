"""What was counted, as Prometheus reads it: text exposition format 0.0.4."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final, TypeAlias

from recombee_mock.control.route import Ask, Route, Said
from recombee_mock.databases import Service
from recombee_mock.seeing.journal import Journal
from recombee_mock.seeing.meter import BOUNDS, Meter, Tally, by_operation
from recombee_mock.shell.admission import Admission

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX: Final = "recombee_mock_"

Labels: TypeAlias = Mapping[str, str]
Sample: TypeAlias = tuple[str, Labels, float]
"""What the family's name is followed by, labels, value."""


def routes(admission: Admission, journal: Journal) -> Iterable[Route]:
    """The routes of this room."""

    def scrape(_ask: Ask) -> Said:
        text = "".join([*counted(journal.meter, admission.databases), *_held(admission, journal)])
        return Said(text.encode(), content_type=_TYPE)

    yield Route(
        "GET",
        "/_mock/metrics",
        scrape,
        "Tell Prometheus what was counted",
        gives={"type": "string"},
        content_type="text/plain",
    )


def counted(meter: Meter, served: Iterable[str]) -> Iterator[str]:
    """The families of what the meter counted."""
    tallies = meter.tallies(served)
    yield _family(
        "requests_total",
        "counter",
        "Requests by database, request class and status of the answer (0: none was made).",
        (("", _labels(tally), tally.count) for tally in tallies),
    )
    for name, text, value in _SUMS:
        samples = (("", _of_operation(t), found) for t in tallies if (found := value(t)))
        yield _family(name, "counter", text, _summed(samples))
    yield _family(
        "request_duration_seconds",
        "histogram",
        "Time to answer, from the head of the request to the answer, by request class.",
        (
            sample
            for operation, some in by_operation(tallies).items()
            for sample in _histogram(operation, some)
        ),
    )
    yield _family(
        "faults_total",
        "counter",
        "Requests to which a fault was dealt.",
        (("", {"fault": name}, count) for name, count in sorted(meter.faults.items())),
    )


_SUMS: Final[tuple[tuple[str, str, Callable[[Tally], int]], ...]] = (
    (
        "request_body_bytes_total",
        "Bytes of the bodies of requests.",
        lambda tally: tally.received,
    ),
    ("answer_body_bytes_total", "Bytes of the bodies of answers.", lambda tally: tally.sent),
    (
        "batch_items_total",
        "Requests that were carried out in batches.",
        lambda tally: tally.items,
    ),
)


def _held(admission: Admission, journal: Journal) -> Iterator[str]:
    stored = [
        ("", {"database": served.id, "kind": kind}, count)
        for served in admission.databases.values()
        for kind, count in _holdings(served.service).items()
    ]
    yield _family("stored", "gauge", "What the databases hold.", stored)
    for name, text, value in (
        ("journal_entries", "Requests in the journal.", len(journal)),
        ("journal_body_bytes", "Bytes of the bodies in the journal.", journal.bodies),
        ("journal_listeners", "Who follows the journal.", journal.listeners),
    ):
        yield _family(name, "gauge", text, [("", {}, value)])


def _holdings(service: Service) -> Mapping[str, int]:
    from recombee_mock.seeing.holdings import holdings  # noqa: PLC0415 - tables are slow to load

    contents = getattr(service, "contents", None)  # a service of somebody's own need have none
    return {} if contents is None else holdings(contents)


def _labels(tally: Tally) -> Labels:
    return {
        "database": tally.database,
        "operation": tally.operation,
        "status": str(tally.status),
    }


def _of_operation(tally: Tally) -> Labels:
    return {"database": tally.database, "operation": tally.operation}


def _summed(samples: Iterable[Sample]) -> Iterator[Sample]:
    sums: dict[tuple[tuple[str, str], ...], float] = {}
    for _, labels, value in samples:
        key = tuple(labels.items())
        sums[key] = sums.get(key, 0) + value
    yield from (("", dict(key), value) for key, value in sums.items())


def _histogram(operation: str, tallies: list[Tally]) -> Iterator[Sample]:
    labels = {"operation": operation}
    buckets = [sum(column) for column in zip(*(tally.buckets for tally in tallies), strict=True)]
    ends = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    for end, below in zip(ends, accumulate(buckets), strict=True):
        yield "_bucket", {**labels, "le": end}, below
    yield "_sum", labels, sum(tally.took for tally in tallies)
    yield "_count", labels, sum(buckets)


def _family(name: str, kind: str, text: str, samples: Iterable[Sample]) -> str:
    name = _PREFIX + name
    lines = [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{suffix}{_braces(labels)} {value:.17g}" for suffix, labels, value in samples]
    return "\n".join([*lines, ""])


def _braces(labels: Labels) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
