"""Which site a message belongs to: a state machine over what browsers say of themselves."""

from mouchard.attribute.facts import Answer, Sighting, answer, sighting
from mouchard.attribute.machine import Attribution

__all__ = ["Answer", "Attribution", "Sighting", "answer", "sighting"]
