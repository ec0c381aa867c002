"""The devices that were taken in: what each is called, how it comes in, and what its user agreed to."""

from mouchard.devices.device import Device, Kind, Standing
from mouchard.devices.register import Register

__all__ = ["Device", "Kind", "Register", "Standing"]
