"""Real scans of real forms, read with the real models, against the forms' printed texts."""

from __future__ import annotations

import html.parser
import json
import math
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from scan_results import DATA, SCANS, Results, folded, truth, truth_cells, truth_name

from forms import Cell, is_number_column
from layout import LoadSettings, PageImage, find_documents, load_pages
from ocr import EngineOptions, join_lines, make_recogniser

pytestmark = pytest.mark.scans
GOLDEN = Path(__file__).parent / "golden" / "wrong_cells.json"
EVERY_SCAN = pytest.mark.parametrize("scan", SCANS)


def test_the_run_ends_well_and_says_so_in_one_json_value(results: Results) -> None:
    assert results.code == 1, results.stderr  # a finding of skewed-2020, cells to review
    summary = json.loads(results.stdout)
    assert summary == json.loads((results.out / "run.json").read_text("utf-8"))
    assert summary["documents"] == summary["forms"] == len(SCANS)
    assert summary["pages"] == {"form": 6, "text": 0, "blank": 0, "failed": 0}
    assert summary["failed_pages"] == summary["problems"] == [] and summary["findings"] == {"total-score": 1}
    assert "Traceback" not in results.stderr
    for scan in SCANS:
        assert f"{scan}: {len(results.pages(scan))} page" in results.stderr


@EVERY_SCAN
def test_all_files_are_there(results: Results, scan: str) -> None:
    folder, pages = results.out / scan, results.pages(scan)
    tables = [f"tables/{p['page']}-1.{kind}" for p in pages for kind in ("html", "json")]
    overlays = [f"overlays/{p['page']:03d}.png" for p in pages]
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    (form,) = (f for f in found if f.startswith("forms/"))
    assert found == {form, "pages.json", "pages.spool", "source.json", "report.xlsx", *tables, *overlays}
    name = truth(scan)["project"] or truth(scan)["unit"]
    assert form.startswith("forms/01-") and folded(form).endswith(f"{folded(name)}.json")


@EVERY_SCAN
def test_every_page_is_listed_with_what_was_undone(results: Results, scan: str) -> None:
    pages = results.pages(scan)
    files = sorted(p.name for p in (DATA / "scans" / scan).iterdir() if p.suffix != ".json")
    assert [(p["file"], p["page"], p["page_in_file"], p["kind"]) for p in pages] == [
        (f, n, 1, "form") for n, f in enumerate(files, 1)
    ]
    for page in pages:
        image = cv2.imread(str(DATA / "scans" / scan / page["file"]), cv2.IMREAD_GRAYSCALE)
        assert image is not None and (page["height"], page["width"]) == image.shape
        assert page["rotation"] == (90 if scan == "turned-2024" else 0)
        assert 5 < abs(page["skew"]) < 9 if scan == "skewed-2020" else abs(page["skew"]) < 2.5
        assert page["seconds"] > 0 and "dpi" in page


@EVERY_SCAN
def test_every_cell_is_right_but_for_the_known_ones(results: Results, scan: str, regenerate: bool) -> None:
    """The golden file lists what is read wrong: it may only grow shorter. Digits are never wrong."""
    form = results.form(scan)
    wrong = {
        address: form.cell(address).text
        for address, text in truth_cells(scan)
        if folded(form.cell(address).text) != folded(text)
    }
    known = json.loads(GOLDEN.read_text("utf-8")) if GOLDEN.exists() else {}
    if regenerate:
        known[scan] = wrong
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    printed = dict(truth_cells(scan))
    assert not {a: (t, printed[a]) for a, t in wrong.items() if is_number_column(a)}
    assert not {a: (t, printed[a]) for a, t in wrong.items() if a not in known[scan]}
    assert all(form.cell(a).needs_review for a in wrong), "no cell is wrong in silence"
    assert len(form.indicators) == len(truth(scan)["indicators"]) and len(form.funds) == len(truth(scan)["funds"])


def test_the_golden_files_are_not_being_written_anew(regenerate: bool) -> None:
    assert not regenerate, "written anew: look at the difference, then run without --regenerate"


@EVERY_SCAN
def test_the_path_of_every_indicator(results: Results, scan: str) -> None:
    found = [tuple(folded(c.text) for c in (i.level1, i.level2, i.level3)) for i in results.form(scan).indicators]
    assert found == [tuple(folded(i[k]) for k in ("l1", "l2", "l3")) for i in truth(scan)["indicators"]]


@EVERY_SCAN
def test_the_findings_are_those_of_the_printed_form(results: Results, scan: str) -> None:
    known = json.loads((DATA / "truth" / "findings.json").read_text("utf-8")).get(truth_name(scan), [])
    found = results.form(scan).findings
    assert sorted(f.rule for f in found) == sorted(rule for rule, _ in known)
    for finding in found:
        assert finding.verdict in ("document", "unclear"), "every digit was read right"
    assert results.form(scan).template == truth(scan)["template"]


@EVERY_SCAN
def test_sources_pages_and_boxes(results: Results, scan: str) -> None:
    form, pages = results.form(scan), {p["page"]: p for p in results.pages(scan)}
    assert [(s.file, s.page) for s in form.sources] == [(p["file"], p["page"]) for p in pages.values()]
    for address, cell in form.cells():
        if cell.origin == "absent":
            assert cell.text == "" and cell.page == 0, address
            continue
        page, box = pages[cell.page], cell.box
        assert -2 <= box.left < box.right <= page["width"] + 2, address
        assert -2 <= box.top < box.bottom <= page["height"] + 2, address
        assert box.area < 0.5 * page["width"] * page["height"], address
    for before, after in pairwise(form.indicators):
        assert (before.level3.page, before.level3.box.centre) != (after.level3.page, after.level3.box.centre)


@EVERY_SCAN
def test_confidence_and_what_was_read(results: Results, scan: str) -> None:
    for address, cell in results.form(scan).cells():
        assert 0.0 <= cell.confidence <= 1.0 and all(0.0 <= p <= 1.0 for _, p in cell.alternatives), address
        if cell.origin == "repaired":
            assert cell.raw != cell.text, address
        assert cell.text not in [text for text, _ in cell.alternatives], address
        assert bool(cell.raw) >= bool(cell.text), f"{address}: what was read is never lost"


@pytest.mark.parametrize("scan", ["turned-2024", "skewed-2020", "fax-2023"])
def test_the_crop_of_a_cells_box_read_again_gives_its_text(results: Results, scan: str) -> None:
    form, pages = results.form(scan), results.pages(scan)
    images = delivered(scan)
    chosen = [
        cell
        for address, cell in form.cells()
        if is_number_column(address) and len(cell.text) >= 2 and cell.text[-1].isdigit()
    ]
    assert len(chosen) >= 8
    crops = [cropped(images[c.page - 1], c, pages[c.page - 1]) for c in chosen]
    again = [join_lines([r]) for r in make_recogniser(EngineOptions(device="cpu")).read(crops)]
    differ = [(c.text, text) for c, text in zip(chosen, again, strict=True) if folded(text) != folded(c.text)]
    assert len(differ) <= 0.08 * len(chosen), differ


def delivered(scan: str) -> list[PageImage]:
    (document,) = find_documents(DATA / "scans" / scan).documents
    return [
        page
        for file in document.files
        for page in load_pages(file, name=file.name, settings=LoadSettings())
        if isinstance(page, PageImage)
    ]


def cropped(page: PageImage, cell: Cell, record: dict[str, float]) -> np.ndarray:
    """The cell's inside, upright: its box on the delivered page, turned and levelled about its middle."""
    rotation, skew = int(record["rotation"]), math.radians(record["skew"])
    grey = page.pixels if page.is_grey else cv2.cvtColor(page.pixels, cv2.COLOR_BGR2GRAY)
    left, top, right, bottom = cell.box.clipped(page.width, page.height).pixels()
    part = np.ascontiguousarray(np.rot90(grey[top:bottom, left:right], k=rotation // 90))
    height, width = part.shape
    c, s = math.cos(skew), abs(math.sin(skew))
    inner_width = (width * c - height * s) / (c * c - s * s)
    inner_height = (height * c - width * s) / (c * c - s * s)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), math.degrees(skew), 1.0)
    level = cv2.warpAffine(part, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,))
    x, y = max(0.0, (width - inner_width) / 2) + 5, max(0.0, (height - inner_height) / 2) + 5
    inside = level[round(y) : round(height - y), round(x) : round(width - x)]
    ink = np.median(inside) - 40
    rows, cols = np.flatnonzero(inside.min(axis=1) < ink), np.flatnonzero(inside.min(axis=0) < ink)
    pad = 6
    return np.ascontiguousarray(inside[max(0, rows[0] - pad) : rows[-1] + pad, max(0, cols[0] - pad) : cols[-1] + pad])


class _Cells(html.parser.HTMLParser):
    """The texts and spans of a table's cells, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[int, int, str]] = []
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spans = dict(attrs)
        self.rows += tag == "tr"
        if tag == "td":
            self.cells.append((int(spans.get("rowspan") or 1), int(spans.get("colspan") or 1), ""))

    def handle_data(self, data: str) -> None:
        if self.cells and data.strip():
            rows, cols, text = self.cells[-1]
            self.cells[-1] = (rows, cols, text + data)


@EVERY_SCAN
def test_tables_as_json_and_html_are_the_same_table(results: Results, scan: str) -> None:
    pages = {p["page"]: p for p in results.pages(scan)}
    texts: list[str] = []
    for path in sorted((results.out / scan / "tables").glob("*.json")):
        table = json.loads(path.read_text("utf-8"))
        assert set(table) == {"page", "box", "n_rows", "n_cols", "cells"} and path.stem == f"{table['page']}-1"
        covered = sum(c["row_span"] * c["col_span"] for c in table["cells"])
        assert covered == table["n_rows"] * table["n_cols"]
        left, top, right, bottom = table["box"]
        assert -2 <= left < right <= pages[table["page"]]["width"] + 2
        assert -2 <= top < bottom <= pages[table["page"]]["height"] + 2
        parser = _Cells()
        parser.feed(path.with_suffix(".html").read_text("utf-8"))
        ordered = sorted(table["cells"], key=lambda c: (c["row"], c["col"]))
        assert [(r, c, t.strip()) for r, c, t in parser.cells] == [
            (c["row_span"], c["col_span"], c["text"].strip()) for c in ordered
        ]
        assert parser.rows == table["n_rows"]
        texts += [c["raw"] for c in table["cells"]]
    for address, cell in results.form(scan).cells():
        if is_number_column(address) and cell.raw:
            assert cell.raw in texts, f"{address}: a cell of the form is a cell of its table"


@EVERY_SCAN
def test_overlays_are_the_pages_with_something_drawn_on_them(results: Results, scan: str) -> None:
    for page, record in zip(delivered(scan), results.pages(scan), strict=True):
        overlay = cv2.imread(str(results.out / scan / "overlays" / f"{record['page']:03d}.png"))
        assert overlay is not None and overlay.shape[:2] == (page.height, page.width)
        spread = overlay.max(axis=2).astype(int) - overlay.min(axis=2)
        assert (spread > 60).mean() > 0.002, "coloured outlines"
