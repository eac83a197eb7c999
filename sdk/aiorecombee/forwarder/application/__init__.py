"""The receiver as an aiohttp application, on its own or within another.

    async with Spool("events.spool") as spool:
        receiver = Receiver(spool, tracking=TrackingApi(Keys(["write-key"])))
        app.add_subapp("/segment", make_app(receiver))

`receiving` stores what comes in, `standing` tells how things stand, `app` has the routes.
"""

from aiorecombee.forwarder.application.app import make_app
from aiorecombee.forwarder.application.receiving import Receiver

__all__ = ["Receiver", "make_app"]
