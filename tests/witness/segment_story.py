"""A story of every preset, sent for real by the published destination and by this project's own."""

import asyncio
import json
import os
import ssl
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, Final

import aiohttp
from mock_process import PATIENCE, mock

from aiorecombee import ApiError, Batch, RecombeeClient, Request
from aiorecombee.segment import Destination
from aiorecombee.segment.cloud.comparing import differences
from recombee_mock import MockControl

HERE: Final = Path(__file__).parent
STORY: Final = HERE / "segment_story.json"
TOKEN: Final = "private-token-of-the-story-0123456789"
REAL, OURS = "real", "ours"
OK, UNAUTHORIZED = 200, 401


def live_through(modules: Path, folder: Path, profile: str) -> str | None:
    """Let both go through the story; gives what went differently."""
    story = json.loads(STORY.read_text("utf-8"))
    databases = [f"--database={name}={TOKEN}" for name in (REAL, OURS)]
    with mock(folder, "--port=0", "--tls-port=0", *databases) as server:
        authority = server["https"].removeprefix("https://")
        send_real(modules, authority, server["ca"])
        asyncio.run(send_ours(story, authority, server["ca"], profile))
        return compare(MockControl(server["http"]), story)


def send_real(modules: Path, authority: str, ca: str) -> None:
    """The published destination, with the region `custom` and the mock as its API URI."""
    proxies = {f"{kind}_proxy" for kind in ("http", "https", "all")}
    environment = {key: value for key, value in os.environ.items() if key.lower() not in proxies}
    subprocess.run(
        ["node", str(HERE / "segment_send.mjs"), str(modules), authority, REAL, TOKEN, str(STORY)],
        env={**environment, "NODE_EXTRA_CA_CERTS": ca, "TZ": "UTC"},
        check=True,
        timeout=PATIENCE,
    )


# --- Ours -----------------------------------------------------------------------------------------


async def send_ours(story: list[dict[str, Any]], authority: str, ca: str, profile: str) -> None:
    """This project's mapper and client."""
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=ca))
    destination = Destination(profile)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        RecombeeClient(OURS, TOKEN, base_uri=authority, session=session, validate=False) as client,
    ):
        await client.send(Batch([]))
        for step in story:
            for request in requests_of(step, destination, profile):
                await send(client, request)


def requests_of(step: dict[str, Any], destination: Destination, profile: str) -> list[Request[Any]]:
    """What a step of the story is sent as; an order travels as a batch, as in the original."""
    if "batch" in step:
        mapped = Destination(profile, [step["batch"]]).map_batch(step["events"])
        return [Batch([request for one in mapped for request in one.requests])]
    mapped = destination.map(step.get("event") or step["delete"])
    requests = list(mapped.requests)
    return [Batch(requests)] if "Ecommerce - Order Completed" in mapped.matched else requests


async def send(client: RecombeeClient, request: Request[Any]) -> None:
    """What the API refuses is in its journal."""
    try:
        await client.send(request)
    except ApiError:
        return


# --- Comparison -----------------------------------------------------------------------------------


def compare(control: MockControl, story: list[dict[str, Any]]) -> str | None:
    """What the mock understood of each, what it refused, and what is left behind."""
    real, ours = (understood(control, name) for name in (REAL, OURS))
    # The original signs an ID before it is escaped: the one call whose signature is wrong.
    hazards = [(ours.pop(), real.pop()) for step in story if step.get("unescaped")]
    left = [control.database(name).export_lines().splitlines() for name in (REAL, OURS)]
    wrong = [
        *(str(one) for one in differences(real, ours)),
        *(str(one) for one in differences(*left)),
        *(f"{theirs} and {mine}" for mine, theirs in hazards if not is_hazard(mine, theirs)),
    ]
    refused = Counter(f"{one['status']} {one['operation']}" for one in real if one["status"] != OK)
    print(  # noqa: T201
        f"segment over https: {len(story)} steps, {len(real)} calls and {len(left[0])} lines of"
        f" export alike; the mock refuses both {dict(refused)}, and {len(hazards)} call of the"
        " original alone, which signs an ID that it does not escape"
    )
    return (
        "\n".join(["the story leaves different traces (expected: real)", *wrong]) if wrong else None
    )


def understood(control: MockControl, database: str) -> list[dict[str, Any]]:
    """The calls as the mock took them, each request of a batch among them."""
    return [told(one) for one in control.journal(database=database, requests=True)]


def told(call: dict[str, Any]) -> dict[str, Any]:
    known = {key: call.get(key) for key in ("operation", "status", "params")}
    return {**known, "requests": [told(one) for one in call.get("requests", ())]}


def is_hazard(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    return theirs["status"] == UNAUTHORIZED != mine["status"]
