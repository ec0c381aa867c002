"""Whose value a field holds, by the words of its name and of all around it: the visitor's or another's.

Words are those of `keys.words`: without accents, and where a language has two ways to do without, both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mouchard.detect.keys import spoken, words
from mouchard.detect.structure import container, outer
from mouchard.model import Node

_PAID = frozenset(
    """payee beneficiary beneficiaire beneficiario beguenstigter begunstigter begunstigde creditor creancier
    recipient recipients destinataire destinataires destinatario empfaenger empfanger ontvanger""".split()
)
"""Who gets money, a parcel or a letter."""
OTHERS = _PAID | frozenset(
    """store shop boutique magasin filiale laden tienda negozio winkel sklep loja seller vendor vendeur
    verkaeufer verkaufer vendedor venditore verkoper anbieter merchant supplier pickup point relay relais
    agence agency author auteur autor autore redacteur restaurant warehouse dealer garage branch brand club
    school church clinic clinique klinik kliniek clinica pharmacy pharmacie mairie hotel venue issuer
    publisher courier invite invitee gift giftcard dedicatee contacts references
    friend ami amie freund freundin amigo amiga amico amica vriend vriendin filleul
    father mother pere mere vater mutter padre madre vader moeder spouse conjoint ehepartner conyuge coniuge
    child children enfant kind kinder hijo figlio baby bebe kin ancestor deceased pet animal
    witness temoin zeuge testigo testimone getuige guarantor garant mandataire
    emergency urgence notfall notfallkontakt emergencia emergenza nood
    depart arrivee departure arrival salida llegada partenza arrivo vertrek aankomst abfahrt
    ankunft""".split()
)
"""Whose data a site shows or sends along that is not its visitor's: `store_city`, `sellers[].email`."""
_HEALERS = frozenset(
    "doctor practitioner medecin arzt aerztin arztin medico huisarts dentist dentiste".split()
)
_ROLES = _HEALERS | frozenset(
    """editor writer contributor reviewer maintainer committer creator assignee byline agent operator advisor
    conseiller negotiator recruiter manager director dirigeant dpo employee artist player teacher student
    lawyer notaire host organizer organisateur speaker team staff landlord deputy support annonceur driver
    conducteur fahrer referrer owner proprietaire eigentuemer eigentumer propietario proprietario eigenaar
    from sender expediteur absender remitente mittente afzender referred created updated modified written
    posted sent invited assigned website site config footer company business organization organisation
    entreprise societe firma unternehmen empresa azienda bedrijf""".split()
)
"""Who a site speaks of in answers; who fills in a form is one of them as often as not."""
OTHERS_OF_A_PATIENT = OTHERS | _HEALERS
"""The same in a form whose address is not the doctor's."""
ANSWERED = OTHERS | _ROLES
TEXTS = frozenset(
    "i18n labels placeholder placeholders error errors messages translations example examples".split()
)
"""What holds the texts of a form rather than what was typed: `placeholders.email`."""
_ACCOUNTS = frozenset(
    """data user users account accounts customer customers client clients profile profiles email emails mail
    mails identities items edges nodes records value values""".split()
)
"""Lists in an answer whose only entry may be the visitor's account; in others it is some other person."""
_HELD = re.compile(
    "addre|adres|anschrift|direccion|indirizz|phone|mail|account|compte|konto|cuenta|^cont[oi]$|card|carte"
    "|profil|field|iban|payment|identit"
)
"""Words for lists of what one person has several of."""
OWN = frozenset(
    """user customer client account person profile member subscriber visitor lead billing shipping delivery
    buyer guest viewer me""".split()
)
_ADDRESSED = frozenset(("to", "bcc"))
"""First words of the names that a letter goes to: `to_email`, not `bill_to_email`. `cc` is a card, too."""
_BAGS = frozenset("account person profile address details info data contact by to".split())
"""Last words of structures that leave it to the one before to say whose they are: `sellerAccount`."""
_NAMES = frozenset(("first_name", "last_name", "name"))
_OF_ONE = _NAMES | {"dob", "username"}
"""Types of which an answer tells one for each person."""
_INDEX = re.compile(r"\[\d*\]")
_SEGMENTS = re.compile(r"[.\[\]]+").split


@lru_cache(maxsize=4096)
def of_others(field: str, others: frozenset[str] = OTHERS) -> bool:
    """Whether a field speaks of a shop, a seller, an author: the innermost word for whom it is decides."""
    *around, key = [segment for segment in _SEGMENTS(field) if segment] or [""]
    first, *more = words(key) or ("",)
    told = [word for word in reversed(more) if word not in _ADDRESSED]
    for word in (*told, first, *map(last_word, reversed(around))):
        if word in OWN:
            return False
        if word in others or word in TEXTS or word in _ADDRESSED or word.removesuffix("s") in others:
            return True
    return False


def last_word(segment: str) -> str:
    """The word of a structure that may say whose it is."""
    said = words(segment)
    if len(said) > 1 and said[-1] in _BAGS:
        return said[-2]
    return said[-1] if said else ""


def of_account(nodes: Sequence[Node], address: Node) -> Iterator[Node]:
    """The nodes of an answer that may speak of the person whose address this is: what lies in lists is other
    people's, unless these are lists of what one person has several of, or the address lies in them, too."""
    account = outer(address.field)
    if "[]" in account:
        if not _ACCOUNTS.issuperset(filter(None, map(last_word, account.split("[]")[:-1]))):
            return
        where = container(address)
        beside = [node.field for node in nodes if node.chain == address.chain and container(node) == where]
        if len(beside) > len(set(beside)):  # several people, of whom one has an address
            return
    within = account + "."
    named = account and any(outer(node.field) == account and spoken(node.key) & _NAMES for node in nodes)
    for node in nodes:
        if named and not node.field.startswith(within) and spoken(node.key) & _OF_ONE:
            continue  # the account says its own name: this is that of a profile that is looked at
        inside = node.field.removeprefix(account)
        if "[]" not in node.field or (
            (not account or (inside != node.field and inside[:1] in (".", "[")))
            and all(any(map(_HELD.search, words(part))) for part in inside.split("[]")[:-1])
        ):
            yield node


def pays_somebody(nodes: Sequence[Node]) -> bool:
    """Whether a form says who gets money: an account number in it is theirs as often as not."""
    return any(not _PAID.isdisjoint(words(node.key)) for node in nodes)


def several(nodes: Sequence[Node]) -> frozenset[tuple[str, str]]:
    """Fields of lists, with their names, that hold more than one value: `passengers[].first_name`."""
    held: dict[tuple[str, str], set[str]] = {}
    for node in nodes:
        if "[" in node.field and isinstance(node.value, str):
            held.setdefault((unnumbered(node.field), node.key), set()).add(node.value.strip().lower())
    return frozenset(place for place, values in held.items() if len(values) > 1)


@lru_cache(maxsize=4096)
def unnumbered(field: str) -> str:
    """A field without the numbers of its lists: `emails[0]` and `emails[1]` are one."""
    return _INDEX.sub("[]", field)
