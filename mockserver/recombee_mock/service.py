"""A database as its clients see it, without sockets and signatures: calls in, replies out.

The order of checks: erasing (422), URL (404) and method (405), token (403), JSON, syntax of
parameters (400), existence (404), conflict (409); only then is anything written.
"""

from typing import Any, Final

from recombee_mock.answers import Answer, Refusal
from recombee_mock.gather import gather, read
from recombee_mock.handlers import Handler, batch
from recombee_mock.lagging import Lagging
from recombee_mock.operations import CLIENT_SIDE, HANDLERS, PRIVATE, PUBLIC, USUAL
from recombee_mock.params import Params
from recombee_mock.protocol import Call, Reply
from recombee_mock.recommender import Recommender
from recombee_mock.settings import Settings
from recombee_mock.store.contents import Contents

_OK: Final = 200


class Service:
    """One database.

    Attributes:
        contents: All it holds. Whoever replaces it (a reset, a restored snapshot) does so between
            two calls.
    """

    __slots__ = ("_lagging", "contents")

    def __init__(
        self, settings: Settings | None = None, *, recommender: Recommender | None = None
    ) -> None:
        self.contents = Contents(settings, recommender)
        self._lagging: Lagging | None = None

    @property
    def settings(self) -> Settings:
        """How it behaves; may be replaced at any time."""
        return self.contents.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.contents.settings = settings
        if not settings.listing_lag:
            self._lagging = None

    def reset(self) -> None:
        """Forget everything at once."""
        self.contents = Contents(self.settings, self.contents.recommender)

    def apply(self, call: Call, now: float) -> Reply:
        """Answer a call made at `now` (Unix seconds); whatever it holds, this does not raise."""
        if not self.contents.settings.listing_lag:
            return self.answer(call, now)
        if self._lagging is None or self._lagging.present is not self.contents:
            self._lagging = Lagging(self)
        reply = self._lagging.apply(call, now)
        if reply.operation == "ResetDatabase" and reply.status == _OK:
            self._lagging = None
        return reply

    def answer(self, call: Call, now: float) -> Reply:
        """`apply` without lag."""
        operation = ""
        try:
            if self.contents.erased_at is not None and not (
                call.method == "DELETE" and call.path in {"", "/"}
            ):
                self._refuse_while_erasing(now)
            router = PUBLIC if call.public else PRIVATE
            route, captured = router.find(call.method, call.path)
            operation = route.operation
            if call.public:
                self._admit(operation)
            if operation == "Batch":
                return self._batch(call, now)
            params = gather(route, captured, call.query, read(call.body))
            answer = HANDLERS[operation](self.contents, params, now)
        except Refusal as refusal:
            return Reply(refusal.status, refusal.body(), operation)
        return Reply(answer.status, answer.body, operation)

    def _batch(self, call: Call, now: float) -> Reply:
        batch.check_content_type(call.content_type)
        router = PUBLIC if call.public else PRIVATE
        special = call.public or bool(self.settings.erase_window)

        def understand(method: str, path: str, body: dict[str, Any]) -> batch.Step:
            path, _, query = path.partition("?")
            route, captured = router.find(method, path)
            operation = route.operation
            handler = self._guarded(operation, call.public) if special else HANDLERS[operation]
            return handler, gather(route, captured, query, body)

        params = read(call.body)
        usual = {} if special else USUAL
        steps = batch.plan(params, understand, usual, self.settings.max_batch)
        with self.contents.served.batch(distinct=batch.distinct(params)):
            answer = batch.carry_out(steps, self.contents, now)
        return Reply(answer.status, answer.body, "Batch", len(steps))

    def _guarded(self, operation: str, public: bool) -> Handler:
        """What carries out a request of a batch when not every one is allowed to."""

        def handle(contents: Contents, params: Params, now: float) -> Answer:
            if public:
                self._admit(operation)
            if operation != "ResetDatabase":
                self._refuse_while_erasing(now)
            return HANDLERS[operation](contents, params, now)

        return handle

    def _admit(self, operation: str) -> None:
        """Refuse what the public token does not open."""
        if operation == "MergeUsers":
            if not self.settings.allow_public_merge:
                raise Refusal(
                    403,
                    "MergeUsers is not open to the public token, unless enabled for the database!",
                )
        elif operation not in CLIENT_SIDE:
            raise Refusal(
                403, f"{operation} is not open to the public token: sign with the private one!"
            )

    def _refuse_while_erasing(self, now: float) -> None:
        erased_at = self.contents.erased_at
        if erased_at is not None and now < erased_at + self.settings.erase_window:
            raise Refusal(422, "The database is being erased; try again in a moment!")
