"""Which request does what."""

from collections.abc import Callable, Mapping
from typing import Final

from recombee_contract.model import interactions, more_items, series
from recombee_contract.model.entities import TABLE
from recombee_contract.model.interactions import KINDS
from recombee_contract.model.state import Expected, Params, Refused, State

_OTHER: Final[Mapping[str, Callable[[State, Params], Expected]]] = {
    "SetViewPortion": interactions.set_view_portion,
    "MergeUsers": interactions.merge,
    "UpdateMoreItems": more_items.update_more_items,
    "DeleteMoreItems": more_items.delete_more_items,
    "AddSeries": series.add_series,
    "DeleteSeries": series.delete_series,
    "InsertToSeries": series.insert_to_series,
    "RemoveFromSeries": series.remove_from_series,
    "ListSeriesItems": series.list_series_items,
    "ListSeries": series.list_series,
}


class Model:
    """A database that answers requests.

    Attributes:
        state: What it holds.
    """

    def __init__(self) -> None:
        self.state = State()

    def answer(self, operation: str, params: Params, now: float) -> Expected:
        """Carry a request out, or find out why not; then nothing has changed."""
        self.state.now = now
        try:
            return self._carry_out(operation, params)
        except Refused as refused:
            return Expected(refused.status)

    def _carry_out(self, operation: str, params: Params) -> Expected:
        state = self.state
        if operation == "ResetDatabase":
            self.state = State(ticks=state.ticks)
            return Expected(200, "ok")
        for noun, table in (("Item", state.items), ("User", state.users)):
            act = TABLE.get(operation.replace(noun, "~"))
            if act is not None and noun in operation:
                return act(state, table, params)
        for kind in KINDS:
            if operation == f"Add{kind}":
                return interactions.add(state, kind, params)
            if operation == f"Delete{kind}":
                return interactions.delete(state, kind, params)
            if operation in {f"ListItem{kind}s", f"ListUser{kind}s"}:
                return interactions.listed(state, kind, operation[4:8].lower(), params)
        return _OTHER[operation](state, params)
