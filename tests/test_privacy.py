"""Nothing leaves the machine: whole commands in processes of their own, watched by the kernel where strace is there."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys

import pytest
from network_guard import OutsideConnectionError, is_local

from coach.settings import _QUIET

COMMANDS = {
    "ask": ["ask", "What is the partner's win?", "--format", "json"],
    "critique": ["critique", "-", "--format", "json"],
    "search": ["search", "pilot", "--format", "json"],
    "doctor": ["doctor", "--format", "json"],
}
REPORTING = ("onnxruntime", "chromadb", "langsmith", "langchain_core", "streamlit")
PLAN = b"Partners\n\nWe will sign 500 partners by June; each gets 20 % of the revenue."
WATCHER = f"""
import json, os, sys

def watch(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        address = args[1] if event != "socket.getaddrinfo" else args
        write({{"reached": address[0] if isinstance(address, tuple) else None, "event": event}})
    elif event == "import" and args[0] in {REPORTING!r}:
        write({{"imported": args[0], "quiet": {{n: os.environ.get(n) for n in {tuple(_QUIET)!r}}}}})

def write(row):
    with open(os.environ["WATCHED"], "a") as file:
        file.write(json.dumps(row, default=repr) + "\\n")

sys.addaudithook(watch)
"""
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


@pytest.fixture(scope="module")
def watched(coach, tmp_path_factory):
    """Run all commands side by side, in an environment that says nothing about reporting."""
    started = {}
    for name, arguments in COMMANDS.items():
        folder = tmp_path_factory.mktemp(name)
        (folder / "sitecustomize.py").write_text(WATCHER, encoding="utf-8")
        (folder / "log").touch()
        environment = {key: value for key, value in os.environ.items() if key not in _QUIET and not key.startswith("TIKTOKEN")}
        environment |= {
            "HOME": str(folder / "user"),
            "COACH_HOME": str(coach.settings.home),
            "WATCHED": str(folder / "log"),
            "PYTHONPATH": str(folder),
        }
        call = [sys.executable, "-m", "coach", *arguments]
        if shutil.which("strace"):
            call = ["strace", "-f", "--seccomp-bpf", "-e", "trace=connect,sendto", "-o", str(folder / "calls"), *call]
        process = subprocess.Popen(call, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        started[name] = (process, folder)
    for process, _ in started.values():
        process.stdin.write(PLAN)
        process.stdin.close()
        process.stdin = None
    ended = {name: (process.communicate(timeout=120), process, folder) for name, (process, folder) in started.items()}
    return {name: (*output, process.returncode, folder) for name, (output, process, folder) in ended.items()}


def rows(folder):
    return [json.loads(line) for line in (folder / "log").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_does_its_work(watched, name):
    out, err, status, _ = watched[name]
    assert status == 0, err.decode()
    assert json.loads(out)
    assert err == b""


@pytest.mark.parametrize("name", COMMANDS)
def test_python_reaches_nothing_outside(watched, name):
    assert [row for row in rows(watched[name][-1]) if "reached" in row and not is_local(row["reached"])] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_kernel_sees_no_connection_outside(watched, name):
    calls = watched[name][-1] / "calls"
    if not calls.exists():
        assert os.environ.get("CI") != "true", "strace is missing"
        pytest.skip("strace is not installed; Python's own events are watched instead")
    addresses = [one or other for one, other in ADDRESS.findall(calls.read_text(encoding="utf-8", errors="replace"))]
    assert [address for address in addresses if not is_local(address)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_library_leaves_a_file_in_the_users_home(watched, name):
    user = watched[name][-1] / "user"
    assert not (user / ".cache" / "Microsoft").exists()
    assert [path for path in user.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_reporting_is_off_before_a_library_that_reports_is_imported(watched, name):
    imports = [row for row in rows(watched[name][-1]) if "imported" in row]
    assert imports
    for row in imports:
        assert row["quiet"] == _QUIET, row["imported"]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda _: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda _: socket.getaddrinfo("example.org", 443),
        lambda one: one.connect_ex(("192.0.2.1", 80)),
        lambda one: one.sendto(b"x", ("192.0.2.1", 53)),
        lambda _: socket.gethostbyname("example.org"),
    ],
    ids=["connection", "look-up", "quiet connection", "datagram", "old look-up"],
)
def test_the_suite_itself_refuses_the_network(outside_attempts, attempt):
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(OutsideConnectionError):
        attempt(one)
    assert len(outside_attempts) == 1
    outside_attempts.clear()


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *((host, True) for host in ("127.0.0.1", "localhost", "::1", "", None, "127.9.9.9")),
        *((host, False) for host in ("10.0.0.1", "example.org", "localhost.example.org", "169.254.169.254")),
    ],
)
def test_only_this_machine_is_local(host, local):
    assert is_local(host) is local
