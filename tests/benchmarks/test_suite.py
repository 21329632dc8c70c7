import json
import sys
from pathlib import Path

import pytest

from benchmarks import memory, peers, predict
from benchmarks.suite import Point, build_suite, point_of, points


def test_every_kind_comes_at_every_severity_after_the_undamaged_page():
    found = points(("skew", "dpi"), (0.0, 1.0))
    assert [p.label for p in found] == ["clean", "skew0.00", "skew1.00", "dpi0.00", "dpi1.00"]
    assert [p.amount for p in found] == [0, 0, 15, 200, 100]
    with pytest.raises(ValueError, match="no damage"):
        points(("rain",))


def test_the_suite_is_the_same_document_with_each_damage(tmp_path, no_system_fonts):
    asked = [Point("clean", 0.0), Point("noise", 0.5), Point("phone", 0.25)]
    folders = list(build_suite(tmp_path, asked, templates=("2023",), dpi=100))
    assert [f.name for f in folders] == ["b1.2023-clean", "b1.2023-noise0.50", "b1.2023-phone0.25"]
    assert [point_of(f) for f in folders] == asked
    assert len(list((tmp_path / "truth").glob("*.json"))) == 1
    texts = [
        [
            c["text"]
            for c in json.loads((tmp_path / "grids" / f.name / "001.json").read_text("utf-8"))["tables"][0]["cells"]
        ]
        for f in folders
    ]
    assert texts[0] == texts[1] == texts[2]


def test_a_peer_that_is_not_installed_is_skipped_with_a_reason(tmp_path, monkeypatch):
    def missing(threads):
        raise peers.PeerMissing("install it")

    monkeypatch.setitem(peers.TEXT_PEERS, "none", missing)
    assert predict.predict_peer("none", [], tmp_path) == "install it"
    assert json.loads((tmp_path / "none.json").read_text("utf-8")) == {"missing": "install it"}


def test_a_peer_that_fails_on_a_page_has_read_nothing_there(tmp_path, monkeypatch):
    class Failing:
        name = "peer 1"

        def read(self, page: Path) -> list[str]:
            if page.stem == "001":
                raise RuntimeError("out of ink")
            return ["乙"]

    monkeypatch.setitem(peers.TEXT_PEERS, "failing", lambda threads: Failing())
    folder = tmp_path / "d-clean"
    folder.mkdir()
    for name in ("001.jpg", "002.jpg", "scan.json"):
        (folder / name).write_bytes(b"")
    assert predict.predict_peer("failing", [folder], tmp_path / "out") == ""
    said = [json.loads((tmp_path / "out/failing/d-clean" / f"00{k}.json").read_text("utf-8")) for k in (1, 2)]
    assert (said[0]["lines"], said[0]["error"]) == ([], "RuntimeError: out of ink")
    assert said[1] == {"peer": "peer 1", "lines": ["乙"]}


def test_rapidocr_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(peers.PeerMissing, match="no-deps"):
        peers.make_text_peer("rapidocr")


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_memory_counts_what_a_child_holds():
    child = "x = b'1' * 80_000_000; import time; time.sleep(0.7)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = memory.measure([sys.executable, "-c", parent])
    assert cost.code == 0
    assert 75 < cost.peak_mb < 400


def test_a_command_past_its_limit_is_stopped():
    cost = memory.measure([sys.executable, "-c", "import time; time.sleep(30)"], limit=0.3)
    assert cost.code is None
    assert cost.seconds < 10
