"""Every error that Coach raises on purpose.

    CoachError                 shown to the user as one line: what, where, what next
    ├── UsageError             the call or the input is wrong          (exit status 2)
    │   ├── LoadError          a document cannot be read
    │   └── KnowledgeError     a file of knowledge/ or evals/ breaks its schema
    └── UnavailableError       something needed is not there           (exit status 3)
        ├── ModelError         a chat model does not answer, or not usably
        └── StoreError         the index or the database cannot be used

Thin evidence, a declined question and withheld sentences are results, never errors. The edges (command line, page,
one sample of an evaluation) catch `CoachError`; nothing else does.
"""


class CoachError(Exception):
    """Base of all errors whose message is meant for the user.

    Attributes:
        exit_status: What the command line exits with.
    """

    exit_status = 2


class UsageError(CoachError):
    """The call or its input is wrong; the message names the mend."""


class LoadError(UsageError):
    """A document cannot be read.

    Args:
        name: The file as the user knows it.
        reason: What is wrong, without a full stop.
        mend: What the user can do, a full sentence.
    """

    def __init__(self, name: str, reason: str, mend: str) -> None:
        super().__init__(f"{name}: {reason}. {mend}")
        self.name = name
        self.reason = f"{reason}. {mend}"


class KnowledgeError(UsageError):
    """A file of the shipped knowledge breaks its schema; the message names file and line."""


class UnavailableError(CoachError):
    """Something needed is not there: a server, a disk, a package."""

    exit_status = 3


class ModelError(UnavailableError):
    """A chat model cannot be reached, refuses, or answers unusably."""


class StoreError(UnavailableError):
    """The index or the database cannot be opened, read or written."""
