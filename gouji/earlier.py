"""What earlier runs have left of documents, and which of these need nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from layout import Document

from .inputs import InputFile, same_content, sizes_and_times
from .ledger import DocumentRow, Ledger
from .making import Making
from .names import folded
from .output import document_folder, drawn, is_whole, overlay_file
from .settings import RunSettings
from .tally import Tally


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the ledger and the output folder ``out`` know; nothing where everything is to be read anew
    (``settings.overwrite``). ``making``: what this run makes its results with."""

    out: Path
    settings: RunSettings
    making: Making
    ledger: Ledger

    def inputs(self, document: Document) -> tuple[InputFile, ...]:
        """The files that the document was last read from."""
        row = self._row(document)
        return row.inputs if row is not None else ()

    def untouched(self, document: Document) -> DocumentRow | None:
        """The row of a document that is finished and needs nothing, as its files' sizes and times tell."""
        row = self._finished(document)
        if row is None:
            return None
        known = {(f.label, f.path, f.bytes, f.mtime_ns) for f in row.inputs}
        now = sizes_and_times(document)
        same = len(now) == len(row.inputs) and {(f.label, f.path, f.bytes, f.mtime_ns) for f in now} == known
        return row if same else None

    def unchanged(self, document: Document, now: Sequence[InputFile]) -> DocumentRow | None:
        """The row of a document that is finished and needs nothing, as the content of its files ``now`` tells: they
        were only copied or touched."""
        row = self._finished(document)
        return row if row is not None and same_content(row.inputs, now) else None

    def _finished(self, document: Document) -> DocumentRow | None:
        """The row of a document that was finished in the same way as now, and whose files are there."""
        row = self._row(document)
        if row is None or row.state != "done" or (row.read_key, row.form_key) != (self.making.read, self.making.form):
            return None
        folder = document_folder(self.out, document.name)
        if not is_whole(folder, row.outputs) or (self.settings.overlays and not _all_drawn(folder, row)):
            return None
        return row

    def _row(self, document: Document) -> DocumentRow | None:
        return None if self.settings.overwrite else self.ledger.by_folded(folded(document.name))


def _all_drawn(folder: Path, row: DocumentRow) -> bool:
    pages = Tally.from_dict(row.tally).pages
    return drawn(folder) >= {overlay_file(folder, n).name for n in range(1, pages + 1)}
