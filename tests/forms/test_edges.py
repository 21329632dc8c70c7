"""Faults found by use: each failed first."""

from pathlib import Path

import pytest

from forms import (
    Form,
    FormFileError,
    FundsRow,
    GeometryError,
    Transform,
    dump_form,
    form_from_dict,
    form_to_dict,
    read_form,
)


@pytest.mark.parametrize(
    "address", ["funds.-1.label", "funds.٠.label", "funds.+0.label", "funds.1.label", "funds.x.label"]
)
def test_only_plain_numbers_name_a_row(address: str) -> None:
    with pytest.raises(KeyError):
        Form("2020", funds=(FundsRow(),)).cell(address)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "form.json"
    path.write_text(dump_form(Form("2020")), "utf-8-sig")
    assert read_form(path) == Form("2020")


def test_nonsense_nested_without_end_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000, "utf-8")
    with pytest.raises(FormFileError, match=r"deep\.json"):
        read_form(path)


def test_a_word_is_no_truth_value() -> None:
    data = form_to_dict(Form("2020"))
    data["title"]["needs_review"] = "yes"
    with pytest.raises(FormFileError, match="needs_review"):
        form_from_dict(data)


def test_the_horizon_of_a_homography_is_no_place() -> None:
    with pytest.raises(GeometryError, match="horizon"):
        Transform((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0)).to_page(-1.0, 0.0)
