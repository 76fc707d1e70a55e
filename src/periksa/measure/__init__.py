"""Measuring: questions with known answers through the tipline's own path. No store, no channel."""

from periksa.measure.asking import Measured, ask, broken
from periksa.measure.figures import Figures, Share, Stream, below, evaluate, streams
from periksa.measure.questions import NORMAL, Question, also_right, every_second, guards, message, questions
from periksa.measure.reliability import Tenth, calibration_error, diagram, tenths
from periksa.measure.retyped import WAYS, retyped
from periksa.measure.robustness import CLEAN, Fall, falls

__all__ = [
    "CLEAN",
    "NORMAL",
    "WAYS",
    "Fall",
    "Figures",
    "Measured",
    "Question",
    "Share",
    "Stream",
    "Tenth",
    "also_right",
    "ask",
    "below",
    "broken",
    "calibration_error",
    "diagram",
    "evaluate",
    "every_second",
    "falls",
    "guards",
    "message",
    "questions",
    "retyped",
    "streams",
    "tenths",
]
