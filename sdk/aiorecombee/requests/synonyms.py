"""Search synonyms."""

from aiorecombee.requests.endpoint import Limit, Request, endpoint
from aiorecombee.requests.results import ListSearchSynonymsResponse, SearchSynonym


@endpoint("POST", "/synonyms/items/", timeout=10.0)
class AddSearchSynonym(Request[SearchSynonym]):
    """Make search take one word for another.

    Args:
        term: The word.
        synonym: The word that means the same.
        one_way: Only `term` also finds `synonym`, not the reverse.

    Raises:
        ConflictError: The pair exists already.

    Source: API reference, Add search synonym.
    """

    term: str
    synonym: str
    one_way: bool | None = None


@endpoint("GET", "/synonyms/items/", timeout=100.0)
class ListSearchSynonyms(Request[ListSearchSynonymsResponse]):
    """List synonyms, ordered by term.

    Source: API reference, List search synonyms.
    """

    count: Limit | None = None
    offset: Limit | None = None


@endpoint("DELETE", "/synonyms/items/{id}", timeout=10.0, settled=404)
class DeleteSearchSynonym(Request[str]):
    """Delete one synonym by its ID.

    Source: API reference, Delete search synonym.
    """

    id: str


@endpoint("DELETE", "/synonyms/items/", timeout=10.0)
class DeleteAllSearchSynonyms(Request[str]):
    """Delete every synonym.

    Source: API reference, Delete all search synonyms.
    """
