"""The detector that ships, and the rows of its ablation table: each leaves out or changes one thing."""

from dataclasses import dataclass, replace

from network import Recipe
from readers import Reach

SHIPPED = Recipe(Reach(tokens=320, neighbours=2))
FIRST = ("writer-1",)
FIRST_FOUR = (*FIRST, "writer-2", "writer-3", "writer-4")
LATER = tuple(f"writer-{number}" for number in (5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18))
FIRST_TEN = (*FIRST_FOUR, *LATER[:6])


@dataclass(frozen=True, slots=True)
class Variant:
    """One training.

    Attributes:
        name: short name, also of its row.
        what: what it shows, in the words of the table.
        recipe: its settings.
        writers: whose texts it sees; empty for everybody's.
    """

    name: str
    what: str
    recipe: Recipe = SHIPPED
    writers: tuple[str, ...] = ()

    def sees(self, writer: str) -> bool:
        """Whether a writer's texts are in its training."""
        return not self.writers or writer in self.writers


FULL = Variant("full", "as shipped")
VARIANTS = (
    FULL,
    Variant("ten-writers", "writers 1 to 10 only", writers=(*FIRST_TEN, "background")),
    Variant("four-writers", "writers 1 to 4 only", writers=(*FIRST_FOUR, "background")),
    Variant("one-writer", "writer 1 only", writers=(*FIRST, "background")),
    Variant("later-writers", "without writers 1 to 4", writers=(*LATER, "background")),
    Variant("alone", "each sentence read alone", replace(SHIPPED, reach=Reach(tokens=0, neighbours=0), join=1)),
    Variant("four-layers", "four layers instead of eight", replace(SHIPPED, layers=4, frozen=0)),
)
