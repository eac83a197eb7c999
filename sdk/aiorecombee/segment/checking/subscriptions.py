"""Subscriptions: what cannot be read, and what does not do what it seems to."""

from collections.abc import Iterator

from aiorecombee.segment.checking.finding import Finding, warning
from aiorecombee.segment.fql import SubscriptionError, parse, remarks


def check_subscription(pointer: str, text: str) -> Iterator[Finding]:
    """Find what is wrong with a subscription, character by character."""
    if not text:
        return  # it is told that it is missing
    try:
        parse(text)
    except SubscriptionError as error:
        said = f"the subscription cannot be read: {error.message}"
        remedy = f"Segment's engine says: {error.original}."
        yield Finding(pointer, said, remedy, within=error.at)
        return
    for remark in remarks(text):
        yield warning(pointer, remark.text, remark.remedy, within=remark.span.start)
