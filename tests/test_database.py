import sqlite3
import threading

import pytest
from sqlalchemy import inspect, text

from coach.database import Base, now, open_database
from coach.errors import StoreError
from coach.settings import Settings


def test_opening_makes_the_folder_the_file_and_every_table(tmp_path):
    engine = open_database(Settings(home=tmp_path / "deep" / "home"))
    assert (tmp_path / "deep" / "home" / "coach.db").is_file()
    assert sorted(inspect(engine).get_table_names()) == sorted(Base.metadata.tables)


def test_opening_twice_gives_the_same_engine(tmp_path):
    settings = Settings(home=tmp_path)
    assert open_database(settings) is open_database(settings)


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 15000), ("synchronous", 2)]
)
def test_every_connection_is_prepared(tmp_path, pragma, value):
    with open_database(Settings(home=tmp_path)).connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_home_that_is_a_file_is_refused_in_one_line_that_names_it(tmp_path):
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(StoreError, match=r"home/coach\.db: cannot open the database") as caught:
        open_database(Settings(home=tmp_path / "home"))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "coach.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        open_database(Settings(home=tmp_path))
    assert (tmp_path / "coach.db").read_bytes().startswith(b"no database at all")


def test_a_password_in_the_address_is_not_shown(tmp_path):
    address = f"sqlite://user:secret@{tmp_path}/none/coach.db"
    with pytest.raises(StoreError) as caught:
        open_database(Settings(home=tmp_path, database_url=address))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["not an address", "mysql+nonsense://127.0.0.1/coach", "postgresql://127.0.0.1:1/coach"])
def test_an_address_that_cannot_be_used_is_a_store_error(tmp_path, address):
    with pytest.raises(StoreError, match="cannot open the database"):
        open_database(Settings(home=tmp_path, database_url=address))


def test_a_configured_address_wins_over_the_home(tmp_path):
    open_database(Settings(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path}/elsewhere.db"))
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (tmp_path / "home").exists()


def test_a_reader_is_not_blocked_by_an_open_write(tmp_path):
    engine = open_database(Settings(home=tmp_path))
    writer = sqlite3.connect(tmp_path / "coach.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sources")).scalar() == 0
    writer.execute("ROLLBACK")
    writer.close()


def test_two_writers_wait_for_each_other(tmp_path):
    from coach.sessions import Sessions

    sessions = Sessions(open_database(Settings(home=tmp_path)))
    threads = [threading.Thread(target=lambda: [sessions.start("words") for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sessions.list()) == 20


def test_moments_are_in_universal_time():
    assert now().utcoffset().total_seconds() == 0
