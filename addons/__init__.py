"""The proxy side: mitmproxy addons that copy what passes and hand it over. Nothing is analysed here."""

from mouchard.addons.slim import slim

slim()
