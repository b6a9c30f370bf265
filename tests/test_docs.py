"""The generated pages and the README tell the truth of today."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_generated_pages_are_not_stale():
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_file_that_the_readme_points_to_exists():
    for page in ("README.md", "CONTRIBUTING.md", "evals/README.md"):
        base = (ROOT / page).parent
        for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert "://" in target or (base / target).exists(), f"{page}: {target}"


def test_the_readme_shows_what_coach_really_answers(tmp_path):
    from coach import Coach, load_settings
    from coach.render import answer_text

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    question, shown = re.search(r'coach ask "([^"]+)"\n([A-Z].+?)\n```', readme, re.DOTALL).groups()
    coach = Coach(load_settings(home=tmp_path))  # the shared home holds documents of other tests
    assert answer_text(coach.ask(question)).split("\nSources\n")[0].strip() == shown.strip()
