"""Where a run's documents come from and its results go: local folders by themselves, URLs by ``gouji.remote``."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from layout import Document


class Store(Protocol):
    """Where documents come from and results go, as the run sees it."""

    @property
    def full(self) -> bool:
        """True when no more documents should be fetched ahead."""
        ...

    def fetch(self, document: Document) -> None:
        """Called before the document's files are opened for the first time."""
        ...

    def done(self, document: Document, folder: Path) -> None:
        """Called when the document's results are in ``folder``; its files are not opened again."""
        ...


class LocalStore:
    """Everything is where it belongs already."""

    full = False

    def fetch(self, document: Document) -> None:
        return

    def done(self, document: Document, folder: Path) -> None:
        return
