import errno
import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.files import MAX_NAME_BYTES, safe_name, write_atomic
from forms import OutputError


def files_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def test_writes_text_and_bytes_and_makes_folders(tmp_path: Path) -> None:
    write_atomic(tmp_path / "甲" / "乙 丙.json", "执行率\n")
    write_atomic(tmp_path / "b.bin", b"\x00\xff")
    assert (tmp_path / "甲" / "乙 丙.json").read_bytes() == "执行率\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\x00\xff"
    assert files_in(tmp_path) == ["b.bin", "乙 丙.json"]


def test_replaces_what_was_there(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", "old and longer")
    write_atomic(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "new"


def test_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_atomic(tmp_path / "a", "")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may write to"), (errno.EIO, "disk")],
)
def test_failure_keeps_the_old_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    target = tmp_path / "form.json"
    target.write_text("old")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("export.files.os.fsync", fail)
    with pytest.raises(OutputError) as caught:
        write_atomic(target, "new")
    assert str(target) in str(caught.value) and remedy in str(caught.value)
    assert caught.value.exit_code == 2
    assert target.read_text() == "old"
    assert files_in(tmp_path) == ["form.json"]


def test_interrupt_leaves_nothing_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("export.files.os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "a", "text")
    assert files_in(tmp_path) == []


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(OutputError, match="where a folder is needed"):
        write_atomic(tmp_path / "out" / "form.json", "x")


def test_a_folder_in_the_way_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "form.json").mkdir()
    with pytest.raises(OutputError, match="where the file belongs"):
        write_atomic(tmp_path / "form.json", "x")
    assert files_in(tmp_path) == []


def test_name_that_is_no_utf8_survives_json(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xe9\xff.jpg")
    write_atomic(tmp_path / "pages.json", json.dumps([name], ensure_ascii=False))
    assert json.loads((tmp_path / "pages.json").read_text("utf-8")) == [name]


@given(st.text(max_size=300), st.integers(20, 200))
def test_safe_name_is_one_legal_path_part(text: str, max_bytes: int) -> None:
    name = safe_name(text, max_bytes=max_bytes)
    assert 0 < len(name.encode("utf-8")) <= max_bytes
    assert not set(name) & set('/\\:*?"<>|')
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in name)
    assert name == name.strip() and not name.startswith(".") and not name.endswith(".")
    assert safe_name(name, max_bytes=max_bytes) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2023年昌吉州安全生产专项资金", "2023年昌吉州安全生产专项资金"),
        ("儿童用品、絮用纤维制品等（专项）", "儿童用品、絮用纤维制品等（专项）"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        ("  两 行\n名称\t", "两 行 名称"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("...", "unnamed"),
        ("", "unnamed"),
        ("a\x00b\u202e\u200bc", "abc"),
    ],
)
def test_safe_name_examples(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_long_chinese_name_is_cut_between_characters_and_can_be_created(tmp_path: Path) -> None:
    name = safe_name("专项资金" * 200)
    assert name == ("专项资金" * 200)[: MAX_NAME_BYTES // 3]
    (tmp_path / f"01-{name}.json").touch()
