"""Coach beside what a user would pick instead: the stock LangChain chain (recursive splitter, Chroma, plain similarity).

One run, same documents, same encoder weights, same questions; prints a Markdown table of medians and ratios.
Usage: python benchmarks/run.py [--rounds 5]
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coach.settings import load_settings  # noqa: E402

SETTINGS = load_settings()

from langchain_chroma import Chroma  # noqa: E402
from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: E402

from coach.index.chunking import heading_blocks  # noqa: E402
from coach.index.knowledge import knowledge_files, load_knowledge_file  # noqa: E402
from coach.models import BuiltinEmbeddings  # noqa: E402
from coach.schema import ASKED_AS  # noqa: E402
from coach.wiring import Coach  # noqa: E402

K = 5


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as home:
        compare_search(Path(home), rounds)
        time_commands(Path(home), rounds)


def compare_search(home: Path, rounds: int) -> None:
    """Passages for the held-out questions: does one of the first five come from a point that answers?"""
    questions = [json.loads(line) for line in (ROOT / "evals/datasets/questions.jsonl").read_text("utf-8").splitlines()]
    questions = [one for one in questions if one["split"] == "held-out" and one["expect"]["cites_any"] and not one["history"]]
    coach = Coach(load_settings(home=home))
    coach.sources()
    stock = stock_chain()
    sections = section_names()

    def ours(question: str) -> list[str]:
        hits = coach.search(question, k=K)
        return [f"{hit.chunk.source_id} {hit.chunk.section} {hit.chunk.title}" for hit in hits]

    def theirs(question: str) -> list[str]:
        found = stock.similarity_search(question, k=K)
        return [sections(one.metadata["source_id"], one.metadata["start_index"], len(one.page_content)) for one in found]

    rows = [measure(name, search, questions, rounds) for name, search in (("Coach", ours), ("stock chain", theirs))]
    print(f"\n| search, {len(questions)} held-out questions | right point in first {K} | ms a query (median) |")
    print("| --- | --- | --- |")
    for name, share, milliseconds in rows:
        print(f"| {name} | {share:.2f} | {milliseconds:.1f} |")
    print(f"| ratio | {rows[0][1] / rows[1][1]:.2f} | {rows[0][2] / rows[1][2]:.2f} |")


def stock_chain() -> Chroma:
    """The chain of LangChain's own tutorial over the same documents without their listed questions."""
    documents = [load_knowledge_file(path) for path in knowledge_files()]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    texts = [without_questions(document.text) for document in documents]
    pieces = splitter.create_documents(texts, [{"source_id": document.source_id} for document in documents])
    return Chroma.from_documents(pieces, BuiltinEmbeddings(threads=SETTINGS.threads))


def without_questions(text: str) -> str:
    """Blank the parts that only our search uses, offsets kept."""
    for block in heading_blocks(text):
        if block.part == ASKED_AS:
            text = text[: block.start] + re.sub(r"\S", " ", text[block.start : block.end]) + text[block.end :]
    return text


def section_names() -> Callable[[str, int, int], str]:
    """Return a function that names the sections under a stretch of a document."""
    documents = {document.source_id: document for document in map(load_knowledge_file, knowledge_files())}
    blocks = {name: list(heading_blocks(document.text)) for name, document in documents.items()}

    def names(source_id: str, start: int, length: int) -> str:
        under = {block.section for block in blocks[source_id] if block.start < start + length and block.end > start}
        return f"{source_id} {' '.join(sorted(under))} {documents[source_id].title}"

    return names


def measure(name: str, search: Callable[[str], list[str]], questions: list[dict], rounds: int) -> tuple[str, float, float]:
    """Return the share of questions answered in the first five, and the median time of a query in milliseconds."""
    right = 0
    times = []
    for one in questions:
        for _ in range(rounds):
            started = time.perf_counter()
            found = search(one["question"])
            times.append((time.perf_counter() - started) * 1000)
        right += any(re.search(wanted, place.lower()) for wanted in one["expect"]["cites_any"] for place in found)
    return name, right / len(questions), statistics.median(times)


def time_commands(home: Path, rounds: int) -> None:
    """Whole processes, first in a fresh home, then again."""
    subprocess.run([sys.executable, str(ROOT / "evals/samples/make_decks.py"), str(home / "decks")], check=True)
    commands = {
        "coach ask": ["ask", "What is the partner's win?"],
        "coach critique deck.pptx": ["critique", str(home / "decks/tidewise.pptx")],
    }
    print("\n| command | fresh home, s | again, s (median) |\n| --- | --- | --- |")
    for name, arguments in commands.items():
        first = run(arguments, home / name.replace(" ", "-"))
        again = statistics.median(run(arguments, home / name.replace(" ", "-")) for _ in range(rounds))
        print(f"| {name} | {first:.2f} | {again:.2f} |")


def run(arguments: list[str], home: Path) -> float:
    """Seconds of one process."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "coach", *arguments, "--home", str(home)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
