"""Detect: what in a message is information about the person, with the proof of it."""

from mouchard.detect.detector import Detector
from mouchard.detect.observer import Again, Observer

__all__ = ["Again", "Detector", "Observer"]
