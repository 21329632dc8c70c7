"""Line images to text with a posterior for every character; engines behind one protocol."""

from .brackets import match_brackets, unpaired
from .compose import DASH, join_lines, text_alternatives, text_confidence
from .dashes import verify_dashes
from .engines import FaultyRecogniser, NullDetector, NullRecogniser, RecordedRecogniser, Remembering, read_checked
from .gaps import widest_gap
from .proof import prove
from .protocol import Detector, LineImage, Recogniser
from .registry import DEVICES, READERS, EngineOptions, make_detector, make_recogniser
from .script import is_simplified, to_simplified
from .strokes import verify_marks
from .weights import KNOWN, available, find_weights

__all__ = [
    "DASH", "DEVICES", "KNOWN", "READERS", "Detector", "EngineOptions", "FaultyRecogniser", "LineImage", "NullDetector",
    "NullRecogniser", "Recogniser", "RecordedRecogniser", "Remembering", "available", "find_weights", "is_simplified",
    "join_lines", "make_detector", "make_recogniser", "match_brackets", "prove", "read_checked", "text_alternatives",
    "text_confidence", "to_simplified", "unpaired", "verify_dashes", "verify_marks",
    "widest_gap",
]  # fmt: skip
