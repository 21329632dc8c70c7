import json
from dataclasses import replace

import pytest

from export.pages import PageRecord, dump_pages, page_from_dict
from forms import Box, Cell


def test_every_page_in_order_with_what_became_of_it() -> None:
    line = Cell("关于绩效自评的说明", 0.98, box=Box(1, 2, 3, 4), page=2, raw="关于绩效自评的说明")
    records = [
        PageRecord("卷 1/001.jpg", 1, width=1700, height=2400, dpi=200.0, rotation=90, skew=-1.23456, seconds=1.5),
        PageRecord("a.pdf", 2, page_in_file=1, width=10, height=20, kind="text", lines=(line,)),
        PageRecord("a.pdf", 3, page_in_file=2, kind="blank"),
        PageRecord("a.pdf", 4, page_in_file=3, kind="failed", reason="truncated"),
    ]
    text = dump_pages(records)
    assert text.endswith("\n") and "卷 1" in text
    pages = json.loads(text)
    assert [(p["file"], p["page"], p["page_in_file"], p["kind"]) for p in pages] == [
        ("卷 1/001.jpg", 1, 1, "form"), ("a.pdf", 2, 1, "text"), ("a.pdf", 3, 2, "blank"), ("a.pdf", 4, 3, "failed"),
    ]  # fmt: skip
    assert pages[0] == {
        "file": "卷 1/001.jpg", "page": 1, "page_in_file": 1, "width": 1700, "height": 2400, "dpi": 200.0,
        "kind": "form", "rotation": 90, "skew": -1.235, "seconds": 1.5,
    }  # fmt: skip
    assert [entry["text"] for entry in pages[1]["lines"]] == ["关于绩效自评的说明"]
    assert pages[1]["lines"][0]["box"] == [1, 2, 3, 4] and pages[1]["dpi"] is None
    assert "lines" not in pages[2] and pages[3]["reason"] == "truncated"


def test_a_page_to_look_at_says_so_and_why() -> None:
    (page,) = json.loads(dump_pages([PageRecord("a", 1, kind="text", reasons=("12 of 20 texts …",))]))
    assert page["needs_review"] is True and page["reasons"] == ["12 of 20 texts …"]
    (page,) = json.loads(dump_pages([PageRecord("a", 1)]))
    assert "needs_review" not in page and "reasons" not in page, "as other tools know it"


@pytest.mark.parametrize("reasons", [(), ("too pale",)])
def test_a_record_comes_back_without_its_lines(reasons: tuple[str, ...]) -> None:
    record = PageRecord("a.pdf", 3, 2, 10, 20, 200.0, "text", 90, -1.5, (Cell("附件5"),), "", 1.25, reasons)
    (page,) = json.loads(dump_pages([record]))
    assert page_from_dict({**page, "of_a_later_version": 1}) == replace(record, lines=())


def test_text_page_without_a_line_says_so() -> None:
    assert json.loads(dump_pages([PageRecord("a", 1, kind="text")]))[0]["lines"] == []


def test_lines_beside_a_table_are_kept() -> None:
    record = PageRecord("a", 1, kind="form", lines=(Cell("附件5"),))
    assert json.loads(dump_pages([record]))[0]["lines"][0]["text"] == "附件5"
