import subprocess
import sys
import threading

import numpy as np
import pytest
import tiktoken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.errors import ModelError, UsageError
from coach.models import BuiltinEmbeddings, TokenCounter, chat_model, shipped_vectors, text_digest, token_counter
from coach.settings import Settings

ODD = {
    "empty": "",
    "blank": " \n\t ",
    "null bytes": "part\x00ner",
    "emoji": "🤝" * 500,
    "right to left": "شريك",
    "far over the window": "partner " * 5_000,
    "one long word": "x" * 50_000,
    "special tokens": "[CLS] [SEP] <|endoftext|>",
}


@pytest.fixture(scope="module")
def embeddings():
    return BuiltinEmbeddings(threads=1)


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    return TokenCounter(tmp_path_factory.mktemp("tokens"))


def test_vectors_have_their_shape_type_and_length_one(embeddings):
    rows = embeddings.vectors(["partner", "a pilot with a test partner", "x" * 999])
    assert rows.shape == (3, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_texts_have_a_finite_vector_of_length_one(embeddings, text):
    (row,) = embeddings.vectors([text])
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4)


def test_no_texts_give_no_rows(embeddings):
    assert len(embeddings.vectors([])) == 0
    assert embeddings.embed_documents([]) == []


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("partner incentives", "commission for resellers", "the weather in Oslo"),
        ("partner incentives", "a trial with one small partner", "rugby in winter"),
        ("How do I start a pilot?", "steps to run a trial with a test partner", "gold and silver tiers"),
        ("too many levels", "tiers and layers of bureaucracy", "the partner's own goals"),
    ],
)
def test_nearness_in_meaning_is_nearness_in_the_space(embeddings, query, near, far):
    asked, close, distant = embeddings.vectors([query, near, far])
    assert float(asked @ close) > float(asked @ distant) + 0.1


def test_known_cosines_hold(embeddings):
    rows = embeddings.vectors(["a partner program", "a program for partners", "quantum chromodynamics"])
    assert float(rows[0] @ rows[1]) > 0.85
    assert float(rows[0] @ rows[2]) < 0.25


def test_a_vector_hardly_depends_on_what_is_embedded_beside_it(embeddings):
    alone = embeddings.vectors(["the partner's win"])[0]
    beside = embeddings.vectors(["x", "the partner's win", "a much longer sentence about tiers and gates " * 5])[1]
    assert float(alone @ beside) > 0.97  # int8: a batch shares its scale


def test_langchains_interface_gives_the_same_numbers(embeddings):
    row = embeddings.vectors(["the partner's win"])[0]
    assert np.allclose(embeddings.embed_query("the partner's win"), row)
    assert float(np.dot(embeddings.embed_documents(["a", "the partner's win"])[1], row)) > 0.97


def test_shipped_vectors_are_those_that_the_encoder_makes(embeddings, coach):
    known = shipped_vectors()
    texts = [chunk.embedded_text for chunk in coach.retriever.corpora.read().chunks]
    shared = [text for text in texts if text_digest(text) in known]
    assert len(shared) == len(texts), "out of date: make them again"
    sample = shared[:: len(shared) // 20]
    fresh = embeddings.vectors(sample)
    cosines = [float(row @ known[text_digest(text)]) for text, row in zip(sample, fresh, strict=True)]
    assert min(cosines) > 0.97


def test_threads_may_embed_at_the_same_time(embeddings):
    expected = embeddings.vectors(["partner"])[0]
    rows = []
    threads = [threading.Thread(target=lambda: rows.append(embeddings.vectors(["partner"])[0])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == 6
    assert all(np.allclose(row, expected) for row in rows)


TEXTS = ["", "partner", "What is the partner's win?", " \n\n  x", "🤝🤝", "شريك", "<|endoftext|>", "antidisestablishment" * 9]


@pytest.mark.parametrize("text", TEXTS)
def test_counts_are_tiktokens_own(counter, text):
    counter.count("")
    assert counter.count(text) == len(tiktoken.get_encoding("o200k_base").encode(text, disallowed_special=()))


@given(text=st.text(max_size=200))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_counted(counter, text):
    assert 0 <= counter.count(text) <= 4 * len(text)


def test_a_damaged_rank_file_is_made_again(tmp_path):
    TokenCounter(tmp_path).count("x")
    (file,) = (tmp_path / "tiktoken").iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    code = (
        "import sys; from pathlib import Path; from coach.models import TokenCounter;"
        "print(TokenCounter(Path(sys.argv[1])).count('partner'))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "1", run.stderr


def test_one_folder_has_one_counter(tmp_path):
    assert token_counter(tmp_path) is token_counter(tmp_path)


def test_the_built_in_writer_needs_no_chat_model(tmp_path):
    assert chat_model(Settings(home=tmp_path)) is None


@pytest.mark.parametrize("name", ["gpt-5", "nonsense", "openai:", ":"])
def test_a_name_without_provider_or_model_is_refused_with_an_example(tmp_path, name):
    with pytest.raises(UsageError, match="provider:model such as openai:"):
        chat_model(Settings(home=tmp_path, model=name))


def test_openai_without_a_key_names_the_variable(tmp_path):
    with pytest.raises(ModelError, match="OPENAI_API_KEY") as caught:
        chat_model(Settings(home=tmp_path, model="openai:gpt-x"))
    assert caught.value.exit_status == 3


def test_an_unknown_provider_is_named_with_a_mend(tmp_path):
    with pytest.raises(ModelError, match=r"^nonsense:m: .*--model builtin\.$"):
        chat_model(Settings(home=tmp_path, model="nonsense:m"))


def test_a_provider_without_its_package_is_named_with_a_mend(tmp_path):
    with pytest.raises(ModelError, match="mistralai"):
        chat_model(Settings(home=tmp_path, model="mistralai:m"))


def test_an_own_server_needs_no_key(tmp_path):
    named = chat_model(Settings(home=tmp_path, model="openai:local", api_base="http://127.0.0.1:9/v1"))
    assert named.name == "openai:local"
    assert named.chat.openai_api_base == "http://127.0.0.1:9/v1"
