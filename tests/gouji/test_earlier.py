"""A document that an earlier run has finished needs nothing, as long as nothing of it has changed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import fault_engines
import pytest

from gouji.batch import run
from gouji.earlier import Earlier
from gouji.inputs import look_at
from gouji.ledger import Ledger
from gouji.making import making_of
from gouji.search import searched
from gouji.settings import RunSettings
from layout import Document

pytestmark = pytest.mark.usefixtures("inline")
SETTINGS = RunSettings(workers=1)


@pytest.fixture
def document(tmp_path: Path, scans) -> Document:
    """One that a run into ``out`` has finished."""
    folder = scans(a=True)
    run([folder], tmp_path / "out", SETTINGS, engines=fault_engines.sizes)
    (found,) = searched([folder], tmp_path / "out").documents
    return found


@contextlib.contextmanager
def earlier(out: Path, settings: RunSettings = SETTINGS) -> Iterator[Earlier]:
    with contextlib.closing(Ledger(out)) as ledger:
        yield Earlier(out, settings, making_of(settings, fault_engines.sizes), ledger)


def test_a_finished_document_needs_nothing(tmp_path: Path, document: Document) -> None:
    with earlier(tmp_path / "out") as known:
        assert known.untouched(document) is not None
        assert known.unchanged(document, look_at(document)) is not None
        assert known.inputs(document) == look_at(document)


def test_one_that_was_touched_is_known_by_its_content(tmp_path: Path, document: Document) -> None:
    os.utime(document.files[0], ns=(1, 1))
    with earlier(tmp_path / "out") as known:
        assert known.untouched(document) is None
        assert known.unchanged(document, look_at(document)) is not None
        document.files[0].write_bytes(b"another")
        assert known.unchanged(document, look_at(document)) is None


def test_everything_anew_knows_of_nothing(tmp_path: Path, document: Document) -> None:
    with earlier(tmp_path / "out", RunSettings(workers=1, overwrite=True)) as known:
        assert known.untouched(document) is None and known.inputs(document) == ()


def test_overlays_and_forms_must_be_there(tmp_path: Path, document: Document) -> None:
    with earlier(tmp_path / "out", RunSettings(workers=1, overlays=True)) as known:
        assert known.untouched(document) is None
    shutil.rmtree(tmp_path / "out" / document.name / "forms", ignore_errors=True)
    (tmp_path / "out" / document.name / "pages.json").unlink()
    with earlier(tmp_path / "out") as known:
        assert known.untouched(document) is None
