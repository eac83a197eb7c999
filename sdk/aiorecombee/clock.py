"""The machine's clock."""

from time import monotonic, time


class SystemClock:
    """Time as the machine has it; see `Clock`."""

    time = staticmethod(time)
    monotonic = staticmethod(monotonic)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        import asyncio  # noqa: PLC0415  # half of what importing the client would take

        await asyncio.sleep(seconds)
