import pytest

from benchmarks import latency
from benchmarks.latency import PageTime, compare, first_pages, largest_set, promise, report, stage_medians, take_turns


def times(page: str, ours: float, peer: float, cells: int = 130) -> list[PageTime]:
    stages = (("load", ours / 4), ("reading", 3 * ours / 4))
    return [PageTime("gouji", page, cells, ours, ours / 2, stages), PageTime("peer 1", page, 90, peer, peer)]


def test_a_page_is_compared_by_its_medians_over_the_rounds():
    rounds = [t for ours, peer in ((1.0, 4.0), (2.0, 5.0), (90.0, 6.0)) for t in times("a/1", ours, peer)]
    (row,) = compare(rounds, "gouji", "peer 1")
    assert (row.ours, row.peer, row.cells) == (2.0, 5.0, 130)
    assert row.ratio == pytest.approx(0.4)
    assert row.cpu_ratio == pytest.approx(0.2)


def test_a_page_that_only_one_has_read_is_not_compared():
    assert compare([*times("a/1", 1, 2), times("a/2", 1, 2)[0]], "gouji", "peer 1")[0].page == "a/1"
    assert compare([times("a/2", 1, 2)[0]], "gouji", "peer 1") == []


def test_the_promise_speaks_of_full_pages_only():
    rows = compare([*times("a/1", 1, 2, 130), *times("a/2", 9, 1, 20)], "gouji", "peer 1")
    held, text = promise(rows, "peer 1")
    assert held is True
    assert "ratio 0.50" in text
    assert "a/2" not in text


def test_the_promise_is_broken_by_a_slow_page_and_open_without_full_pages():
    assert promise(compare(times("a/1", 3, 2), "gouji", "peer 1"), "peer 1")[0] is False
    held, text = promise(compare(times("a/1", 3, 2, 12), "gouji", "peer 1"), "peer 1")
    assert held is None
    assert "No page has 100 to 160 cells" in text


def test_stages_are_medians_and_a_stage_without_time_is_nothing():
    medians = stage_medians([t for ours in (4.0, 8.0, 80.0) for t in times("a/1", ours, 1)])
    assert medians["load"] == 2.0
    assert medians["reading"] == 6.0
    assert medians["check"] == 0.0
    assert stage_medians([times("a/1", 1, 2)[1]]) == {}


def test_readers_take_turns_and_the_beginner_changes(tmp_path):
    seen: list[str] = []

    def reader(name):
        def read(page):
            seen.append(f"{name}{page.name}")
            return PageTime(name, page.name, 1, 1.0, 1.0)

        return read

    pages = [tmp_path / "1", tmp_path / "2"]
    found = list(take_turns([reader("a"), reader("b")], pages, 2))
    assert seen == ["a1", "b1", "a1", "b1", "b2", "a2", "b1", "a1", "a2", "b2"]
    assert len(found) == 8  # what warmed up does not count


def test_no_page_is_begun_after_the_limit(tmp_path):
    def reader(page):
        return PageTime("a", page.name, 1, 1.0, 1.0)

    assert list(take_turns([reader], [tmp_path / "1"], 1000, limit=-1.0)) == []
    assert len(list(take_turns([reader], [tmp_path / "1"], 3, limit=60.0))) == 3


def test_the_report_names_peer_stages_and_pages():
    text = report(times("a/1", 1, 2), "peer 1")
    assert "peer 1 s" in text
    assert "| a/1 | 130 | 1.00 | 2.00 | 0.50 |" in text
    assert "Holds" in text
    assert "peer" not in report(times("a/1", 1, 2)[:1], "")


def test_the_first_picture_of_every_folder_is_read(tmp_path):
    for name in ("one/002.jpg", "one/001.jpg", "two/scan.json", "two/deep/a.TIF"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "none").mkdir()
    assert [str(p.relative_to(tmp_path)) for p in first_pages([tmp_path])] == ["one/001.jpg", "two/deep/a.TIF"]
    assert largest_set([tmp_path]) == tmp_path / "one"
    assert largest_set([tmp_path / "none"]) is None


def test_a_profile_names_the_functions(monkeypatch, tmp_path):
    class Stub:
        def time(self, page):
            return sorted(busy(page.name) for _ in range(3))

    def busy(name):
        return sum(ord(c) for c in name * 1000)

    monkeypatch.setattr(latency, "Ours", Stub)
    text = latency.profile([tmp_path / "1.jpg", tmp_path / "2.jpg"])
    assert text.startswith("2 pages;") and "Own time:" in text and "(busy)" in text
