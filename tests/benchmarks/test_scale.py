from pathlib import Path

import pytest

from benchmarks.scale import (
    SAMPLE,
    Costs,
    NodesSpeed,
    cheap_page,
    copies,
    grow,
    growth_table,
    main,
    needs,
    needs_table,
    nodes_table,
    shares,
    sleeping,
)
from gouji.page import read_page
from layout import PageImage
from ocr import EngineOptions


def test_the_share_of_linear_growth_is_from_the_fewest_nodes():
    one, two, four = shares([NodesSpeed(1, 30, 30.0), NodesSpeed(2, 60, 30.0), NodesSpeed(4, 120, 60.0)])
    assert (one.share, two.share, four.share) == (1.0, 1.0, 0.5)
    assert "| 4 | 120 | 60.0 | 2.00 | 0.500 |" in nodes_table([one, two, four])


def test_the_cheap_page_makes_the_engine_sleep(monkeypatch: pytest.MonkeyPatch):
    slept: list[float] = []
    monkeypatch.setattr("benchmarks.scale.time.sleep", slept.append)
    read_page(PageImage(cheap_page(), None, "1.png", 1), 1, sleeping(2.5)(EngineOptions()))
    assert slept and set(slept) == {2.5}


def test_copies_are_links_to_the_sample(tmp_path: Path):
    sample = tmp_path / "sample"
    sample.mkdir()
    for name in ("1.jpg", "2.jpg"):
        (sample / name).write_bytes(name.encode())
    assert copies(sample, ["1.jpg", "2.jpg"], tmp_path / "scans", 5) == 3
    assert copies(sample, ["1.jpg", "2.jpg"], tmp_path / "long", 5, times=2) == 2
    files, long = (sorted((tmp_path / folder).rglob("*.jpg")) for folder in ("scans", "long"))
    assert len(files) == 6 and files[0].samefile(sample / "1.jpg")
    assert [f.name for f in long[:4]] == ["0000-1.jpg", "0000-2.jpg", "0001-1.jpg", "0001-2.jpg"]


def test_a_simulated_run_leaves_what_a_real_one_does(tmp_path: Path):
    found = grow(4, "null", tmp_path, times=2)
    assert (found.pages, found.documents) == (4, 1) and len(list(SAMPLE.glob("*.jpg"))) == 2
    assert found.wall > 0 and found.cpu > 0 and found.memory_mb > 10
    assert found.ledger > 0 and found.spool > 0 and found.results > 0
    assert found.files >= 4 * 2 + 4, "tables of every page, and the document's own files"
    assert not list(tmp_path.iterdir()), "nothing is left behind"
    assert growth_table([found]).splitlines()[2].startswith("| 4 | ")


def test_needs_are_linear():
    costs = Costs(reading=1.0, driver=0.01, scan=500_000, results=100_000, ledger=400)
    million = needs(1e6, 1, costs)
    assert million.cores == pytest.approx(1e6 / 86_400)
    assert million.scans_tb == pytest.approx(0.5) and million.results_tb == pytest.approx(0.1)
    assert million.ledger_gb == pytest.approx(0.4)
    assert million.network_mb == pytest.approx(2 * 500_000 * 1e6 / 86_400 / 1e6)
    billion = needs(1e9, 10, costs)
    assert billion.cores == pytest.approx(100 * million.cores) and billion.scans_tb == pytest.approx(500)
    assert "| 1,000,000,000 | 10 | 1,157.4 |" in needs_table([billion])


def test_the_command_prints_needs(capsys: pytest.CaptureFixture[str]):
    costs = ["--reading", "1", "--driver", "0.01", "--scan", "5e5", "--results", "1e5", "--ledger", "400"]
    assert main(["needs", "--pages", "1e6", "--days", "1", *costs]) == 0
    assert "| 1,000,000 | 1 | 11.6 |" in capsys.readouterr().out
