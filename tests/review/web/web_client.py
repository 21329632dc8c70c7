"""A browser without a screen: keeps cookies, sends the token and the origin that a page of the station would."""

from __future__ import annotations

import re
from typing import Any

import cv2
import numpy as np
from starlette.testclient import TestClient

from review.web import PageInfo, ScanMissing

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"


class DrawnPages:
    """Pages that say where they are: a grey ramp, with a white cell around (200, 55) to be found again."""

    def __init__(self) -> None:
        self.loaded = 0
        self.gone = False

    def pages(self, document: str) -> tuple[PageInfo, ...]:
        if document not in ("a", "b/c"):
            raise ScanMissing(f"{document} is no document of this run.")
        return (PageInfo(1, 800, 2000, 0.0, "001.jpg", "v1"),)

    def pixels(self, document: str, page: int) -> Any:
        if self.gone:
            raise ScanMissing(f"{document}, page {page}: the scan /scans/001.jpg is not there any more.")
        self.loaded += 1
        pixels = np.full((2000, 800), 128, np.uint8)
        cv2.rectangle(pixels, (100, 40), (299, 69), 255, -1)
        return pixels


class Visitor:
    """A person at a browser; ``client`` is the bare HTTP client underneath."""

    def __init__(self, app: Any, address: str = "127.0.0.1", headers: dict[str, str] | None = None) -> None:
        self.client = TestClient(
            app,
            base_url=ORIGIN,
            client=(address, 50000),
            headers=headers or {},
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        self.token = ""

    def sign_in(self, name: str, password: str = PASSWORD) -> Any:
        page = self.client.get("/sign-in")
        fields = {"csrf": token_in(page.text), "name": name, "password": password, "next": "/queue"}
        answer = self.client.post("/sign-in", data=fields, headers={"origin": ORIGIN})
        if answer.status_code == 303:
            self.token = token_in(self.client.get("/queue").text)
        return answer

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"origin": ORIGIN, "x-csrf-token": self.token, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.post(path, json=body if body is not None else {}, headers=sent)


def token_in(html: str) -> str:
    found = re.search(r'name="csrf" (?:content|value)="([0-9a-f]+)"', html)
    assert found, html[:500]
    return found[1]
