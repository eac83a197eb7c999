"""Sending, as far as it goes without a network: where to, what for, and what the answer means.

Source: the destination's API client.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from aiorecombee.segment.actions.problems import PayloadError, Problem
from aiorecombee.segment.cloud.answers import Answer
from aiorecombee.segment.cloud.failures import CloudError, failure
from aiorecombee.segment.cloud.wire import Entry, Wire, address
from aiorecombee.segment.settings import CUSTOM, check_settings


@attrs.define
class Sender:
    """Keeps what would have been sent.

    Attributes:
        wire: How requests are written.
        answer: What the API answers to everything.
        settings: The destination's settings, accepted.
        sent: Calls so far, as the vector files write them.
    """

    wire: Wire
    answer: Answer
    settings: Mapping[str, Any]
    sent: list[dict[str, Any]] = attrs.Factory(list)

    @classmethod
    def with_settings(cls, wire: Wire, answer: Answer, settings: Mapping[str, Any]) -> "Sender":
        """Make one with settings that are checked first, before anything else happens.

        Raises:
            CloudError: They are not acceptable.
        """
        problems: list[Problem] = []
        accepted = check_settings(settings, "", problems)
        if problems:
            raise CloudError(failure(PayloadError("schema", tuple(problems))))
        return cls(wire, answer, accepted)

    def send(self, entry: Entry) -> None:
        """Send a request on its own.

        Raises:
            CloudError: Nobody knows where to, or the answer is a failure.
        """
        call = address(entry, self._host(), self.settings["databaseId"])
        self.sent.append(call.as_json())
        failed = self.answer.failure(call.url)
        if failed is not None:
            raise CloudError(failed)

    def _host(self) -> str:
        region: str = self.settings["databaseRegion"]
        if region != CUSTOM:
            return f"rapi-{region}.recombee.com"
        host: str = self.settings.get("apiUri") or ""
        if not host:
            raise CloudError.without_uri()
        return host
