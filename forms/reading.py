"""What a reading engine says of one line of text."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import EngineError


@dataclass(frozen=True, slots=True)
class Character:
    """One character with its posterior (0 to 1) and where in the line it stands (0 left edge, 1 right edge).

    ``others``: what else it may be, with the greatest posterior of each, where the engine tells.
    """

    text: str
    posterior: float
    position: float = 0.0
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class LineReading:
    """The text of one line image: characters in order, other readings with their probabilities, the engine's name.

    ``agreed``: whether the same text was read a second time, by another engine or from another picture of the line;
    None where it was read once.
    Raises ``EngineError`` when a posterior is not a probability: an engine that answers so is broken.
    """

    characters: tuple[Character, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    engine: str = ""
    agreed: bool | None = None

    def __post_init__(self) -> None:
        if not all(0.0 <= c.posterior <= 1.0 for c in self.characters):
            raise EngineError(f"engine {self.engine or 'without a name'} gave a posterior outside 0 to 1")

    @property
    def text(self) -> str:
        return "".join([c.text for c in self.characters])

    @property
    def confidence(self) -> float:
        """The weakest character's posterior; 1 for an empty line."""
        return min((c.posterior for c in self.characters), default=1.0)
