"""Write files that a careless or unlucky user might hand to Coach.

Broken, empty, encrypted, mislabelled and foreign files: none of them may crash a command. The
texts are partner plans, so that what can be read at all also gives findings.

Usage: ``python evals/samples/make_bad_inputs.py OUT_DIR [--big]``
Needs: the packages of make_decks.py, and pillow.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING

from make_decks import write_samples
from PIL import Image, ImageDraw
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable

OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")
BIG_BYTES = 50 * 1024 * 1024
HTML_DEPTH = 5_000

PLAN = """Partner plan of Quillmark (fictional company, made for testing Coach)

We begin with a pilot at one print shop until June; a second follows only if it reorders twice.
The shops' motive is the 20% that we pay, nothing else is needed.
Ms Böhm visits each shop every month. Prices in €, "fixed" for a year.
"""

LATIN_PLAN = PLAN.replace("€", "£")

GERMAN = """# Partnerprogramm von Quillmark (erfundene Firma, zum Testen von Coach)

- Jede Druckerei, ob groß oder klein, bekommt denselben Vertrag und denselben Ablauf.
- Die Druckereien verkaufen, weil sie 20 % Provision erhalten; mehr brauchen sie nicht.
- Gemessen wird allein die Zahl der unterschriebenen Partner: 500 bis Jahresende.
- Frau Böhm betreut die Druckereien und ruft jede von ihnen alle zwei Wochen an.
"""

JAPANESE = """クイルマーク社 パートナー計画「Coachのテスト用の架空の会社」

まず一社の印刷所と六月まで試験導入を行い、二回再注文があった場合のみ次の印刷所に進みます。
パートナーの動機は売上の20%の手数料だけで十分です。
成功はパートナーの数だけで測ります。年末までに500社を目指します。
担当の佐藤が毎週火曜日に各印刷所へ電話します。
"""


def plain_pdf(*, user_key: str | None = None) -> bytes:
    """Return a PDF with the plan, encrypted when there is a key (the user password)."""
    encryption = StandardEncryption(user_key, user_key + "-owner") if user_key else None
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, encrypt=encryption)
    for row, line in enumerate(PLAN.splitlines()):
        canvas.drawString(60, 780 - 18 * row, line)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned_pdf() -> bytes:
    """Return a PDF whose only content is a picture of the plan."""
    picture = Image.new("L", (1000, 300), color=245)
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(PLAN.replace("€", "EUR").replace("ö", "oe").splitlines()):
        pen.text((20, 20 + 40 * row), line, fill=30)
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawImage(ImageReader(picture), 40, 500, width=500, height=150)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def truncated_pptx(folder: Path) -> bytes:
    """Return the first half of a sound presentation (written to ``folder`` and removed)."""
    paths = write_samples(folder)
    data = paths[0].read_bytes()
    for path in paths:
        path.unlink()
    folder.rmdir()
    return data[: len(data) // 2]


def deep_html() -> bytes:
    """Return a page whose plan stands below thousands of nested elements."""
    opening, closing = "<div>" * HTML_DEPTH, "</div>" * HTML_DEPTH
    page = f"<!doctype html><meta charset='utf-8'><body>{opening}<p>{PLAN}</p>{closing}</body>"
    return page.encode()


def every_byte() -> bytes:
    """Return bytes that are no text in any encoding worth guessing."""
    return bytes((i * 7919 + (i >> 5)) % 256 for i in range(8192))


def big_text() -> bytes:
    """Return 50 MB of plan."""
    unit = PLAN.encode()
    return (unit * (BIG_BYTES // len(unit) + 1))[:BIG_BYTES]


def write_bad_inputs(folder: Path, *, big: bool = False) -> list[Path]:
    """Write all bad inputs into ``folder`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pdf = plain_pdf()
    makers: dict[str, Callable[[], bytes]] = {
        "empty.pptx": lambda: b"",
        "truncated.pptx": lambda: truncated_pptx(folder / "sound"),
        "encrypted.pdf": lambda: plain_pdf(user_key="opensesame"),
        "truncated.pdf": lambda: pdf[: len(pdf) // 2],
        "scanned.pdf": scanned_pdf,
        "wrong-extension.pptx": lambda: pdf,
        "pdf-as.txt": lambda: pdf,
        "legacy.ppt": lambda: OLE_HEADER + bytes(1528),
        "utf16.txt": lambda: PLAN.encode("utf-16"),
        "latin1.txt": lambda: LATIN_PLAN.encode("latin-1"),
        "binary.txt": every_byte,
        "german.md": GERMAN.encode,
        "japanese.txt": JAPANESE.encode,
        "nul.md": lambda: PLAN.replace(" ", " \x00", 3).encode(),
        "deep.html": deep_html,
    }
    if big:
        makers["big.txt"] = big_text
    for name, make in makers.items():
        (folder / name).write_bytes(make())
    return [folder / name for name in makers]


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description="Write bad input files.")
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("--big", action="store_true", help="also write big.txt (50 MB)")
    arguments = parser.parse_args()
    for path in write_bad_inputs(arguments.folder, big=arguments.big):
        print(path)


if __name__ == "__main__":
    main()
