"""Pages that were read stay, whatever happens to the file's end."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms import Box, Cell, OutputError, PageContent, TextLine
from gouji.spool import PageKey, Spool, SpooledPage, stored_pages


def page(number: int, text: str = "3.44", sha: str = "a") -> SpooledPage:
    line = TextLine(Box(0, 0, 9, 9), Cell(text, 0.1 + 0.2, box=Box(0, 0, 9, 9), page=number, raw=text))
    key = PageKey(number, f"{number}.png", 1, sha)
    content = PageContent(key.file, number, 100, 200, lines=(line,))
    return SpooledPage(key, 100, 200, 200.5, 0.25, (("reading", 0.2),), content)


def filled(path: Path, numbers: range, made_with: str = "x") -> Spool:
    spool = Spool(path, made_with)
    for number in numbers:
        spool.append(page(number))
    spool.sync()
    return spool


def test_pages_come_back_by_number(tmp_path: Path) -> None:
    spool = filled(tmp_path / "s", range(5, 0, -1))
    spool.close()
    again = Spool(tmp_path / "s", "x")
    assert list(again.pages()) == [page(n) for n in range(1, 6)]
    again.append(page(6))
    assert page(6).key in again and page(7).key not in again and len(list(again.pages())) == 6


def test_a_torn_tail_costs_its_page_only(tmp_path: Path) -> None:
    """At every byte where a power loss may end the file."""
    path = tmp_path / "s"
    filled(path, range(1, 3)).close()
    two = path.read_bytes()
    spool = Spool(path, "x")
    spool.append(page(3))
    spool.close()
    three = path.read_bytes()
    for end in range(len(two), len(three), 7):
        path.write_bytes(three[:end])
        torn = Spool(path, "x")
        assert [p.key.number for p in torn.pages()] == [1, 2]
        torn.append(page(3))
        torn.close()
        assert path.read_bytes() == three, "and it is written again in the same place"


def test_a_flipped_bit_ends_what_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    filled(path, range(1, 4)).close()
    data = bytearray(path.read_bytes())
    data[-10] ^= 4
    path.write_bytes(data)
    assert [p.key.number for p in Spool(path, "x").pages()] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"no spool at all, but long enough to have a head", b"\0" * 100])
def test_a_file_that_is_no_spool_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s").write_bytes(content)
    spool = filled(tmp_path / "s", range(1, 3))
    assert len(list(spool.pages())) == 2


def test_pages_read_with_other_settings_are_dropped(tmp_path: Path) -> None:
    filled(tmp_path / "s", range(1, 3)).close()
    assert len(Spool(tmp_path / "s", "other")) == 0


def test_pages_that_are_gone_are_dropped_and_give_their_room_back(tmp_path: Path) -> None:
    path = tmp_path / "s"
    filled(path, range(1, 2)).close()
    small = path.stat().st_size
    path.unlink()
    spool = filled(path, range(1, 30))
    spool.keep_only({page(1).key, page(2, sha="changed").key})
    assert list(spool.pages()) == [page(1)] and path.stat().st_size == small
    spool.append(page(2, sha="changed"))
    spool.close()
    assert len(Spool(path, "x")) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["s"]


def test_a_spool_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    with pytest.raises(OutputError, match=r"s cannot be written: Is a directory"):
        Spool(tmp_path / "s", "x")


def test_pages_are_looked_at_without_a_change(tmp_path: Path) -> None:
    path = tmp_path / "s"
    filled(path, range(3, 0, -1), made_with="whatever").close()
    path.write_bytes(path.read_bytes() + b"torn")
    before = path.read_bytes()
    assert stored_pages(path) == [page(n) for n in (1, 2, 3)]
    assert path.read_bytes() == before
    with pytest.raises(OSError):
        stored_pages(tmp_path / "nowhere")
