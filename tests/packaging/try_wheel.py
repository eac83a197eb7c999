"""Builds the wheel, installs it into a clean environment with nothing but its core, and uses it.

What is tried here is what a newcomer's `pip install aiorecombee` gives: no extras, no checkout.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]

SESSION = """
import asyncio, importlib.util, json, subprocess, sys, time
from pathlib import Path
from aiorecombee import AddDetailView, Batch, ConflictError, ListUserDetailViews, RecombeeClient
from aiorecombee.segment import Destination

assert not any(map(importlib.util.find_spec, ("orjson", "rich", "trustme"))), "an extra is here"

async def main(url):
    async with RecombeeClient(
        "shop", "secret", base_uri=url.removeprefix("http://"), protocol="http"
    ) as client:
        event = {"type": "track", "event": "Product Viewed", "userId": "user-1",
                 "timestamp": "2026-01-02T03:04:05Z", "properties": {"product_id": "tv-1"}}
        for request in Destination().map(event).requests:
            await client.send(request)
        answers = await client.send(
            Batch([AddDetailView("user-1", "tv-2", timestamp=5, cascade_create=True)] * 2)
        )
        assert [answer.status for answer in answers] == [200, 409], list(answers)
        assert isinstance(answers[1].error, ConflictError)
        views = await client.send(ListUserDetailViews("user-1"))
        assert [view.item_id for view in views] == ["tv-2", "tv-1"], views

asyncio.run(main(sys.argv[1]))
"""


def run(*command: object, **options: object) -> str:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        quiet = ("--disable-pip-version-check", "--quiet")
        run(sys.executable, "-m", "pip", "wheel", *quiet, "--no-deps", "-w", folder, ROOT)
        (wheel,) = folder.glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        packages = sorted({name.split("/")[0] for name in names if ".dist-info" not in name})
        assert packages == ["aiorecombee", "recombee_contract", "recombee_mock"], packages
        typed = [f"{package}/py.typed" for package in packages]
        assert set(typed) <= set(names), "py.typed is missing"

        venv.create(folder / "venv", with_pip=True)
        bin_ = folder / "venv" / "bin"
        constraints = ROOT / "constraints.txt"
        run(bin_ / "python", "-m", "pip", "install", *quiet, "-c", constraints, wheel)
        for command in ("aiorecombee", "recombee-mock", "recombee-contract"):
            assert "usage" in run(bin_ / command, "--help", cwd=folder).lower()

        ready = folder / "ready.json"
        words = ["serve", "--port", "0", "--database", "shop=secret", "--ready-file", str(ready)]
        with subprocess.Popen(
            [str(bin_ / "recombee-mock"), *words], cwd=folder, stdout=subprocess.DEVNULL
        ) as server:
            try:
                for _ in range(500):
                    if ready.exists() or server.poll() is not None:
                        break
                    os.sched_yield()
                    subprocess.run(["sleep", "0.02"], check=True)
                url = json.loads(ready.read_text())["http"]
                run(bin_ / "python", "-W", "error", "-c", SESSION, url, cwd=folder)
            finally:
                server.terminate()
        assert server.returncode == 0, f"the mock ended with {server.returncode}"
        print(f"{wheel.name}: installed clean and used, {wheel.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
