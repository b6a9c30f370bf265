import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import coach as package

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "coach").rglob("*.py"))
HEAVY = ("streamlit", "chromadb", "langchain", "langchain_core", "openai", "onnxruntime", "numpy", "sqlalchemy")
MOST_LINES = 300
LONGEST_TEXT = 400
DATA_MODULES = {"coach/index/loaders/furniture.py"}
# Pieced together, so that this file does not find itself.
MACHINES = "|".join(["wo" + "rk", "ro" + "ot", "home/[a-z]+", "Us" + "ers"])
MACHINE_PATH = re.compile(rf"(?<![\w.$}}])/(?:{MACHINES})/\w")
REGISTRIES = "|".join(["py" + "pi", "python" + "hosted", "arti" + "factory", "npm" + "js"])
REGISTRY = re.compile(rf"https?://[^\s\"'<>]*(?:{REGISTRIES})")
BINARY = {".onnx", ".npz", ".png", ".jpg", ".gif", ".ico", ".woff2", ".pptx", ".pdf", ".docx"}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def imported_by(statement):
    """Names of the heavy packages that a statement loads in a fresh process."""
    code = f"{statement}; import sys; print([n for n in {HEAVY!r} if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return ast.literal_eval(run.stdout)


def test_the_public_names_are_sorted_and_all_there():
    assert package.__all__ == sorted(package.__all__)
    assert set(package._HOMES) | {"__version__"} == set(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = package.nonsense


@pytest.mark.parametrize("statement", ["import coach", "import coach.cli", "from coach import load_settings; load_settings()"])
def test_importing_costs_nothing(statement):
    assert imported_by(statement) == []


def test_the_version_is_the_projects():
    assert f'version = "{package.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_longer_than_a_reader_can_hold(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) not in DATA_MODULES], ids=name_of)
def test_a_module_holds_no_long_text_outside_tables(path):
    """Prompts, answers and rules are files; a module's docstrings and its top-level tables of data may be long."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            allowed |= {id(one.value) for one in node.body if isinstance(one, ast.Expr)}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict | ast.Tuple | ast.List | ast.Call):
            allowed |= {id(one) for one in ast.walk(node)}
    long = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and len(node.value) > LONGEST_TEXT
        and id(node) not in allowed
    ]
    assert long == [], "lines of long texts"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_name_their_package(path):
    imports = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    assert [node.lineno for node in imports if node.level] == []


def tracked_texts():
    try:
        listed = subprocess.check_output(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout")
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in BINARY:
            yield path


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry address"])
def test_no_tracked_text_names_a_machine_or_a_registry(pattern):
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:120]}"
        for path in tracked_texts()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []
