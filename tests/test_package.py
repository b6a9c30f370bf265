"""A wheel built from the project works anywhere: everything that Coach reads ships inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_an_installed_wheel_answers_and_criticises_without_the_checkout(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "COACH_HOME": str(tmp_path / "home")}

    def coach(*arguments, given=""):
        command = [sys.executable, "-P", "-m", "coach", *arguments]
        return subprocess.run(command, input=given, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    answer = coach("ask", "What is the partner's win?")
    assert (answer.returncode, "[1]" in answer.stdout) == (0, True), answer.stderr
    critique = coach("critique", "-", given="Partners: 300 resellers signed by June is how we measure success.")
    assert (critique.returncode, "AT RISK" in critique.stdout) == (0, True), critique.stderr
    listed = coach("eval", "list")
    assert (listed.returncode, "questions" in listed.stdout) == (0, True), listed.stderr
