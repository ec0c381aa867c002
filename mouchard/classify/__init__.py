"""Classify: who gets a request, and which rule of which list says it is a tracker."""

from mouchard.classify.classifier import Classifier
from mouchard.classify.rulelist import ListInfo
from mouchard.classify.site import site_of

__all__ = ["Classifier", "ListInfo", "site_of"]
