"""PDFs are written by hand, object by object, so that each test says exactly what is on the page."""

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from forms import BrokenPage, InputError, PageTooLarge, UnreadableFile
from layout.load import LoadSettings, count_pages, load_page, load_pages
from layout.page import PageImage

RNG = np.random.default_rng(3)
SCAN = RNG.integers(0, 256, (517, 333), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (120, 90, 3), dtype=np.uint8)  # R, G, B
BITS = RNG.random((241, 177)) < 0.5


class Image_:
    """An image object: its dictionary entries and its stream."""

    def __init__(self, array: np.ndarray, *, jpeg: bool = False, extra: bytes = b"") -> None:
        image = Image.fromarray(array)
        self.height, self.width = array.shape[:2]
        if jpeg:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=90)
            self.data, filter_ = buffer.getvalue(), b"/DCTDecode"
        else:
            self.data, filter_ = zlib.compress(image.tobytes()), b"/FlateDecode"
        space = b"/DeviceRGB" if array.ndim == 3 else b"/DeviceGray"
        bits = 1 if image.mode == "1" else 8
        self.head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace%s/BitsPerComponent %d/Filter%s%s" % (
            self.width, self.height, space, bits, filter_, extra,
        )  # fmt: skip

    def object(self) -> bytes:
        return b"<<%s/Length %d>>stream\n%s\nendstream" % (self.head, len(self.data), self.data)


def numbers(*values: float) -> bytes:
    return " ".join(f"{v:.6f}".rstrip("0").rstrip(".") for v in values).encode()


def page(content: bytes, *, size: tuple[float, float] = (90, 120), extra: bytes = b"") -> tuple[bytes, bytes]:
    box = b"" if b"/MediaBox" in extra else b"/MediaBox[0 0 %s]" % numbers(*size)
    return content, box + extra


def written(file: Path, pages: list[tuple[bytes, bytes]], xobjects: list[bytes], *, catalog: bytes = b"") -> Path:
    """Objects: 1 catalog, 2 pages, 3 font, then the XObjects /X0, /X1, …, then page and content by turns."""
    first = 4 + len(xobjects)
    kids = b" ".join(b"%d 0 R" % (first + 2 * i) for i in range(len(pages)))
    named = b"".join(b"/X%d %d 0 R" % (i, 4 + i) for i in range(len(xobjects)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *xobjects,
    ]
    for number, (content, extra) in enumerate(pages):
        resources = b"/Resources<</XObject<<%s>>/Font<</F 3 0 R>>>>" % named
        objects.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%s%s>>" % (first + 2 * number + 1, resources, extra))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(out),
    )  # fmt: skip
    file.write_bytes(out)
    return file


def drawn(name: int, *matrix: float) -> bytes:
    return b"q %s cm /X%d Do Q " % (numbers(*matrix), name)


def at_200_dpi(array: np.ndarray) -> tuple[float, float]:
    return array.shape[1] * 0.36, array.shape[0] * 0.36


def scan_pdf(file: Path, array: np.ndarray, *, over: bytes = b"", under: bytes = b"", extra: bytes = b"") -> Path:
    width, height = at_200_dpi(array)
    content = under + drawn(0, width, 0, 0, height, 0, 0) + over
    return written(file, [page(content, size=(width, height), extra=extra)], [Image_(array).object()])


def items(file: Path, **settings: float) -> list[PageImage | InputError]:
    found = list(load_pages(file, name=file.name, settings=LoadSettings(**settings)))
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


def only(file: Path, **settings: float) -> PageImage:
    (item,) = items(file, **settings)
    assert isinstance(item, PageImage), item
    return item


@pytest.mark.parametrize("array", [SCAN, COLOUR, BITS], ids=["grey", "colour", "bits"])
def test_a_scan_comes_out_pixel_for_pixel(tmp_path: Path, array: np.ndarray) -> None:
    found = only(scan_pdf(tmp_path / "扫描 件.pdf", array), pdf_dpi=100)
    expected = array[..., ::-1] if array.ndim == 3 else np.where(array, 255, 0) if array.dtype == bool else array
    np.testing.assert_array_equal(found.pixels, expected)
    assert found.dpi == pytest.approx(200, abs=0.01)
    assert (found.file, found.page_in_file) == ("扫描 件.pdf", 1)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90, 450])
def test_the_pages_rotation_is_honoured(tmp_path: Path, rotate: int) -> None:
    found = only(scan_pdf(tmp_path / "a.pdf", SCAN, extra=b"/Rotate %d" % rotate))
    np.testing.assert_array_equal(found.pixels, np.rot90(SCAN, -rotate // 90))


def test_the_crop_is_honoured(tmp_path: Path) -> None:
    # 20 px from the left, 30 px from the right, 40 px from the foot, 50 px from the head, at 0.36 points a pixel
    width, height = at_200_dpi(SCAN)
    box = b"/CropBox[%s]" % numbers(20 * 0.36, 40 * 0.36, width - 30 * 0.36, height - 50 * 0.36)
    found = only(scan_pdf(tmp_path / "a.pdf", SCAN, extra=box))
    np.testing.assert_array_equal(found.pixels, SCAN[50:-40, 20:-30])
    turned = only(scan_pdf(tmp_path / "b.pdf", SCAN, extra=box + b"/Rotate 90"))
    np.testing.assert_array_equal(turned.pixels, np.rot90(SCAN[50:-40, 20:-30], -1))


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((0, 1, -1, 0, 1, 0), np.rot90(SCAN, 1)),
        ((-1, 0, 0, -1, 1, 1), np.rot90(SCAN, 2)),
        ((0, -1, 1, 0, 0, 1), np.rot90(SCAN, -1)),
        ((-1, 0, 0, 1, 1, 0), np.fliplr(SCAN)),
        ((1, 0, 0, -1, 0, 1), np.flipud(SCAN)),
    ],
    ids=["90", "180", "270", "mirrored", "upside down"],
)
def test_an_image_turned_by_its_matrix(tmp_path: Path, matrix: tuple[int, ...], shown: np.ndarray) -> None:
    width, height = at_200_dpi(shown)
    scaled = [v * (width if i % 2 == 0 else height) for i, v in enumerate(matrix)]
    file = written(tmp_path / "a.pdf", [page(drawn(0, *scaled), size=(width, height))], [Image_(SCAN).object()])
    np.testing.assert_array_equal(only(file).pixels, shown)


def test_a_scan_inside_a_form_object(tmp_path: Path) -> None:
    width, height = at_200_dpi(SCAN)
    inner = drawn(0, width / 2, 0, 0, height / 2, 0, 0)
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 999 999]/Resources<</XObject<</X0 4 0 R>>>>/Length %d" % len(inner)
    xobjects = [Image_(SCAN).object(), b"<<%s>>stream\n%s\nendstream" % (head, inner)]
    file = written(tmp_path / "a.pdf", [page(drawn(1, 2, 0, 0, 2, 0, 0), size=(width, height))], xobjects)
    np.testing.assert_array_equal(only(file, pdf_dpi=72).pixels, SCAN)


def test_margins_are_kept_white(tmp_path: Path) -> None:
    width, height = at_200_dpi(SCAN)
    content = drawn(0, width, 0, 0, height, 10 * 0.36, 20 * 0.36)
    file = written(tmp_path / "a.pdf", [page(content, size=(width + 36, height + 36))], [Image_(SCAN).object()])
    pixels = only(file, pdf_dpi=72).pixels
    assert pixels.shape == (517 + 100, 333 + 100)
    np.testing.assert_array_equal(pixels[80:-20, 10:-90], SCAN)
    assert (pixels[:80] == 255).all() and (pixels[:, -90:] == 255).all()


def test_an_invisible_text_layer_and_a_background_leave_the_scan_as_it_is(tmp_path: Path) -> None:
    layer = b"BT /F 40 Tf 3 Tr 10 50 Td (hidden) Tj ET "
    file = scan_pdf(tmp_path / "a.pdf", SCAN, under=b"1 1 1 rg 0 0 900 900 re f ", over=layer)
    np.testing.assert_array_equal(only(file, pdf_dpi=400).pixels, SCAN)


STAMP = b"1 0 0 rg 36 36 36 36 re f "  # a red square of half an inch


def test_a_stamp_drawn_over_the_scan_is_on_the_page(tmp_path: Path) -> None:
    found = only(scan_pdf(tmp_path / "a.pdf", SCAN, over=STAMP))
    bgr = np.repeat(SCAN[:, :, None], 3, axis=2)
    square = (found.pixels == (0, 0, 255)).all(axis=2)
    assert square[330:410, 105:195].all() and square.sum() == pytest.approx(100 * 100, rel=0.03)
    np.testing.assert_array_equal(found.pixels[:300], bgr[:300])  # the scan's own grid


def test_a_coarse_background_of_a_digital_page_does_not_make_it_coarse(tmp_path: Path) -> None:
    found = only(scan_pdf(tmp_path / "a.pdf", SCAN, over=STAMP), pdf_dpi=400)
    assert found.dpi == pytest.approx(400, rel=0.01)
    assert found.pixels.shape[:2] == (1034, 666)


def test_an_annotation_is_on_the_page(tmp_path: Path) -> None:
    look = b"<</Type/XObject/Subtype/Form/BBox[0 0 36 36]/Length 26>>stream\n1 0 0 rg 0 0 36 36 re f   \nendstream"
    width, height = at_200_dpi(SCAN)
    annotation = b"/Annots[<</Type/Annot/Subtype/Stamp/Rect[36 36 72 72]/F 4/AP<</N 5 0 R>>>>]"
    content = page(drawn(0, width, 0, 0, height, 0, 0), size=(width, height), extra=annotation)
    found = only(written(tmp_path / "a.pdf", [content], [Image_(SCAN).object(), look]))
    assert (found.pixels[330:410, 105:195] == (0, 0, 255)).all()


def test_a_filled_in_form_field_is_on_the_page(tmp_path: Path) -> None:
    look = b"<</Type/XObject/Subtype/Form/BBox[0 0 36 36]/Length 26>>stream\n1 0 0 rg 0 0 36 36 re f   \nendstream"
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(9)/Rect[36 36 72 72]/F 4/AP<</N 4 0 R>>>>"
    content = page(b"", size=(90, 120), extra=b"/Annots[5 0 R]")
    file = written(tmp_path / "a.pdf", [content], [look, field], catalog=b"/AcroForm<</Fields[5 0 R]>>")
    pixels = only(file, pdf_dpi=72).pixels
    assert (pixels[60:80, 40:68] != 255).any(axis=2).mean() > 0.9


def test_a_digital_page_is_drawn_at_the_chosen_dpi(tmp_path: Path) -> None:
    content = b"0 g 10 20 30 40 re f BT /F 12 Tf 10 80 Td (98.66%) Tj ET "
    found = only(written(tmp_path / "a.pdf", [page(content)], []), pdf_dpi=144)
    assert found.is_grey and found.pixels.shape == (240, 180) and found.dpi == 144
    assert (found.pixels[120:200, 20:80] == 0).all() and found.pixels[:60].min() == 255
    assert found.pixels[60:85, 20:120].min() < 60


def test_strips_and_leaning_images_are_drawn(tmp_path: Path) -> None:
    halves = drawn(0, 90, 0, 0, 60, 0, 60) + drawn(0, 90, 0, 0, 60, 0, 0)
    leaning = drawn(0, 80, 8, -8, 100, 8, 8)
    image = Image_(np.zeros((120, 90), np.uint8)).object()
    first, second = items(written(tmp_path / "a.pdf", [page(halves), page(leaning)], [image]), pdf_dpi=72)
    assert isinstance(first, PageImage) and isinstance(second, PageImage)
    assert (first.pixels == 0).all() and first.pixels.shape == (120, 90)
    assert second.pixels.shape == (120, 90) and second.pixels[60, 45] == 0 and second.pixels[1, 1] == 255


def test_transparent_parts_show_the_paper(tmp_path: Path) -> None:
    mask = np.where(np.arange(333) < 100, 0, 255).astype(np.uint8) * np.ones((517, 1), np.uint8)
    xobjects = [Image_(SCAN, extra=b"/SMask 5 0 R").object(), Image_(mask).object()]
    width, height = at_200_dpi(SCAN)
    file = written(tmp_path / "a.pdf", [page(drawn(0, width, 0, 0, height, 0, 0), size=(width, height))], xobjects)
    pixels = only(file).pixels
    assert (pixels[:, :100] == 255).all()
    np.testing.assert_array_equal(pixels[:, 100:], SCAN[:, 100:])


@pytest.mark.parametrize("background", [False, True])
def test_print_in_a_mask_finer_than_its_colours_is_drawn_as_fine_as_asked_for(tmp_path: Path, background: bool) -> None:
    """Mixed raster content: a foreground of 75 dpi behind a mask of 300 made a page of 75, too coarse to read."""
    mask = np.repeat(np.repeat((np.indices((60, 45)).sum(axis=0) % 2 * 255).astype(np.uint8), 8, 0), 8, 1)
    coarse = np.zeros((mask.shape[0] // 4, mask.shape[1] // 4), np.uint8)
    xobjects = [Image_(coarse, extra=b"/SMask 5 0 R").object(), Image_(mask).object(), Image_(coarse + 240).object()]
    size = (mask.shape[1] * 0.24, mask.shape[0] * 0.24)
    layers = (drawn(2, size[0], 0, 0, size[1], 0, 0) if background else b"") + drawn(0, size[0], 0, 0, size[1], 0, 0)
    found = only(written(tmp_path / "a.pdf", [page(layers, size=size)], xobjects))
    assert found.dpi == pytest.approx(200, abs=1)
    assert np.ptp(found.pixels[50:60, 50:60].astype(int)) > 200


def test_of_several_pictures_of_the_whole_page_the_finest_tells_how_fine_it_is(tmp_path: Path) -> None:
    width, height = at_200_dpi(SCAN)
    coarse = Image_(np.full((60, 40), 255, np.uint8), extra=b"/SMask 6 0 R").object()
    xobjects = [Image_(SCAN).object(), coarse, Image_(np.zeros((60, 40), np.uint8)).object()]
    layers = drawn(0, width, 0, 0, height, 0, 0) + drawn(1, width, 0, 0, height, 0, 0)
    found = only(written(tmp_path / "a.pdf", [page(layers, size=(width, height))], xobjects))
    np.testing.assert_array_equal(found.pixels, SCAN)


def jpeg_scan() -> Image_:
    picture = Image.new("L", (300, 400), 255)
    draw = ImageDraw.Draw(picture)
    for y in range(0, 400, 7):
        draw.line((0, y, 300, (y * 37) % 400), fill=0)
    return Image_(np.asarray(picture), jpeg=True)


def test_a_jpeg_scan(tmp_path: Path) -> None:
    image = jpeg_scan()
    found = only(written(tmp_path / "a.pdf", [page(drawn(0, 90, 0, 0, 120, 0, 0))], [image.object()]))
    with Image.open(io.BytesIO(image.data)) as reference:
        difference = np.abs(found.pixels.astype(int) - np.asarray(reference))
    assert found.pixels.shape == (400, 300) and difference.max() <= 2


@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_scan_whose_data_is_damaged_is_no_half_white_page(tmp_path: Path, damage: str) -> None:
    good, bad = jpeg_scan(), jpeg_scan()
    bad.data = bad.data[: len(bad.data) // 2] if damage == "cut" else b"no picture at all" * 20
    pages = [page(drawn(n, 90, 0, 0, 120, 0, 0)) for n in (0, 1, 0)]
    file = written(tmp_path / "a.pdf", pages, [good.object(), bad.object()])
    first, second, third = items(file)
    assert isinstance(first, PageImage) and isinstance(third, PageImage) and third.page_in_file == 3
    assert isinstance(second, BrokenPage) and str(second).startswith("a.pdf, page 2: ") and second.remedy


def test_cut_flate_data_of_a_scan(tmp_path: Path) -> None:
    image = Image_(SCAN)
    image.data = image.data[: len(image.data) // 2]
    (error,) = items(written(tmp_path / "a.pdf", [page(drawn(0, 90, 0, 0, 120, 0, 0))], [image.object()]))
    assert isinstance(error, BrokenPage), error


def test_a_page_object_that_is_none_costs_only_that_page(tmp_path: Path) -> None:
    file = written(tmp_path / "a.pdf", [page(b"0 g 10 10 50 50 re f")] * 3, [])
    data = file.read_bytes()
    file.write_bytes(data.replace(b"6 0 obj<</Type/Page/", b"6 0 obj[/Type/Page/]", 1))
    found = items(file, pdf_dpi=72)
    assert [i.page_in_file for i in found if isinstance(i, PageImage)] == [1, 3]
    assert isinstance(found[1], BrokenPage) and found[1].page == 2


def test_a_broken_xref_is_repaired(tmp_path: Path) -> None:
    file = scan_pdf(tmp_path / "a.pdf", SCAN)
    data = file.read_bytes()
    file.write_bytes(data[: data.index(b"xref")] + b"xref\n0 1\ngarbage\ntrailer<</Root 1 0 R>>\nstartxref\n7\n%%EOF")
    np.testing.assert_array_equal(only(file).pixels, SCAN)
    file.write_bytes(data[: data.index(b"xref")])
    (item,) = items(file)
    assert isinstance(item, PageImage | UnreadableFile)


def test_a_pdf_beyond_repair(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7\n" + RNG.bytes(500))
    (error,) = items(file)
    assert isinstance(error, UnreadableFile) and str(error).startswith("a.pdf: ") and error.remedy
    assert count_pages(file) == 1


def test_a_pdf_without_pages(tmp_path: Path) -> None:
    (error,) = items(written(tmp_path / "a.pdf", [], []))
    assert isinstance(error, UnreadableFile)


def test_an_encrypted_pdf_names_the_remedy(tmp_path: Path) -> None:
    file = scan_pdf(tmp_path / "密 码.pdf", SCAN)
    security = b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"41" * 32, b"42" * 32)
    file.write_bytes(file.read_bytes().replace(b"trailer<<", security))
    (error,) = items(file)
    assert isinstance(error, UnreadableFile)
    assert "密 码.pdf" in str(error) and "encrypted" in str(error) and "without a password" in error.remedy


def test_pages_beyond_the_limit_name_the_option_and_cost_only_themselves(tmp_path: Path) -> None:
    content = b"0 g 10 10 50 50 re f"
    pages = [page(content), page(content, size=(14_400, 14_400)), page(content)]
    first, second, third = items(written(tmp_path / "a.pdf", pages, []))
    assert isinstance(first, PageImage) and isinstance(third, PageImage)
    assert isinstance(second, PageTooLarge) and second.page == 2 and "--max-pixels" in str(second)


def test_an_image_of_30000_by_30000_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    image = Image_(np.zeros((1, 1), np.uint8))
    image.head = image.head.replace(b"/Width 1/Height 1", b"/Width 30000/Height 30000")
    (error,) = items(written(tmp_path / "a.pdf", [page(drawn(0, 90, 0, 0, 120, 0, 0))], [image.object()]))
    assert isinstance(error, PageTooLarge) and "30000 x 30000" in str(error)


def test_a_fine_picture_on_a_large_page_falls_back_to_the_chosen_dpi(tmp_path: Path) -> None:
    content = drawn(0, 9, 0, 0, 12, 10, 10)
    file = written(tmp_path / "a.pdf", [page(content)], [Image_(SCAN).object()])
    assert only(file, pdf_dpi=72, max_pixels=200_000).pixels.shape == (120, 90)


def test_count_and_order_of_many_pages(tmp_path: Path) -> None:
    pages = [page(b"0 g 0 0 %d 120 re f" % n) for n in range(1, 13)]
    file = written(tmp_path / "a.pdf", pages, [])
    assert count_pages(file) == 12
    widths = [int((i.pixels[60] == 0).sum()) for i in items(file, pdf_dpi=72) if isinstance(i, PageImage)]
    assert widths == list(range(1, 13))
