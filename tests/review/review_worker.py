"""A reviewer in a process of its own: takes cells and decides about them, and says so after each call has returned.

Run as ``review_worker.py OUT URL-or-dash NAME HOW``; HOW "once" clears the queue, "forever" corrects the same cells
over and over until it is killed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from review import ReviewError, Station, User


def main(out: str, url: str, name: str, how: str) -> None:
    station = Station.open(Path(out), None if url == "-" else url, audit_share=0.0)
    user = User(name)
    print("ready", flush=True)
    sys.stdin.readline()
    if how == "once":
        clear(station, user)
    else:
        correct_forever(station, user)


def clear(station: Station, user: User) -> None:
    while (item := station.next(user)) is not None:
        outcome = station.confirm(user, item.form_id, item.address, item.text, version=item.version, seconds=1)
        print(outcome.entry_id, item.form_id, item.address, sep="\t", flush=True)


def correct_forever(station: Station, user: User) -> None:
    forms = [row.form_id for row in station.forms()]
    number = 0
    while True:
        form_id = forms[number % len(forms)]
        version = station.form(form_id).items["unit"].version
        number += 1
        try:
            outcome = station.confirm(user, form_id, "unit", f"text {number}", version=version)
        except ReviewError:
            continue  # another process was here in between
        print(outcome.entry_id, form_id, f"text {number}", sep="\t", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
