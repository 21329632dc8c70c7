"""Scans and results at URLs: fetched when it is their turn, copied when they are whole, kept from run to run."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import cv2
import fault_engines
import pytest
from small_pages import small_page

pytest.importorskip("fsspec")

import fsspec

from forms import OutputError, UsageError
from gouji import batch, remote
from gouji.remote import Mounted, RemoteStore, mounted
from gouji.run_command import Request, carry_out
from gouji.settings import RunSettings
from gouji.store import LocalStore
from layout import Document, find_all_documents


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PAUSE", 0.0)


@pytest.fixture(params=["memory", "file"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A URL below which there are scans/a/1.png, scans/a/2.png and scans/批 次/b/1.png."""
    url = f"memory://{uuid.uuid4().hex}" if request.param == "memory" else f"file://{tmp_path / 'bucket'}"
    system, root = fsspec.url_to_fs(url)
    for number, name in enumerate(["a/1.png", "a/2.png", "批 次/b/1.png"]):
        done, data = cv2.imencode(".png", small_page(printed=True, text=str(number)))
        assert done
        system.makedirs(f"{root}/scans/{name}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{root}/scans/{name}", data.tobytes())
    yield url
    system.rm(root, recursive=True)


def documents(run: Mounted) -> list[Document]:
    return list(find_all_documents(run.inputs).documents)


def finish(run: Mounted, document: Document, content: str = "{}") -> Path:
    """What a run writes for a document."""
    folder = run.out / document.name
    (folder / "forms").mkdir(parents=True, exist_ok=True)
    (folder / "forms" / "01-项目.json").write_text(content, "utf-8")
    (folder / "pages.spool").write_bytes(b"half read")
    (folder / "pages.json").write_text("[]")
    run.store.done(document, folder)
    return folder


def is_hollow(file: Path) -> bool:
    return not file.read_bytes().strip(b"\0")


def below(url: str) -> set[str]:
    system, root = fsspec.url_to_fs(url)
    return {str(path)[len(root) + 1 :] for path in system.find(root)}


def test_local_places_stay_as_they_are(tmp_path: Path) -> None:
    with mounted([str(tmp_path)], str(tmp_path / "out")) as run:
        assert run.inputs == (tmp_path,) and run.out == tmp_path / "out" and isinstance(run.store, LocalStore)


def test_scans_stand_in_the_tree_and_are_fetched_one_document_at_a_time(bucket: str, tmp_path: Path) -> None:
    with mounted([f"{bucket}/scans"], str(tmp_path / "out"), work=tmp_path / "work") as run:
        first, second = documents(run)
        assert (first.name, second.name) == ("a", "批 次/b")
        system, root = fsspec.url_to_fs(f"{bucket}/scans")
        before = [f.stat() for f in first.files]
        assert [s.st_size for s in before] == [system.size(f"{root}/a/{n}.png") for n in (1, 2)]
        assert all(is_hollow(f) for f in first.files), "nothing was fetched yet"
        run.store.fetch(first)
        assert [f.read_bytes() for f in first.files] == [system.cat_file(f"{root}/a/{n}.png") for n in (1, 2)]
        assert [(f.stat().st_size, f.stat().st_mtime_ns) for f in first.files] == [
            (s.st_size, s.st_mtime_ns) for s in before
        ]
        assert is_hollow(second.files[0])
        run.store.done(first, tmp_path / "out" / "a")
        assert all(is_hollow(f) for f in first.files)
        assert [(f.stat().st_size, f.stat().st_mtime_ns) for f in first.files] == [
            (s.st_size, s.st_mtime_ns) for s in before
        ]
    assert not list((tmp_path / "work").glob("*/scans"))


def test_the_next_run_sees_the_same_paths_sizes_and_times(bucket: str, tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        with mounted([f"{bucket}/scans"], str(tmp_path / "out"), work=tmp_path / "work") as run:
            files = [f for d in documents(run) for f in d.files]
            seen.append([(f, f.stat().st_size, f.stat().st_mtime_ns) for f in files])
    assert seen[0] == seen[1] and len(seen[0]) == 3


def test_a_single_file_is_a_document(bucket: str, tmp_path: Path) -> None:
    with mounted([f"{bucket}/scans/a/2.png"], str(tmp_path / "out"), work=tmp_path / "work") as run:
        (document,) = documents(run)
        run.store.fetch(document)
        assert document.name == "2" and cv2.imread(str(document.files[0])) is not None


def test_disk_for_fetched_scans_is_bounded(bucket: str, tmp_path: Path) -> None:
    with mounted([f"{bucket}/scans"], str(tmp_path / "out"), work=tmp_path / "work", most_bytes=1) as run:
        first, second = documents(run)
        assert not run.store.full
        run.store.fetch(first)
        assert run.store.full
        run.store.done(first, tmp_path / "out" / "a")
        assert not run.store.full
        run.store.fetch(second)
        assert run.store.full


def test_results_are_copied_and_the_mark_comes_last(bucket: str, tmp_path: Path, monkeypatch) -> None:
    sent: list[str] = []
    honest = RemoteStore._put
    monkeypatch.setattr(RemoteStore, "_put", lambda self, file, place: (sent.append(place), honest(self, file, place)))
    with mounted([f"{bucket}/scans"], f"{bucket}/out", work=tmp_path / "work") as run:
        first, second = documents(run)
        finish(run, second)
        finish(run, first)
        (run.out / "run.json").write_text("{}")
    assert below(f"{bucket}/out") == {
        "a/forms/01-项目.json", "a/pages.json", "批 次/b/forms/01-项目.json", "批 次/b/pages.json", "run.json",
    }  # fmt: skip
    assert [p.rpartition("/out/")[2] for p in sent][-2:] == ["a/pages.json", "run.json"]


def test_what_was_sent_is_not_sent_again_and_what_changed_replaces_it(bucket: str, tmp_path: Path, monkeypatch) -> None:
    places = ([f"{bucket}/scans"], f"{bucket}/out")
    with mounted(*places, work=tmp_path / "work") as run:
        first, _ = documents(run)
        finish(run, first)
    system, root = fsspec.url_to_fs(f"{bucket}/out")
    system.pipe_file(f"{root}/a/forms/02-of an earlier run.json", b"{}")
    with mounted(*places, work=tmp_path / "work") as run:
        run.store.done(first, run.out / "a")
        assert "a/forms/02-of an earlier run.json" in below(f"{bucket}/out"), "nothing was touched"
        finish(run, first, content='{"read": "again"}')
    assert below(f"{bucket}/out") == {"a/forms/01-项目.json", "a/pages.json"}
    assert system.cat_file(f"{root}/a/forms/01-项目.json") == b'{"read": "again"}'


def test_a_document_inside_another_documents_folder_is_sent_by_itself(bucket: str, tmp_path: Path) -> None:
    with mounted([f"{bucket}/scans"], f"{bucket}/out", work=tmp_path / "work") as run:
        outer = Document("批 次", tmp_path, ())
        _, inner = documents(run)
        finish(run, inner)
        finish(run, outer)
        assert "批 次/b/pages.json" in below(f"{bucket}/out")
        journal = (run.out.parent / remote.JOURNAL).read_text("utf-8").splitlines()
    assert len(journal) == 2
    assert below(f"{bucket}/out") >= {"批 次/pages.json", "批 次/b/forms/01-项目.json"}


def read(places: Mounted) -> batch.BatchResult:
    settings = RunSettings(workers=1)
    return batch.run(places.inputs, places.out, settings, engines=fault_engines.sizes, store=places.store)


@pytest.mark.usefixtures("inline")
def test_a_run_over_urls_writes_what_a_local_run_writes_and_the_next_fetches_nothing(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, root = fsspec.url_to_fs(bucket)
    system.get(f"{root}/scans", str(tmp_path / "scans"), recursive=True)
    with mounted([str(tmp_path / "scans")], str(tmp_path / "local")) as run:
        local = read(run)
    places = ([f"{bucket}/scans"], f"{bucket}/out")
    with mounted(*places, work=tmp_path / "work", most_bytes=1) as run:
        far = read(run)
    assert [d.name for d in far.documents] == [d.name for d in local.documents] == ["a", "批 次/b"]
    assert far.total == local.total and not far.failed
    tables = {p.relative_to(tmp_path / "local").as_posix(): p.read_bytes() for p in tmp_path.glob("local/**/tables/*")}
    assert len(tables) == 6
    for name, content in tables.items():
        assert system.cat_file(f"{root}/out/{name}") == content

    def never(self: RemoteStore, file: Path) -> None:
        raise AssertionError(f"{file} was fetched")

    monkeypatch.setattr(RemoteStore, "_fetch", never)
    with mounted(*places, work=tmp_path / "work") as run:
        assert [d.kept for d in read(run).documents] == [True, True]


class Flaky:
    """A file system whose first reads (and all writes) fail."""

    def __init__(self, system: object, failures: int) -> None:
        self._system, self.failures = system, failures

    def __getattr__(self, name: str) -> object:
        return getattr(self._system, name)

    def get_file(self, *arguments: object) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise ConnectionResetError("the line is down")
        self._system.get_file(*arguments)

    def put_file(self, *arguments: object) -> None:
        raise PermissionError("not yours")


@pytest.mark.parametrize("failures", [2, 99])
def test_a_line_that_is_down_for_a_moment_or_for_good(tmp_path: Path, failures: int, caplog, monkeypatch) -> None:
    source = tmp_path / "in"
    source.mkdir()
    cv2.imwrite(str(source / "1.png"), small_page(printed=True))
    honest = remote._file_system
    monkeypatch.setattr(remote, "_file_system", lambda url: (Flaky(honest(url)[0], failures), honest(url)[1]))
    with mounted([f"file://{source}"], f"file://{tmp_path}/out", work=tmp_path / "work") as run:
        (document,) = documents(run)
        run.store.fetch(document)
        assert document.files[0].exists() == (failures == 2), "missing, not empty: its page fails and says so"
        assert ("1.png cannot be fetched: the line is down." in caplog.text) == (failures == 99)
        with pytest.raises(OutputError, match="not yours"):
            finish(run, document)


def test_places_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def use(*inputs: str) -> None:
        with mounted(inputs, str(tmp_path / "out"), work=tmp_path / "work"):
            pass

    with pytest.raises(UsageError, match="nothing is there"):
        use(f"memory://{uuid.uuid4().hex}/none")
    with pytest.raises(UsageError, match="teapot://x cannot be used"):
        use("teapot://x")
    honest = importlib.import_module

    def without(name: str) -> object:
        if name == "fsspec.core":
            raise ImportError(name)
        return honest(name)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(UsageError, match="pip install fsspec"):
        use("memory://x")


def test_a_protocol_whose_package_is_missing_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    with pytest.raises(UsageError, match="s3fs"), mounted(["s3://bucket/scans"], str(tmp_path), work=tmp_path):
        pass


def test_urls_are_not_watched(tmp_path: Path) -> None:
    request = Request(("memory://scans",), str(tmp_path / "out"), RunSettings(workers=1), settle=1.0)
    with pytest.raises(UsageError, match="--watch follows local folders only"):
        carry_out(request)
