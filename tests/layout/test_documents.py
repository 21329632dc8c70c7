import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms import UnreadableFile
from layout.documents import Document, DocumentSearch, find_all_documents, find_documents, printable
from layout.order import natural_key


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def listed(search: DocumentSearch) -> dict[str, list[str]]:
    assert len({d.name for d in search.documents}) == len(search.documents)
    return {d.name: [d.label(f) for f in d.files] for d in search.documents}


def skipped(search: DocumentSearch) -> dict[str, str]:
    return {s.path.name: s.reason for s in search.skipped}


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.jpg", "2.jpg", "10.jpg", "100.jpg"],
        ["第一页.jpg", "第二页.jpg", "第三页.jpg", "第十页.jpg", "第十一页.jpg", "第二十页.jpg", "第一百零五页.jpg"],
        ["二〇二三年.jpg", "二〇二四年.jpg"],
        ["a.jpg", "a (1).jpg", "a (2).jpg", "a (10).jpg", "B.jpg", "c.jpg"],
        ["2024-2-9.tif", "2024-2-10.tif", "2024-11-1.tif"],
        ["页２.jpg", "页10.jpg"],
        ["001.jpg", "1.png", "002.jpg"],
        ["1.jpg", "a.jpg"],
    ],
)
def test_natural_order(ordered: list[str]) -> None:
    names = ordered[::-1]
    assert sorted(names, key=natural_key) == ordered


@given(st.lists(st.text(max_size=12)))
def test_natural_order_orders_everything(names: list[str]) -> None:
    turned = names[::-1]
    assert sorted(names, key=natural_key) == sorted(turned, key=natural_key)
    assert all(natural_key(a) != natural_key(b) for a in names for b in names if a != b)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["", "第", "page ", "项目2024-"]))
def test_numbers_sort_by_value(a: int, b: int, before: str) -> None:
    assert (natural_key(f"{before}{a}.jpg") < natural_key(f"{before}{b}.jpg")) == (a < b) or a == b


def test_a_folder_of_images_is_one_document(tmp_path: Path) -> None:
    folder = tmp_path / "某局 2024 年"
    make(folder, "10.jpg", "2.jpg", "1.TIF", "扫描 3.png", "scan.json", "说明.txt", ".hidden.jpg", "Thumbs.db")
    search = find_documents(folder)
    assert listed(search) == {"某局 2024 年": ["1.TIF", "2.jpg", "10.jpg", "扫描 3.png"]}
    assert set(skipped(search)) == {"scan.json", "说明.txt", ".hidden.jpg", "Thumbs.db"}
    assert search.problems == ()


def test_nested_folders_are_documents_of_their_own(tmp_path: Path) -> None:
    root = tmp_path / "scans"
    make(root, "1.jpg", "b2/1.jpg", "b10/1.jpg", "a/深/1.jpg", "a/深/2.bmp", "empty/notes.txt", "__MACOSX/._1.jpg")
    search = find_documents(root)
    assert list(listed(search).items()) == [
        ("scans", ["1.jpg"]),
        ("a/深", ["1.jpg", "2.bmp"]),
        ("b2", ["1.jpg"]),
        ("b10", ["1.jpg"]),
    ]
    assert set(skipped(search)) == {"notes.txt", "__MACOSX"}


def test_the_only_pdf_of_a_folder_is_the_folders_document(tmp_path: Path) -> None:
    root = tmp_path / "scans"
    make(root, "mixed-office/report.pdf", "mixed-office/scan.json", "d0/1.jpg")
    assert listed(find_documents(root)) == {"d0": ["1.jpg"], "mixed-office": ["report.pdf"]}
    assert listed(find_documents(root / "mixed-office")) == {"mixed-office": ["report.pdf"]}


def test_a_pdf_among_images_gives_its_pages_to_the_folder(tmp_path: Path) -> None:
    make(tmp_path / "d", "1.jpg", "2.pdf", "3.jpg")
    assert listed(find_documents(tmp_path / "d")) == {"d": ["1.jpg", "2.pdf", "3.jpg"]}


def test_several_pdfs_are_documents_each(tmp_path: Path) -> None:
    root = tmp_path / "scans"
    make(root, "x/甲.pdf", "x/乙 1.PDF", "x/1.jpg", "top1.pdf", "top2.pdf")
    assert listed(find_documents(root)) == {
        "top1": ["top1.pdf"],
        "top2": ["top2.pdf"],
        "x": ["1.jpg"],
        "x/乙 1": ["乙 1.PDF"],
        "x/甲": ["甲.pdf"],
    }


def test_a_file_is_a_document_whatever_it_is_called(tmp_path: Path) -> None:
    make(tmp_path, "d/报告 1.pdf", "d/pages.tiff", "d/notes.txt")
    for name, stem in (("报告 1.pdf", "报告 1"), ("pages.tiff", "pages"), ("notes.txt", "notes")):
        assert listed(find_documents(tmp_path / "d" / name)) == {stem: [name]}


def test_images_that_are_not_read_are_pages_all_the_same(tmp_path: Path) -> None:
    make(tmp_path / "d", "1.gif", "2.heic", "3.jpg")
    assert listed(find_documents(tmp_path / "d")) == {"d": ["1.gif", "2.heic", "3.jpg"]}


def test_names_are_never_the_same(tmp_path: Path) -> None:
    root = tmp_path / "scans"
    make(root, "a.pdf", "b.pdf", "a/1.jpg", "A-2/1.jpg", "1.jpg", "scans/1.jpg", "x/y.pdf", "x/Y.PDF", "x/y.Pdf")
    search = find_documents(root)
    names = [d.name for d in search.documents]
    assert len({n.casefold() for n in names}) == len(names) == 9
    assert {"scans", "scans-2", "a", "a-3", "A-2", "b"} <= set(names)
    assert names[0] == "scans" and search.documents[0].folder == root


def test_several_inputs(tmp_path: Path) -> None:
    make(tmp_path, "p/report.pdf", "q/report.pdf", "r/1.jpg")
    inputs = [tmp_path / "q" / "report.pdf", tmp_path / "p" / "report.pdf", tmp_path / "r", tmp_path / "r"]
    search = find_all_documents(inputs)
    assert [(d.name, d.folder.name) for d in search.documents] == [("report", "q"), ("report-2", "p"), ("r", "r")]
    assert [s.reason for s in search.skipped] == [f"the same folder as {tmp_path / 'r'}, read already"]


@given(st.lists(st.sampled_from(["a", "A", "a-2", "a-3", "\u00e9", "e\u0301"]), max_size=12))
def test_names_are_set_apart_and_kept_where_possible(
    tmp_path_factory: pytest.TempPathFactory, stems: list[str]
) -> None:
    base = tmp_path_factory.getbasetemp() / "same"
    paths = [base / str(n) / f"{stem}.pdf" for n, stem in enumerate(stems)]
    make(base, *(str(p.relative_to(base)) for p in paths))
    names = [d.name for d in find_all_documents(paths).documents]
    assert len(set(names)) == len(names) == len(stems)
    assert not names or names[0] == stems[0]


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "scans"
    make(root, "real/1.jpg", "z/deep/1.jpg")
    make(tmp_path, "elsewhere/1.jpg", "one.jpg")
    (root / "a-link-to-real").symlink_to(root / "real")
    (root / "outside").symlink_to(tmp_path / "elsewhere")
    (root / "z" / "deep" / "up").symlink_to(root)
    (root / "z" / "self").symlink_to(root / "z" / "self")
    (root / "z" / "deep" / "2.jpg").symlink_to(tmp_path / "one.jpg")
    search = find_documents(root)
    assert listed(search) == {"outside": ["1.jpg"], "real": ["1.jpg"], "z/deep": ["1.jpg", "2.jpg"]}
    assert skipped(search)["a-link-to-real"].startswith("the same folder as")
    told = {Path(p.file).name: p for p in search.problems}
    assert "leads back" in str(told["up"]) and told["up"].remedy
    assert all(isinstance(p, UnreadableFile) and p.remedy for p in search.problems)


def test_a_link_round_in_a_circle_given_or_found(tmp_path: Path) -> None:
    make(tmp_path, "d/1.jpg")
    (tmp_path / "d" / "2.jpg").symlink_to(tmp_path / "d" / "2.jpg")
    search = find_documents(tmp_path / "d")
    seen = [d.label(f) for d in search.documents for f in d.files] + [Path(p.file).name for p in search.problems]
    assert sorted(seen) == ["1.jpg", "2.jpg"]
    assert len(find_documents(tmp_path / "d" / "2.jpg").documents) == 1


def test_an_unreadable_folder_is_reported_and_the_others_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a/1.jpg", "b/1.jpg", "c/1.jpg")
    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("layout.documents.os.scandir", guarded)
    search = find_documents(tmp_path)
    assert set(listed(search)) == {"a", "c"}
    (problem,) = search.problems
    assert Path(problem.file).name == "b" and "Permission denied" in str(problem) and problem.remedy


def test_only_a_path_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        find_documents(tmp_path / "missing")
    assert find_documents(tmp_path) == DocumentSearch()


def test_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "scans/sub/1.jpg", "scans/1.jpg")
    monkeypatch.chdir(tmp_path / "scans" / "sub")
    assert set(listed(find_documents(Path()))) == {"sub"}
    assert set(listed(find_documents(Path("..")))) == {"scans", "sub"}


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_names_in_another_encoding_can_be_written_down(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + "/某局".encode("gb18030")
    os.mkdir(folder)  # noqa: PTH102
    with open(folder + "/第一页.jpg".encode("gb18030"), "wb"):  # noqa: PTH123
        pass
    (document,) = find_documents(tmp_path).documents
    assert (document.name, document.label(document.files[0])) == ("某局", "第一页.jpg")
    assert document.files[0].exists()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.binary(max_size=8))
@example("", b"\xed\xa0\x80")  # a lone surrogate, which no text may hold
def test_printable_is_always_writable(text: str, raw: bytes) -> None:
    assert printable(text) == text
    printable(raw.decode("utf-8", "surrogateescape")).encode("utf-8")
    printable("\ud800" + text).encode("utf-8")


def test_labels_are_posix_and_relative() -> None:
    document = Document("d", Path("in"), (Path("in/a/1.jpg"), Path("else/2.jpg")))
    assert [document.label(f) for f in document.files] == ["a/1.jpg", "2.jpg"]
