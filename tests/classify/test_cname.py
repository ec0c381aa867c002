"""Hosts in disguise, unmasked by a DNS server on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from mouchard.classify.classifier import Classifier
from mouchard.classify.cname import NEGATIVE, SHORTEST, Resolver, worth_asking
from mouchard.classify.companies import bundled
from mouchard.classify.rulelist import RuleList
from mouchard.model import Message, Verdict

SITE = "boutique-exemple.fr"
ZONE = {
    "suivi.boutique-exemple.fr.": "exemple.et7.regie.test.",
    "exemple.et7.regie.test.": "lb.hosting.test.",
    "boucle.boutique-exemple.fr.": "boucle.boutique-exemple.fr.",
    "pendu.boutique-exemple.fr.": "parti.regie.test.",
}
ADDRESSES = {"lb.hosting.test.": "127.0.0.9", "img.boutique-exemple.fr.": "127.0.0.8"}


class Server(asyncio.DatagramProtocol):
    """Answers for the zone above, the whole chain at once as resolvers do."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text()
        self.asked.append(name)
        if name.startswith("muet."):
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        seen: set[str] = set()
        while name in ZONE and name not in seen:
            seen.add(name)
            answer.answer.append(dns.rrset.from_text(name, 30, "IN", "CNAME", ZONE[name]))
            name = ZONE[name]
        if name in ADDRESSES:
            answer.answer.append(dns.rrset.from_text(name, 30, "IN", "A", ADDRESSES[name]))
        elif name not in ZONE:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, dns.asyncresolver.Resolver]]:
    """A name server and a resolver that asks it alone."""
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        Server, local_addr=("127.0.0.1", 0)
    )
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = transport.get_extra_info("sockname")[1]
    resolver.timeout = resolver.lifetime = 0.5
    yield protocol, resolver
    transport.close()


async def test_the_whole_chain_is_read(server: tuple[Server, dns.asyncresolver.Resolver]) -> None:
    chain = await Resolver(server[1]).chain("Suivi.boutique-exemple.fr.")
    assert chain == ("exemple.et7.regie.test", "lb.hosting.test")


@pytest.mark.parametrize(
    ("host", "chain"),
    [
        ("img.boutique-exemple.fr", ()),
        ("absent.boutique-exemple.fr", ()),
        ("boucle.boutique-exemple.fr", ()),
        ("pendu.boutique-exemple.fr", ("parti.regie.test",)),
        ("a" * 70 + ".fr", ()),
        ("", ()),
    ],
)
async def test_hosts_without_a_chain(
    server: tuple[Server, dns.asyncresolver.Resolver], host: str, chain: tuple[str, ...]
) -> None:
    assert await Resolver(server[1]).chain(host) == chain


async def test_answers_are_remembered_for_a_while(server: tuple[Server, dns.asyncresolver.Resolver]) -> None:
    now = 0.0
    resolver = Resolver(server[1], clock=lambda: now)
    for host in ("suivi.boutique-exemple.fr", "absent.boutique-exemple.fr"):
        await resolver.chain(host)
        await resolver.chain(host)
    assert len(server[0].asked) == 2
    now = SHORTEST + 1
    await resolver.chain("suivi.boutique-exemple.fr")
    await resolver.chain("absent.boutique-exemple.fr")
    assert len(server[0].asked) == 3
    now = NEGATIVE + 1
    await resolver.chain("absent.boutique-exemple.fr")
    assert len(server[0].asked) == 4


def classifier() -> Classifier:
    """Knows one tracker by its own domain."""
    rules = b"! Title: Essai\n! *** regies.txt ***\n||regie.test^$third-party\n||hosting.test/pixel\n"
    return Classifier([RuleList(rules, Path("essai.txt"))], bundled())


def request(url: str) -> Message:
    """A request of the shop's own page."""
    headers = (("Sec-Fetch-Dest", "image"), ("Referer", f"https://www.{SITE}/"))
    return Message("c", 1, "http", 0.0, "GET", url, headers, b"", False, 1)


def test_an_unmasked_host_is_a_relay() -> None:
    known = classifier()
    told = request(f"https://suivi.{SITE}/col/1?u=x")
    before = known.classify(told, SITE)
    assert (before.party, before.matches) == ("first", ())
    assert worth_asking(f"suivi.{SITE}", before)
    assert known.learn(f"suivi.{SITE}", ("exemple.et7.regie.test", "lb.hosting.test"))
    after = known.classify(told, SITE)
    assert after.party == "relay"
    assert after.is_tracker
    assert [(match.rule, match.grade) for match in after.matches] == [("||regie.test^$third-party", "A")]
    assert f"suivi.{SITE} → exemple.et7.regie.test" in after.matches[0].section
    assert after.company is not None
    assert after.company.name == "regie.test"
    assert not worth_asking(f"suivi.{SITE}", after)


def test_a_chain_to_a_mere_host_changes_nothing() -> None:
    known = classifier()
    assert not known.learn(f"img.{SITE}", ("lb.hosting.test",))
    assert known.classify(request(f"https://img.{SITE}/a.png"), SITE).party == "first"


def test_the_company_of_the_unmasked_name_is_the_recipient() -> None:
    known = Classifier([RuleList(b"||eulerian.net^$third-party\n", Path("essai.txt"))], bundled())
    assert known.learn(f"ea.{SITE}", ("boutique.eulerian.net",))
    verdict = known.classify(request(f"https://ea.{SITE}/x"), SITE)
    assert verdict.company is not None
    assert verdict.company.name == "Eulerian"


@pytest.mark.parametrize(
    ("host", "verdict", "worth"),
    [
        (f"a.{SITE}", Verdict("image", "first", None, (), False), True),
        (SITE, Verdict("image", "first", None, (), False), False),
        (f"www.{SITE}", Verdict("image", "first", None, (), False), False),
        (f"a.{SITE}", Verdict("document", "first", None, (), False), False),
        ("cdn.example", Verdict("image", "third", None, (), False), False),
        ("192.168.1.4", Verdict("image", "first", None, (), False), False),
        ("localhost", Verdict("image", "first", None, (), False), False),
    ],
)
def test_who_is_asked_about(host: str, verdict: Verdict, worth: bool) -> None:
    assert worth_asking(host, verdict) is worth
