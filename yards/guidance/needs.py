"""PURE. What a vehicle with its cargo needs of a bay. Metres."""

from __future__ import annotations

from dataclasses import dataclass

HAZMAT = "hazmat"
UNNAMED = "?"  # dangerous goods whose class nobody named: kept apart from everything dangerous


@dataclass(frozen=True)
class Need:
    """What a vehicle needs of a bay. `hazard` is the class of its dangerous goods ("3", "2.1", "?" not named), "" for none."""

    length_m: float
    width_m: float
    equipment: frozenset[str] = frozenset()
    hazard: str = ""

    @property
    def hazard_class(self) -> str:
        """The class others are kept apart from: dangerous goods that ask for a stand and name no class are unnamed ones."""
        return self.hazard or (UNNAMED if HAZMAT in self.equipment else "")

    @property
    def is_dangerous(self) -> bool:
        return bool(self.hazard_class)
