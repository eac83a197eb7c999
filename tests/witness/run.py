"""The official clients, unmodified, live through a story at a mock of their own.

Usage: python run.py [python] [node] [browser]    (all of them when none is named)

Node and the browser client are installed with npm into a folder that is gone afterwards.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import npm
from mock_process import PATIENCE, mock

HERE: Final = Path(__file__).parent
PACKAGES: Final = {"node": "recombee-api-client", "browser": "recombee-js-api-client"}
VERSIONS: Final = {"node": "6.3.0", "browser": "6.2.1"}
STORIES: Final = {
    "python": ("story.json", "token"),
    "node": ("story.json", "token"),
    "browser": ("public_story.json", "public"),
}
"""What each client lives through, and the token it signs with."""


def main(clients: Sequence[str]) -> str | None:
    """Play all stories; gives what went wrong."""
    of_npm = [client for client in clients if client in PACKAGES]
    missing = [name for name in ("node", "npm") if of_npm and shutil.which(name) is None]
    if missing:
        return f"{' and '.join(missing)} cannot be found: the clients {of_npm} need them"
    # What a browser asks for was made by a server before.
    before = ["python"] if clients[0] == "browser" else []
    with (
        tempfile.TemporaryDirectory() as folder,
        mock(Path(folder), "--config", str(HERE / "mock.toml")) as server,
    ):
        if of_npm:
            npm.install(Path(folder), {PACKAGES[client]: VERSIONS[client] for client in of_npm})
        for client in [*before, *clients]:
            play(client, server, folder)
            complaint = check(client, server)
            if complaint:
                return f"{client}: {complaint}"
    return None


def play(client: str, server: dict[str, Any], folder: str) -> None:
    """The client's story; raises CalledProcessError where it goes differently."""
    story, token = STORIES[client]
    known = tomllib.loads((HERE / "mock.toml").read_text("utf-8"))["databases"]["shop"]
    program = (
        [sys.executable, str(HERE / "play.py")]
        if client == "python"
        else ["node", str(HERE / "play.mjs"), PACKAGES[client], folder]
    )
    authority = server["http"].removeprefix("http://")
    proxies = {f"{kind}_proxy" for kind in ("http", "https", "all")}
    environment = {key: value for key, value in os.environ.items() if key.lower() not in proxies}
    trust = {"REQUESTS_CA_BUNDLE": server["ca"], "NODE_EXTRA_CA_CERTS": server["ca"]}
    subprocess.run(
        [*program, authority, known[token], str(HERE / story)],
        env={**environment, **trust},
        check=True,
        timeout=PATIENCE,
    )


def check(client: str, server: dict[str, Any]) -> str | None:
    """What the server says about it; its journal is empty afterwards."""
    url = f"{server['http']}/_mock/journal"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url}?limit=10000", timeout=PATIENCE) as answer:
        entries = json.load(answer)["entries"]
    opener.open(urllib.request.Request(url, method="DELETE"), timeout=PATIENCE).close()
    steps = json.loads((HERE / STORIES[client][0]).read_text("utf-8"))
    expected = {step["ask"] for step in steps}
    found = {entry["operation"] for entry in entries}
    print(f"{client}: {len(steps)} steps, {len(found)} operations")  # noqa: T201
    return f"asked for {sorted(found)}, not {sorted(expected)}" if found != expected else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(STORIES)))
