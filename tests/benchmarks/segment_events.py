"""Events of ten types to be mapped, no two with the same IDs or times.

python segment_events.py COUNT > EVENTS
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Draw = Callable[[], Any]
START = datetime(2024, 5, 6, tzinfo=UTC)


def main(count: int) -> None:
    """Print them, a line of JSON each."""
    draw = Random(7)
    kinds = [*map(shop, ("Product Viewed", "Product Added", "Product Removed", "Product Shared"))]
    kinds += [shop("Product Added to Wishlist"), order, video, page("page"), page("screen"), alias]
    for number in range(count):
        moment = START + timedelta(seconds=number * 37.123)
        common = {
            "messageId": f"ajs-{number:08x}",
            "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "context": {"library": {"name": "analytics.js"}, "page": {"path": f"/p/{number}"}},
        }
        who = (
            {"userId": f"user-{number * 7919 % 999_983}"}
            if number % 3
            else {"anonymousId": f"anon-{number}"}
        )
        print(json.dumps({**common, **who, **kinds[number % len(kinds)](draw, number)}))


def shop(name: str) -> Callable[[Random, int], dict[str, Any]]:
    """Events with one product."""

    def event(draw: Random, number: int) -> dict[str, Any]:
        return {"type": "track", "event": name, "properties": product(draw, number)}

    return event


def product(draw: Random, number: int) -> dict[str, Any]:
    """A product as the e-commerce specification has it."""
    return {
        "product_id": f"product-{number * 104729 % 1_000_003}",
        "sku": f"G-{number % 977}",
        "category": "Games",
        "name": "Monopoly: 3rd Edition",
        "price": round(draw.uniform(1, 100), 2),
        "quantity": draw.randrange(1, 4),
    }


def order(draw: Random, number: int) -> dict[str, Any]:
    """An order of one to three products."""
    products = [product(draw, number * 3 + one) for one in range(1 + number // 10 % 3)]
    properties = {"order_id": f"order-{number}", "total": 99.5, "products": products}
    return {"type": "track", "event": "Order Completed", "properties": properties}


def video(draw: Random, number: int) -> dict[str, Any]:
    """How far somebody is into a video."""
    properties = {
        "session": f"session-{number}",
        "content_asset_id": f"video-{number % 5003}",
        "position": draw.randrange(60),
        "total_length": 120,
    }
    return {"type": "track", "event": "Video Content Playing", "properties": properties}


def page(kind: str) -> Callable[[Random, int], dict[str, Any]]:
    """A page or a screen."""

    def event(_: Random, number: int) -> dict[str, Any]:
        return {
            "type": kind,
            "name": f"page-{number}",
            "properties": {"url": f"https://shop.example/{number}"},
        }

    return event


def alias(_: Random, number: int) -> dict[str, Any]:
    """Somebody logs in."""
    return {"type": "alias", "previousId": f"anon-{number}", "userId": f"user-{number}"}


if __name__ == "__main__":
    main(int(sys.argv[1]))
