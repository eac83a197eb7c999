"""Series."""

from recombee_contract.model.state import Expected, Params, Refused, State


def _require_series(state: State, name: str) -> list[tuple[float, str, str]]:
    if name not in state.series:
        raise Refused(404)
    return state.series[name]


def _make_series(state: State, name: str, *, with_item: bool) -> None:
    if name not in state.series:
        state.series[name] = []
        if with_item:
            state.items.add(name)


def add_series(state: State, params: Params) -> Expected:
    if params["seriesId"] in state.series:
        raise Refused(409)
    _make_series(state, params["seriesId"], with_item=params.get("cascadeCreate", True))
    return Expected(201, "ok")


def delete_series(state: State, params: Params) -> Expected:
    name = params["seriesId"]
    _require_series(state, name)
    del state.series[name]
    for other, entries in state.series.items():
        state.series[other] = [one for one in entries if one[1:] != ("series", name)]
    if params.get("cascadeDelete") and name in state.items.rows:
        state.delete_item(name)
    return Expected(200, "ok")


def insert_to_series(state: State, params: Params) -> Expected:
    name, kind, member = params["seriesId"], params["itemType"], params["itemId"]
    if params.get("cascadeCreate"):
        _make_series(state, name, with_item=True)
        if kind == "series":
            _make_series(state, member, with_item=True)
        else:
            state.items.add(member)
    entries = _require_series(state, name)
    if kind == "series":
        _require_series(state, member)
    else:
        state.items.require(member)
    if (params["time"], kind, member) in entries:
        raise Refused(409)
    entries.append((params["time"], kind, member))
    return Expected(200, "ok")


def remove_from_series(state: State, params: Params) -> Expected:
    entries = _require_series(state, params["seriesId"])
    left = [one for one in entries if one[1:] != (params["itemType"], params["itemId"])]
    if len(left) == len(entries):
        raise Refused(404)
    state.series[params["seriesId"]] = left
    return Expected(200, "ok")


def list_series_items(state: State, params: Params) -> Expected:
    entries = sorted(_require_series(state, params["seriesId"]))
    return Expected(
        200, [{"itemType": kind, "itemId": name, "time": time} for time, kind, name in entries]
    )


def list_series(state: State, _params: Params) -> Expected:
    return Expected(200, sorted(state.series))
