"""The station killed in the midst of its work, again and again: what it has confirmed is there afterwards."""

from __future__ import annotations

import re
import sqlite3
import sys
import threading
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from review_browser import Visit, browser, expect, visit
from review_server import CHEAP, PATIENCE, Process, Relay, make_run, small_form, three_forms, until

from review import Station

__all__ = ["browser", "visit"]


class Hand:
    """A reviewer who corrects one cell after the other as fast as the server answers, until it does not any more."""

    def __init__(self, link: str) -> None:
        self.confirmed: list[tuple[str, str, str]] = []
        self._origin = link.partition("/link/")[0]
        self._client = httpx.Client(base_url=self._origin, timeout=PATIENCE)
        assert self._client.get(link).status_code == 200
        page = self._client.get("/queue").text
        found = re.search(r'name="csrf" content="(\w+)"', page)
        assert found, page
        self._headers = {"origin": self._origin, "x-csrf-token": found[1]}
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            while True:
                item = self._post("/api/next", {})["item"]
                if item is None:
                    return
                text = f"{item['text']} {item['version'] % 1000}"
                body = {"form_id": item["form_id"], "address": item["address"], "text": text}
                self._post("/api/confirm", {**body, "version": item["version"], "seconds": 1})
                self.confirmed.append((item["form_id"], item["address"], text))
        except httpx.HTTPError:
            return  # killed

    def _post(self, path: str, body: dict[str, object]) -> dict[str, dict[str, str]]:
        answer = self._client.post(path, json=body, headers=self._headers)
        answer.raise_for_status()
        return answer.json()  # type: ignore[no-any-return]

    def rest(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._client.close()


def test_a_killed_server_loses_no_confirmed_correction(tmp_path: Path) -> None:
    doubts = {"unit": 0.9, "goals.actual": 0.5, "goals.expected": 0.5, "department": 0.6, "indicators.0.actual": 0.7}
    out = make_run(tmp_path, {f"d{k:02d}/forms/01-甲.json": small_form(f"项目{k}", doubts) for k in range(12)})
    confirmed: list[tuple[str, str, str]] = []
    for enough in (3, 1, 7, 4):
        server = Process(out)
        hand = Hand(server.link)
        until(lambda hand=hand, enough=enough: len(hand.confirmed) >= enough, f"{enough} corrections")  # type: ignore[misc]
        server.kill()  # while further corrections are being written
        hand.rest()
        confirmed += hand.confirmed
    assert len(confirmed) >= 15
    with sqlite3.connect(out / "review.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    station = Station.open(out, hasher=CHEAP)
    for form_id, address, text in confirmed:
        state = station.form(form_id)
        assert state.form.cell(address).text == text
        assert [e.after for e in station.history(form_id, address)] == [text]  # once, not twice
    in_log = sum(len(station.history(row.form_id)) for row in station.forms())
    assert len(confirmed) <= in_log <= len(confirmed) + 4  # at most the one under way at each kill came to more
    station.close()


def test_a_page_brings_its_decision_to_the_server_that_comes_back(tmp_path: Path, visit: Visit) -> None:
    out = make_run(tmp_path, three_forms())
    relay, server = Relay(), Process(out)
    relay.port = server.port
    anna = visit(relay.url)
    anna.page.goto(relay.url + server.link[server.link.index("/link/") :])
    anna.page.wait_for_url("**/queue")
    anna.page.goto(f"{relay.url}/review")
    first = anna.ready()
    assert first is not None
    anna.page.wait_for_load_state("networkidle")  # the next cell is at hand
    relay.port = None
    server.kill()
    anna.page.keyboard.press("e")
    anna.page.keyboard.press("Control+a")
    anna.page.keyboard.type("77")
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator(".offline")).to_be_visible()
    assert anna.ready() != first  # the work goes on
    server = Process(out)
    relay.port = server.port
    expect(anna.page.locator(".offline")).not_to_be_visible()
    anna.saved()
    assert server.stop() == 0
    relay.close()
    station = Station.open(out, hasher=CHEAP)
    assert [(e.action, e.after) for e in station.history(*first)] == [("corrected", "77")]
    station.close()
    anna.faults.clear()  # the browser's own complaints about the server that was gone


def test_interrupting_the_server_ends_it_well(tmp_path: Path) -> None:
    server = Process(make_run(tmp_path, three_forms()))
    assert server.stop() == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_listens_elsewhere_only_when_it_has_users(tmp_path: Path, host: str) -> None:
    import subprocess

    from review_server import ROOT

    out = make_run(tmp_path, three_forms())
    command = [sys.executable, "-m", "gouji", "review", str(out), "--no-browser", "--host", host]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 2
    assert "gouji review-users add" in ended.stderr or "cannot listen" in ended.stderr
