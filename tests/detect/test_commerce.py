"""What was looked at and bought, in the vendors' own events and in common ones."""

# ruff: noqa: E501  (a table of messages, each on its line)

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

LAMP = "Lampe Opale"


def get(address: str, **fields: Any) -> dict[str, Any]:
    return {
        "url": f"{address}?{urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()})}"
    }


def post(address: str, body: Any) -> dict[str, Any]:
    return {"url": address, "body": body}


META, GA4, CRITEO = (
    "https://www.facebook.com/tr/",
    "https://region1.google-analytics.com/g/collect",
    "https://sslwidget.criteo.com/event",
)
TIKTOK, PIN, SNAP = (
    "https://analytics.tiktok.com/api/v2/pixel",
    "https://ct.pinterest.com/v3/",
    "https://tr.snapchat.com/p",
)
SEGMENT, AMPLITUDE = "https://api.segment.io/v1/t", "https://api2.amplitude.com/2/httpapi"

SALES: list[tuple[dict[str, Any], str]] = [
    (get(META, id="1", ev="ViewContent", **{"cd[content_name]": LAMP, "cd[content_ids]": ["LMP-1"]}), "product"),
    (get(META, id="1", ev="ViewContent", **{"cd[content_ids]": ["3017620422027"], "cd[value]": "59.90"}), "product"),
    (get(META, id="1", ev="ViewContent", **{"cd[contents]": [{"id": "LMP-1", "quantity": 1}]}), "product"),
    (get(META, id="1", ev="AddToCart", **{"cd[content_name]": LAMP}), "product"),
    (get(META, id="1", ev="Purchase", **{"cd[value]": "59.90", "cd[currency]": "EUR"}), "purchase"),
    (get(META, id="1", ev="Purchase", **{"cd[content_ids]": ["LMP-1"], "cd[value]": "59.90"}), "purchase"),
    (get(GA4, v="2", tid="G-1", en="view_item", pr1="idLMP-1~nmLampe Opale~pr59.90"), "product"),
    (get(GA4, v="2", tid="G-1", en="purchase", pr1="idLMP-1~nmLampe Opale", **{"ep.transaction_id": "8841"}), "purchase"),
    (post(GA4 + "?v=2&tid=G-1", "en=page_view&_ee=1\nen=purchase&epn.value=59.9&ep.transaction_id=8841"), "purchase"),
    (get("https://www.google-analytics.com/collect", v="1", t="event", pa="detail", pr1nm=LAMP, pr1id="LMP-1"), "product"),
    (get("https://www.google-analytics.com/collect", v="1", t="transaction", ti="8841", tr="59.90"), "purchase"),
    (get(CRITEO, a="1", p0="e=exd", p1="e=vp&p=LMP-1&h=x", p2="e=dis"), "product"),
    (get(CRITEO, a="1", p1="e=vc&id=8841&p=[i%3DLMP-1%26pr%3D59.9%26q%3D1]"), "purchase"),
    (post(TIKTOK, {"event": "ViewContent", "properties": {"contents": [{"content_name": LAMP, "content_id": "LMP-1"}]}}), "product"),
    (post(TIKTOK, {"event": "CompletePayment", "properties": {"currency": "EUR", "value": 59.9}}), "purchase"),
    (get(PIN, event="pagevisit", ed={"product_name": LAMP, "product_id": "LMP-1"}), "product"),
    (get(PIN, event="checkout", ed={"value": 59.9, "order_id": "8841"}), "purchase"),
    (post(SNAP, urlencode({"pid": "a", "ev": "VIEW_CONTENT", "e_desc": LAMP, "e_iids": "LMP-1"})), "product"),
    (post(SNAP, urlencode({"pid": "a", "ev": "PURCHASE", "e_pr": "59.90", "e_tid": "8841"})), "purchase"),
    (get("https://bat.bing.com/action/0", ti="1", ea="purchase", gv="59.90"), "purchase"),
    (get("https://bat.bing.com/action/0", ti="1", ea="view_item", ecomm_prodid="LMP-OPALE-1"), "product"),
    (post(SEGMENT, {"type": "track", "event": "Product Viewed", "properties": {"name": LAMP, "product_id": "LMP-1"}}), "product"),
    (post(SEGMENT, {"type": "track", "event": "Order Completed", "properties": {"order_id": "8841", "products": [{"name": LAMP}]}}), "purchase"),
    (post(AMPLITUDE, {"events": [{"event_type": "Product Viewed", "event_properties": {"product_name": LAMP}}]}), "product"),
    (post(AMPLITUDE, {"events": [{"event_type": "Order Completed", "event_properties": {"order_id": "8841"}}]}), "purchase"),
    (post("https://api.mixpanel.com/track/", urlencode({"data": base64.b64encode(json.dumps({"event": "View", "properties": {"product_name": LAMP}}).encode()).decode()})), "product"),
    (post("https://a.klaviyo.com/client/events/", {"data": {"attributes": {"properties": {"ProductName": LAMP}}}}), "product"),
    (post("https://sdk.fra-01.braze.eu/api/v3/data/", {"purchases": [{"product_id": "LMP-1", "price": 59.9}]}), "purchase"),
    (get("https://shop.matomo.cloud/matomo.php", idsite="1", rec="1", idgoal="0", ec_id="8841", revenue="59.90"), "purchase"),
    (get("https://shop.matomo.cloud/matomo.php", idsite="1", rec="1", _pkn=LAMP, _pks="LMP-1"), "product"),
    (get("https://www.awin1.com/sread.img", tt="ns", merchant="1", amount="59.90", ref="8841"), "purchase"),
    (post("https://edge.adobedc.net/ee/v1/interact", {"events": [{"xdm": {"eventType": "commerce.productViews", "productListItems": [{"name": LAMP, "SKU": "LMP-1"}]}}]}), "product"),
    (post("https://alb.reddit.com/rp.gif", urlencode({"event": "Purchase", "m.value": "59.90", "m.transactionId": "8841"})), "purchase"),
    (get("https://shop.pa-cd.com/event", s="1", **{"events.name": "product.page_display", "events.data.product": LAMP}), "product"),
    (post("https://collect.unknown-vendor.test/e", {"event": "product_viewed", "product": {"name": LAMP, "sku": "LMP-1"}}), "product"),
    (post("https://collect.unknown-vendor.test/e", {"event_name": "add_to_cart", "items": [{"item_name": LAMP}]}), "product"),
    (post("https://collect.unknown-vendor.test/e", {"event": "purchase", "ecommerce": {"transaction_id": "8841", "value": 59.9}}), "purchase"),
    (get("https://www.google-analytics.com/collect", v="1", t="item", ti="8841", **{"in": LAMP}), "purchase"),
    (get("https://eu.creativecdn.com/tags", id="pr_AbCdEfGh_offer_LMP-1"), "product"),
    (get("https://eu.creativecdn.com/tags", id="pr_AbCdEfGh_orderstatus2_59.90_8841_LMP-1"), "purchase"),
    (get("https://shop.matomo.cloud/matomo.php", idsite="1", rec="1", idgoal="0", revenue="59.90", ec_items=[["LMP-1", LAMP]]), "product"),
    (get("https://alb.reddit.com/rp.gif", event="ViewContent", **{"m.products": [{"id": "LMP-1", "name": LAMP}]}), "product"),
    (get("https://recommender.scarabresearch.com/merchants/1A2B3C/", v="i:LMP-1"), "product"),
    (get("https://recommender.scarabresearch.com/merchants/1A2B3C/", oi="8841", co="i:LMP-1,p:59.90,q:1"), "purchase"),
    (get("https://www.awin1.com/basket.php", product_line=f"AW:P|12345|8841|LMP-1|{LAMP}|59.90|1"), "purchase"),
    (post("https://insights.algolia.io/1/events", {"events": [{"eventType": "conversion", "eventSubtype": "addToCart", "objectIDs": ["LMP-1"]}]}), "product"),
    (post("https://insights.algolia.io/1/events", {"events": [{"eventType": "conversion", "eventSubtype": "purchase", "objectIDs": ["LMP-1"]}]}), "purchase"),
    (post(AMPLITUDE, {"events": [{"event_type": "view_item", "event_properties": {"sku": "LMP-1", "name": LAMP}}]}), "product"),
    (post("https://sdk.fra-01.braze.eu/api/v3/data/", {"events": [{"name": "ce", "data": {"n": "product_viewed", "p": {"product_name": LAMP}}}]}), "product"),
    (get("https://www.emjcd.com/u", OID="8841", ITEM1="LMP-1", AMT1="59.90"), "purchase"),
    (get("https://tbs.tradedoubler.com/report", orderNumber="8841", orderValue="59.90"), "purchase"),
    (get("https://insight.adsrvr.org/track/pxl/", adv="a", orderid="8841"), "purchase"),
    (get("https://ad.doubleclick.net/activity;src=1;type=sales;cat=a;qty=1;cost=59.90;ord=8841", a="1"), "purchase"),
    (post("https://collect.unknown-vendor.test/e", {"event": "purchase", "value": 59.9, "currency": "EUR"}), "purchase"),
    (get("https://collect.unknown-vendor.test/e", en="order_completed", order_id="8841", total="59.90"), "purchase"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kind"), SALES)
def test_goods_are_told(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any], kind: str
) -> None:
    assert [hit.type for hit in hits(nobody, **message) if hit.type in ("product", "purchase")] == [kind]


def test_there_are_enough_of_them() -> None:
    assert len(SALES) >= 30


@pytest.mark.parametrize(
    ("said", "kind", "field"),
    [
        ({"order_id": "CMD-7", "product_name": LAMP, "price": 9}, "product", "data.properties.product_name"),
        (
            {"order_id": "CMD-7", "price": 9, "product_id": "3017620422027"},
            "product",
            "data.properties.product_id",
        ),
        ({"order_id": "CMD-7", "price": 9}, "purchase", "data.properties.order_id"),
        ({"price": 9}, "", ""),
    ],
)
def test_neither_a_price_nor_an_order_is_a_product(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], said: dict[str, Any], kind: str, field: str
) -> None:
    told = post("https://api.mixpanel.com/track/", {"data": {"event": "Vu", "properties": said}})
    found = [(hit.type, hit.field) for hit in hits(nobody, **told) if hit.type in ("product", "purchase")]
    assert found == ([(kind, field)] if kind else [])


@pytest.mark.parametrize(
    "message",
    [
        get(META, id="1", ev="PageView"),
        get(META, id="1", ev="ViewContent", **{"cd[content_ids]": ["3017620422027"]}),
        get(GA4, v="2", tid="G-1", en="page_view", dt="Accueil"),
        get(GA4, v="2", tid="G-1", en="scroll", **{"epn.percent_scrolled": "90"}),
        post(SEGMENT, {"type": "page", "name": "Accueil", "properties": {"title": "Accueil"}}),
        post(SEGMENT, {"type": "track", "event": "Button Clicked", "properties": {"name": "Menu"}}),
        post("https://collect.unknown-vendor.test/e", {"event": "purchase_button_visible", "value": 3}),
        get("https://ad.doubleclick.net/activity;src=1;type=a;cat=a;cost=0;ord=8841.123", a="1"),
        get("https://eu.creativecdn.com/tags", id="pr_AbCdEfGh_home"),
        get("https://eu.creativecdn.com/tags", id="pr_AbCdEfGh_uid_unknown"),
        get("https://shop.matomo.cloud/matomo.php", idsite="1", rec="1", idgoal="3", revenue="10"),
        post("https://collect.unknown-vendor.test/e", {"event": "click", "id": "menu", "name": "Contact"}),
        post("https://collect.unknown-vendor.test/e", {"event": "page_view", "name": "Produits"}),
    ],
)
def test_other_events_are_no_goods(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any]
) -> None:
    assert [hit for hit in hits(nobody, **message) if hit.type in ("product", "purchase")] == []
