"""Click numbers: which advertisement the person came from, handed to a company that did not give it."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mouchard.detect.denials import no_value
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

_GIVEN_BY = {
    "fbclid": "Meta", "gclid": "Google", "gbraid": "Google", "wbraid": "Google", "dclid": "Google",
    "gclsrc": "Google", "msclkid": "Microsoft", "ttclid": "TikTok", "twclid": "X", "li_fat_id": "LinkedIn",
    "epik": "Pinterest", "sccid": "Snap", "yclid": "Yandex", "rdt_cid": "Reddit", "irclickid": "Impact",
    "awc": "Awin", "tduid": "Tradedoubler", "cjevent": "CJ", "igshid": "Meta", "wickedid": "Wicked Reports",
    "ysclid": "Yandex", "ymclid": "Yandex", "srsltid": "Google", "dicbo": "Outbrain", "tblci": "Taboola",
    "qclid": "Quora",
}  # fmt: skip
"""Parameter -> the company that puts it behind a link. Source: the companies' own help pages, 2026-11-21."""
_MAILED_BY = {
    "mc_eid": "Mailchimp", "_hsenc": "HubSpot", "mkt_tok": "Adobe", "_kx": "Klaviyo", "vero_id": "Vero",
    "ml_subscriber_hash": "MailerLite", "oly_enc_id": "Omeda", "oly_anon_id": "Omeda",
    "vgo_ee": "ActiveCampaign", "bsft_uid": "Blueshift", "et_rid": "Salesforce", "ss_email_id": "Squarespace",
    "_bhlid": "beehiiv",
}  # fmt: skip
"""The same for links in mails, which know each reader. Source: query parameters that Firefox strips, and the
companies' help pages, 2026-11-22."""
_BEHIND_LINKS = {**_GIVEN_BY, **_MAILED_BY}


def find(nodes: Sequence[Node], keys: Set[str], recipient: str) -> list[Hit]:
    """Click numbers of other companies than the recipient, each once. `keys` are the names of the nodes in
    lower case."""
    if keys.isdisjoint(_BEHIND_LINKS):
        return []
    hits: dict[str, Hit] = {}
    for node in nodes:
        key = node.key.lower()
        giver = _BEHIND_LINKS.get(key)
        if giver is None:
            continue
        value = node.value
        if not isinstance(value, str) or len(value) < 8 or no_value(value):
            continue
        if giver != recipient and key not in hits:
            note = (
                f"the number by which mails of {giver} know who opened them"
                if key in _MAILED_BY
                else f"the number of a click on an advertisement of {giver}"
            )
            masked = mask("id_sync", value)
            hits[key] = Hit(
                "id_sync", "field", node.location, node.field, node.chain, value, masked, note=note
            )
    return list(hits.values())
