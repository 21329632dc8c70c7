from __future__ import annotations

from pathlib import Path

import pytest

from forms import read_form
from review import BadInput, NoSuchCell, NothingToUndo, Stale, Station, Taken, User

FIRST, SECOND = "a/forms/01-甲.json", "a/forms/02-乙.json"


def decide(station: Station, user: User, address: str, text: str, form_id: str = FIRST, seconds: float = 3.0):
    version = station.take(user, form_id, address).version
    return station.confirm(user, form_id, address, text, version=version, seconds=seconds)


def test_confirming_what_is_shown(station: Station, out: Path, anna: User) -> None:
    outcome = decide(station, anna, "total.score", "96.00")
    cell = station.form(FIRST).form.cell("total.score")
    assert (cell.text, cell.confidence, cell.needs_review, cell.origin) == ("96.00", 1.0, False, "read")
    assert outcome.cells_changed == ("total.score",)
    (entry,) = station.history(FIRST, "total.score")
    assert (entry.user, entry.action, entry.before, entry.after, entry.seconds) == (
        "anna", "confirmed", "96.00", "96.00", 3.0)  # fmt: skip
    assert entry.id == outcome.entry_id


def test_a_correction_keeps_what_was_read_and_checks_again(station: Station, out: Path, anna: User) -> None:
    before = (out / FIRST).read_bytes()
    outcome = decide(station, anna, "total.score", "95.00")
    cell = station.form(FIRST).form.cell("total.score")
    assert (cell.text, cell.raw, cell.confidence, cell.needs_review, cell.origin) == (
        "95.00", "96.00", 1.0, False, "corrected")  # fmt: skip
    assert outcome.findings_before == ()
    assert [f.rule for f in outcome.findings_after] == ["total-score"]
    assert (outcome.findings_after[0].found, outcome.findings_after[0].expected) == ("95.00", "96.00")
    outcome = decide(station, anna, "total.score", "96.00")
    assert [f.rule for f in outcome.findings_before] == ["total-score"]
    assert outcome.findings_after == ()
    assert (out / FIRST).read_bytes() == before


def test_cells_of_a_rule_that_a_correction_breaks_enter_the_queue(station: Station, anna: User) -> None:
    for address in ("indicators.0.score", "funds.0.executed"):
        decide(station, anna, address, station.form(FIRST).form.cell(address).text)
    quiet = {i.address for i in station.form(FIRST).items.values() if i.state == "quiet"}
    outcome = decide(station, anna, "total.score", "95.00")
    entered = {a for a in outcome.cells_changed if a != "total.score"}
    assert entered == {f"indicators.{i}.score" for i in (1, 2, 3)} | {"funds.0.score"}
    assert entered <= quiet  # at 0.9999 none of them was doubted; now one of them, or the paper, is wrong
    item = station.form(FIRST).items["indicators.1.score"]
    assert item.state == "open" and "total-score" in item.reasons[-1]
    assert {i.address for i in station.queue(anna) if i.form_id == FIRST} >= entered
    station.undo(anna)
    assert {i.address for i in station.form(FIRST).items.values() if i.state == "quiet"} == quiet


def test_only_the_doubted_cells_of_a_broken_rule_enter_where_there_are_any(station: Station, anna: User) -> None:
    assert decide(station, anna, "total.score", "95.00").cells_changed == ("total.score",)
    assert "total-score" in station.form(FIRST).items["indicators.0.score"].reasons[-1]


def test_accepting_as_printed_lets_the_cells_go(station: Station, anna: User) -> None:
    decide(station, anna, "indicators.0.score", "18")
    decide(station, anna, "total.score", "95.00")
    (finding,) = station.form(FIRST).findings
    outcome = station.accept_as_printed(anna, FIRST, finding.rule, finding.cells, "印刷如此")
    assert "indicators.1.score" in outcome.cells_changed
    state = station.form(FIRST)
    assert state.findings[0].verdict == "document"
    assert (state.accepted[0].note, state.accepted[0].user) == ("印刷如此", "anna")
    assert state.items["indicators.1.score"].state == "quiet"
    assert state.items["funds.0.executed"].state == "open"  # doubted by the reading itself
    with pytest.raises(BadInput):
        station.accept_as_printed(anna, FIRST, finding.rule, finding.cells, "")
    decide(station, anna, "total.score", "94.00")  # another finding: what was accepted was something else
    state = station.form(FIRST)
    assert state.findings[0].verdict != "document" and state.accepted == ()
    station.undo(anna)
    station.undo(anna)
    assert station.form(FIRST).findings[0].verdict != "document"
    with pytest.raises(NoSuchCell):
        station.accept_as_printed(anna, FIRST, "rate", ["funds.0.rate"], "")


def test_a_document_error_among_certain_cells_is_the_documents(station: Station, anna: User) -> None:
    for address in ("funds.0.annual_budget", "funds.0.executed"):
        decide(station, anna, address, station.form(FIRST).form.cell(address).text)
    decide(station, anna, "funds.0.rate", "81.00%")
    (rate,) = (f for f in station.form(FIRST).findings if f.rule == "rate")
    assert rate.verdict == "document"


def test_an_alternative_that_mends_the_rule_is_suggested(opened, tmp_path: Path, anna: User, small, put_run) -> None:
    from dataclasses import replace

    form = small("甲", indicators__1__score="80")
    cell = replace(form.cell("indicators.1.score"), alternatives=(("8", 0.2), ("30", 0.1)))
    folder = put_run(tmp_path / "other", {"d/forms/01.json": form.with_cells({"indicators.1.score": cell})})
    item = opened(folder).next(anna)
    assert item is not None and item.address == "indicators.1.score"
    assert item.suggestion == "30"
    assert "total-score" in item.suggestion_reason or "score-range" in item.suggestion_reason


def test_preview_writes_nothing(station: Station) -> None:
    found = station.preview(FIRST, "total.score", "95.00")
    assert [(f.rule, f.found) for f in found] == [("total-score", "95.00")]
    assert station.preview(FIRST, "total.score", "96.00") == ()
    assert station.history(FIRST) == []
    assert station.form(FIRST).findings == ()


def test_unreadable_cells_leave_the_queue_and_stay_marked(station: Station, anna: User) -> None:
    item = station.take(anna, FIRST, "unit")
    station.unreadable(anna, FIRST, "unit", version=item.version, why="印章")
    state = station.form(FIRST)
    assert state.items["unit"].state == "unreadable"
    assert state.form.unit.needs_review and state.form.unit.text == "第一中学"
    assert (FIRST, "unit") not in [(i.form_id, i.address) for i in station.queue(anna)]
    assert station.history(FIRST, "unit")[0].why == "印章"
    decide(station, anna, "unit", "第一中学")
    assert station.form(FIRST).items["unit"].state == "done"


def test_a_decision_on_what_has_changed_is_refused(station: Station, anna: User, bo: User) -> None:
    version = station.queue(anna)[0].version
    item = station.next(anna)
    assert item is not None
    station.confirm(anna, item.form_id, item.address, "1", version=item.version)
    for attempt in (station.unreadable, station.postpone):
        with pytest.raises(Stale):
            attempt(bo, item.form_id, item.address, version=version)
    with pytest.raises(Stale) as error:
        station.confirm(bo, item.form_id, item.address, "2", version=version)
    assert error.value.version == item.version + 1
    assert len(station.history(item.form_id)) == 1


def test_another_persons_cell_is_refused(station: Station, anna: User, bo: User) -> None:
    item = station.next(anna)
    assert item is not None
    with pytest.raises(Taken):
        station.confirm(bo, item.form_id, item.address, "1", version=item.version)


def test_undo_is_a_new_entry_and_goes_back_step_by_step(station: Station, anna: User) -> None:
    decide(station, anna, "total.score", "95.00")
    decide(station, anna, "total.score", "94.00")
    assert station.undo(anna).after == "94.00"
    assert station.form(FIRST).form.total.score.text == "95.00"
    assert station.undo(anna).after == "95.00"
    cell = station.form(FIRST).form.total.score
    assert (cell.text, cell.origin, cell.needs_review, cell.confidence) == ("96.00", "read", True, 0.6)
    with pytest.raises(NothingToUndo):
        station.undo(anna)
    actions = [(e.action, e.undone) for e in station.history(FIRST)]
    assert actions == [("corrected", True), ("corrected", True), ("undone", False), ("undone", False)]


def test_undo_does_not_touch_what_another_decided_since(station: Station, anna: User, bo: User) -> None:
    decide(station, anna, "total.score", "95.00")
    decide(station, bo, "total.score", "94.00")
    with pytest.raises(Stale):
        station.undo(anna)
    station.undo(bo)
    station.release(bo, FIRST, "total.score")
    assert station.undo(anna).after == "95.00"


def test_undo_holds_the_cell_for_the_person(station: Station, anna: User, bo: User) -> None:
    decide(station, anna, "total.score", "95.00")
    station.undo(anna)
    with pytest.raises(Taken):
        station.take(bo, FIRST, "total.score")


@pytest.mark.parametrize("text", ["a\0b", "\x1b[0m", "x" * 10_001, "\udc80", "a\x7f"])
def test_texts_that_cannot_be_kept(station: Station, anna: User, text: str) -> None:
    item = station.take(anna, FIRST, "unit")
    with pytest.raises(BadInput):
        station.confirm(anna, FIRST, "unit", text, version=item.version)
    assert station.history(FIRST) == []


def test_texts_are_kept_as_typed(station: Station, anna: User) -> None:
    text = "甲\n乙 <script>alert(1)</script> ' \" \\ %s 😀"
    decide(station, anna, "unit", f" {text}\r\n")
    assert station.form(FIRST).form.unit.text == text
    assert station.history(FIRST)[0].after == text


def test_impossible_times_do_not_spoil_the_figures(station: Station, anna: User) -> None:
    for address, seconds in (("unit", -5.0), ("goals.actual", 1e9), ("total.score", float("nan"))):
        decide(station, anna, address, "x", seconds=seconds)
    assert [e.seconds for e in station.history(FIRST)] == [0.0, 3600.0, 0.0]


def test_a_label_merged_over_rows_is_one_cell(opened, tmp_path: Path, anna: User, small, put_run) -> None:
    from dataclasses import replace

    form = small("甲")
    marked = {f"indicators.{i}.level1": replace(form.cell(f"indicators.{i}.level1"), needs_review=True, confidence=0.5)
              for i in (0, 1)}  # fmt: skip
    folder = put_run(tmp_path / "other", {"d/forms/01.json": form.with_cells(marked)})
    station = opened(folder)
    (item,) = station.queue(anna)
    assert (item.address, item.siblings) == ("indicators.0.level1", ("indicators.1.level1",))
    station.confirm(anna, item.form_id, "indicators.1.level1", "产出指标(60分)", version=item.version)
    state = station.form(item.form_id)
    assert [i.level1.text for i in state.form.indicators] == ["产出指标(60分)"] * 2 + ["效益指标(40分)"] * 2
    assert not any(c.needs_review for _, c in state.form.cells() if c.text.startswith("产出"))
    assert "level1-weight" in {f.rule for f in state.findings}
    assert len(station.history(item.form_id)) == 1


def test_decisions_follow_the_cell_when_the_form_is_read_anew(station: Station, out: Path, anna: User, small) -> None:
    from dataclasses import replace

    from forms import Box, dump_form

    decide(station, anna, "total.score", "95.00")
    decide(station, anna, "unit", "第二中学")
    old = station.take(anna, FIRST, "goals.actual").version
    form = read_form(out / FIRST)
    unit, score = form.unit, form.total.score
    moved = {
        "unit": replace(unit, text="第一中孚", raw="第一中孚", box=unit.box.grown(2)),  # the same place, read otherwise
        "total.score": replace(score, box=Box(500, 2000, 700, 2030)),  # another place: the decision was not about this
    }
    (out / FIRST).write_text(dump_form(form.with_cells(moved)), "utf-8")
    with pytest.raises(Stale):
        station.confirm(anna, FIRST, "goals.actual", "x", version=old)
    with pytest.raises(Stale):
        station.confirm(anna, FIRST, "goals.actual", "x", version=old)
    state = station.form(FIRST)
    assert (state.form.unit.text, state.form.unit.origin) == ("第二中学", "corrected")
    assert state.form.total.score.text == "96.00" and state.form.total.score.needs_review
    assert "read anew" in state.items["total.score"].reasons[-1]
    assert len(station.history(FIRST)) == 2
