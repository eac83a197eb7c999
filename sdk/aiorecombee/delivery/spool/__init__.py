"""A durable queue in one SQLite file."""

from aiorecombee.delivery.limits import Limits
from aiorecombee.delivery.retrying import Retrying
from aiorecombee.delivery.spool.failure import SpoolError
from aiorecombee.delivery.spool.ledger_file import LedgerFile
from aiorecombee.delivery.spool.spool import Spool

__all__ = ["LedgerFile", "Limits", "Retrying", "Spool", "SpoolError"]
