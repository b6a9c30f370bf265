from datetime import datetime

import pytest

from coach.database import open_database
from coach.index.catalogue import Catalogue, Entry
from coach.schema import Document, Page
from coach.settings import Settings


@pytest.fixture
def catalogue(tmp_path):
    return Catalogue(open_database(Settings(home=tmp_path)))


def entry(source_id, *, version="v1", origin="folder", chunks=2, text="words"):
    page = Page(index=1, title="T", start=0, end=len(text))
    document = Document(source_id=source_id, title=f"Title of {source_id}", text=text, pages=(page,), provenance="somewhere")
    return Entry(document=document, version=version, origin=origin, chunks=chunks)


def test_an_empty_catalogue_lists_nothing(catalogue):
    assert catalogue.collections() == []
    assert catalogue.sources() == []
    assert catalogue.versions("library") == {}
    assert catalogue.chunk_count("library") == 0
    assert catalogue.text("library", "a") is None


def test_what_is_published_is_live(catalogue):
    catalogue.publish("library", [entry("b", chunks=3), entry("a", text="whole text")])
    assert catalogue.versions("library") == {"a": "v1", "b": "v1"}
    assert catalogue.chunk_count("library") == 5
    assert catalogue.text("library", "a") == "whole text"
    assert [source.source_id for source in catalogue.sources()] == ["a", "b"]
    source = catalogue.sources()[0]
    assert (source.collection, source.title, source.provenance, source.chunks) == ("library", "Title of a", "somewhere", 2)
    assert datetime.fromisoformat(source.ingested_at)


def test_a_later_version_replaces_the_earlier_one(catalogue):
    catalogue.publish("library", [entry("a", text="old")])
    catalogue.publish("library", [entry("a", version="v2", text="new", chunks=7)])
    assert catalogue.versions("library") == {"a": "v2"}
    assert catalogue.text("library", "a") == "new"
    assert catalogue.chunk_count("library") == 7


def test_collections_are_apart(catalogue):
    catalogue.publish("one", [entry("a")])
    catalogue.publish("two", [entry("a", version="v2"), entry("b")])
    assert catalogue.collections() == ["one", "two"]
    assert catalogue.versions("one") == {"a": "v1"}
    assert [source.source_id for source in catalogue.sources("two")] == ["a", "b"]
    catalogue.withdraw("two", ["a", "b", "unknown"])
    assert catalogue.collections() == ["one"]


def test_sources_are_known_by_where_they_came_from(catalogue):
    catalogue.publish("library", [entry("a", origin="x"), entry("b", origin="y"), entry("c", origin="x")])
    assert catalogue.ids_from("library", "x") == {"a", "c"}
    assert catalogue.ids_from("other", "x") == set()


def test_publishing_is_all_or_nothing(catalogue):
    with pytest.raises(Exception, match=r"."):
        catalogue.publish("library", [entry("a"), entry("b", version=None)])
    assert catalogue.versions("library") == {}


def test_odd_ids_are_kept_as_they_are(catalogue):
    names = ["ünï/cödé.md", "with 'quotes\"; DROP TABLE sources", "🤝", " blank ", "x" * 2000]
    catalogue.publish("library", [entry(name) for name in names])
    assert set(catalogue.versions("library")) == set(names)


def test_a_second_process_sees_what_was_published(catalogue, tmp_path):
    from coach import database

    catalogue.publish("library", [entry("a")])
    database._engine.cache_clear()
    assert Catalogue(open_database(Settings(home=tmp_path))).versions("library") == {"a": "v1"}
