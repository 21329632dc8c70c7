import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from layout.load import LoadSettings, load_pages
from layout.page import PageImage

GREY = np.arange(12 * 20, dtype=np.uint8).reshape(12, 20)
COLOUR = np.stack([GREY, GREY[::-1], np.full_like(GREY, 200)], axis=2)  # R, G, B


def loaded(file: Path) -> PageImage:
    (page,) = load_pages(file, name=file.name, settings=LoadSettings())
    assert isinstance(page, PageImage), page
    assert (page.file, page.page_in_file) == (file.name, 1)
    return page


def saved(tmp_path: Path, image: Image.Image, name: str, **options: object) -> Path:
    file = tmp_path / name
    image.save(file, **options)
    return file


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "名字 有空格.png"])
def test_grey_stays_grey_pixel_for_pixel(tmp_path: Path, name: str) -> None:
    page = loaded(saved(tmp_path, Image.fromarray(GREY), name))
    assert page.is_grey
    np.testing.assert_array_equal(page.pixels, GREY)


def test_lossless_webp_of_a_grey_page_becomes_grey(tmp_path: Path) -> None:
    page = loaded(saved(tmp_path, Image.fromarray(GREY), "a.webp", lossless=True))
    assert page.is_grey
    np.testing.assert_array_equal(page.pixels, GREY)


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.webp", "a.tif"])
def test_colour_is_bgr_pixel_for_pixel(tmp_path: Path, name: str) -> None:
    options = {"lossless": True} if name.endswith("webp") else {}
    page = loaded(saved(tmp_path, Image.fromarray(COLOUR), name, **options))
    np.testing.assert_array_equal(page.pixels, COLOUR[:, :, ::-1])


def test_a_page_is_read_only(tmp_path: Path) -> None:
    page = loaded(saved(tmp_path, Image.fromarray(GREY), "a.png"))
    with pytest.raises(ValueError, match="read-only"):
        page.pixels[0, 0] = 1


def test_colour_jpeg_of_a_grey_page_becomes_grey(tmp_path: Path) -> None:
    image = Image.fromarray(GREY)
    grey = loaded(saved(tmp_path, image, "grey.jpg", quality=95))
    colour = loaded(saved(tmp_path, image.convert("RGB"), "colour.jpg", quality=95))
    assert grey.is_grey and colour.is_grey
    np.testing.assert_allclose(colour.pixels.astype(int), GREY, atol=12)


def test_one_coloured_pixel_keeps_the_page_coloured(tmp_path: Path) -> None:
    array = np.full((300, 40, 3), 255, np.uint8)
    array[151, 7] = (255, 0, 0)
    page = loaded(saved(tmp_path, Image.fromarray(array), "a.png"))
    np.testing.assert_array_equal(page.pixels, array[:, :, ::-1])


def test_one_bit(tmp_path: Path) -> None:
    bits = GREY % 3 == 0
    page = loaded(saved(tmp_path, Image.fromarray(bits), "a.png"))
    np.testing.assert_array_equal(page.pixels, np.where(bits, 255, 0))


def test_palette_with_and_without_transparency(tmp_path: Path) -> None:
    image = Image.fromarray(GREY % 4).convert("P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120])
    colours = np.array([[30, 20, 10], [60, 50, 40], [90, 80, 70], [120, 110, 100]], np.uint8)
    np.testing.assert_array_equal(loaded(saved(tmp_path, image, "a.png")).pixels, colours[GREY % 4])
    colours[2] = 255  # transparent: paper
    np.testing.assert_array_equal(loaded(saved(tmp_path, image, "b.png", transparency=2)).pixels, colours[GREY % 4])


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_lies_over_white(tmp_path: Path, mode: str) -> None:
    alpha = np.where(np.arange(20) < 10, 0, 128).astype(np.uint8) * np.ones((12, 1), np.uint8)
    image = Image.fromarray(GREY if mode == "LA" else COLOUR)
    image.putalpha(Image.fromarray(alpha))
    assert image.mode == mode
    pixels = loaded(saved(tmp_path, image, "a.png")).pixels
    under = GREY if mode == "LA" else COLOUR[:, :, ::-1]
    share = (alpha / 255).reshape(12, 20, *([1] * (under.ndim - 2)))
    assert pixels.shape == under.shape
    np.testing.assert_allclose(pixels, under * share + 255 * (1 - share), atol=0.501)


@pytest.mark.parametrize("top", [255, 1023, 4095, 65535])
@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_16_bit_is_scaled_by_the_depth_it_uses(tmp_path: Path, name: str, top: int) -> None:
    values = np.linspace(0, top, 240).astype(np.uint16).reshape(12, 20)
    pixels = loaded(saved(tmp_path, Image.fromarray(values), name)).pixels
    np.testing.assert_allclose(pixels, values * (255 / top), atol=0.501)
    assert pixels.max() == 255 and pixels.min() == 0


def test_16_bit_white_is_zero(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 240).astype(np.uint16).reshape(12, 20)
    file = saved(tmp_path, Image.fromarray(values), "a.tif")
    data = file.read_bytes()
    entry = struct.pack("<HHI", 262, 3, 1)
    file.write_bytes(data.replace(entry + b"\1\0", entry + b"\0\0"))
    np.testing.assert_allclose(loaded(file).pixels, 255 - values / 257, atol=0.501)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 255.0), (-3.0, 7.5)])
def test_float_with_holes(tmp_path: Path, low: float, high: float) -> None:
    values = np.linspace(low, high, 240).astype(np.float32).reshape(12, 20)
    values[5, 5] = np.nan
    pixels = loaded(saved(tmp_path, Image.fromarray(values), "a.tif")).pixels
    expected = (values - low) / (high - low) * 255
    expected[5, 5] = 255
    np.testing.assert_allclose(pixels, expected, atol=0.51)


def test_cmyk_tiff_and_adobe_jpeg(tmp_path: Path) -> None:
    cmyk = Image.merge("CMYK", [Image.new("L", (16, 16), v) for v in (0, 255, 255, 0)])  # red
    for file in (saved(tmp_path, cmyk, "a.tif"), saved(tmp_path, cmyk, "a.jpg", quality=100)):
        blue, green, red = loaded(file).pixels[8, 8].tolist()
        assert red > 250 and green < 5 and blue < 5, file.name


def test_cmyk_jpeg_without_adobes_marker_is_not_inverted(tmp_path: Path) -> None:
    paper = Image.new("CMYK", (16, 16), (0, 0, 0, 0))
    file = saved(tmp_path, paper, "a.jpg", quality=100)
    data = file.read_bytes()
    at = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[at + 2 : at + 4])[0]
    file.write_bytes(data[:at] + data[at + 2 + length :])
    # The samples in the file are inverted (255 is no ink); without the marker they mean what they say: full ink.
    assert loaded(file).pixels.max() < 5


@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw"])
def test_ycbcr_tiff(tmp_path: Path, compression: str) -> None:
    image = Image.new("RGB", (32, 32), (200, 30, 60)).convert("YCbCr")
    file = saved(tmp_path, image, "a.tif", compression=compression)
    np.testing.assert_allclose(loaded(file).pixels[16, 16].astype(int), (60, 30, 200), atol=6)


def test_lab_tiff(tmp_path: Path) -> None:
    white = Image.merge("LAB", [Image.new("L", (8, 8), v) for v in (255, 128, 128)])
    assert loaded(saved(tmp_path, white, "a.tif")).pixels.min() > 245


SHOWN = {  # how the stored rows and columns are shown (EXIF 2.32, table of tag 0112)
    1: GREY,
    2: GREY[:, ::-1],
    3: GREY[::-1, ::-1],
    4: GREY[::-1],
    5: GREY.T,
    6: GREY.T[:, ::-1],
    7: GREY[::-1, ::-1].T,
    8: GREY.T[::-1],
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
def test_exif_orientation(tmp_path: Path, name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    options = {"a.tif": {"tiffinfo": {274: orientation}}, "a.png": {"exif": exif}}
    page = loaded(saved(tmp_path, Image.fromarray(GREY), name, **options.get(name, {"exif": exif, "lossless": True})))
    np.testing.assert_array_equal(page.pixels, SHOWN[orientation])


def test_exif_orientation_of_a_jpeg_turns_its_unequal_dpi(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274], exif[282], exif[283], exif[296] = 6, 300.0, 150.0, 2
    page = loaded(saved(tmp_path, Image.fromarray(GREY), "a.jpg", exif=exif, quality=100))
    np.testing.assert_allclose(page.pixels.astype(int), SHOWN[6], atol=12)
    assert page.dpi == 150


def test_a_broken_exif_block_does_not_cost_the_page(tmp_path: Path) -> None:
    file = saved(tmp_path, Image.fromarray(GREY), "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert loaded(file).dpi is None


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.bmp"])
def test_dpi_is_kept(tmp_path: Path, name: str) -> None:
    assert loaded(saved(tmp_path, Image.fromarray(GREY), name, dpi=(200, 200))).dpi == pytest.approx(200, abs=0.02)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_no_dpi_in_the_file_is_none(tmp_path: Path, name: str) -> None:
    assert loaded(saved(tmp_path, Image.fromarray(GREY), name)).dpi is None


def test_units_of_centimetres_and_of_none(tmp_path: Path) -> None:
    metric = loaded(saved(tmp_path, Image.fromarray(GREY), "a.tif", tiffinfo={282: 118.11, 283: 118.11, 296: 3}))
    assert metric.dpi == pytest.approx(300, abs=0.01)
    aspect = loaded(saved(tmp_path, Image.fromarray(GREY), "b.tif", tiffinfo={282: 1.0, 283: 2.0, 296: 1}))
    assert aspect.dpi is None
    data = bytearray(saved(tmp_path, Image.fromarray(GREY), "c.jpg", dpi=(118, 118)).read_bytes())
    data[data.index(b"JFIF\0") + 7] = 2
    file = tmp_path / "d.jpg"
    file.write_bytes(data)
    assert loaded(file).dpi == pytest.approx(118 * 2.54, abs=0.01)


@pytest.mark.parametrize(("value", "expected"), [(72.0, None), (300.0, 300.0), (0.0, None)])
def test_exif_dpi_of_a_camera(tmp_path: Path, value: float, expected: float | None) -> None:
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = value, value, 2
    assert loaded(saved(tmp_path, Image.fromarray(GREY), "a.webp", exif=exif)).dpi == expected


def test_one_pixel_is_delivered_as_it_is(tmp_path: Path) -> None:
    assert loaded(saved(tmp_path, Image.new("L", (1, 1), 7), "a.png")).pixels.tolist() == [[7]]


def test_the_previews_of_a_camera_are_no_pages(tmp_path: Path) -> None:
    preview, page = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (40, 30), "white")
    assert loaded(saved(tmp_path, page, "a.jpg", format="MPO", save_all=True, append_images=[preview])).width == 40
    animation = saved(tmp_path, page, "a.png", save_all=True, append_images=[preview.resize((40, 30))])
    assert loaded(animation).pixels.min() == 255


def test_pillows_own_limit_is_neither_in_the_way_nor_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [saved(tmp_path, Image.fromarray(GREY), name) for name in ("a.png", "a.tif")]
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 50)
    for file in files:
        np.testing.assert_array_equal(loaded(file).pixels, GREY)
    assert Image.MAX_IMAGE_PIXELS == 50


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40)), st.booleans())
def test_png_round_trip(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, colour: bool) -> None:
    stored = np.stack([array, 255 - array, array], axis=2) if colour else array
    file = tmp_path_factory.getbasetemp() / "round.png"
    buffer = io.BytesIO()
    Image.fromarray(stored).save(buffer, "PNG")
    file.write_bytes(buffer.getvalue())
    np.testing.assert_array_equal(loaded(file).pixels, stored[..., ::-1] if colour else stored)
