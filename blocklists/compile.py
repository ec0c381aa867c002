"""Build the bundled tables and the default list. Reproducible: the same input gives the same bytes.

    npm pack third-party-web@0.30.0 && tar xzf third-party-web-0.30.0.tgz
    python blocklists/compile.py package

Reads `dist/entities-nostats.json` of the npm package third-party-web (MIT) and the tables in `facts/`
(our own, CC0), and nothing else. Writes `domains.tsv companies.tsv aliases.tsv sections.tsv mouchard.txt`
and their checksums into `SOURCES.toml`.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FACTS = HERE / "facts"
DATE = "2026-11-21"
"""Date of this edition; third-party-web carries no date of its own for a fact."""
WEB = "third-party-web"
OWN = "Mouchard's own table"

CATEGORIES = {
    "ad": "advertising", "customer-success": "customer support", "consent-provider": "consent",
    "tag-manager": "tag manager",
}  # fmt: skip
"""Categories of third-party-web in our words; the others are kept."""
TRACKING = frozenset(["ad", "analytics", "marketing", "tag-manager"])
"""Categories of third-party-web whose domains become rules."""
NOT_RULES = frozenset(
    """01net.com 10cms.com adis.ws adobe.com ampcid.google.com amplience.com amplience.net answcdn.com
    answers.com aol.co.uk aol.com aol.net aolcdn.com apester.com api-dev.scale8.com api.ceros.com
    apple.com avis-verifies.com bazaarvoice.com bbb.org bestofmedia.com bigcommerce.com bigcontent.io
    bing.com blogsmithmedia.com cdngc.net cdnplanet.com cloudfront.ne cloudsponge.com
    cs600.wac.alphacdn.net cs600.wpc.edgecastdns.net custhelp.com de.com delivery.net
    dev.microanalytics.io easypolls.net egain.com ekomi.com ekomi.de evidon.com facebook.com
    fairfax.com.au feefo.com fits.me five.tv fivetran.com flix360.com flixcar.com flixfacts.com
    foodity.com force.com google.com guardian.co.uk guim.co.uk hootsuite.com hostingprod.com
    hotukdeals.com hp.com hsstatic.net hubspot.com ibmcloud.com imageg.net ipv6test.net janrain.com
    janrainbackplane.com jsonip.com judge.me jwpcdn.com jwplatform.com jwplayer.com jwpsrv.com
    line-scdn.net line.me loginradius.com lrcontent.com mailchimp.com maps.google.com microsoft.com
    msecnd.net msn.com myunidays.com needle.com net.net net.pl o2.pl okta.com oneall.com onet.pl
    opera.com opinionstage.com ordergroove.com padmin.microanalytics.io pagesuite-professional.co.uk
    poll.fm powerreviews.com publishthis.com purch.com qualtrics.com questionpro.com qzzr.com
    rakuten-static.com rebelmouse.com reevoo.com reviews.co.uk reviews.io rovicorp.com rpxnow.com
    s-msft.com s-msn.com s.yimg.jp salesforce.com samsungelectronics.com scribblelive.com searchanise.com
    sidereel.com snidigital.com sodahead.com spiceworks.com stamped.io status.microanalytics.io
    sumo.b-cdn.net surveygizmo.eu surveymonkey.com synergetic.ag tcdn.com.br theguardian.com tm-awx.com
    trustarc.com typekit.net ui-portal.de ui.scale8.com unidays.world uservoice.com viafoura.co
    viafoura.net websta.me where.com wowcher.co.uk wp.com wp.pl www.google.com www.linkedin.com
    www.microanalytics.io www.scale8.com xboxlive.com yahoo.co.jp yahoo.com yahooapis.com yimg.com
    zenfs.com zmags.com zoover.co.uk zoover.nl""".split()
)
"""Domains of those categories that people visit for their own sake, or that serve more than tracking."""
HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+").fullmatch


@dataclass(frozen=True)
class Domain:
    """A domain, its company and what it does there; `path` and `tracks` say whether a rule is made of it."""

    name: str
    company: str
    category: str
    source: str
    as_of: str
    tracks: bool
    path: str = ""


def table(name: str) -> Iterator[list[str]]:
    """The rows of one of our own tables of facts."""
    for line in (FACTS / name).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def own_domains() -> Iterator[Domain]:
    """Every domain of `vendors.txt`."""
    for company, _, category, as_of, source, words in table("vendors.txt"):
        current = category
        switching = False
        for word in words.split():
            if word.startswith("~"):
                current, switching = word[1:], True
            elif "." not in word and switching:
                current += f" {word}"
            else:
                switching = False
                name, slash, path = word.lstrip("!").partition("/")
                if not HOST(name):
                    raise SystemExit(f"not a domain: {word} ({company})")
                yield Domain(
                    name, company, current, f"{OWN} (see {source})", as_of, word.startswith("!"), slash + path
                )


def web_domains(package: Path, version: str) -> Iterator[Domain]:
    """Every domain of third-party-web."""
    entities = json.loads((package / "dist" / "entities-nostats.json").read_text(encoding="utf-8"))
    for entity in entities:
        company = " ".join((entity.get("company") or entity["name"]).split())
        category = entity["category"]
        for pattern in entity["domains"]:
            name = pattern.removeprefix("*.").lower().rstrip(".")
            if HOST(name):
                tracks = category in TRACKING and name not in NOT_RULES
                yield Domain(
                    name, company, CATEGORIES.get(category, category), f"{WEB} {version}", DATE, tracks
                )


def aliases() -> dict[str, tuple[str, str, str]]:
    """Other name in lower case -> (name in use, since, why)."""
    found = {}
    for name, since, why, others in table("aliases.txt"):
        for other in others.split(";"):
            if other.strip():
                found[other.strip()] = (name, since, why)
    return found


def main(package: Path) -> None:
    """Write every compiled file."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    renamed = aliases()
    keys = {_key(other): name for other, (name, _, _) in renamed.items()}
    domains: dict[str, Domain] = {}
    rules: dict[str, Domain] = {}
    for domain in [*own_domains(), *web_domains(package, version)]:
        company = keys.get(_key(domain.company), domain.company)
        domain = Domain(
            domain.name, company, domain.category, domain.source, domain.as_of, domain.tracks, domain.path
        )
        if not domain.path:
            domains.setdefault(domain.name, domain)
        if domain.tracks:
            rules.setdefault(domain.name + domain.path, domain)
    written = {
        "domains.tsv": _tsv(
            "domain\tcompany\tcategory\tsource\tas_of",
            ([d.name, d.company, d.category, d.source, d.as_of] for d in domains.values()),
        ),
        "companies.tsv": _tsv(
            "company\tseat\tsource\tas_of",
            {
                row[0]: [row[0], row[1], f"{OWN} (see {row[4]})", row[3]]
                for row in reversed([*table("vendors.txt")])
                if row[1]
            }.values(),
        ),
        "aliases.tsv": _tsv(
            "alias\tcompany\tsince\twhy", ([other, *fact] for other, fact in renamed.items())
        ),
        "sections.tsv": _tsv("section\tcompany\tcategory", table("sections.txt")),
        "mouchard.txt": _rules(rules, version),
    }
    for name, text in written.items():
        (HERE / name).write_text(text, encoding="utf-8")
    _sources(version, package)
    companies = len({domain.company for domain in domains.values()})
    print(f"{len(domains)} domains of {companies} companies, {len(rules)} rules", file=sys.stderr)


def _tsv(head: str, rows: object) -> str:
    lines = sorted("\t".join(row) for row in rows)  # type: ignore[attr-defined]
    return "\n".join([f"# {head}", *lines]) + "\n"


def _rules(rules: dict[str, Domain], version: str) -> str:
    lines = [
        "! Title: Mouchard",
        f"! Version: {DATE.replace('-', '')}",
        f"! Last modified: {DATE}",
        "! Licence: MIT (third-party-web) and CC0-1.0 (our own table)",
        f"! Compiled from third-party-web {version} and facts/vendors.txt by compile.py; see SOURCES.toml",
    ]
    names = {name for name in rules if "/" not in name}
    by_category: dict[str, list[str]] = {}
    for name, domain in rules.items():
        host = name.partition("/")[0]
        parents = [host[at + 1 :] for at, char in enumerate(host) if char == "."]
        if any(parent in names for parent in parents) or ("/" in name and host in names):
            continue  # a rule for the whole domain says it already
        by_category.setdefault(domain.category, []).append(f"||{name}^$third-party")
    for category in sorted(by_category):
        lines.append(f"! *** {category} ***")
        lines.extend(sorted(set(by_category[category])))
    return "\n".join(lines) + "\n"


def _sources(version: str, package: Path) -> None:
    text = (HERE / "SOURCES.toml").read_text(encoding="utf-8")
    entities = (package / "dist" / "entities-nostats.json").read_bytes()
    text = re.sub(
        r'(?m)^(input_sha256 = ").*(")$', rf"\g<1>{hashlib.sha256(entities).hexdigest()}\g<2>", text
    )
    text = re.sub(r'(?m)^(version = ").*(" # third-party-web)$', rf"\g<1>{version}\g<2>", text)
    for path in re.findall(r'(?m)^\["(.+)"\]$', text):
        digest = hashlib.sha256((HERE / path).read_bytes()).hexdigest()
        text = re.sub(
            rf'(?ms)(^\["{re.escape(path)}"\]$.*?^sha256 = ").*?(")', rf"\g<1>{digest}\g<2>", text, count=1
        )
    (HERE / "SOURCES.toml").write_text(text, encoding="utf-8")


def _key(name: str) -> str:
    return " ".join(name.lower().replace(",", " ").replace(".", " ").split())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: compile.py FOLDER-OF-third-party-web")
    main(Path(sys.argv[1]))
