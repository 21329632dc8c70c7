"""Where a result comes from: the engine, its weights and the settings that made it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """One weights file: the model's name, where it was found, its SHA-256 and size in bytes."""

    name: str
    path: str
    sha256: str
    size: int
    origin: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Engine, device, weights and settings of a run, as they go into ``run.json``."""

    engine: str
    device: str
    weights: tuple[Weights, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
