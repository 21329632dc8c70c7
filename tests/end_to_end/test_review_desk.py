"""The review station in a real browser: by the keyboard, live arithmetic, several people, input methods."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from review_browser import Visit, Visitor, browser, expect, visit
from review_server import Hall, make_run, misread, small_form, three_forms, until

from forms import read_form

__all__ = ["browser", "visit"]
FIRST = "a/forms/01-甲.json"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    served = Hall(make_run(tmp_path, three_forms()))
    yield served
    served.close()


@pytest.fixture
def misread_hall(tmp_path: Path) -> Iterator[Hall]:
    """One form whose total was read wrong; the right text is among the alternatives."""
    form = misread(small_form(), "total.score", "95.00", "96.00", "95.60")
    served = Hall(make_run(tmp_path, {FIRST: form}))
    yield served
    served.close()


def to_desk(visitor: Visitor) -> tuple[str, str]:
    """From the queue to the first cell, by Enter."""
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/review*")
    found = visitor.ready()
    assert found is not None
    return found


def decisions(hall: Hall) -> list[tuple[str, str, str, str]]:
    return [
        (e.user, e.action, e.address, e.after) for f in hall.station.forms() for e in hall.station.history(f.form_id)
    ]


def test_a_reviewer_clears_the_queue_by_keyboard(hall: Hall, visit: Visit) -> None:
    anna = visit(hall)
    anna.sign_in("anna")
    at: tuple[str, str] | None = to_desk(anna)
    keys = anna.page.keyboard
    seen = []
    for number in range(40):
        if at is None:
            break
        seen.append(at)
        if number == 0:
            keys.press("u")
        elif number == 1:
            keys.press("Escape")
        elif at[1] == "goals.actual":  # a text: no rule is broken that would bring further cells
            keys.press("e")
            keys.press("Control+a")
            keys.type("12.5")
            keys.press("Enter")
        elif number == 2:
            keys.press("-")
            expect(anna.page.locator("#value")).to_have_value("—")
            keys.press("0")
            keys.press("Enter")
        else:
            keys.press("Enter")
        at = anna.ready_after(at)
    assert at is None
    anna.saved()
    counts = hall.station.counts()
    assert (counts.open, counts.postponed, counts.unreadable, counts.done) == (0, 0, 1, 14)
    assert len(seen) == 16 and seen[1] == seen[-1]  # fifteen cells, the postponed one last again
    made = decisions(hall)
    assert {user for user, *_ in made} == {"anna"}
    actions = sorted(action for _, action, *_ in made)
    assert actions == ["confirmed"] * 11 + ["corrected"] * 3 + ["postponed", "unreadable"]
    assert made.count(("anna", "corrected", "goals.actual", "12.5")) == 3
    expect(anna.page.locator(".over.done")).to_be_visible()


def test_undo_brings_the_last_cell_back(hall: Hall, visit: Visit) -> None:
    anna = visit(hall)
    anna.sign_in("anna")
    first = to_desk(anna)
    anna.page.keyboard.press("e")
    anna.page.keyboard.type("wrong")
    anna.page.keyboard.press("Enter")
    second = anna.ready_after(first)
    anna.saved()
    anna.page.keyboard.press("z")
    assert anna.ready_after(second or first) == first
    expect(anna.page.locator("#value")).not_to_have_value("wrong")
    assert hall.station.counts().done == 0
    anna.page.keyboard.press("Enter")
    assert anna.ready_after(first) == second  # what was under way comes next again
    anna.saved()
    assert [action for _, action, address, _ in decisions(hall) if address == first[1]][:3] == [
        "corrected", "undone", "confirmed",
    ]  # fmt: skip


def test_a_correction_rechecks_and_exports(misread_hall: Hall, visit: Visit) -> None:
    chief = visit(misread_hall, locale="en-GB")
    chief.sign_in("chief")
    to_desk(chief)
    finding = chief.page.locator('.finding[data-rule="total-score"]')
    expect(finding).to_contain_text("add up to 96")
    keys = chief.page.keyboard
    keys.press("e")
    keys.press("Control+a")
    keys.type("94.00")
    expect(finding.and_(chief.page.locator(".new"))).to_contain_text("94.00")  # live, before anything is sent
    keys.press("Escape")
    expect(chief.page.locator("#value")).to_have_value("95.00")
    keys.press("1")
    expect(chief.page.locator("#value")).to_have_value("96.00")
    expect(finding.and_(chief.page.locator(".gone"))).to_be_visible()
    assert decisions(misread_hall) == []
    keys.press("Enter")
    assert chief.ready_after((FIRST, "total.score")) is None
    chief.saved()
    assert misread_hall.station.form(FIRST).findings == ()
    keys.press("g")
    keys.press("f")
    chief.page.wait_for_url("**/forms")
    chief.page.locator("#export").focus()
    keys.press("Enter")
    expect(chief.page.locator(".notice.good")).to_be_visible()
    written = read_form(misread_hall.out / "a/reviewed/01-甲.json")
    assert (written.total.score.text, written.total.score.raw, written.total.score.origin) == (
        "96.00", "95.00", "corrected",
    )  # fmt: skip
    assert written.findings == () and (misread_hall.out / "a/reviewed/report.xlsx").exists()
    assert read_form(misread_hall.out / FIRST).total.score.text == "95.00"  # the reading is as it was


def test_a_document_error_is_accepted_as_printed(misread_hall: Hall, visit: Visit) -> None:
    anna = visit(misread_hall)
    anna.sign_in("anna")
    to_desk(anna)
    anna.page.locator(".finding button").click()
    anna.page.locator("dialog[open] input").fill("原件合计有误")
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator(".notice.good")).to_be_visible()
    accepted = misread_hall.station.form(FIRST).accepted
    assert [(a.rule, a.note, a.user) for a in accepted] == [("total-score", "原件合计有误", "anna")]


def test_two_reviewers_at_once_never_collide(hall: Hall, visit: Visit) -> None:
    people = [visit(hall), visit(hall)]
    for visitor, name in zip(people, ("anna", "bo"), strict=True):
        visitor.sign_in(name)
    at = [to_desk(visitor) for visitor in people]
    done: list[list[tuple[str, str]]] = [[], []]
    while any(at):
        for k, visitor in enumerate(people):
            if at[k] is not None:
                done[k].append(at[k])
                visitor.page.keyboard.press("Enter")
        for k, visitor in enumerate(people):
            if at[k] is not None:
                at[k] = visitor.ready_after(at[k])  # type: ignore[call-overload]
    for visitor in people:
        visitor.saved()
    assert done[0] and done[1]
    every = done[0] + done[1]
    assert len(every) == len(set(every)) == 15
    made = decisions(hall)
    assert len(made) == 15 and {user for user, *_ in made} == {"anna", "bo"}


def test_an_expired_lease_returns(hall: Hall, visit: Visit) -> None:
    anna, bo = visit(hall), visit(hall)
    anna.sign_in("anna")
    cell = to_desk(anna)
    anna.page.wait_for_load_state("networkidle")
    anna.context.set_offline(True)  # the laptop is closed
    bo.sign_in("bo")
    theirs = to_desk(bo)
    assert theirs != cell
    hall.clock.forward(121)
    bo.page.goto(f"{hall.url}/review")
    assert bo.ready() == cell
    anna.context.set_offline(False)
    anna.page.keyboard.press("Enter")  # the laptop is opened again
    expect(anna.page.locator(".notice.bad").first).to_contain_text("bo")
    anna.saved()
    assert decisions(hall) == []
    anna.faults[:] = [f for f in anna.faults if not f.startswith("Failed to load resource")]  # offline, then refused


def test_an_input_method_composes_without_confirming(hall: Hall, visit: Visit) -> None:
    anna = visit(hall)
    anna.sign_in("anna")
    cell = to_desk(anna)
    value = anna.page.locator("#value")
    devtools = anna.context.new_cdp_session(anna.page)
    anna.page.keyboard.press("e")
    anna.page.keyboard.press("Control+a")
    devtools.send("Input.imeSetComposition", {"text": "zhong", "selectionStart": 5, "selectionEnd": 5})
    expect(value).to_have_attribute("data-composing", "yes")
    # The keys of a composition as browsers report them: Chrome and Firefox with isComposing, all with keyCode 229.
    for name, code in (("Enter", 229), ("Enter", 13), ("Escape", 229), ("Process", 229), ("1", 229)):
        value.dispatch_event("keydown", {"key": name, "keyCode": code, "isComposing": True, "bubbles": True})
    assert (anna.ready(), anna.desk.get_attribute("data-pending")) == (cell, None)
    devtools.send("Input.insertText", {"text": "中"})
    # Safari: the composition has ended before the keydown of the Enter that ended it.
    value.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    expect(value).to_have_value("中")
    expect(value).not_to_have_attribute("data-composing", "yes")
    assert (anna.ready(), anna.desk.get_attribute("data-pending")) == (cell, None)
    assert decisions(hall) == []
    anna.page.keyboard.press("Enter")
    anna.ready_after(cell)
    anna.saved()
    assert [(action, after) for _, action, _, after in decisions(hall)] == [("corrected", "中")]


def test_a_value_finds_its_place_and_a_place_its_value(hall: Hall, visit: Visit) -> None:
    anna = visit(hall)
    anna.sign_in("anna")
    anna.page.goto(f"{hall.url}/form/{FIRST}")
    cell = anna.page.locator('td[data-address="funds.0.executed"]')
    cell.hover()
    box = anna.page.locator('rect.hover[data-address="funds.0.executed"]')
    expect(box).to_be_attached()
    assert float(box.get_attribute("width") or 0) == pytest.approx(200)
    open_box = anna.page.locator('rect.open[data-address="total.score"]').bounding_box()
    assert open_box is not None
    anna.page.mouse.click(open_box["x"] + open_box["width"] / 2, open_box["y"] + open_box["height"] / 2)
    expect(anna.page.locator('td.at[data-address="total.score"]')).to_be_visible()
    anna.page.keyboard.press("Enter")
    anna.page.keyboard.type("95.00")
    expect(anna.page.locator('.finding.new[data-rule="total-score"]')).to_be_visible()
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator('td.corrected[data-address="total.score"]')).to_have_text("95.00")
    assert decisions(hall) == [("anna", "corrected", "total.score", "95.00")]
    anna.page.keyboard.press("h")
    expect(anna.page.locator(".history li")).to_contain_text("95.00")


def test_a_wall_is_confirmed_in_one_stroke(hall: Hall, visit: Visit) -> None:
    anna = visit(hall)
    anna.sign_in("anna")
    anna.page.goto(f"{hall.url}/groups")
    anna.page.locator(".group", has_text="第一中学").click()
    expect(anna.page.locator("#key")).to_have_text("第一中学")
    expect(anna.page.locator("#wall")).to_have_attribute("aria-busy", "false")
    expect(anna.page.locator(".brick")).to_have_count(3)
    for name in ("ArrowRight", "x", "Enter"):
        anna.page.keyboard.press(name)
    expect(anna.page.locator(".notice.good")).to_be_visible()
    assert sorted(action for _, action, address, _ in decisions(hall)) == ["confirmed", "confirmed", "odd"]


def test_double_keying_shows_nobody_the_reading(hall: Hall, visit: Visit) -> None:
    hall.station.set_critical(hall.station.people.get("chief"), ["funds.0.executed"])
    for name, text in (("anna", "80.00"), ("bo", "80.00")):
        visitor = visit(hall)
        visitor.sign_in(name)
        visitor.page.goto(f"{hall.url}/review?keying=true")
        cell = visitor.ready()
        assert cell is not None and cell[1] == "funds.0.executed"
        expect(visitor.page.locator("#value")).to_be_focused()
        expect(visitor.page.locator("#value")).to_have_value("")
        assert "80.00" not in visitor.page.locator("body").inner_text()
        visitor.page.keyboard.type(text)
        visitor.page.keyboard.press("Enter")
        visitor.ready_after(cell)
        visitor.saved()
        visitor.context.close()
    settled = [
        f for f in hall.station.forms() if hall.station.form(f.form_id).items["funds.0.executed"].state == "done"
    ]
    assert len(settled) == 1


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_complains(hall: Hall, visit: Visit, locale: str, scheme: str) -> None:
    """No console error, no violation of the policy, nothing missing; the fixture looks at the end."""
    chief = visit(hall, locale=locale, color_scheme=scheme)
    failed: list[str] = []
    chief.page.on("response", lambda answer: answer.status >= 400 and failed.append(f"{answer.status} {answer.url}"))
    chief.sign_in("chief")
    for path in ("queue", "review", "groups", "forms", f"form/{FIRST}", "keying", "statistics", "users"):
        chief.page.goto(f"{hall.url}/{path}")
        chief.page.wait_for_load_state("networkidle")
        chief.page.keyboard.press("?")
        expect(chief.page.locator("#help")).to_be_visible()
        chief.page.keyboard.press("Escape")
        expect(chief.page.locator("#help")).not_to_be_visible()
        wide = chief.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wide, f"{path} does not fit 1280 x 720"
    assert failed == []


def test_script_in_a_cell_is_shown_as_text(tmp_path: Path, visit: Visit) -> None:
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    form = misread(small_form(nasty), "project", nasty, f"{nasty}!", "<b>bold</b>")
    hall = Hall(make_run(tmp_path, {FIRST: form}))
    try:
        chief = visit(hall)
        chief.sign_in("chief")
        expect(chief.page.locator("tbody")).to_contain_text(nasty)
        to_desk(chief)
        expect(chief.page.locator("#value")).to_have_value(nasty)
        expect(chief.page.locator("#alternatives")).to_contain_text("<b>bold</b>")
        chief.page.goto(f"{hall.url}/form/{FIRST}")
        expect(chief.page.locator('td[data-address="project"]')).to_have_text(nasty)
    finally:
        hall.close()


def test_theme_and_language_are_remembered(hall: Hall, visit: Visit) -> None:
    anna = visit(hall)
    anna.sign_in("anna")
    anna.page.locator("#theme").click()
    anna.page.locator("#language").click()
    expect(anna.page.locator("h1")).to_have_text("Queue")
    anna.page.goto(f"{hall.url}/statistics")
    expect(anna.page.locator("html[data-theme=dark][lang=en]")).to_be_attached()
    until(lambda: anna.page.locator("h1").inner_text() == "Statistics", "the page in English")
