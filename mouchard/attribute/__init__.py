"""Which site a message belongs to: a state machine over what browsers say of themselves."""

from mouchard.attribute.facts import Answer, Event, Sighting, answer, sighting
from mouchard.attribute.machine import Attribution

__all__ = ["Answer", "Attribution", "Event", "Sighting", "answer", "sighting"]
