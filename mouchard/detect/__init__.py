"""Detect: what in a message is information about the person, with the proof of it."""

from mouchard.detect.detector import Detector

__all__ = ["Detector"]
