"""An answer, and what can be demanded of it."""

import json
from typing import Any, Final, Self

import attrs

from recombee_contract.outcome import ContractBrokenError

ANYTHING: Final = object()
_SHOWN: Final = 300


@attrs.frozen
class Answer:
    """The answer to one request.

    Attributes:
        asked: The request, to be named in a complaint.
        status: HTTP status, or the code of a batch entry.
        text: The body.
        in_batch: Whether it is an entry of a batch.
    """

    asked: str
    status: int
    text: str
    in_batch: bool = False

    @property
    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            raise self.broken("the body is not JSON") from None

    def expect(self, status: int, value: Any = ANYTHING) -> Self:
        """Demand a status and, if given, a body; `1`, `1.0` and `True` are different bodies."""
        if self.status != status:
            raise self.broken(f"expected status {status}")
        if value is not ANYTHING and not same(self.json, value):
            raise self.broken(f"expected the body {json.dumps(value, ensure_ascii=False)}")
        return self

    def ok(self) -> Self:
        """Demand that it was carried out: 200 and the text `ok`."""
        return self.expect(200, "ok")

    def created(self) -> Self:
        """Demand that something was created: 201 and the text `ok`."""
        return self.expect(201, "ok")

    def refused(self, status: int) -> Self:
        """Demand a refusal with a reason.

        The reason is a sentence: under `message` alone, under `error` within a batch and where
        authentication failed.
        """
        self.expect(status)
        key = "error" if self.in_batch or status == _UNAUTHORIZED else "message"
        body = self.json
        reason = body.get(key) if isinstance(body, dict) else None
        if not isinstance(reason, str) or not reason.strip():
            raise self.broken(f"expected a reason under {key!r}")
        return self

    def no_such_url(self, status: int) -> Self:
        """Demand a refusal without a reason, which is how a wrong URL is told."""
        self.expect(status)
        body = self.json
        if not isinstance(body, dict) or body.get("message") or body.get("error"):
            raise self.broken("expected no reason, as for any wrong URL")
        return self

    def broken(self, complaint: str) -> ContractBrokenError:
        """A complaint about this answer, to be raised."""
        shown = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        return ContractBrokenError(f"{self.asked}: {complaint}; got {self.status} {shown}")


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are the same, down to the kind of number; order of keys is free."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


_UNAUTHORIZED: Final = 401
