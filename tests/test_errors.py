import inspect
import re

import pytest

from coach import errors
from coach.errors import (
    CoachError,
    KnowledgeError,
    LoadError,
    ModelError,
    StoreError,
    UnavailableError,
    UsageError,
)


def classes():
    return {name: value for name, value in vars(errors).items() if inspect.isclass(value)}


def test_the_drawn_tree_is_the_real_one():
    drawn = re.findall(r"^ *(?:[│ ]*[├└]── )?(\w+Error)\b", errors.__doc__, re.MULTILINE)
    assert sorted(drawn) == sorted(classes())
    parents = {one.__name__: one.__base__.__name__ for one in classes().values()}
    assert parents == {
        "CoachError": "Exception",
        "UsageError": "CoachError",
        "LoadError": "UsageError",
        "KnowledgeError": "UsageError",
        "UnavailableError": "CoachError",
        "ModelError": "UnavailableError",
        "StoreError": "UnavailableError",
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [(CoachError, 2), (UsageError, 2), (KnowledgeError, 2), (UnavailableError, 3), (ModelError, 3), (StoreError, 3)],
)
def test_every_error_has_its_exit_status(kind, status):
    assert kind("x").exit_status == status


def test_a_load_error_says_what_where_and_what_next():
    error = LoadError("deck.pptx", "the file is empty", "Save it again.")
    assert str(error) == "deck.pptx: the file is empty. Save it again."
    assert error.reason == "the file is empty. Save it again."
    assert error.name == "deck.pptx"
    assert error.exit_status == 2


def test_every_error_class_says_when_it_is_raised():
    assert all(one.__doc__ for one in classes().values())
