"""Learning: what is typed into a site's own forms is recognised elsewhere, also where it left before."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from mouchard import identity
from mouchard.detect import Detector, Observer
from mouchard.detect.learning import MAX_VALUES, REMEMBERED
from mouchard.extract import extract
from mouchard.model import Attributed, Hit, Message, Verdict

MAIL = "Paul.Neveu@poste-unie.fr"
LOGIN = f"csrf=4a8a08f09d37b73795649038408b5f33&email={MAIL.replace('@', '%40')}&password=Zebulon%2177pluie"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


class Browser:
    """One client on one site, seen through an observer."""

    def __init__(self, sent: Callable[..., Message], **declared: list[str]) -> None:
        self.observer = Observer(
            Detector(identity.parse(declared)), owner=lambda host: ".".join(host.split(".")[-2:])
        )
        self.sent = sent
        self.seq = 0

    def see(
        self,
        party: str,
        url: str,
        body: Any = b"",
        client: str = "a",
        time: float = 0.0,
        site: str = "boutique.test",
        **more: Any,
    ) -> tuple[tuple[Hit, ...], tuple[Any, ...]]:
        self.seq += 1
        told = self.sent(url, body, seq=self.seq, time=time, **more)
        verdict = Verdict("other", party, None, (), False)  # type: ignore[arg-type]
        return self.observer.request(
            told, extract(told), verdict, Attributed(self.seq, site, "high", "", client)
        )

    def submit(self, body: Any = LOGIN, headers: Any = FORM, **more: Any) -> tuple[Any, ...]:
        return self.see("first", "https://www.boutique.test/login", body, headers=headers, **more)[1]

    def track(self, value: str, **more: Any) -> tuple[Hit, ...]:
        return self.see("third", f"https://t.traceur.test/c?k={value}", **more)[0]


@pytest.fixture
def browser(sent: Callable[..., Message]) -> Browser:
    return Browser(sent)


def test_a_typed_address_is_known_from_then_on(browser: Browser) -> None:
    assert browser.track(md5(MAIL.lower())) == ()
    browser.submit()
    (hit,) = browser.track(hashlib.sha256(MAIL.lower().encode()).hexdigest())
    assert (hit.type, hit.proof, hit.basis, hit.normalisation) == ("email", "identity", "learned", "lower")


def test_what_is_declared_is_not_looked_for_twice(sent: Callable[..., Message]) -> None:
    browser = Browser(sent, email=[MAIL])
    browser.track(md5(MAIL))
    assert browser.submit(f"email={quote(MAIL)}") == ()
    assert not browser.observer.learning.index("a")
    other = "autre@poste-unie.fr"
    browser.submit(f"email={quote(other)}&password=Zebulon%2177pluie")
    assert [hit.basis for value in (MAIL, other) for hit in browser.track(md5(value))] == [
        "declared",
        "learned",
    ]


def test_another_spelling_than_the_declared_one_is_learned(sent: Callable[..., Message]) -> None:
    browser = Browser(sent, email=[MAIL.lower()])
    browser.track(md5(MAIL))
    [again] = browser.submit(f"email={quote(MAIL)}")
    assert [hit.basis for hit in (*again.hits, *browser.track(md5(MAIL)))] == ["learned", "learned"]
    assert [hit.basis for hit in browser.track(MAIL)] == ["declared"]


def test_declared_and_learned_values_speak_for_each_other(sent: Callable[..., Message]) -> None:
    browser = Browser(sent, email=[MAIL], first_name=["Solveig"])
    browser.submit(f"email={quote(MAIL)}&lastname=Brannec&city=Quimper")
    told = {"data": {"e": md5(MAIL), "x1": "Brannec", "x2": "Solveig"}}
    hits = browser.see("third", "https://t.traceur.test/c", json.dumps(told).encode())[0]
    assert {(hit.type, hit.basis) for hit in hits} == {
        ("email", "declared"),
        ("first_name", "declared"),
        ("last_name", "learned"),
    }
    listed = browser.track(quote(f"{MAIL};Brannec;Solveig"))
    assert {hit.type for hit in listed} == {"email", "first_name", "last_name"}


def test_what_was_learned_outlives_another_identity(sent: Callable[..., Message]) -> None:
    browser = Browser(sent, email=[MAIL])
    browser.submit()
    browser.observer.replace(Detector())
    found = [browser.track(value) for value in (md5(MAIL), md5("Zebulon!77pluie"))]
    assert [(hit.type, hit.basis) for hits in found for hit in hits] == [
        ("email", "learned"),
        ("password", "learned"),
    ]
    browser.observer.replace(Detector(identity.parse({"email": [MAIL]})))
    assert [hit.basis for hit in browser.track(md5(MAIL))] == ["declared"]


def test_what_left_before_the_submit_is_explained(browser: Browser) -> None:
    browser.track("nothing")
    browser.track(md5(MAIL.lower()))
    browser.track(base64.b64encode(MAIL.encode()).decode())
    again = browser.submit()
    assert [one.sent.message.seq for one in again] == [2, 3]
    assert [hit.basis for one in again for hit in one.hits] == ["learned", "learned"]


def test_half_an_hour_is_remembered(browser: Browser) -> None:
    browser.track(md5(MAIL.lower()), time=0.0)
    browser.track(md5(MAIL.lower()), time=60.0)
    assert [one.sent.message.seq for one in browser.submit(time=REMEMBERED + 30)] == [2]


def test_another_client_is_another_person(browser: Browser) -> None:
    browser.track(md5(MAIL.lower()), client="b")
    assert browser.submit(client="a") == ()
    assert browser.track(md5(MAIL.lower()), client="b") == ()


@pytest.mark.parametrize("party", ["third", "unknown", "same-company", "relay"])
def test_nothing_is_learned_from_others(browser: Browser, party: str) -> None:
    browser.see(party, "https://forms.other.test/submit", LOGIN, headers=FORM)
    assert not browser.observer.learning.index("a")
    assert [hit for hit in browser.track(md5(MAIL.lower())) if hit.proof == "identity"] == []


def test_a_form_sent_by_get(browser: Browser) -> None:
    form = f"https://www.boutique.test/lettre?{urlencode({'courriel': MAIL, 'nom': 'Brannec', 'q': 'lampe'})}"
    browser.see("first", form, method="GET")
    assert [hit.type for value in (md5(MAIL), md5("brannec"), md5("lampe"))
            for hit in browser.track(value) if hit.proof == "identity"] == ["email", "last_name"]  # fmt: skip


@pytest.mark.parametrize("query", ["ville=Quimper&cp=29000", "nom=Brannec", "a=info@2x.png&nom=Brannec"])
def test_an_address_without_a_person_s_own_is_no_form(browser: Browser, query: str) -> None:
    browser.see("first", f"https://www.boutique.test/carte?{query}", method="GET")
    assert not browser.observer.learning.index("a")


def test_a_checkout_in_json(browser: Browser) -> None:
    shipping = {
        "firstname": "Paul", "lastname": "Neveu", "telephone": "06 39 98 12 34", "postcode": "35000",
        "city": "Rennes", "street": ["8 quai Duguay"],
    }  # fmt: skip
    browser.submit({"shipping": shipping}, headers=())
    (hit,) = browser.track(hashlib.sha256(b"+33639981234").hexdigest())
    assert (hit.type, hit.normalisation) == ("phone", "e164_plus")
    (hit,) = browser.track("8%20QUAI%20DUGUAY")
    assert hit.type == "street"
    (hit,) = browser.track(hashlib.sha256(b"paulneveu").hexdigest())
    assert hit.type == "name"


def test_a_product_is_no_person(browser: Browser) -> None:
    browser.submit({"name": "Lampe Opale", "city": "Rennes", "zip": "35000"}, headers=())
    assert not browser.observer.learning.index("a")
    browser.submit({"name": "Lampe Opale", "email": MAIL}, headers=())
    assert browser.track("Lampe%20Opale") == ()


def test_an_account_that_the_site_tells(browser: Browser) -> None:
    told = browser.sent("https://www.boutique.test/api/me", seq=1)
    first = Verdict("xmlhttprequest", "first", None, (), False)
    where = Attributed(1, "boutique.test", "high", "", "a")
    body = ('{"user":{"email":"' + MAIL + '","last_name":"Neveu"}}').encode()
    browser.observer.answer(told, first, where, (("Content-Type", "application/json"),), body)
    assert [hit.type for hit in browser.track(md5(MAIL.lower()))] == ["email"]


def test_a_list_of_customers_is_nobodys_account(browser: Browser) -> None:
    told = browser.sent("https://www.boutique.test/api/all", seq=1)
    first = Verdict("xmlhttprequest", "first", None, (), False)
    body = b'[{"email":"a.b@poste-unie.fr"},{"email":"c.d@poste-unie.fr"}]'
    browser.observer.answer(told, first, Attributed(1, "boutique.test", "high", "", "a"), (), body)
    assert not browser.observer.learning.index("a")


def test_passwords_are_recognised_and_never_kept(browser: Browser) -> None:
    browser.submit()
    for value in ("Zebulon%2177pluie", md5("Zebulon!77pluie"), hashlib.sha1(b"Zebulon!77pluie").hexdigest()):
        (hit,) = browser.track(value)
        assert (hit.type, hit.proof, hit.basis) == ("password", "identity", "learned")
        assert "Zebulon" not in hit.masked
    index = browser.observer.learning.index("a")
    assert index is not None
    assert "Zebulon" not in repr([vars(index), vars(index.passwords), index._needles, index.keyed])


def test_a_page_cannot_flood_the_memory(browser: Browser) -> None:
    for number in range(50):
        browser.submit(f"email=p{number}.neveu%40poste-unie.fr")
    learned = [n for n in range(50) if browser.track(md5(f"p{n}.neveu@poste-unie.fr"))]
    assert learned == list(range(MAX_VALUES))


@pytest.mark.parametrize(
    "address", ["jeanne.doe@example.org", "jd@boite.example", "contact@poste-unie.fr", "zoé@exämple.fr"]
)
def test_what_is_typed_as_ones_own_address_is_ones_own(browser: Browser, address: str) -> None:
    """Even an address that elsewhere on the wire is a placeholder, or a role."""
    browser.submit({"email": address, "password": "Zebulon!77pluie"}, headers=())
    (hit,) = browser.track(hashlib.sha256(address.encode()).hexdigest())
    assert (hit.type, hit.proof, hit.basis) == ("email", "identity", "learned")


@pytest.mark.parametrize(
    "form",
    [
        {"email": "contact@boutique.test"},  # hidden fields with the shop's own desk
        {"support_email": "sav@aide.boutique.test"},
        {"email": "logo@2x"}, {"email": "name@"}, {"email": "***@poste-unie.fr"},
        {"message": "info@poste-unie.fr"},
    ],
)  # fmt: skip
def test_what_is_nobodys_address_is_not_learned(browser: Browser, form: dict[str, str]) -> None:
    browser.submit(form, headers=())
    assert not browser.observer.learning.index("a")


def _literals(form: dict[str, str]) -> str:
    """A form as the arguments of a GraphQL mutation."""
    return (
        "mutation { signUp(" + ", ".join(f"{key}: {json.dumps(value)}" for key, value in form.items()) + ") }"
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda form: {"query": _literals(form)},
        lambda form: urlencode({"d": base64.b64encode(json.dumps(form).encode()).decode()}),
        lambda form: urlencode({f"j_idt12:form:{key}": value for key, value in form.items()}),
        lambda form: urlencode({f"ctl00$Main$txt{key.title()}": value for key, value in form.items()}),
    ],
)
def test_forms_of_many_frameworks(browser: Browser, write: Callable[[dict[str, str]], Any]) -> None:
    browser.submit(
        write({"email": MAIL, "tel": "06 39 98 12 34", "prenom": "Zoé", "nom": "'t Hart"}), headers=()
    )
    for value, kind in ((MAIL.lower(), "email"), ("+33639981234", "phone"), ("'t hart", "last_name")):
        assert [hit.type for hit in browser.track(hashlib.sha256(value.encode()).hexdigest())] == [kind]


@pytest.mark.parametrize(
    ("key", "value", "spelt", "kind"),
    [
        ("registration_form[plainPassword][first]", "Zebulon!77pluie", "Zebulon!77pluie", "password"),
        ("contraseña", "Zebulon!77pluie", "Zebulon!77pluie", "password"),
        ("wachtwoord", "Zebulon!77pluie", "Zebulon!77pluie", "password"),
        ("telefoonnummer", "06 39 98 12 34", "+33639981234", "phone"),
        ("cellulare", "06 39 98 12 34", "+33639981234", "phone"),
        ("tel", "0692 12 34 56", "+262692123456", "phone"),
        ("ville", "Lyon Cedex 03", "lyon cedex 03", "city"),
        ("login", "12345678901@163.com", "12345678901@163.com", "email"),
    ],
)
def test_fields_of_many_names(browser: Browser, key: str, value: str, spelt: str, kind: str) -> None:
    browser.submit(urlencode({"mail": MAIL, key: value}))
    hits = (*browser.track(quote(spelt)), *browser.track(hashlib.sha256(spelt.encode()).hexdigest()))
    assert kind in [hit.type for hit in hits if hit.proof == "identity"]


@pytest.mark.parametrize(
    ("site", "value", "spelt"),
    [
        ("boutique.ch", "079 123 45 67", "+41791234567"),
        ("boutique.be", "0470 12 34 56", "+32470123456"),
        ("boutique.be", "06 39 98 12 34", "+33639981234"),
        ("boutique.uk", "07911 123456", "+447911123456"),
    ],
)
def test_numbers_are_read_as_where_the_site_is(browser: Browser, site: str, value: str, spelt: str) -> None:
    browser.submit(urlencode({"mail": MAIL, "tel": value}), site=site)
    (hit,) = browser.track(hashlib.sha256(spelt.encode()).hexdigest(), site=site)
    assert (hit.type, hit.proof) == ("phone", "identity")
