"""XML and HTML fragments: texts and attributes with the path of tags that leads to them."""

from __future__ import annotations

import html
import re

from mouchard.extract.part import MAX_LEAVES, Part, Peeled

_LOOKS = re.compile(r"\s*(?:<\?xml|<!|<[A-Za-z_][\w:.-]*[\s/>])")
_TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]{0,100})([^<>]{0,20000})>([^<]*)")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w:.-]{0,100})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)


def looks(value: str) -> bool:
    """True where the text begins like XML or HTML."""
    return _LOOKS.match(value) is not None


def decode(value: str) -> Peeled | None:
    """Texts and attributes in document order."""
    if "<![CDATA[" in value:
        value = _CDATA.sub(lambda found: html.escape(found[1]), value)
    parts: list[Part] = []
    stack: list[str] = []
    cut = ""
    for closing, tag, attributes, text in _TAG.findall(value[:262144]):
        name = tag.rpartition(":")[2]
        if closing:
            if name in stack:
                del stack[len(stack) - 1 - stack[::-1].index(name) :]
        else:
            if len(stack) < 40:
                stack.append(name)
            if attributes:
                path = ".".join(stack)
                for key, double, single in _ATTRIBUTE.findall(attributes):
                    if (double or single) and not key.startswith("xmlns"):
                        content = html.unescape(double or single)
                        parts.append(Part(("xml",), f"{path}.{key}", key, content))
                if attributes.endswith("/"):
                    stack.pop()
        text = text.strip()
        if text:
            parts.append(Part(("xml",), ".".join(stack), stack[-1] if stack else "", html.unescape(text)))
        if len(parts) >= MAX_LEAVES:
            cut = "nodes"
            break
    return Peeled(tuple(parts), not cut, cut) if parts else None
