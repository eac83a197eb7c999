"""What was counted, as Prometheus reads it: text exposition format 0.0.4."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from aiorecombee.delivery.queue import Counts
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.forwarder.application.receiving import Counted
from aiorecombee.forwarder.application.standing import Standing

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX: Final = "aiorecombee_forwarder_"

_Sample: TypeAlias = tuple[Mapping[str, str], float]


def exposition(received: Counted, sender: Sender | None, standing: Standing) -> str:
    """All families as one text."""
    families = [*_of_receiver(received), *_of_queue(standing.counts)]
    if sender is not None:
        families += _of_sender(sender)
    return "".join(families)


def _of_receiver(received: Counted) -> Iterator[str]:
    yield _counter(
        "calls_total",
        "Calls by source and outcome.",
        (
            ({"source": source, "outcome": outcome}, count)
            for (source, outcome), count in sorted(received.calls.items())
        ),
    )
    yield _counter(
        "received_events_total",
        "Events by source and outcome.",
        (
            ({"source": source, "outcome": outcome}, count)
            for (source, outcome), count in sorted(received.events.items())
        ),
    )


def _of_queue(counts: Counts | None) -> Iterator[str]:
    yield _gauge("queue_up", "Whether the queue answers.", float(counts is not None))
    if counts is None:
        return
    yield _gauge("queue_events", "Events in the queue.", counts.items)
    yield _gauge("queue_leased_users", "Users of whom events are being sent.", counts.leased_lanes)
    yield _gauge("queue_bytes", "Bytes of events and dead letters.", counts.size)
    yield _gauge("queue_dead_letters", "Dead letters.", counts.letters)
    yield _gauge("queue_oldest_seconds", "Age of the oldest event.", counts.oldest or 0.0)
    yield _counter(
        "queue_total",
        "What happened in the queue: of a spool ever, in all processes; at a broker, in this one.",
        (({"what": name}, count) for name, count in sorted(counts.tally.items())),
    )


def _of_sender(sender: Sender) -> Iterator[str]:
    counted = sender.counted
    yield _counter(
        "sent_events_total",
        "Events by what became of them.",
        (({"outcome": name}, count) for name, count in sorted(counted.events.items())),
    )
    yield _counter(
        "batches_total",
        "Batches by how they ended.",
        (({"outcome": name}, count) for name, count in sorted(counted.batches.items())),
    )
    yield _counter("requests_total", "Requests that were answered.", [({}, counted.requests)])
    yield _counter(
        "mishaps_total",
        "Failures of the queue or of the sender itself.",
        (({"error": name}, count) for name, count in sorted(counted.mishaps.items())),
    )
    yield _gauge("service_failures", "Batches that failed since one was answered.", sender.failures)
    yield _gauge("sender_stopped", "Whether somebody must mend something.", bool(sender.problem))


def _counter(name: str, text: str, samples: Iterable[_Sample]) -> str:
    return _family(name, "counter", text, samples)


def _gauge(name: str, text: str, value: float) -> str:
    return _family(name, "gauge", text, [({}, value)])


def _family(name: str, kind: str, text: str, samples: Iterable[_Sample]) -> str:
    name = _PREFIX + name
    lines = [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{_braces(labels)} {value:.17g}" for labels, value in samples]
    return "\n".join([*lines, ""])


def _braces(labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
