"""The official Python client with lists, many items, synonyms, segmentations and search."""

import pytest
from recombee_api_client import api_requests as ask
from recombee_api_client.api_client import RecombeeClient
from recombee_api_client.exceptions import ResponseException

from recombee_mock import MockControl, MockServerThread, TestDatabase


@pytest.fixture
def films(client: RecombeeClient) -> RecombeeClient:
    """Three films with a title and a genre."""
    client.send(ask.AddItemProperty("title", "string", role="title"))
    client.send(ask.AddItemProperty("genre", "string"))
    client.send(ask.AddItemProperty("year", "int"))
    for item, title, genre, year in (
        ("a", "The Sea", "drama", 1990),
        ("b", "Sea and Sand", "comedy", 2000),
        ("c", "Žluťoučký kůň", "drama", 2010),
    ):
        values = {"title": title, "genre": genre, "year": year}
        client.send(ask.SetItemValues(item, values, cascade_create=True))
    client.send(ask.AddUser("u"))
    return client


def found(client: RecombeeClient, query: str, **options: object) -> list[str]:
    answer = client.send(ask.SearchItems("u", query, 10, **options))
    return [one["id"] for one in answer["recomms"]]


def test_lists_are_filtered(films: RecombeeClient) -> None:
    assert films.send(ask.ListItems(filter="'year' >= 2000 and 'genre' == \"drama\"")) == ["c"]
    assert films.send(ask.ListItems(filter="'year' > 0", count=1, offset=1)) == ["b"]
    assert films.send(ask.ListUsers(filter="'userId' == \"u\"")) == ["u"]


def test_many_items_change_and_go(films: RecombeeClient) -> None:
    changed = films.send(ask.UpdateMoreItems("'year' < 2005", {"genre": "old"}))
    assert changed == {"itemIds": ["a", "b"], "count": 2}
    assert films.send(ask.GetItemValues("a"))["genre"] == "old"
    gone = films.send(ask.DeleteMoreItems("'genre' == \"old\""))
    assert gone == {"itemIds": ["a", "b"], "count": 2}
    assert films.send(ask.ListItems()) == ["c"]


def test_synonyms_are_added_listed_used_and_deleted(films: RecombeeClient) -> None:
    made = films.send(ask.AddSearchSynonym("ocean", "sea", one_way=True))
    assert films.send(ask.ListSearchSynonyms(count=5, offset=0)) == {"synonyms": [made]}
    assert sorted(found(films, "ocean")) == ["a", "b"]
    assert films.send(ask.DeleteSearchSynonym(made["id"])) == "ok"
    assert found(films, "ocean") == []
    assert films.send(ask.DeleteAllSearchSynonyms()) == "ok"


def test_items_are_found_shown_and_continued(films: RecombeeClient) -> None:
    assert sorted(found(films, "sea")) == ["a", "b"]
    assert found(films, "zlut") == ["c"]
    assert found(films, "sea", filter="'year' > 1995") == ["b"]
    first = films.send(
        ask.SearchItems(
            "new",
            "sea sand",
            1,
            cascade_create=True,
            return_properties=True,
            included_properties=["year"],
            reql_expressions={"old": "'year' < 1995"},
        )
    )
    expected = [{"id": "b", "values": {"year": 2000}, "reqlEvaluations": {"old": False}}]
    assert first["recomms"] == expected
    assert films.send(ask.RecommendNextItems(first["recommId"], 5))["recomms"] == []


def test_segmentations_of_three_kinds(films: RecombeeClient) -> None:
    assert films.send(ask.CreatePropertyBasedSegmentation("genres", "items", "genre")) == "ok"
    assert films.send(ask.UpdatePropertyBasedSegmentation("genres", title="Genres")) == "ok"
    assert films.send(ask.CreateAutoReqlSegmentation("auto", "items", "{'genre'}")) == "ok"
    assert films.send(ask.UpdateAutoReqlSegmentation("auto", expression='{"all"}')) == "ok"
    assert films.send(ask.CreateManualReqlSegmentation("hand", "items", title="T")) == "ok"
    assert films.send(ask.UpdateManualReqlSegmentation("hand", description="D")) == "ok"
    assert films.send(ask.AddManualReqlSegment("hand", "new", "'year' > 1995")) == "ok"
    assert films.send(ask.UpdateManualReqlSegment("hand", "new", "'year' > 2005")) == "ok"
    listed = films.send(ask.ListSegmentations("items"))["segmentations"]
    assert [one["segmentationType"] for one in listed] == ["property", "autoReQL", "manualReQL"]
    assert films.send(ask.GetSegmentation("genres"))["title"] == "Genres"
    source = '"new" in item_segments("hand", \'itemId\')'
    assert films.send(ask.ListItems(filter=source)) == ["c"]
    assert films.send(ask.DeleteManualReqlSegment("hand", "new")) == "ok"
    assert films.send(ask.DeleteSegmentation("genres")) == "ok"


def test_segments_are_found_once_a_scenario_names_their_segmentation(
    films: RecombeeClient, database: TestDatabase, server: MockServerThread
) -> None:
    films.send(ask.CreatePropertyBasedSegmentation("genres", "items", "genre"))
    asked = ask.SearchItemSegments("u", "dra", 5, scenario="genres")
    with pytest.raises(ResponseException) as refused:
        films.send(asked)
    assert int(refused.value.status_code) == 400
    control = MockControl(server.url).database(database.database_id)
    control.put_scenario("genres", "searchItemSegments", segmentation="genres")
    assert films.send(ask.ListScenarios()) == [{"id": "genres", "endpoint": "searchItemSegments"}]
    assert films.send(asked)["recomms"] == [{"id": "drama"}]
