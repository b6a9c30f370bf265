"""What every test gets: a scrubbed environment, a home of its own, no network, and one built index for the whole run."""

import os
import shutil
import socket
from pathlib import Path

import pytest
from network_guard import OutsideConnectionError, is_local
from openai_server import Server

from coach.settings import load_settings, silence_dependencies

SCRUBBED = ("COACH_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "ANTHROPIC_", "CHROMA_", "STREAMLIT_", "HF_", "TIKTOKEN_", "ORT_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


SNAPSHOTS = Path(__file__).parent / "snapshots"


def pytest_addoption(parser):
    """`--update-snapshots` writes what users read anew; look at the difference before committing it."""
    parser.addoption("--update-snapshots", action="store_true")


def pytest_configure():
    """Take out of the environment what could change a result, before any test module imports anything."""
    for name in list(os.environ):
        if name.startswith(SCRUBBED) or name.lower() in PROXIES:
            del os.environ[name]
    silence_dependencies()


@pytest.fixture(scope="session")
def outside_attempts():
    """Every refused attempt to leave this machine; a test that expects one clears it."""
    return []


@pytest.fixture(scope="session", autouse=True)
def _refuse_the_network(outside_attempts):
    """Refuse connections, datagrams and look-ups that leave this machine, and remember them."""

    def guarded(original, *, host_at):
        def call(*args, **kwargs):
            target = args[host_at]
            inside = args[0].family == socket.AF_UNIX if isinstance(args[0], socket.socket) else False
            host = target[0] if isinstance(target, tuple) else target
            if not inside and not is_local(host):
                outside_attempts.append(target)
                raise OutsideConnectionError(f"refused: {original.__name__} {target!r}")
            return original(*args, **kwargs)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect, host_at=1))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex, host_at=1))
        patch.setattr(socket.socket, "sendto", guarded(socket.socket.sendto, host_at=-1))
        patch.setattr(socket, "getaddrinfo", guarded(socket.getaddrinfo, host_at=0))
        patch.setattr(socket, "gethostbyname", guarded(socket.gethostbyname, host_at=0))
        yield


@pytest.fixture(autouse=True)
def _isolated(monkeypatch, tmp_path, outside_attempts):
    """Give the test a home of its own; fail it for an attempt to leave this machine, also where that was swallowed."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    yield
    attempts = outside_attempts.copy()
    outside_attempts.clear()
    assert attempts == [], "this test tried to reach the network"


@pytest.fixture(scope="session")
def coach(tmp_path_factory):
    """A coach over the built-in knowledge, indexed once for all tests; ingest nothing into it."""
    from coach.wiring import Coach

    one = Coach(load_settings(home=tmp_path_factory.mktemp("coach") / "home"))
    one.search("partner", k=1)
    return one


@pytest.fixture
def own_coach(coach, tmp_path):
    """A coach with a copy of the built index, for tests that ingest."""
    from coach.wiring import Coach

    shutil.copytree(coach.settings.home, tmp_path / "home")
    return Coach(load_settings(home=tmp_path / "home"))


@pytest.fixture
def server():
    """A scripted OpenAI-compatible server on loopback."""
    one = Server()
    yield one
    one.stop()


@pytest.fixture
def snapshot(request):
    """Hold a text that users read against its file under tests/snapshots/."""

    def check(name, text):
        path = SNAPSHOTS / name
        if request.config.getoption("--update-snapshots"):
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no snapshot {name}: run pytest --update-snapshots and read it"
        assert text == path.read_text(encoding="utf-8")

    return check
