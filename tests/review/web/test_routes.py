"""The pages and the JSON interface: what a reviewer's browser asks and gets."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from web_client import Visitor

import review.web
from forms import Form, read_form
from review import Station
from review.web.doors import own_path
from review.web.language import preferred, reasons, text, texts

FIRST = "a/forms/01-甲.json"
WEB = Path(review.web.__file__).parent
ITEM_KEYS = {
    "form_id", "address", "document", "project", "kind", "text", "raw", "page", "alternatives", "reasons", "findings",
    "suggestion", "suggestion_reason", "path", "lease_until", "keying", "version", "crop", "wide", "form_url",
}  # fmt: skip


def place(item: dict[str, Any]) -> dict[str, Any]:
    return {"form_id": item["form_id"], "address": item["address"]}


def decide(visitor: Visitor, item: dict[str, Any], text: str, **more: Any) -> Any:
    body = {**place(item), "version": item["version"], "text": text, "seconds": 2.5, **more}
    return visitor.post("/api/confirm", body)


def test_the_queue_is_cleared_cell_by_cell(anna: Visitor) -> None:
    seen = []
    while True:
        answer = anna.post("/api/next").json()
        if answer["item"] is None:
            break
        seen.append((answer["item"]["form_id"], answer["item"]["address"]))
        assert decide(anna, answer["item"], answer["item"]["text"]).status_code == 200
    assert len(seen) == len(set(seen)) == 15
    assert answer["counts"]["open"] == 0 and answer["counts"]["done"] == 15
    assert answer["counts"]["seconds_left"] == 0


def test_the_next_cell_is_another_than_the_present_one(anna: Visitor) -> None:
    first = anna.post("/api/next").json()["item"]
    second = anna.post("/api/next", {"after": place(first)}).json()["item"]
    assert place(first) != place(second)
    assert first["crop"]["url"].startswith("/pictures/crop/")


def test_two_people_never_get_the_same_cell(anna: Visitor, bo: Visitor) -> None:
    one, other = (visitor.post("/api/next").json()["item"] for visitor in (anna, bo))
    assert place(one) != place(other)
    answer = bo.post("/api/take", place(one))
    assert answer.status_code == 409
    assert answer.json() == {**answer.json(), "error": "taken", "by": "anna"}
    assert anna.post("/api/release", {"cells": [place(one)]}).status_code == 200
    assert bo.post("/api/take", place(one)).status_code == 200


def test_a_lease_ends(anna: Visitor, bo: Visitor, clock: Any) -> None:
    item = anna.post("/api/next").json()["item"]
    clock.forward(100)
    assert anna.post("/api/renew", place(item)).json()["until"] == clock() + 120
    clock.forward(121)
    assert place(bo.post("/api/next").json()["item"]) == place(item)
    assert decide(anna, item, "1").json()["error"] == "taken"


def test_a_decision_on_an_old_state_is_refused(anna: Visitor) -> None:
    item = anna.post("/api/next").json()["item"]
    assert decide(anna, item, "1").status_code == 200
    answer = decide(anna, item, "2")
    assert (answer.status_code, answer.json()["error"]) == (409, "stale")


def test_a_correction_checks_the_form_anew(anna: Visitor) -> None:
    item = anna.post("/api/take", {"form_id": FIRST, "address": "total.score"}).json()["item"]
    preview = anna.post("/api/preview", {**place(item), "text": "90"}).json()["findings"]
    assert [f["rule"] for f in preview] == ["total-score"]
    assert anna.get(f"/api/form?form_id={quote(FIRST)}").json()["findings"] == []  # nothing was written
    answer = decide(anna, item, "90", why="smudged").json()
    assert [f["rule"] for f in answer["findings"]] == ["total-score"]
    assert "total.score" in answer["changed"]
    entries = anna.get(f"/api/history?form_id={quote(FIRST)}&address=total.score").json()["entries"]
    assert [(e["user"], e["before"], e["after"], e["why"]) for e in entries] == [("anna", "96.00", "90", "smudged")]


def test_a_finding_is_accepted_as_printed(anna: Visitor) -> None:
    item = anna.post("/api/take", {"form_id": FIRST, "address": "total.score"}).json()["item"]
    finding = decide(anna, item, "90").json()["findings"][0]
    body = {"form_id": FIRST, "rule": finding["rule"], "cells": finding["cells"]}
    assert anna.post("/api/accept", {**body, "note": ""}).status_code == 400
    assert anna.post("/api/accept", {**body, "note": "印刷如此"}).status_code == 200
    found = anna.get(f"/api/form?form_id={quote(FIRST)}").json()["findings"]
    assert [(f["accepted"], f["note"], f["verdict"]) for f in found] == [(True, "印刷如此", "document")]


def test_undo_brings_the_cell_back(anna: Visitor) -> None:
    item = anna.post("/api/next").json()["item"]
    decide(anna, item, "wrong")
    back = anna.post("/api/undo").json()
    assert place(back["item"]) == place(item)
    assert back["item"]["text"] == item["text"]
    answer = anna.post("/api/undo")
    assert (answer.status_code, answer.json()["error"]) == (409, "undo")


def test_unreadable_and_postponed(anna: Visitor) -> None:
    item = anna.post("/api/next").json()["item"]
    body = {**place(item), "version": item["version"]}
    assert anna.post("/api/postpone", body).json()["counts"]["postponed"] == 1
    item = anna.post("/api/next").json()["item"]
    body = {**place(item), "version": item["version"]}
    assert anna.post("/api/unreadable", body).json()["counts"]["unreadable"] == 1


def test_the_queue_is_filtered(anna: Visitor) -> None:
    every = anna.get("/api/queue").json()
    assert len(every["items"]) == 15
    numbers = anna.get("/api/queue?kind=number&document=a").json()
    assert {i["kind"] for i in numbers["items"]} == {"number"}
    assert {i["document"] for i in numbers["items"]} == {"a"}
    assert numbers["counts"]["open"] == len(numbers["items"])
    assert anna.get("/api/queue?limit=4&offset=14").json()["items"][0] == every["items"][14]
    assert anna.get("/api/queue?kind=words").status_code == 400
    assert anna.get("/api/queue?limit=100000").status_code == 400
    item = anna.post("/api/next", {"filters": {"document": "b/c"}}).json()["item"]
    assert item["document"] == "b/c"


def test_an_audited_cell_looks_like_any_other(
    out: Path, clock: Any, app_with: Callable[..., Any], hall: Station, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall._queue, "audit_share", 1.0)
    monkeypatch.setattr(hall._queue, "rng", random.Random(1))
    drawn = 0
    for _ in range(12):
        answer = anna.post("/api/next")
        item = answer.json()["item"]
        assert set(item) == ITEM_KEYS
        assert "audit" not in answer.text
        form = anna.get(f"/api/form?form_id={quote(item['form_id'])}")
        assert "audit" not in form.text
        drawn += form.json()["cells"][item["address"]]["state"] == "quiet"
        decide(anna, item, item["text"])
    assert drawn > 0  # or the test has seen no audited cell


def test_double_keying_is_blind(anna: Visitor, bo: Visitor, chief: Visitor) -> None:
    assert chief.post("/api/critical", {"patterns": ["total.score"]}).json() == {"patterns": ["total.score"]}
    item = anna.post("/api/next", {"filters": {"keying": True}}).json()["item"]
    assert item["address"] == "total.score" and item["keying"] == 1
    assert (item["text"], item["raw"], item["alternatives"], item["findings"]) == ("", "", [], [])
    answer = anna.post("/api/key", {**place(item), "text": "96.00"})
    assert "96.00" not in answer.text
    assert anna.post("/api/take", place(item)).status_code == 403  # nobody keys a number twice
    second = bo.post("/api/take", place(item)).json()["item"]
    assert second["keying"] == 2 and "96.00" not in json.dumps(second)
    form = bo.get(f"/api/form?form_id={quote(item['form_id'])}").json()
    assert form["cells"]["total.score"]["text"] == ""
    assert "96.00" not in bo.get(f"/api/history?form_id={quote(item['form_id'])}&address=total.score").text
    bo.post("/api/key", {**place(item), "text": "95.00"})
    third = chief.post("/api/take", place(item)).json()["item"]
    assert third["keying"] == 3
    assert {t for t, _ in third["alternatives"]} == {"96.00", "95.00"}
    assert chief.post("/api/key", {**place(item), "text": "96.00"}).status_code == 200
    assert chief.get(f"/api/form?form_id={quote(item['form_id'])}").json()["cells"]["total.score"]["state"] == "done"


def test_a_wall_is_confirmed_in_one_stroke(anna: Visitor, bo: Visitor) -> None:
    groups = anna.get("/api/groups").json()["groups"]
    assert {g["key"]: g["count"] for g in groups}["第一中学"] == 3
    items = anna.post("/api/wall", {"key": "第一中学"}).json()["items"]
    assert len(items) == 3
    assert bo.post("/api/wall", {"key": "第一中学"}).json()["items"] == []
    marked = [{**place(i), "version": i["version"]} for i in items]
    counts = anna.post("/api/group", {"keep": marked[:2], "odd": marked[2:], "seconds": 3}).json()["counts"]
    assert (counts["done"], counts["open"]) == (2, 13)


def test_figures(anna: Visitor) -> None:
    item = anna.post("/api/next").json()["item"]
    decide(anna, item, "changed")
    found = anna.get("/api/statistics?days=7").json()
    assert [(d["user"], d["cells"], d["changed"], d["seconds"]) for d in found["days"]] == [("anna", 1, 1.0, 2.5)]
    assert found["audit"]["rate"] is None


def test_a_correction_is_exported(chief: Visitor, out: Path) -> None:
    item = chief.post("/api/take", {"form_id": FIRST, "address": "total.score"}).json()["item"]
    decide(chief, item, "95.00")
    assert chief.post("/api/export").json() == {"forms": 3}
    assert read_form(out / "a/reviewed/01-甲.json").total.score.text == "95.00"


def test_people_are_managed(chief: Visitor, app: Any) -> None:
    body = {"name": "dana", "role": "reader", "password": "a long password"}
    assert chief.post("/api/users", body).status_code == 200
    assert chief.post("/api/users", body).status_code == 400
    assert chief.post("/api/users", {**body, "name": "weak", "password": "short"}).json()["error"] == "weak"
    dana = Visitor(app)
    assert dana.sign_in("dana", "a long password").status_code == 303
    assert chief.post("/api/user", {"name": "dana", "action": "role", "role": "reviewer"}).status_code == 200
    assert (
        chief.post("/api/user", {"name": "dana", "action": "password", "password": "another password"}).status_code
        == 200
    )
    assert dana.sign_in("dana", "another password").status_code == 303
    assert chief.post("/api/user", {"name": "nobody", "action": "disable"}).status_code == 404


def test_a_form_that_is_not_there(anna: Visitor) -> None:
    answer = anna.get("/form/a/forms/none.json")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert anna.get("/api/form?form_id=none").json()["error"] == "missing"
    assert anna.get("/nowhere").status_code == 404


def test_a_form_without_its_scans_is_shown_all_the_same(
    chief: Visitor, hall: Station, out: Path, small: Callable[..., Form], put_run: Callable[..., Path]
) -> None:
    put_run(out, {"lost/forms/01-丁.json": small("丁", {"unit": 0.3})})
    hall.refresh()
    form = chief.get("/api/form?form_id=lost/forms/01-%E4%B8%81.json").json()
    assert form["pages"] == [] and form["cells"]["unit"]["text"] == "第一中学"
    item = chief.post("/api/take", {"form_id": "lost/forms/01-丁.json", "address": "unit"}).json()["item"]
    assert item["crop"] is None


# ---- languages


@pytest.mark.parametrize(
    ("accept", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5,zh;q=0.7", "zh"), ("fr", "zh"),
     ("", "zh"), ("en;q=nonsense", "en"), ("ZH-TW", "zh")],
)  # fmt: skip
def test_the_language_follows_the_browser(stranger: Visitor, accept: str, language: str) -> None:
    assert preferred(accept) == language
    html = stranger.get("/sign-in", headers={"accept-language": accept}).text
    assert f'<html lang="{language}"' in html


def test_the_chosen_language_and_theme_win(anna: Visitor) -> None:
    cookies = "; ".join(f"{k}={v}" for k, v in {**dict(anna.client.cookies), "gouji_language": "en"}.items())
    html = anna.client.get("/queue", headers={"cookie": f"{cookies}; gouji_theme=dark", "accept-language": "zh"}).text
    assert '<html lang="en" data-theme="dark">' in html
    html = anna.client.get("/queue", headers={"cookie": f'{cookies}; gouji_theme="><script>'}).text
    assert "data-theme" not in html and "<script>" not in html


def _keys_in_use() -> set[str]:
    found = set()
    for path in [*(WEB / "templates").iterdir(), *(WEB / "static").glob("*.js")]:
        found |= set(re.findall(r"""\bt\(\s*["']([\w.-]+)["']\s*[,)]""", path.read_text("utf-8")))
    return found


def test_every_text_is_there_in_both_languages() -> None:
    zh, en = texts("zh"), texts("en")
    used = _keys_in_use()
    assert len(used) > 100
    assert used <= set(zh) and used <= set(en)
    assert {key for key in zh if not (key.startswith("rule.") and key.endswith(".says"))} == set(en)
    for key in en:
        assert set(re.findall(r"\{(\w+)\}", zh[key])) == set(re.findall(r"\{(\w+)\}", en[key])), key


def test_every_rule_action_column_and_role_has_a_name(hall: Station, small: Callable[..., Form]) -> None:
    columns = {re.sub(r"\.\d+", "", address) for address, _ in small().cells()}
    wanted = {f"column.{c}" for c in columns} | {f"rule.{r}" for r in hall.rules()}
    wanted |= {f"action.{a}" for a in ("confirmed", "corrected", "unreadable", "postponed", "odd", "keyed", "settled")}
    assert wanted <= set(texts("zh")) and wanted <= set(texts("en"))


def test_reasons_are_patterns() -> None:
    for pattern, sentence in reasons("zh"):
        assert len(re.findall(r"\$\d", sentence)) <= re.compile(pattern).groups
    assert reasons("en") == []
    assert text("en", "time.hours", h=1, m=5) == "1 h 5 min"
    assert text("en", "no.such.key") == "no.such.key"


# ---- static files


def test_static_files_are_kept_for_ever_under_their_version(anna: Visitor) -> None:
    html = anna.get("/queue").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        answer = anna.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    script = anna.get(re.search(r'src="(/static/[^"]+\.js)"', html)[1])  # type: ignore[index]
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" not in anna.get("/static/old/base.css").headers["cache-control"]
    assert anna.get("/static/x/none.js").status_code == 404
    assert anna.get("/static/x/text/fr.js").status_code == 404
    assert "export default" in anna.get("/static/x/text/zh.js").text


def test_every_import_of_a_script_is_a_file_of_the_project() -> None:
    scripts = list((WEB / "static").glob("*.js"))
    assert len(scripts) > 10
    for path in scripts:
        for name in re.findall(r'(?:from|import) "([^"]+)"', path.read_text("utf-8")):
            assert name.startswith("./") and (path.parent / name).exists(), (path.name, name)


@pytest.mark.parametrize("path", ["/queue", "/form/a/b.json?x=1", "/review?text=%E4%B8%80"])
def test_own_paths_are_kept(path: str) -> None:
    assert own_path(path) == path
