"""Plays a story with the official Python client, unmodified.

Usage: python play.py AUTHORITY TOKEN STORY
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from recombee_api_client import api_requests
from recombee_api_client.api_client import RecombeeClient
from recombee_api_client.exceptions import ResponseException
from recombee_api_client.inputs import CompositeRecommendationStageParameters


def snake(options: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("[A-Z]", lambda at: f"_{at[0].lower()}", key): options[key] for key in options}


class Player:
    """Carries out one step after the other.

    Args:
        client: The official client.
    """

    def __init__(self, client: RecombeeClient) -> None:
        self._client = client
        self._kept: dict[str, Any] = {}

    def play(self, story: Path) -> None:
        """Raises AssertionError at the first step that goes differently."""
        for at, step in enumerate(json.loads(story.read_text("utf-8"))):
            expected, found = self._step(step)
            assert expected == found, f"step {at + 1}, {step}: expected {expected}, found {found}"

    def _step(self, step: dict[str, Any]) -> tuple[Any, Any]:
        try:
            answer = self._client.send(self._request(step))
        except ResponseException as refused:
            return step.get("refused"), refused.status_code
        if "keep" in step:
            self._kept[step["keep"]] = answer
        if "ids" in step:
            return step["ids"], [one["id"] for one in answer["recomms"]]
        if "codes" in step:
            return step["codes"], [one["code"] for one in answer]
        return self._meant(step.get("gives", answer)), answer if "refused" not in step else None

    def _request(self, step: dict[str, Any]) -> Any:
        given = self._meant(step.get("of", []))
        if step["ask"] == "Batch":
            given = [[self._request(one) for one in step["of"][0]]]
        options = snake({key: self._meant(one) for key, one in step.get("with", {}).items()})
        return getattr(api_requests, step["ask"])(*given, **options)

    def _meant(self, value: Any) -> Any:
        """What stands for something else: dates, stages of a composite, kept answers."""
        if isinstance(value, list):
            return [self._meant(one) for one in value]
        if isinstance(value, str) and value.startswith("$"):
            found: Any = self._kept
            for key in value[1:].split("."):
                found = found[key]
            return found
        if not isinstance(value, dict):
            return value
        if "$date" in value:
            return datetime.fromisoformat(value["$date"])
        if "$stage" in value:
            return CompositeRecommendationStageParameters(**snake(value["$stage"]))
        return {key: self._meant(one) for key, one in value.items()}


if __name__ == "__main__":
    authority, token, story = sys.argv[1:]
    client = RecombeeClient("shop", token, "http", options={"base_uri": authority})
    Player(client).play(Path(story))
