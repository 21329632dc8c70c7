import json

import numpy as np
import pytest
from PIL import Image

from benchmarks.dataset import build
from benchmarks.dataset.damage import parse


@pytest.fixture
def small(monkeypatch, no_system_fonts):
    """Documents of 60 dpi: what is tested here is the layout of the files."""
    at_200 = build.make_look
    monkeypatch.setattr(build, "make_look", lambda *a, **k: at_200(*a, **{**k, "dpi": 60}))


def test_folders_truth_and_grids_lie_where_score_looks(tmp_path, small):
    folders = list(build.build(tmp_path, forms=2, seed=3, split="fit", asked=(parse("skew:0.2"), parse("fax:0.3"))))
    assert {f.parent for f in folders} == {tmp_path / "scans"}
    for folder in folders:
        scan = json.loads((folder / "scan.json").read_text("utf-8"))
        for name in scan["forms"]:
            assert json.loads((tmp_path / "truth" / f"{name}.json").read_text("utf-8"))["id"] == name
        pages = sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".tif"))
        grids = sorted((tmp_path / "grids" / folder.name).iterdir())
        assert [p.stem for p in pages] == [g.stem for g in grids]
        for picture, grid in zip(pages, grids, strict=True):
            truth = json.loads(grid.read_text("utf-8"))
            assert Image.open(picture).size == (truth["width"], truth["height"])
    assert {f.name.split("-")[-1] for f in folders} == {"skew0.20", "fax0.30"}


def test_findings_are_what_was_planted(tmp_path, small):
    documents = (build.make_document("a", seed, "fit", errors=1) for seed in range(40))
    document = next(d for d in documents if any(s.planted for s in d.samples))
    build.write(document, (), tmp_path, 1)
    findings = json.loads((tmp_path / "findings.json").read_text("utf-8"))
    assert findings == {s.id: [list(p) for p in s.planted] for s in document.samples}


def test_the_same_seed_writes_the_same_pages(tmp_path, small):
    for name in ("a", "b"):
        list(build.build(tmp_path / name, forms=1, seed=8, split="test"))
    a, b = (sorted(p for p in (tmp_path / name).rglob("*") if p.is_file()) for name in ("a", "b"))
    assert [p.relative_to(tmp_path / "a") for p in a] == [p.relative_to(tmp_path / "b") for p in b]
    assert all(x.read_bytes() == y.read_bytes() for x, y in zip(a, b, strict=True))


def test_the_halves_share_no_document(small):
    fit, test = (build.make_document("a", 5, split) for split in ("fit", "test"))
    assert fit.samples[0].form != test.samples[0].form


def test_a_plain_table_is_no_form(tmp_path, small):
    folder = next(iter(build.build(tmp_path, forms=0, plain=1, seed=1, split="fit", asked=((),))))
    assert json.loads((folder / "scan.json").read_text("utf-8"))["forms"] == []
    grid = json.loads((tmp_path / "grids" / folder.name / "001.json").read_text("utf-8"))
    assert grid["tables"][0]["cells"]
    assert np.asarray(Image.open(folder / "001.jpg")).min() < 128


def test_scan_json_says_how_it_was_printed_and_damaged(tmp_path, small):
    document = build.make_document("a", 4, "fit")
    folder = build.write(document, parse("skew:0.25"), tmp_path, 1)
    scan = json.loads((folder / "scan.json").read_text("utf-8"))
    assert scan["damage"] == [["skew", 0.25]]
    assert scan["look"]["line"] == document.look.line
    assert scan["look"]["fonts"] == "built-in"
    assert scan["dpi"] == 60


def test_a_look_that_is_given_is_the_one_printed(tmp_path, small):
    given = build.parse_look(["size=6.5", "text_ink=110", "frame=double"])
    (folder,) = build.build(tmp_path, forms=1, seed=3, split="fit", asked=((),), given=given)
    look = json.loads((folder / "scan.json").read_text("utf-8"))["look"]
    assert (look["size"], look["text_ink"], look["frame"]) == (6.5, 110, "double")


@pytest.mark.parametrize("text", ["colour=red", "size=small", "size", "frame=none"])
def test_a_look_that_is_none_ends_the_command(tmp_path, capsys, text):
    with pytest.raises(SystemExit):
        build.main(["--out", str(tmp_path), "--look", text])
    assert text.split("=")[-1] in capsys.readouterr().err


def test_a_face_that_is_no_file_ends_the_command(tmp_path, capsys):
    with pytest.raises(SystemExit):
        build.main(["--out", str(tmp_path), "--face", str(tmp_path / "none.ttf")])
    assert "none.ttf is no font file" in capsys.readouterr().err


def test_an_unknown_damage_ends_the_command(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        build.main(["--out", str(tmp_path), "--damage", "smudge:1"])
    assert end.value.code == 2
    assert "smudge" in capsys.readouterr().err
