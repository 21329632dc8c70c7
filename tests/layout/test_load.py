import io
import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from forms import BrokenPage, InputError, PageTooLarge, UnreadableFile
from layout.load import LoadSettings, count_pages, load_page, load_pages
from layout.page import PageImage

NOISE = np.random.default_rng(5).integers(0, 256, (160, 120), dtype=np.uint8)


def encoded(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    (image or Image.fromarray(NOISE)).save(buffer, kind, **options)
    return buffer.getvalue()


def items(file: Path, **options: int) -> list[PageImage | InputError]:
    found = list(load_pages(file, name=f"箱 1/{file.name}", settings=LoadSettings(**options)))
    assert len(found) == count_pages(file)
    for number, item in enumerate(found, 1):
        same(load_page(file, number, name=f"箱 1/{file.name}", settings=LoadSettings(**options)), item)
    return found


def same(alone: PageImage | InputError, item: PageImage | InputError) -> None:
    """A page loaded alone is the page that comes in its turn, and so is what is wrong with it."""
    assert type(alone) is type(item)
    if isinstance(alone, PageImage) and isinstance(item, PageImage):
        assert np.array_equal(alone.pixels, item.pixels)
        assert (alone.dpi, alone.file, alone.page_in_file) == (item.dpi, item.file, item.page_in_file)
    else:
        assert str(alone) == str(item)


def the_error(file: Path, **options: int) -> InputError:
    (error,) = items(file, **options)
    assert isinstance(error, InputError), error
    assert error.file == f"箱 1/{file.name}" and error.file in str(error)
    assert error.remedy and error.remedy in str(error)
    return error


def test_a_page_that_the_file_no_longer_has(tmp_path: Path) -> None:
    for kind in ("PNG", "TIFF", "PDF"):
        file = tmp_path / f"a.{kind.lower()}"
        file.write_bytes(encoded(kind))
        error = load_page(file, 2, name="a", settings=LoadSettings())
        assert isinstance(error, BrokenPage) and (error.file, error.page) == ("a", 2) and "fewer pages" in str(error)


def test_zero_bytes(tmp_path: Path) -> None:
    file = tmp_path / "001.jpg"
    file.touch()
    error = the_error(file)
    assert isinstance(error, UnreadableFile) and "zero bytes" in str(error)


@pytest.mark.parametrize("content", [b"project notes, no picture\n" * 100, b"x", bytes(5000), "说明".encode("utf-16")])
@pytest.mark.parametrize("name", ["001.jpg", "001.tif", "001.png"])
def test_a_text_with_an_images_name(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert isinstance(the_error(file), UnreadableFile)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP", "JPEG", "TIFF"])
def test_the_content_decides_not_the_name(tmp_path: Path, kind: str) -> None:
    for name in ("001.jpg", "001.pdf", "001"):
        file = tmp_path / name
        file.write_bytes(encoded(kind))
        (page,) = items(file)
        assert isinstance(page, PageImage) and page.pixels.shape[:2] == (160, 120), page


def test_a_gif_is_named_and_refused(tmp_path: Path) -> None:
    file = tmp_path / "001.gif"
    file.write_bytes(encoded("GIF"))
    error = the_error(file)
    assert isinstance(error, UnreadableFile) and "GIF" in str(error)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_a_truncated_jpeg_is_a_broken_page(tmp_path: Path, share: float, progressive: bool) -> None:
    file = tmp_path / "001.jpg"
    data = encoded("JPEG", progressive=progressive, quality=90)
    file.write_bytes(data[: int(len(data) * share)])
    error = the_error(file)
    assert isinstance(error, BrokenPage) and error.page == 1 and "page 1" in str(error)


@pytest.mark.parametrize("filler", [b"\xff\xd9", b"\xff\xd9" + bytes(3000)])
def test_a_jpeg_whose_data_ends_inside_is_a_broken_page(
    tmp_path: Path, filler: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "001.jpg"
    data = encoded("JPEG", quality=90)
    file.write_bytes(data[: len(data) // 2] + filler)
    assert isinstance(the_error(file), BrokenPage)
    assert capfd.readouterr().err == ""


def test_padding_after_a_jpeg_is_no_damage(tmp_path: Path) -> None:
    file = tmp_path / "001.jpg"
    file.write_bytes(encoded("JPEG") + bytes(4000))
    assert isinstance(items(file)[0], PageImage)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP"])
def test_other_truncated_images_are_broken_pages(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "001.png"
    data = encoded(kind)
    file.write_bytes(data[: len(data) // 2])
    assert isinstance(the_error(file), BrokenPage | UnreadableFile)


def test_a_flipped_byte_in_a_png_is_found(tmp_path: Path) -> None:
    file = tmp_path / "001.png"
    data = bytearray(encoded("PNG"))
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    assert isinstance(the_error(file), BrokenPage)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    data = bytearray(encoded("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def tiff_of(width: int, height: int) -> bytes:
    data = bytearray(encoded("TIFF"))
    for tag, value in ((256, width), (257, height)):
        at = data.index(struct.pack("<H", tag))
        data[at : at + 12] = struct.pack("<HHII", tag, 4, 1, value)
    return bytes(data)


@pytest.mark.parametrize("make", [png_header, jpeg_header, tiff_of])
def test_30000_by_30000_is_refused_from_its_header(tmp_path: Path, make: Callable[[int, int], bytes]) -> None:
    file = tmp_path / "001.png"
    file.write_bytes(make(30_000, 30_000))
    tracemalloc.start()
    error = the_error(file)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    assert isinstance(error, PageTooLarge) and error.page == 1
    assert "30000 x 30000" in str(error) and "--max-pixels 900000000" in str(error)


def test_the_user_can_raise_and_lower_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "001.png"
    file.write_bytes(encoded("PNG"))
    assert isinstance(items(file, max_pixels=160 * 120)[0], PageImage)
    assert isinstance(items(file, max_pixels=160 * 120 - 1)[0], PageTooLarge)


def test_a3_at_600_dpi_is_within_the_default() -> None:
    LoadSettings().refuse_beyond_limit(round(11.7 * 600), round(16.6 * 600), file="a", page=1)


@pytest.mark.parametrize("options", [{"pdf_dpi": 0}, {"pdf_dpi": float("nan")}, {"pdf_dpi": 1e5}, {"max_pixels": 0}])
def test_settings_out_of_range(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        LoadSettings(**options)  # type: ignore[arg-type]


def test_a_file_that_has_vanished(tmp_path: Path) -> None:
    error = the_error(tmp_path / "001.jpg")
    assert isinstance(error, UnreadableFile) and "does not exist" in str(error)


def test_a_file_that_vanishes_between_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    image = Image.fromarray(NOISE)
    image.save(file, save_all=True, append_images=[image, image])
    pages = load_pages(file, name="a.tif", settings=LoadSettings())
    assert isinstance(next(pages), PageImage)
    file.unlink()
    assert all(isinstance(p, PageImage | InputError) for p in pages)


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "001.jpg").symlink_to(tmp_path / "gone.jpg")
    assert isinstance(the_error(tmp_path / "001.jpg"), UnreadableFile)


@pytest.mark.parametrize("name", ["001.jpg", "001.tif", "001.pdf"])
def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(encoded("PNG"))

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    error = the_error(file)
    assert isinstance(error, UnreadableFile) and "permission" in str(error) and "chmod" in error.remedy


def test_a_disk_that_fails_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "001.png"
    file.write_bytes(encoded("PNG"))

    class Failing(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", lambda *_: Failing())
    error = the_error(file)
    assert isinstance(error, UnreadableFile) and "Input/output error" in str(error)


def test_a_folder_and_a_pipe_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "001.jpg").mkdir()
    os.mkfifo(tmp_path / "002.jpg")
    assert "folder" in str(the_error(tmp_path / "001.jpg"))
    assert "regular" in str(the_error(tmp_path / "002.jpg"))


def test_pages_are_loaded_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.tif"
    image = Image.fromarray(NOISE)
    image.save(file, save_all=True, append_images=[image] * 3)
    loads = []
    monkeypatch.setattr("layout.load_tiff.decode", lambda *a, **k: loads.append(1) or PageImage(NOISE, None, "a", 1))
    pages = load_pages(file, name="a.tif", settings=LoadSettings())
    assert loads == []
    next(pages)
    next(pages)
    assert loads == [1, 1]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "TIFF", "BMP", "WEBP"]), st.data())
def test_damage_of_any_kind_never_raises(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    damaged = bytearray(encoded(kind, Image.fromarray(NOISE[:24, :24])))
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))
    file = tmp_path_factory.getbasetemp() / "damaged"
    file.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    found = list(load_pages(file, name="damaged", settings=LoadSettings(max_pixels=1_000_000)))
    assert found and all(isinstance(item, PageImage | InputError) for item in found)
    assert all(item.file == "damaged" for item in found)
