from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from review import BadInput, BadPassword, NoSuchCell, Station, TooMany, User, WeakPassword

GOOD = "correct horse battery"


@pytest.fixture
def staffed(station: Station) -> Station:
    station.add_user("anna", "reviewer", GOOD, "安娜")
    station.add_user("王芳", "senior", GOOD)
    return station


def fail(station: Station, name: str = "anna", address: str = "10.0.0.1") -> None:
    with pytest.raises(BadPassword):
        station.sign_in(name, "wrong wrong wrong", address)


def test_signing_in_and_out(staffed: Station, clock) -> None:
    token = staffed.sign_in("anna", GOOD, "10.0.0.1")
    assert len(token) == 64
    assert staffed.session(token) == User("anna", "reviewer", "安娜")
    staffed.sign_out(token)
    assert staffed.session(token) is None
    token = staffed.sign_in("王芳", GOOD, "10.0.0.1")
    clock.forward(12 * 3600 - 1)
    assert staffed.session(token) is not None
    clock.forward(2)
    assert staffed.session(token) is None


def test_a_session_is_a_new_one_at_every_sign_in(staffed: Station) -> None:
    first = staffed.sign_in("anna", GOOD, "10.0.0.1")
    second = staffed.sign_in("anna", GOOD, "10.0.0.1", replaces=first)
    assert first != second
    assert staffed.session(first) is None and staffed.session(second) is not None
    planted = "0" * 64
    third = staffed.sign_in("anna", GOOD, "10.0.0.1", replaces=planted)
    assert third != planted and staffed.session(planted) is None


def test_neither_passwords_nor_tokens_are_in_the_database(staffed: Station) -> None:
    token = staffed.sign_in("anna", GOOD, "10.0.0.1")
    link = staffed.one_time_link("anna")
    tables = ("review_account", "review_session", "review_attempt", "review_setting")
    with staffed.database.read() as connection:
        everything = repr([connection.execute(text(f"SELECT * FROM {t}")).all() for t in tables])
    assert "$argon2id$" in everything
    assert not any(secret in everything for secret in (GOOD, token, link))


def test_guesses_are_slowed_for_a_name(staffed: Station, clock) -> None:
    for k in range(3):
        fail(staffed, address=f"10.0.0.{k}")
    with pytest.raises(TooMany) as error:
        staffed.sign_in("anna", GOOD, "10.0.9.9")
    assert error.value.seconds == pytest.approx(1.0)
    staffed.sign_in("王芳", GOOD, "10.0.9.9")
    clock.forward(1.1)
    for wait in (2.0, 4.0, 8.0):
        fail(staffed, address="10.1.0.1")
        with pytest.raises(TooMany) as error:
            staffed.sign_in("anna", GOOD, "10.1.0.1")
        assert error.value.seconds == pytest.approx(wait)
        clock.forward(wait + 0.1)
    staffed.sign_in("anna", GOOD, "10.1.0.1")
    fail(staffed)  # and the count begins anew


def test_guesses_are_slowed_for_an_address(staffed: Station) -> None:
    for name in ("root", "admin", "nobody"):
        fail(staffed, name, "10.0.0.7")
    with pytest.raises(TooMany):
        staffed.sign_in("anna", GOOD, "10.0.0.7")
    assert staffed.sign_in("anna", GOOD, "10.0.0.8")


def test_waiting_has_an_end_and_outlives_a_restart(staffed: Station, opened, clock) -> None:
    for _ in range(40):
        try:
            staffed.sign_in("anna", "x", "10.0.0.1")
        except BadPassword:
            pass
        except TooMany as slowed:
            clock.forward(slowed.seconds)
    clock.forward(301)
    fail(staffed)
    with pytest.raises(TooMany) as error:
        staffed.sign_in("anna", GOOD, "10.0.0.1")
    assert error.value.seconds == 300
    with pytest.raises(TooMany):
        opened().sign_in("anna", GOOD, "10.0.0.1")
    clock.forward(301)
    assert opened().sign_in("anna", GOOD, "10.0.0.1")


def test_guesses_at_the_same_moment_are_counted_too(staffed: Station) -> None:
    def guess(k: int) -> str:
        try:
            staffed.sign_in("anna", f"guess number {k}", "10.0.0.1")
        except (BadPassword, TooMany) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count("BadPassword") == 3
    assert answers.count("TooMany") == 21


def test_a_disabled_user_is_out_at_once(staffed: Station) -> None:
    token = staffed.sign_in("anna", GOOD, "10.0.0.1")
    link = staffed.one_time_link("anna")
    staffed.disable("anna")
    assert staffed.session(token) is None
    with pytest.raises(BadPassword):
        staffed.redeem(link)
    with pytest.raises(BadPassword):
        staffed.sign_in("anna", GOOD, "10.0.0.1")
    with pytest.raises(BadPassword):
        staffed.start_session("anna")
    staffed.disable("anna", False)
    assert staffed.session(staffed.sign_in("anna", GOOD, "10.0.0.1"))


def test_a_new_password_ends_the_sessions(staffed: Station) -> None:
    token = staffed.sign_in("anna", GOOD, "10.0.0.1")
    staffed.set_password("anna", "another one altogether")
    assert staffed.session(token) is None
    fail(staffed)
    with pytest.raises(BadPassword):
        staffed.sign_in("anna", GOOD, "10.0.0.1")
    assert staffed.sign_in("anna", "another one altogether", "10.0.0.1")


def test_a_role_is_that_of_now(staffed: Station) -> None:
    staffed.set_role("anna", "reader")
    user = staffed.session(staffed.sign_in("anna", GOOD, "10.0.0.1"))
    assert user is not None and user.role == "reader"


def test_a_link_opens_once_and_not_for_long(station: Station, clock) -> None:
    station.ensure_user("local", "senior", "我")
    assert station.ensure_user("local", "reader").role == "senior"
    link = station.one_time_link("local")
    assert station.session(link) is None  # a link is no session
    token = station.redeem(link)
    assert station.session(token) == User("local", "senior", "我")
    with pytest.raises(BadPassword):
        station.redeem(link)
    with pytest.raises(BadPassword):
        station.redeem(token)  # nor is a session a link
    link = station.one_time_link("local")
    clock.forward(601)
    with pytest.raises(BadPassword):
        station.redeem(link)
    with pytest.raises(BadPassword):
        station.sign_in("local", "", "127.0.0.1")  # no password is not an empty one


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "<script>", "x" * 101, "a\nb", "a\0", "\udc80", "../x"])
def test_names_that_are_none(station: Station, name: str) -> None:
    with pytest.raises(BadInput):
        station.add_user(name, "reviewer", GOOD)
    with pytest.raises(BadPassword):
        station.sign_in(name, GOOD, "10.0.0.1")


def test_passwords_that_are_too_short(staffed: Station) -> None:
    with pytest.raises(WeakPassword):
        staffed.add_user("bo", "reviewer", "short")
    with pytest.raises(WeakPassword):
        staffed.set_password("anna", "short")
    with pytest.raises(BadInput):
        staffed.add_user("anna", "reviewer", GOOD)
    with pytest.raises(BadInput):
        staffed.add_user("bo", "boss", GOOD)  # type: ignore[arg-type]
    with pytest.raises(NoSuchCell):
        staffed.disable("nobody")
    assert [u.name for u in staffed.users()] == ["anna", "王芳"]


@pytest.mark.parametrize("token", ["", "0" * 64, "\udc80", "x\0", "' OR 1=1 --"])
def test_tokens_that_are_none(staffed: Station, token: str) -> None:
    assert staffed.session(token) is None
    staffed.sign_out(token)
    with pytest.raises(BadPassword):
        staffed.redeem(token)
