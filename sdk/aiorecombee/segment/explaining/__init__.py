"""Why an event became what it became, for people and as JSON.

print(as_text(explain(Destination(), {"type": "page", "userId": "u-1"})))
"""

from aiorecombee.segment.explaining.explainer import Explainer, explain
from aiorecombee.segment.explaining.explanation import Explanation
from aiorecombee.segment.explaining.text import as_text

__all__ = ["Explainer", "Explanation", "as_text", "explain"]
