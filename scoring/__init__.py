"""The checker and what follows from it. Loads no image or model library, so that other programs can use it alone.

from scoring import check
"""

from .check import check, checked, involved
from .instances import Instance, instances
from .numbers import Number, is_blank, read_number, round_half_up
from .rulebook import Rulebook, default_rulebook, load_rulebook

__all__ = [
    "Instance", "Number", "Rulebook",
    "check", "checked", "default_rulebook", "instances", "involved", "is_blank", "load_rulebook", "read_number",
    "round_half_up",
]  # fmt: skip
