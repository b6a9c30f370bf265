"""Write docs/commands.md and docs/modes.md from the code and the knowledge; `--check` only says whether they are stale."""

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from coach.cli import cli  # noqa: E402
from coach.detection.taxonomy import load_taxonomy  # noqa: E402
from coach.index.knowledge import knowledge_files, load_knowledge_file  # noqa: E402

HEAD = "<!-- made by docs/generate.py; do not edit -->\n\n"


def commands_page() -> str:
    """Every command's help."""
    lines = ["# Commands", "", "Exit status: 0 done, 1 what was asked to fail the run was found, 2 the call or input is wrong,"]
    lines += ["3 something needed is not there.", ""]
    for path, command in _walk(cli, "coach"):
        context = click.Context(command, info_name=path, max_content_width=100)
        lines += [f"## {path}", "", "```", command.get_help(context), "```", ""]
    return HEAD + "\n".join(lines)


def _walk(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            found += _walk(command.commands[name], f"{path} {name}")
    return found


def modes_page() -> str:
    """The failure modes, and the documents that ship."""
    lines = ["# What Coach knows", "", "| id | failure mode | source | the question it asks |", "| --- | --- | --- | --- |"]
    lines += [
        f"| [{mode.id}](../knowledge/failure_modes/{mode.id}.md) | {mode.name} | {', '.join(mode.sources)} | {mode.question} |"
        for mode in load_taxonomy().modes
    ]
    lines += ["", "| document | title |", "| --- | --- |"]
    for path in knowledge_files():
        if path.parent.name != "failure_modes":
            document = load_knowledge_file(path)
            lines.append(f"| [{document.source_id}](../knowledge/{path.parent.name}/{path.name}) | {document.title} |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Write or check both pages."""
    pages = {"commands.md": commands_page(), "modes.md": modes_page()}
    folder = Path(__file__).parent
    if "--check" in sys.argv:
        stale = [name for name, text in pages.items() if (folder / name).read_text(encoding="utf-8") != text]
        sys.exit(f"stale: {', '.join(stale)}. Run: python docs/generate.py" if stale else 0)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
