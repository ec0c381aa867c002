"""Browsers that go through the proxy, in a profile of their own, trusting only this proxy's authority."""

from mouchard.browser.browser import Browser, start, visit
from mouchard.browser.programs import Program, find, installed

__all__ = ["Browser", "Program", "find", "installed", "start", "visit"]
