import os
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from coach.errors import UsageError
from coach.settings import Settings, child_environment, load_settings, silence_dependencies


def test_a_scrubbed_environment_gives_the_built_in_writer_and_no_addresses(tmp_path):
    settings = load_settings()
    assert settings == Settings(home=tmp_path / "home")
    assert (settings.model, settings.database_url, settings.chroma_url, settings.api_base) == ("builtin", "", "", "")
    assert settings.has_api_key is False
    assert settings.threads == 0


def test_arguments_win_over_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("COACH_MODEL", "openai:from-environment")
    settings = load_settings(home=tmp_path / "given", model="builtin")
    assert settings.home == tmp_path / "given"
    assert settings.model == "builtin"


def test_every_variable_is_read(monkeypatch, tmp_path):
    for name, value in {
        "COACH_MODEL": "openai:x",
        "COACH_DATABASE_URL": "postgresql://u:p@127.0.0.1/coach",
        "COACH_CHROMA_URL": "http://127.0.0.1:8000",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_API_KEY": "not-a-real-key",
        "COACH_THREADS": "2",
    }.items():
        monkeypatch.setenv(name, value)
    assert load_settings() == Settings(
        home=tmp_path / "home",
        model="openai:x",
        database_url="postgresql://u:p@127.0.0.1/coach",
        chroma_url="http://127.0.0.1:8000",
        api_base="http://127.0.0.1:9/v1",
        has_api_key=True,
        threads=2,
    )


def test_the_key_itself_is_in_no_setting(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key")
    assert "not-a-real-key" not in repr(load_settings())


@pytest.mark.parametrize("value", ["many", "-1", "1.5", "²"])
def test_threads_that_are_no_number_are_refused_in_one_line(monkeypatch, value):
    monkeypatch.setenv("COACH_THREADS", value)
    with pytest.raises(UsageError, match=r"COACH_THREADS=.*not a number of threads"):
        load_settings()


def test_a_home_may_be_relative_or_begin_with_a_tilde(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(home="here").home == tmp_path / "here"
    assert load_settings(home="~/there").home == tmp_path / "there"


def test_everything_written_lies_under_the_home(tmp_path):
    settings = load_settings(home=tmp_path)
    assert settings.index_dir.parent == tmp_path
    assert settings.cache_dir.parent == tmp_path
    assert settings.resolved_database_url == f"sqlite:///{tmp_path / 'coach.db'}"


def test_without_a_home_the_users_data_folder_is_taken(monkeypatch, tmp_path):
    monkeypatch.delenv("COACH_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load_settings().home == tmp_path / "coach"


def test_settings_cannot_be_changed(tmp_path):
    with pytest.raises(FrozenInstanceError):
        load_settings().model = "other"


def test_the_users_own_telemetry_choice_wins(monkeypatch):
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "True")
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    silence_dependencies()
    assert os.environ["ANONYMIZED_TELEMETRY"] == "True"
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_a_child_process_sees_the_same_settings(tmp_path):
    settings = load_settings(home=tmp_path / "other", model="openai:x")
    code = "from coach.settings import load_settings as f; s = f(); print(s.home, s.model)"
    shown = subprocess.check_output([sys.executable, "-c", code], env=child_environment(settings), text=True)
    assert shown.split() == [str(tmp_path / "other"), "openai:x"]


def test_only_the_settings_read_the_environment():
    package = Path(load_settings.__code__.co_filename).parent
    readers = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8") or "getenv(" in path.read_text(encoding="utf-8")
    ]
    assert readers == ["settings.py"]
