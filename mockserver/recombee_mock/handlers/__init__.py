"""What the operations do, one module per section of the API reference.

Each section has `HANDLERS`: operation to a function of the database's contents, the parameters
(path, query and body in one) and the present time in Unix seconds. It answers, or raises a
`Refusal` before it has written anything.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from recombee_mock.answers import Answer
from recombee_mock.params import Params
from recombee_mock.store.contents import Contents

Handler: TypeAlias = Callable[[Contents, Params, float], Answer]
Handlers: TypeAlias = Mapping[str, Handler]
