"""Search synonyms."""

from typing import Any

from recombee_mock.answers import OK, Answer, answer, conflict, not_found
from recombee_mock.handlers import Handlers
from recombee_mock.json_bytes import dumps
from recombee_mock.params import Params, flag, natural, optional, required, text
from recombee_mock.store.contents import Contents
from recombee_mock.store.synonyms import Synonym

_CREATED = 201


def add_search_synonym(contents: Contents, params: Params, _now: float) -> Answer:
    """Only the very same pair conflicts (unpublished: we choose so).

    Source: API reference, Add search synonym.
    """
    term = required(params, "term", text)
    synonym = required(params, "synonym", text)
    one_way = optional(params, "oneWay", flag) or False
    if (term, synonym) in contents.synonyms:
        raise conflict(f'Synonym "{synonym}" of term "{term}" already exists!')
    made = contents.synonyms.add(term, synonym, one_way=one_way, seed=contents.settings.seed)
    return Answer(_CREATED, dumps(_shown(made)))


def list_search_synonyms(contents: Contents, params: Params, _now: float) -> Answer:
    """Ordered by term. Source: API reference, List search synonyms."""
    start = optional(params, "offset", natural) or 0
    count = optional(params, "count", natural)
    found = contents.synonyms.all()[start : None if count is None else start + count]
    return answer({"synonyms": [_shown(one) for one in found]})


def delete_search_synonym(contents: Contents, params: Params, _now: float) -> Answer:
    """Source: API reference, Delete search synonym."""
    synonym_id = required(params, "id", text)
    if not contents.synonyms.delete(synonym_id):
        raise not_found(f'Synonym of ID "{synonym_id}" does not exist!')
    return OK


def delete_all_search_synonyms(contents: Contents, _params: Params, _now: float) -> Answer:
    """Source: API reference, Delete all search synonyms."""
    contents.synonyms.clear()
    return OK


def _shown(one: Synonym) -> dict[str, Any]:
    return {"id": one.id, "term": one.term, "synonym": one.synonym, "oneWay": one.one_way}


HANDLERS: Handlers = {
    "AddSearchSynonym": add_search_synonym,
    "ListSearchSynonyms": list_search_synonyms,
    "DeleteSearchSynonym": delete_search_synonym,
    "DeleteAllSearchSynonyms": delete_all_search_synonyms,
}
