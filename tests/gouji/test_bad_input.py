"""All bad inputs in one folder with a good scan: one run, nothing lost, every message with file and remedy."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import fault_engines
import pytest
from bad_inputs import encoded, write_all
from small_pages import small_page

from forms import UsageError
from gouji.batch import run
from gouji.settings import RunSettings
from layout import LoadSettings

pytestmark = pytest.mark.usefixtures("inline")
ONE = RunSettings(workers=1)


def test_every_bad_input_beside_a_good_scan(tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "out"
    expected = write_all(scans, small_page(printed=True))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = run([scans], out, ONE, engines=fault_engines.sizes)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, (
        "kB; 30,000 x 30,000 px are not decoded"
    )

    assert {d.name for d in result.documents} == set(expected)
    for document in result.documents:
        pages = json.loads((out / document.name / "pages.json").read_text("utf-8"))
        assert [p["page"] for p in pages] == list(range(1, len(expected[document.name]) + 1))
        for page, word in zip(pages, expected[document.name], strict=True):
            where = f"{document.name}: {page}"
            assert (page["kind"] == "failed") == bool(word), where
            if word:
                assert word in page["reason"] and page["file"] in page["reason"], where
                assert page["reason"].rstrip().endswith("."), where
    assert result.exit_code == 3
    assert len(result.failed) == sum(bool(word) for words in expected.values() for word in words)
    for name in ("好 的 扫描", "broken tiff", "broken xref"):
        assert list((out / name / "tables").glob("*.json")), f"the good pages of {name} are read"
    assert len(list((out / "broken tiff" / "tables").glob("*.json"))) == 2
    (loop,) = result.search.problems
    assert "round" in str(loop) and "leads back" in str(loop) and "Remove the link" in str(loop)


def test_the_limit_on_pixels_can_be_lowered_and_raised(tmp_path: Path, scans) -> None:
    folder = scans(a=False)
    for limit, kind in ((349_999, "failed"), (350_000, "text")):
        settings = RunSettings(workers=1, overwrite=True, load=LoadSettings(max_pixels=limit))
        (document,) = run([folder], tmp_path / "out", settings, engines=fault_engines.null).documents
        assert document.pages[0].kind == kind
    assert limit == 350_000


def test_an_unreadable_file(tmp_path: Path, scans, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = scans(a=False)
    (folder / "a" / "2.png").write_bytes(encoded(small_page(printed=False), "PNG"))
    honest = Path.open

    def opened(self: Path, *args, **more):
        if self.name == "2.png":  # root may read everything: refuse as the system would
            raise PermissionError(13, "Permission denied", str(self))
        return honest(self, *args, **more)

    monkeypatch.setattr(Path, "open", opened)
    (document,) = run([folder], tmp_path / "out", ONE, engines=fault_engines.null).documents
    assert [p.kind for p in document.pages] == ["text", "failed"]
    assert document.pages[1].reason == (
        "2.png: there is no permission to read the file. Allow it (for example: chmod a+r) and run again."
    )


def test_nothing_at_an_input_path_is_wrong_usage_before_anything_is_read(tmp_path: Path, scans) -> None:
    with pytest.raises(UsageError, match=r"nowhere.*no such file or folder"):
        run([scans(a=False), tmp_path / "nowhere"], tmp_path / "out", ONE, engines=fault_engines.null)
    assert not list((tmp_path / "out").iterdir())


def test_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run([tmp_path / "empty"], tmp_path / "out", ONE, engines=fault_engines.null)
    assert result.documents == () and result.exit_code == 0
