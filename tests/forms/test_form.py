from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Cell, Form, FundsRow, Indicator, is_number_column


def test_addresses_are_unique_and_lead_to_their_cells(form: Form) -> None:
    cells = list(form.cells())
    assert len({address for address, _ in cells}) == len(cells) == 5 + 2 * 7 + 2 + 8 + 9 + 3 + 1
    assert all(form.cell(address) is cell for address, cell in cells)


@pytest.mark.parametrize(
    "address",
    ["", "nothing", "template", "funds", "funds.2.rate", "funds.x.rate", "indicators.0.basis", "total",
     "total.score.text", "sources.0.file", "note.", "findings.0"],
)  # fmt: skip
def test_an_address_without_a_cell_is_a_key_error(form: Form, address: str) -> None:
    with pytest.raises(KeyError):
        form.cell(address)
    with pytest.raises(KeyError):
        form.with_cells({address: Cell("x")})


def test_changing_cells_changes_only_those(form: Form) -> None:
    changes = {"indicators.1.score": Cell("1"), "total.score": Cell("2"), "note": Cell("3"), "title": Cell("4")}
    changed = form.with_cells(changes)
    for address, cell in changed.cells():
        assert cell == changes.get(address, form.cell(address))
    assert (changed.findings, changed.sources, changed.template) == (form.findings, form.sources, form.template)
    assert form.with_cells({}) == form


@given(st.integers(0, 12), st.integers(0, 12), st.data())
def test_any_cell_of_any_form_can_be_changed(n_funds: int, n_indicators: int, data: st.DataObject) -> None:
    form = Form("t", funds=(FundsRow(),) * n_funds, indicators=(Indicator(),) * n_indicators)
    address = data.draw(st.sampled_from([a for a, _ in form.cells()]))
    changed = form.with_cells({address: Cell("new")})
    assert [a for a, cell in changed.cells() if cell.text == "new"] == [address]


def test_number_columns(form: Form) -> None:
    numbers = {address for address, _ in form.cells() if is_number_column(address)}
    assert {a.rpartition(".")[2] for a in numbers if a.startswith("funds")} == {
        "initial_budget", "annual_budget", "executed", "weight", "rate", "score",
    }  # fmt: skip
    assert {a for a in numbers if not a.startswith("funds")} == {
        "indicators.0.weight", "indicators.0.score", "indicators.1.weight", "indicators.1.score",
        "total.weight", "total.score",
    }  # fmt: skip


def test_columns_that_a_form_does_not_have_are_left_out(form: Form) -> None:
    bare = replace(form, note=None, indicators=(Indicator(),))
    addresses = [address for address, _ in bare.cells()]
    assert "note" not in addresses and "indicators.0.basis" not in addresses
