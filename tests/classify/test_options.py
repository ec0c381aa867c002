"""Options of rules."""

from __future__ import annotations

import pytest

from mouchard.classify import options as opt
from mouchard.classify.regex import Unusable


@pytest.mark.parametrize(
    ("rule", "pattern", "options"),
    [
        ("||host.com^$script,third-party", "||host.com^", "script,third-party"),
        ("||host.com^", "||host.com^", ""),
        ("/-foo$/", "/-foo$/", ""),
        ("/foo$/$script", "/foo$/", "script"),
        ("||host.com^$removeparam=/^utm_.*$/", "||host.com^", "removeparam=/^utm_.*$/"),
        ("||host.com^$csp=script-src 'none'; img-src *", "||host.com^", "csp=script-src 'none'; img-src *"),
        ("$ping,third-party", "", "ping,third-party"),
        ("*$script,to=bad.com", "*", "script,to=bad.com"),
        ("/pay$$bill.js", "/pay$$bill.js", ""),
        ("||host.com^$domain=a.com|/x,y$/", "||host.com^", "domain=a.com|/x,y$/"),
        ("||host.com^$dnstype=A", "||host.com^", "dnstype=A"),
    ],
)
def test_split(rule: str, pattern: str, options: str) -> None:
    assert opt.split(rule) == (pattern, options)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("", opt.ORDINARY),
        ("script", opt.BIT["script"]),
        ("~script", opt.ORDINARY - opt.BIT["script"]),
        ("script,image", opt.BIT["script"] | opt.BIT["image"]),
        ("doc", opt.BIT["document"]),
        ("all", opt.EVERYTHING),
        ("script,popup", opt.BIT["script"]),
        ("xhr,frame,css", opt.BIT["xmlhttprequest"] | opt.BIT["subdocument"] | opt.BIT["stylesheet"]),
        ("script,redirect=noop.js:5", opt.BIT["script"]),
        ("_____,3p", opt.ORDINARY),
        ('3p,reason="known tracker"', opt.ORDINARY),
    ],
)
def test_types(text: str, types: int) -> None:
    assert opt.parse(text).types == types


@pytest.mark.parametrize(
    ("text", "party"),
    [("third-party", "third"), ("3p", "third"), ("~third-party", "first"), ("1p", "first"),
     ("~1p", "third"), ("strict3p", "strict3p"), ("script,strict1p", "strict1p")],
)  # fmt: skip
def test_parties(text: str, party: str) -> None:
    assert opt.parse(text).party == party


@pytest.mark.parametrize(
    "text",
    ["csp=x", "removeparam=gclid", "replace=/a/b/", "header=via:1.1", "permissions=geolocation=()",
     "redirect-rule=noop.js", "popup", "generichide", "ipaddress=1.2.3.4", "app=com.foo", "dnstype=A",
     "unheard-of", "urlskip=?url", "sitekey=abc"],
)  # fmt: skip
def test_what_is_no_evidence(text: str) -> None:
    with pytest.raises(Unusable):
        opt.parse(text)


@pytest.mark.parametrize(
    ("value", "host", "covered"),
    [
        ("foo.com", "a.foo.com", True),
        ("foo.com", "notfoo.com", False),
        ("foo.com|~shop.foo.com", "shop.foo.com", False),
        ("~foo.com", "foo.com", False),
        ("~foo.com", "bar.com", True),
        ("foo.*", "www.foo.co.uk", True),
        ("foo.*", "foo.com.evil.net", False),
        ("~foo.*", "foo.de", False),
        (r"/^shop\d+\.com$/", "shop12.com", True),
        (r"/^shop\d+\.com$/", "shop.com", False),
        ("foo.com", "", False),
        ("foo.com.|~bar.foo.com.", "www.foo.com", True),
        ("foo.com.|~bar.foo.com.", "bar.foo.com", False),
        (" FOO.com | bar.com", "foo.com", True),
        ("||foo.com|", "foo.com", True),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai", True),
    ],
)
def test_hosts(value: str, host: str, covered: bool) -> None:
    assert opt.Hosts(value).cover(host) is covered
