"""Line images to text with a posterior for every character; engines behind one protocol."""

from .brackets import match_brackets, unpaired
from .compose import DASH, join_lines, text_alternatives, text_confidence, with_alternative
from .dashes import verify_dashes
from .engines import (
    DeferredDetector,
    FaultyRecogniser,
    NullDetector,
    NullRecogniser,
    RecordedRecogniser,
    Remembering,
    read_checked,
)
from .folding import comparisons
from .gaps import widest_gap
from .page_print import UNKNOWN_PRINT, PagePrint
from .proof import prove
from .protocol import Detector, LineImage, Recogniser
from .registry import DEVICES, READERS, EngineOptions, make_detector, make_recogniser, make_witness
from .signs import with_signs
from .slashes import SLASH, UPRIGHT, is_slash, leans
from .specks import without_specks
from .strokes import verify_marks
from .unread import unread_letters, unread_marks
from .weights import KNOWN, available, find_weights
from .windows import Window, patched, windows
from .witness import Remainder, is_word, remaining_doubt

__all__ = [
    "DASH", "DEVICES", "KNOWN", "READERS", "SLASH", "UNKNOWN_PRINT", "UPRIGHT", "DeferredDetector", "Detector",
    "EngineOptions", "FaultyRecogniser", "LineImage", "NullDetector", "NullRecogniser", "PagePrint", "Recogniser",
    "RecordedRecogniser", "Remainder", "Remembering", "Window", "available", "comparisons", "find_weights", "is_slash",
    "is_word", "join_lines", "leans", "make_detector", "make_recogniser", "make_witness", "match_brackets", "patched",
    "prove", "read_checked", "remaining_doubt", "text_alternatives", "text_confidence", "unpaired", "unread_letters",
    "unread_marks", "verify_dashes", "verify_marks", "widest_gap", "windows", "with_alternative", "with_signs",
    "without_specks",
]  # fmt: skip
