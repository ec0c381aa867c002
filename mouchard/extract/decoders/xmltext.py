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
    cut = label = ""
    for closing, tag, attributes, text in _TAG.findall(value[:262144]):
        name = tag.rpartition(":")[2]
        if closing:
            if name in stack:
                del stack[len(stack) - 1 - stack[::-1].index(name) :]
        else:
            if len(stack) < 40:
                stack.append(name)
            label = ""
            if attributes:
                path = ".".join(stack)
                found = [
                    (key, html.unescape(a or b)) for key, a, b in _ATTRIBUTE.findall(attributes) if a or b
                ]
                label = next((said for key, said in found if key in ("name", "key", "id")), "")
                for key, content in found:
                    if not key.startswith("xmlns"):
                        said = label if key in ("value", "content") and label else key
                        parts.append(Part(("xml",), f"{path}.{key}", said, content))
                if attributes.endswith("/"):
                    stack.pop()
        text = text.strip()
        if text:
            key = label if label and not closing else stack[-1] if stack else ""
            parts.append(Part(("xml",), ".".join(stack), key, html.unescape(text)))
        if len(parts) >= MAX_LEAVES:
            cut = "nodes"
            break
    return Peeled(tuple(parts), not cut, cut) if parts else None
