import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from coach.retrieval.corpus import Corpus
from coach.retrieval.dense import dense_scores
from coach.retrieval.hybrid import HybridRetriever, fuse
from coach.retrieval.keyword import keyword_scores
from coach.schema import ASKED_AS

scores = st.lists(st.floats(-1, 30, width=32), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def corpus(coach):
    return coach.retriever.corpora.read()


@given(dense=scores, weight=st.floats(0, 1))
def test_fusion_is_a_convex_combination_of_scaled_scores(dense, weight):
    one = np.asarray(dense, dtype=np.float32)
    other = one[::-1].copy()
    fused = fuse(one, other, dense_weight=weight)
    assert fused.shape == one.shape
    assert float(fused.min()) >= -1e-6
    assert float(fused.max()) <= 1 + 1e-6


def test_fusion_scales_each_side_to_its_own_range():
    fused = fuse(np.array([0.2, 0.6, 0.4], dtype=np.float32), np.array([0.0, 10.0, 5.0], dtype=np.float32))
    assert fused == pytest.approx([0, 1, 0.5], abs=1e-6)


@pytest.mark.parametrize(("weight", "expected"), [(1.0, [0, 1, 0.5]), (0.0, [1, 0, 0.5])])
def test_all_weight_on_one_side_leaves_that_side(weight, expected):
    fused = fuse(np.array([1, 3, 2], dtype=np.float32), np.array([9, 1, 5], dtype=np.float32), dense_weight=weight)
    assert fused == pytest.approx(expected, abs=1e-6)


def test_scores_that_are_all_equal_count_nothing():
    assert fuse(np.ones(3, dtype=np.float32), np.zeros(3, dtype=np.float32)) == pytest.approx([0, 0, 0])


def test_both_searches_score_every_chunk(coach, corpus):
    dense = dense_scores("tiers", corpus=corpus, embeddings=coach._embeddings)
    keyword = keyword_scores("tiers", corpus=corpus)
    assert dense.shape == keyword.shape == (len(corpus.chunks),)
    assert dense.dtype == keyword.dtype == np.float32
    assert float(np.abs(dense).max()) <= 1.001
    assert float(keyword.min()) >= 0


@pytest.mark.parametrize("query", ["zzzxqy", "the of and", "?!", "🤝"])
def test_words_that_nobody_wrote_score_nothing_by_keyword(corpus, query):
    assert not keyword_scores(query, corpus=corpus).any()


def test_keywords_are_found_in_other_forms(corpus):
    best = corpus.chunks[int(keyword_scores("bureaucracies layering", corpus=corpus).argmax())]
    assert "ayer" in best.keyword_text


def test_hits_come_best_first_without_repeats_and_within_bounds(coach):
    hits = coach.retriever.search("how do I run a pilot", k=50)
    assert len(hits) == 50
    values = [hit.score for hit in hits]
    assert values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)
    assert len({hit.chunk.chunk_id for hit in hits}) == 50


def test_listed_questions_lead_to_their_topic_but_are_no_hits(coach, corpus):
    hits = coach.retriever.search("Does the first reason weigh most, or is the order no ranking?", k=1000)
    assert not any(hit.chunk.part == ASKED_AS for hit in hits)
    question = next(chunk for chunk in corpus.chunks if chunk.part == ASKED_AS)
    (best,) = coach.retriever.search(question.text, k=1)
    assert (best.chunk.source_id, best.chunk.section) == (question.source_id, question.section)


@pytest.mark.parametrize("query", ["", "  \n"])
def test_an_empty_query_finds_nothing(coach, query):
    assert coach.retriever.search(query) == []


def test_an_empty_corpus_finds_nothing(coach):
    class Empty:
        def read(self, _=None):
            return Corpus(chunks=(), vectors=np.zeros((0, 384), dtype=np.float32))

    assert HybridRetriever.model_construct(corpora=Empty(), embeddings=coach._embeddings).search("pilot") == []


def test_it_is_a_langchain_retriever(coach):
    found = coach.retriever.invoke("what is the partner's win?")
    hits = coach.retriever.search("what is the partner's win?")
    assert isinstance(coach.retriever, BaseRetriever)
    assert all(isinstance(one, Document) for one in found)
    assert [one.id for one in found] == [hit.chunk.chunk_id for hit in hits]
    assert found[0].page_content == hits[0].chunk.text
    assert set(found[0].metadata) == {"source_id", "title", "section", "part", "score"}


def test_a_langchain_retriever_answers_in_batches(coach):
    first, second = coach.retriever.batch(["pilot", "tiers"])
    assert first[0].id != second[0].id


@pytest.fixture(scope="module")
def items(coach, tmp_path_factory):
    """A collection of forty made-up items, each with words of its own."""
    import shutil

    from coach.settings import load_settings
    from coach.wiring import Coach

    folder = tmp_path_factory.mktemp("items")
    shutil.copytree(coach.settings.home, folder / "home")
    one = Coach(load_settings(home=folder / "home"))
    animals = ["heron", "egret", "stork", "crane", "ibis", "bittern", "spoonbill", "avocet", "plover", "curlew"]
    verbs = ("pays", "trains", "visits", "audits")
    rows = [
        {
            "id": f"{animal}-{verb}",
            "title": f"{animal.title()} {verb}",
            "text": f"The {animal} alliance {verb} its dealers in room {number * 4 + place}.",
        }
        for number, animal in enumerate(animals)
        for place, verb in enumerate(verbs)
    ]
    path = folder / "items.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    one.ingest([path], collection="items")
    return one, rows


def test_every_known_item_is_found_first_by_its_own_words(items):
    one, rows = items
    found = [one.search(row["text"], k=1, collection="items")[0].chunk.source_id for row in rows]
    assert found == [row["id"] for row in rows]


def test_known_items_are_found_by_title_among_everything(items):
    one, rows = items
    asked = rows[::5]
    found = [one.search(row["title"], k=3) for row in asked]
    assert all(row["id"] in [hit.chunk.source_id for hit in hits] for row, hits in zip(asked, found, strict=True))


def test_a_search_in_one_collection_stays_there(items):
    one, _ = items
    assert {hit.chunk.collection for hit in one.search("pilot", k=30, collection="builtin")} == {"builtin"}
    assert {hit.chunk.collection for hit in one.search("pilot", k=30, collection="items")} == {"items"}


def test_ids_that_hold_a_chunk_lead_back_to_its_text(items):
    one, _ = items
    for hit in one.search("room", k=5, collection="items"):
        assert one.source_text(hit.chunk.source_id)[1][hit.chunk.start : hit.chunk.end] == hit.chunk.text
