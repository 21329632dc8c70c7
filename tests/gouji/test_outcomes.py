"""What became of documents adds up, also where one is read again while its folder is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.pages import PageRecord
from gouji import outcomes
from gouji.outcomes import Outcomes
from gouji.results import DocumentResult, Silent
from gouji.status import StatusFile
from gouji.tally import Tally


@pytest.fixture
def became(tmp_path: Path) -> Outcomes:
    return Outcomes(StatusFile(tmp_path), Silent())


def result(name: str, failed: int = 0, *, kept: bool = False, forms: int = 1) -> DocumentResult:
    pages = tuple(PageRecord(f"{n}.png", n, kind="failed" if n <= failed else "form") for n in (1, 2))
    kinds = {"failed": failed, "form": 2 - failed} if failed else {"form": 2}
    return DocumentResult(name, Path(name), Tally(kinds, forms=forms), kept=kept, unwritten=pages)


def test_documents_are_listed_as_they_were_found_and_added_up(became: Outcomes) -> None:
    became.add(2, result("b", failed=1))
    became.add(1, result("a", kept=True))
    assert [d.name for d in became.documents] == ["a", "b"]
    assert (became.total.pages, became.total.failed, became.total.forms) == (4, 1, 2)
    assert became.pages_kept == became.status.pages_kept == 2
    assert (became.status.documents_done, became.status.documents_kept, became.status.documents_failed) == (1, 1, 1)
    assert [(name, page.page) for name, page in became.failed] == [("b", 1)]


def test_a_document_that_is_read_again_counts_once(became: Outcomes) -> None:
    became.add(1, result("a", forms=1))
    became.add(2, result("a", forms=3))
    assert (len(became.documents), became.total.forms, became.total.pages) == (1, 3, 2)


def test_so_many_failed_pages_are_listed_and_no_more(became: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "LISTED", 3)
    for index in range(3):
        became.add(index, result(f"d{index}", failed=2))
    assert len(became.failed) == 3 and became.total.failed == 6
