"""The machine's clock."""

import time


class SystemClock:
    """Time as the machine has it; see `Clock`."""

    def time(self) -> float:
        """Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        import asyncio  # noqa: PLC0415  # half of what importing the client would take

        await asyncio.sleep(seconds)
