"""Peers made up of a few lines of shell or Python: one that works, one that crashes, hangs, or writes garbage."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import predict, side_by_side, table_peers
from benchmarks.peer_tables import main, merged
from benchmarks.plots import draw_peers
from benchmarks.report import peer_bars
from benchmarks.table_peers import Cost, Job, read_note, read_pages, read_said

TABLE = "<table><tr><td>甲</td><td>乙</td></tr></table>"
WORKS = f"""
for job in jobs:
    write(job, json.dumps({{"peer": "fake 1", "tables": [{{"box": job["boxes"][0], "html": {TABLE!r}}}]}}))
"""
CRASHES = f"""
write(jobs[0], json.dumps({{"peer": "fake 1", "tables": [{{"box": jobs[0]["boxes"][0], "html": {TABLE!r}}}]}}))
os.abort()
"""
HANGS = "import time; time.sleep(60)"
GARBAGE = """
for job, text in zip(jobs, ["no json", '{"peer": "fake 1", "tables": [{"box": [1], "html": 3}]}']):
    write(job, text)
print("\\xff" * 100)
"""
HEAD = """
import json, os, sys
from pathlib import Path
out, jobs = Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text("utf-8"))
def write(job, text):
    page = Path(job["page"])
    (out / page.parent.name).mkdir(parents=True, exist_ok=True)
    (out / page.parent.name / (page.stem + ".json")).write_text(text, "utf-8")
"""


@pytest.fixture
def peer(tmp_path, monkeypatch):
    """Makes a peer of the name img2table whose script is this code; gives back what runs it."""
    monkeypatch.setenv("GOUJI_BENCH_PEERS", str(tmp_path / "peers"))
    python = tmp_path / "peers" / "img2table" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    jobs = [Job(tmp_path / "set" / "scans" / "d" / f"00{k}.jpg", ((0.0, 0.0, 20.0, 9.0),)) for k in (1, 2)]

    def run(code, **limits):
        script = tmp_path / "peer.py"
        script.write_text(HEAD + code, "utf-8")
        return read_pages("img2table", jobs, tmp_path / "out", script=script, **limits)

    return run


def said(tmp_path, page):
    return read_said(tmp_path / "out" / "img2table" / "d" / f"{page}.json")


def test_a_peers_tables_are_read_with_what_they_cost(peer, tmp_path):
    assert peer(WORKS) == ""
    box, table = said(tmp_path, "002").tables[0]
    assert (box, [c.text for c in table.cells]) == ((0, 0, 20, 9), ["甲", "乙"])
    missing, cost = read_note(tmp_path / "out", "img2table")
    assert missing == ""
    assert cost.pages == 2
    assert 0 < cost.cpu < 30


def test_a_peer_that_crashes_is_counted_by_what_it_finished(peer, tmp_path):
    assert peer(CRASHES) == "img2table ended with code -6, with 1 of 2 pages read; those are counted."
    assert len(said(tmp_path, "001").tables) == 1
    assert read_note(tmp_path / "out", "img2table")[1].pages == 1


def test_a_peer_that_hangs_is_ended(peer, tmp_path):
    assert "was ended after" in peer(HANGS, start=0.5, page=0.1)
    assert read_note(tmp_path / "out", "img2table")[1].pages == 0


def test_garbage_is_a_page_without_a_table_that_says_so(peer, tmp_path):
    assert peer(GARBAGE) == ""
    assert said(tmp_path, "001").tables == said(tmp_path, "002").tables == ()
    assert "JSONDecodeError" in said(tmp_path, "001").error
    assert "failed on 2 pages" in side_by_side.reasons(tmp_path / "out", ["img2table"])[0]


def test_a_peer_that_is_not_there_or_is_no_program_says_what_installs_it(peer, tmp_path):
    assert "make bench-peers" in read_pages("paddle", [], tmp_path / "out")
    python = table_peers.interpreter("img2table")
    python.unlink()
    python.write_text("not a program", "utf-8")
    assert "cannot be started" in peer(WORKS)
    assert side_by_side.reasons(tmp_path / "out") != []


def test_without_the_variable_peers_stand_beside_the_project(monkeypatch):
    monkeypatch.delenv("GOUJI_BENCH_PEERS", raising=False)
    assert table_peers.interpreter("paddle") == table_peers.ROOT / ".venv-peers" / "paddle" / "bin" / "python"


def test_a_page_on_which_a_peer_fails_says_why(tmp_path, monkeypatch):
    def read(page, boxes):
        if "001" in page:
            raise RuntimeError("out of ink")
        return [{"box": list(boxes[0]), "html": TABLE}]

    monkeypatch.setattr("benchmarks.peer_tables.READERS", {"fake": lambda: ("fake 1", read)})
    jobs = [{"page": f"/x/d/00{k}.jpg", "boxes": [[0, 0, 9, 9]]} for k in (1, 2)]
    (tmp_path / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    assert main(["fake", str(tmp_path), str(tmp_path / "jobs.json")]) == 0
    assert read_said(tmp_path / "d" / "001.json").error == "RuntimeError: out of ink"
    assert len(read_said(tmp_path / "d" / "002.json").tables) == 1


def test_a_cell_that_the_peer_repeats_is_one_cell_with_spans():
    wide, left, right = (0.0, 0.0, 20.0, 9.0), (0.0, 9.0, 10.0, 18.0), (10.0, 9.0, 20.0, 18.0)
    table = merged([[(wide, "甲"), (wide, "甲")], [(left, "乙"), (right, "丙")]])
    assert (table["n_rows"], table["n_cols"]) == (2, 2)
    assert [(c["row"], c["col"], c["row_span"], c["col_span"], c["text"]) for c in table["cells"]] == [
        (0, 0, 1, 2, "甲"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "丙"),
    ]  # fmt: skip


def put(path: Path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def cells(*texts):
    return [
        {"row": 0, "col": k, "row_span": 1, "col_span": 1, "box": [10 * k, 0, 10 * k + 10, 9], "text": t}
        for k, t in enumerate(texts)
    ]


@pytest.fixture
def pages(tmp_path):
    for k in (1, 2):
        put(tmp_path / f"set/grids/d/00{k}.json", {"tables": [{"n_rows": 1, "n_cols": 2, "cells": cells("甲", "乙")}]})
        (tmp_path / f"set/scans/d/00{k}.jpg").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"set/scans/d/00{k}.jpg").write_bytes(b"")
        ours = {"n_rows": 1, "n_cols": 2, "cells": cells("甲", "丙"), "box": [0, 0, 20, 9]}
        put(tmp_path / f"out/gouji/d/tables/{k}-1.json", ours)
    put(tmp_path / "set/scans/d/scan.json", {"group": "forms, fax"})
    return tmp_path


def test_programs_stand_side_by_side_on_the_same_pages(peer, pages):
    assert [j.boxes for j in side_by_side.find_jobs(pages / "set")] == [((0, 0, 20, 9),)] * 2
    peer(CRASHES)
    ours, theirs = side_by_side.compare(pages / "set", pages / "out")
    assert (ours.group, ours.program, ours.pages, ours.of_pages) == ("forms, fax", "gouji", 2, 2)
    assert (ours.tables.mean_structure, ours.tables.cells.exact_share) == (1.0, 0.5)
    assert (theirs.program, theirs.pages, theirs.of_pages) == ("img2table", 1, 2)
    assert (theirs.tables.mean_teds, theirs.tables.cells.exact_share) == (1.0, 1.0)
    table_peers.write_note(pages / "out", "gouji.cost", "", Cost(2, 4.0, 3.0))
    text = side_by_side.describe(pages / "set", pages / "out")
    assert "| forms, fax | img2table | 1 | 2 | 1 | 1.0000 | 1.0000 | 1.0000 | 2 |" in text
    assert "| gouji | gouji | 2 | 2.00 | 1.50 |" in text
    assert "ended with code -6" in text
    assert list(side_by_side.frame([ours])["in place"]) == [0.5]


def test_the_bars_have_a_panel_for_each_figure(peer, pages):
    pytest.importorskip("matplotlib")
    peer(WORKS)
    bars = peer_bars(side_by_side.compare(pages / "set", pages / "out"))
    assert bars["cells exact in place"] == {"forms, fax, 2 pages": {"gouji": 0.5, "img2table": 1.0}}
    assert draw_peers(bars, pages / "peers.png").stat().st_size > 1000


def test_the_set_has_forms_other_tables_and_real_pictures_where_they_are(tmp_path, no_system_fonts):
    real = tmp_path / "real"
    put(real / "settlement.json", {"rows": 1, "cols": 1, "cells": [{"r": 0, "c": 0, "text": "甲"}]})
    (real / "settlement.jpeg").write_bytes(b"")
    asked = {"undamaged": "clean", "fax": "fax:0.5"}
    folders = list(
        side_by_side.build_pages(
            tmp_path / "set", templates=["2023"], real=real, plain=[("roster", "thin")], damages=asked
        )
    )
    names = [f.name for f in folders]
    assert names == [
        "s1.2023-undamaged", "s1.2023-fax", "s1.roster-undamaged", "s1.roster-phone", "real.settlement",
    ]  # fmt: skip
    groups = {json.loads((f / "scan.json").read_text("utf-8"))["group"] for f in folders}
    assert {"forms, undamaged", "forms, fax", "other tables, undamaged", "real pictures"} <= groups
    assert len(side_by_side.find_jobs(tmp_path / "set")) >= 5
    assert side_by_side.find_jobs(tmp_path / "set")[0].boxes == ((79, 346, 2210, 1572),)
    assert predict.scan_folders(tmp_path / "set") != []
    with pytest.raises(ValueError, match="no template"):
        list(side_by_side.build_pages(tmp_path, templates=["1999"]))
