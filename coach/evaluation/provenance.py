"""What produced a run: code, knowledge, machine. Reads files only; git itself is never run."""

import hashlib
import os
import platform
import sys
from pathlib import Path

from coach.index.knowledge import knowledge_files
from coach.resources import resource


def commit_of(folder: Path) -> str:
    """Return the commit that a checkout stands at, read from its `.git`; "" where there is none."""
    git = folder / ".git"
    try:
        if git.is_file():  # a worktree: the file points to the real folder
            git = (folder / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()).resolve()
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref:"):
            return head
        name = head.removeprefix("ref:").strip()
        common = git / "commondir"
        base = (git / common.read_text(encoding="utf-8").strip()).resolve() if common.is_file() else git
        loose = base / name
        if loose.is_file():
            return loose.read_text(encoding="utf-8").strip()
        packed = (base / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split(" ")[0] for line in packed if line.endswith(f" {name}")), "")
    except (OSError, UnicodeDecodeError):
        return ""


def current_commit() -> str:
    """Return the commit of the checkout that Coach runs from; "" in a user's installation."""
    return commit_of(resource("evals").parent)


def knowledge_hash() -> str:
    """Return one hash over the shipped knowledge: names and contents, the first 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in knowledge_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def file_hash(path: Path) -> str:
    """Return a file's hash, the first 16 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def machine() -> str:
    """Return what the run ran on, in words."""
    return f"{platform.platform()}, {os.cpu_count()} CPUs, Python {sys.version.split()[0]}"
