"""The checker and what follows from it. Loads no image or model library, so that other programs can use it alone.

from scoring import check
"""

from .calibration import Calibration, Evidence, default_calibration, load_calibration, probability, wants_witness
from .check import check, checked, involved
from .error_model import ErrorModel, Priors, load_error_model, load_priors
from .inference import InferenceSettings, infer
from .instances import Instance, instances
from .numbers import Number, is_blank, read_number, round_half_up
from .review import Expected, ReviewSettings, expected_silent_errors, mark_for_review, review_threshold
from .rulebook import Rulebook, default_rulebook, load_rulebook
from .unended import asked_whole
from .units import asked_units

__all__ = [
    "Calibration", "ErrorModel", "Evidence", "Expected", "InferenceSettings", "Instance", "Number", "Priors",
    "ReviewSettings", "Rulebook", "asked_units", "asked_whole", "check", "checked", "default_calibration",
    "default_rulebook",
    "expected_silent_errors", "infer", "instances", "involved", "is_blank", "load_calibration", "load_error_model",
    "load_priors", "load_rulebook", "mark_for_review", "probability", "read_number", "review_threshold",
    "round_half_up", "wants_witness",
]  # fmt: skip
