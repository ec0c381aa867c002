"""What was looked at and bought: products and purchases, by vendors' events and by the common event names."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from mouchard.detect.keys import compact
from mouchard.detect.vendors import Vendor, simple
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

if TYPE_CHECKING:
    from mouchard.detect.fields import Found

_BOUGHT = re.compile(
    r"purchas|order[ _-]?(?:completed|placed|paid|confirm)|placed[ _-]?order|checkout[ _-]?complet"
    r"|transaction|complete[ _-]?payment|achat|commande[ _-]?(?:valid|confirm|pass)"
    r"|payment[ _-]?(?:success|complet)",
    re.I,
)
_LOOKED = re.compile(
    r"view[ _-]?(?:item|product|content)|(?:product|item|content)[ _-]?(?:list[ _-]?)?(?:view|click|add)"
    r"|product[ _-]?detail|add(?:ed)?[ _-]?to[ _-]?(?:cart|basket|bag|wish)"
    r"|(?:cart|basket)[ _-]?(?:view|add|updat)"
    r"|begin[ _-]?checkout|(?:initiate|start(?:ed)?)[ _-]?checkout|checkout[ _-]?start"
    r"|select[ _-]?item|wishlist|produit|panier",
    re.I,
)
_EVENT_KEYS = frozenset(
    """event event_name eventname event_type eventtype en ea ev e action type name evt t event_action
    eventaction hit_type""".split()
)
_NAME_KEYS = frozenset(
    """productname itemname contentname product_name item_name content_name producttitle nomproduit article
    articlename producttitre libelle produit""".replace("_", "").split()
)
_NUMBER_KEYS = frozenset(
    """productid itemid sku contentid contentids gtin ean productsku prodid productids itemids idproduit
    articleid variantid productcode productids referenceproduit""".split()
)
_ORDER_KEYS = frozenset(
    "orderid transactionid ordernumber orderref numerocommande commandeid idcommande".split()
)
_AMOUNT_KEYS = frozenset("price value revenue amount total currency prix montant quantity".split())
_TELLING_AMOUNTS = _AMOUNT_KEYS - {"value", "quantity"}
"""Without one of these a `value` may be anything's."""
_AMOUNTS = frozenset(("amount", "amount of the order", "amount by category", "price", "number of articles"))
"""What the field map says of numbers that tell of goods only beside a name or a number of one."""
_GOODS = frozenset(
    "products items product item contents content lineitems cart basket ecommerce articles".split()
)


def of_vendor(goods: Sequence[Found], events: Sequence[str], vendor: Vendor) -> list[Hit]:
    """One hit for the products or the purchase that a vendor's event describes."""
    told = sorted(goods, key=lambda found: (found.meaning.words in _AMOUNTS, found.meaning.rank))
    named = [
        found for found in told if found.meaning.type != "purchase" and found.meaning.words not in _AMOUNTS
    ]
    bought = any(event in vendor.purchases or _BOUGHT.search(event) for event in events)
    ordered = any(found.meaning.type == "purchase" for found in told)
    kind = "purchase" if bought or (ordered and not (vendor.event and events and named)) else "product"
    if kind == "product":
        fields = {simple(found.node.field) for found in told}
        if all(_is_generic(found.node) for found in named) and not any(map(_LOOKED.search, events)):
            return []
        if not named or (len(fields) < 2 and not any(_names_goods(found.node) for found in named)):
            return []
    best = told[0] if kind == "purchase" else named[0]
    value = str(best.node.value)
    note = f"{vendor.name}: {best.meaning.words} ({vendor.source})"
    return [_made(kind, "field", best.node, value, note)]


def _is_generic(node: Node) -> bool:
    """Whether a field may name anything: `properties.name` of an event of the site's own."""
    return node.key.lower() == "name" and not _among_goods(node)


def by_form(nodes: Sequence[Node], keys: Set[str]) -> list[Hit]:
    """Products and purchases at recipients without a field map: a common event name beside goods. `keys` are
    the names of the nodes in lower case."""
    if keys.isdisjoint(_EVENT_KEYS):
        return []
    event = ""
    for node in nodes:
        if node.key.lower() not in _EVENT_KEYS:
            continue
        value = node.value
        if isinstance(value, str) and len(value) < 60:
            if _BOUGHT.search(value) and not _of_thing(node, value):
                event = "purchase"
                break
            if _LOOKED.search(value) and not _of_thing(node, value):
                event = "product"
    if not event:
        return []
    named: Node | None = None
    numbered: Node | None = None
    ordered: Node | None = None
    amount: Node | None = None
    for node in nodes:
        if not isinstance(node.value, str) or node.location not in ("query", "body", "websocket"):
            continue
        said = compact(node.key)
        if said in _NAME_KEYS or (said in ("name", "title", "nm") and _among_goods(node)):
            named = named or node
        elif said in _NUMBER_KEYS or (said == "id" and _among_goods(node)):
            numbered = numbered or node
        elif said in _ORDER_KEYS:
            ordered = ordered or node
        elif said in _AMOUNT_KEYS and event == "purchase":
            amount = amount or node
    if amount is not None and not keys.isdisjoint(_TELLING_AMOUNTS):
        numbered = numbered or amount
    best = named or (ordered if event == "purchase" else None) or numbered
    if best is None:
        return []
    return [_made(event, "shape", best, str(best.value), "event name and fields of online shops")]


def _of_thing(node: Node, value: str) -> bool:
    """Whether a `name` in a list is that of a thing (a basket to sell) rather than that of an event, or a
    `type` that of a measurement."""
    if node.key == "type" and value == "transaction":
        return True
    return node.key == "name" and " " in value and "[]" in node.field and "event" not in node.field.lower()


def _among_goods(node: Node) -> bool:
    return any(part in _GOODS for part in simple(node.field).replace("_", "").split(".")[:-1])


def _names_goods(node: Node) -> bool:
    return isinstance(node.value, str) and sum(c.isalpha() for c in node.value) > 2


def _made(kind: str, proof: str, node: Node, value: str, note: str) -> Hit:
    return Hit(kind, proof, node.location, node.field, node.chain, value, mask(kind, value), note=note)  # type: ignore[arg-type]
