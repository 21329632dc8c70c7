import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from forms import BrokenPage, InputError, PageTooLarge
from layout.load import LoadSettings, count_pages, load_page, load_pages
from layout.load_image import decode
from layout.page import PageImage

RNG = np.random.default_rng(7)
PAGES = [RNG.random((90, 70)) < share for share in (0.3, 0.5, 0.7)]
LINES = np.add.outer(np.arange(90), np.arange(70)) % 9 < 4


def written(tmp_path: Path, compression: str | None, mode: str = "1", **options: object) -> Path:
    images = [Image.fromarray(p).convert(mode) for p in PAGES]
    file = tmp_path / "三页 fax.tif"
    images[0].save(file, save_all=True, append_images=images[1:], compression=compression, **options)
    return file


def items(file: Path, **settings: int) -> list[PageImage | InputError]:
    found = list(load_pages(file, name=file.name, settings=LoadSettings(**settings)))
    assert len(found) == count_pages(file)
    for number, item in enumerate(found, 1):
        same(load_page(file, number, name=file.name, settings=LoadSettings(**settings)), item)
    return found


def same(alone: PageImage | InputError, item: PageImage | InputError) -> None:
    """A page loaded alone is the page that comes in its turn, and so is what is wrong with it."""
    assert type(alone) is type(item)
    if isinstance(alone, PageImage) and isinstance(item, PageImage):
        assert np.array_equal(alone.pixels, item.pixels)
        assert (alone.dpi, alone.file, alone.page_in_file) == (item.dpi, item.file, item.page_in_file)
    else:
        assert str(alone) == str(item)


def strip(file: Path, page: int) -> tuple[int, int]:
    """Offset and length of the only strip of a page (from 0)."""
    with Image.open(file) as image:
        image.seek(page)
        offsets, counts = image.tag_v2[273], image.tag_v2[279]
    assert len(offsets) == 1
    return offsets[0], counts[0]


def overwrite(file: Path, offset: int, data: bytes) -> None:
    with file.open("r+b") as fp:
        fp.seek(offset)
        fp.write(data)


def next_pointer(file: Path, page: int) -> tuple[int, int]:
    """Where directory ``page`` (from 0) lies, and where the offset of its successor is written."""
    data = file.read_bytes()
    at = struct.unpack_from("<I", data, 4)[0]
    for _ in range(page):
        at = struct.unpack_from("<I", data, at + 2 + 12 * struct.unpack_from("<H", data, at)[0])[0]
    return at, at + 2 + 12 * struct.unpack_from("<H", data, at)[0]


@pytest.mark.parametrize("compression", ["group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "packbits", None])
def test_every_page_pixel_for_pixel(tmp_path: Path, compression: str | None) -> None:
    found = items(written(tmp_path, compression, dpi=(200, 200)))
    for number, (item, page) in enumerate(zip(found, PAGES, strict=True), 1):
        assert isinstance(item, PageImage), item
        assert (item.page_in_file, item.dpi, item.file) == (number, 200, "三页 fax.tif")
        np.testing.assert_array_equal(item.pixels, np.where(page, 255, 0))


def test_big_tiff(tmp_path: Path) -> None:
    assert len(items(written(tmp_path, "tiff_lzw", big_tiff=True))) == 3


def test_jpeg_in_tiff(tmp_path: Path) -> None:
    found = items(written(tmp_path, "jpeg", mode="L", quality=95))
    for item, page in zip(found, PAGES, strict=True):
        assert isinstance(item, PageImage), item
        assert np.abs(item.pixels.astype(int) - np.where(page, 255, 0)).mean() < 12


@pytest.mark.parametrize("compression", ["group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_broken_data_of_the_second_page_costs_only_that(
    tmp_path: Path, compression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, compression, mode="L" if compression == "jpeg" else "1")
    offset, length = strip(file, 1)
    overwrite(file, offset + length // 4, RNG.integers(0, 256, length - length // 4, np.uint8).tobytes())
    first, second, third = items(file)
    assert isinstance(first, PageImage) and isinstance(third, PageImage)
    assert isinstance(second, BrokenPage), second
    assert (second.file, second.page, third.page_in_file) == (file.name, 2, 3)
    assert "三页 fax.tif, page 2" in str(second) and second.remedy
    assert capfd.readouterr().err == ""


def test_a_cut_jpeg_in_a_tiff_is_no_half_grey_page(tmp_path: Path) -> None:
    file = written(tmp_path, "jpeg", mode="L")
    offset, length = strip(file, 1)
    overwrite(file, offset + length // 2, b"\xff\xd9")  # the end marker comes too early
    assert [type(item) for item in items(file)] == [PageImage, BrokenPage, PageImage]


def test_a_second_page_of_an_unknown_kind_costs_only_that(tmp_path: Path) -> None:
    file = written(tmp_path, "tiff_lzw")
    at, after = next_pointer(file, 1)
    data = file.read_bytes()
    entry = next(e for e in range(at + 2, after, 12) if data[e : e + 2] == struct.pack("<H", 262))
    overwrite(file, entry + 8, struct.pack("<H", 999))
    assert [type(item) for item in items(file)] == [PageImage, BrokenPage, PageImage]


def test_a_first_page_that_is_broken_does_not_hide_the_others(tmp_path: Path) -> None:
    file = written(tmp_path, "tiff_lzw")
    at, after = next_pointer(file, 0)
    data = file.read_bytes()
    entry = next(e for e in range(at + 2, after, 12) if data[e : e + 2] == struct.pack("<H", 262))
    overwrite(file, entry + 8, struct.pack("<H", 999))
    first, second, third = items(file)
    assert isinstance(first, BrokenPage) and first.page == 1
    assert isinstance(second, PageImage) and isinstance(third, PageImage)
    np.testing.assert_array_equal(third.pixels, np.where(PAGES[2], 255, 0))


@pytest.mark.parametrize("target", [0xFFFFFFF0, 1, "itself"])
def test_a_chain_that_breaks_off_keeps_what_came_before(tmp_path: Path, target: int | str) -> None:
    file = written(tmp_path, "tiff_lzw")
    first, pointer = next_pointer(file, 0)
    overwrite(file, pointer, struct.pack("<I", first if target == "itself" else int(target)))
    page, error = items(file)
    assert isinstance(page, PageImage) and isinstance(error, BrokenPage)
    assert error.page == 2 and "any after it" in str(error)


def test_a_file_cut_short(tmp_path: Path) -> None:
    file = written(tmp_path, "tiff_lzw")
    os.truncate(file, next_pointer(file, 2)[0] + 3)
    assert [type(item) for item in items(file)] == [PageImage, PageImage, BrokenPage]
    os.truncate(file, 6)
    (only,) = items(file)
    assert isinstance(only, BrokenPage) and only.page == 1


def test_a_fax_with_a_few_lost_lines_is_still_the_page(tmp_path: Path) -> None:
    file = tmp_path / "g3.tif"
    tall = np.tile(LINES, (5, 1))
    Image.fromarray(tall).save(file, compression="group3")
    offset, length = strip(file, 0)
    overwrite(file, offset + length // 2, b"\0")
    (page,) = items(file)
    assert isinstance(page, PageImage)
    assert (page.pixels != np.where(tall, 255, 0)).any(axis=1).sum() < 9


def test_previews_are_no_pages(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    page, preview = Image.fromarray(PAGES[0]), Image.new("1", (7, 9))
    preview.encoderinfo = {"tiffinfo": {254: 1}}
    page.save(file, save_all=True, append_images=[preview, Image.fromarray(PAGES[1])])
    first, second = items(file)
    assert isinstance(first, PageImage) and isinstance(second, PageImage)
    assert (second.page_in_file, second.pixels.shape) == (2, (90, 70))


def test_a_page_beyond_the_limit_is_not_decoded_and_the_others_come(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    small, large = Image.new("1", (40, 40)), Image.new("1", (30_000, 30_000))
    small.save(file, save_all=True, append_images=[large, small], compression="group4")
    first, second, third = items(file)
    assert isinstance(first, PageImage) and isinstance(third, PageImage)
    assert isinstance(second, PageTooLarge) and second.page == 2
    assert "--max-pixels 900000000" in second.remedy


def test_what_others_write_to_standard_error_meanwhile_is_passed_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode_beside_others(*args: object, **options: object) -> PageImage:
        os.write(2, b"progress\n")
        return decode(*args, **options)

    monkeypatch.setattr("layout.load_tiff.decode", decode_beside_others)
    file = written(tmp_path, "group4")
    assert len(list(load_pages(file, name=file.name, settings=LoadSettings()))) == 3
    assert capfd.readouterr().err == "progress\n" * 3
