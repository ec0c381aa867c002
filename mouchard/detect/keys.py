"""What a parameter name says of its value: `prenom`, `user.firstName`, `ud[fn]`."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from functools import lru_cache

from mouchard.model import DataType

_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_WAY = re.compile(r".*[:$](?=\w)", re.DOTALL)
"""What some frameworks put before a name: `form:nom`, `ctl00$main$nom`."""

_NAMES: dict[DataType, str] = {
    "email": """correoelectronico epost posta email emails mail mails courriel hem emailaddress
        useremail usermail customeremail emailhash hashedemail emailsha256 emailmd5 sha256email
        md5email loginemail contactemail adressemail mailaddress emailid correo uhem""",
    "phone": """telefoonnummer cellulare telemovel puhelin telefonszam
        telefoon telefono1 handynummer mobil telefonnummer numerotelephone celular movil
        phone tel telephone mobile msisdn gsm portable hpn phonenumber mobilephone cellphone telefon
        telefono phonehash hashedphone telephonenumber mobilenumber phones numtel cell handy uhpn
        whatsapp""",
    "first_name": """voornaam fornamn fornavn etunimi jmeno keresztnev prenume nome imie primernombre
        firstname fname givenname prenom forename
        vorname nombre givennames firstnames prenoms""",
    "last_name": """achternaam familienaam efternamn etternavn efternavn sukunimi vezeteknev zuname soyad
        soyadi apelido prijmeni cognome nazwisko familienname sobrenome lastname lname surname
        familyname nom nachname apellido apellidos nomfamille nomdefamille""",
    "name": """name fullname username displayname nom nomcomplet customername realname cardholder
        nomprenom""",
    "city": """ort plaats woonplaats stad poblacion comune mesto miasto cidade gemeinde city ville
        town locality stadt ciudad commune
        citta localite addresslocality""",
    "zip": """kod kodpocztowy codigopostal cep plznummer postnummer zip zipcode postal postalcode
        postcode cp codepostal plz cap""",
    "country": "landcode paese nazione kraj country pays countrycode land pais countryname",
    "dob": """datadinascita geboortedatum datanascimento dataurodzenia ddnaissance dob birth
        birthday birthdate bday naissance datenaissance datedenaissance dateofbirth geburtstag
        geburtsdatum ddn fechanacimiento birthyear yob datanascita nascita fechadenacimiento nacimiento
        nascimento geboorte gebdatum""",
    "gender": "gender sex sexe genre civilite geschlecht",
    "street": """morada straat indirizzo direccion ulica via strassehausnummer wohnadresse street address
        addr rue adresse address1 addressline1 line1 streetaddress addressline voie strasse calle
        street1 adresse1""",
    "loyalty_card": """loyalty carte fidelite fid loyalcard loyaltycard loyaltyid loyaltynumber
        cartefidelite numerocarte numcarte cardnumber fidelity membership membershipnumber
        membercard numerocartefidelite idfidelite card carteid nocarte""",
    "nir": "nir secu insee numsecu securitesociale numerosecu nss ssn numss socialsecuritynumber",
    "iban": "iban rib bankaccount accountnumber",
    "payment_card": "card pan cardnumber ccnumber creditcard cc cartebancaire cardno ccnum numerocarte",
    "username": """user username login pseudo nickname handle screenname loginname userlogin
        identifiant nick""",
    "password": """password pass pwd passwd mdp motdepasse userpassword passphrase newpassword passwort
        contrasena wachtwoord senha haslo heslo jelszo losenord passord adgangskode sifre plainpassword""",
    "mac": "mac macaddress macaddr wifimac devicemac routermac",
    "bssid": "bssid wifibssid apmac",
    "ssid": "ssid wifissid wifiname networkname",
    "ad_id": """ifa idfa gaid aaid adid advertisingid advertisingidentifier googleadid rdid idfv
        androidadid deviceadvertisingid appleidfa googleadvertisingid advertiserid madid maid tifa
        rida oaid""",
    "ip": "ip ipaddress clientip userip remoteip xforwardedfor forwardedfor ipaddr clientipaddress",
    "user_id": "userid uid customerid clientid memberid externalid accountid distinctid visitorid puid",
    "device_id": "deviceid androidid imei serial udid deviceuuid installid",
}

_SHORT: dict[str, tuple[DataType, ...]] = {
    "em": ("email",), "e": ("email",), "m": ("email",), "ph": ("phone",), "pn": ("phone",), "p": ("phone",),
    "fn": ("first_name",), "ln": ("last_name",), "n": ("name", "last_name"), "ct": ("city",), "zp": ("zip",),
    "pc": ("zip",), "co": ("country",), "db": ("dob",), "ge": ("gender",), "gd": ("gender",),
    "sa": ("street",), "l": ("last_name",), "f": ("first_name",), "st": ("street",), "bd": ("dob",),
    "rg": ("city",),
    "first": ("first_name",), "last": ("last_name",), "given": ("first_name",), "family": ("last_name",),
}  # fmt: skip

_BEFORE_CODES = frozenset("x u ud user customer profile traits hashed sha256 visitor contact".split())
_HEX = frozenset("0123456789abcdefABCDEF")
_BY_NAME: dict[str, tuple[DataType, ...]] = {}
for _kind, _words in _NAMES.items():
    for _word in _words.split():
        _BY_NAME[_word] = (*_BY_NAME.get(_word, ()), _kind)

_QUALIFIERS = frozenset(
    """hash hashed sha256 sha1 sha512 md5 crc32 lower normalized enc encoded raw value b64 user customer
    client member contact billing shipping delivery buyer guest account profile my the your new old default
    primary personal home input field form txt text id number num no numero n0 str string data attr
    traits""".split()
)


@lru_cache(maxsize=4096)
def kinds(key: str) -> frozenset[DataType]:
    """Data types that a name may stand for, the two-letter codes of vendors included."""
    compact = words(key)
    short: tuple[DataType, ...] = ()
    if len(compact) == 1:
        short = _SHORT.get(compact[0].rstrip("0123456789"), ())
    elif compact and len(compact[-1]) == 2 and _BEFORE_CODES.issuperset(compact[:-1]):
        short = _SHORT.get(compact[-1], ())
    found = frozenset(short) | spoken(key)
    return found or _hidden(key)


def _hidden(key: str) -> frozenset[DataType]:
    """Data types of a name that is itself written in Base64 or hexadecimal."""
    if len(key) < 6 or (not key.endswith("=") and len(key) < 8) or not key.isascii():
        return frozenset()
    try:
        data = bytes.fromhex(key) if len(key) % 2 == 0 and not set(key) - _HEX else b64decode(key + "===")
        name = data.decode("ascii")
    except ValueError:
        return frozenset()
    return spoken(name) if name.replace("_", "").replace("-", "").isalnum() else frozenset()


@lru_cache(maxsize=4096)
def spoken(key: str) -> frozenset[DataType]:
    """Data types that a name spells out in words; codes such as `em` do not count."""
    if ":" in key or "$" in key:
        key = _WAY.sub("", key)
    parts = words(key)
    if not parts or len(parts) > 8 or parts[-1] in _COUNTS or parts[0] == "nb":
        return frozenset()
    whole = "".join(parts)
    found = set(_BY_NAME.get(whole, ()))
    kept = [part for part in parts if part not in _QUALIFIERS]
    found.update(_BY_NAME.get("".join(kept), ()))
    for size in (1, 2, 3):
        for begin in range(len(parts) - size + 1):
            run = "".join(parts[begin : begin + size])
            if run not in _AMBIGUOUS or size > 1:
                found.update(_BY_NAME.get(run, ()))
    if "email" in whole or "courriel" in whole:
        found.add("email")
    if len(parts) > 1 and "name" in found and found & {"first_name", "last_name", "username"}:
        found.discard("name")
    return frozenset(found)


_AMBIGUOUS = frozenset(
    "name card user pass ip land cap cell mac nom address first last id cc portable".split()
)
_COUNTS = frozenset("count counts total size length qty quantity points balance solde tier level".split())
"""Last words of names that say how many there are: `postcode_count`, `loyalty_points`."""


@lru_cache(maxsize=4096)
def compact(key: str) -> str:
    """The words of a name without what stands between them: `user[firstName]` -> userfirstname."""
    return "".join(words(key))


@lru_cache(maxsize=4096)
def words(key: str) -> tuple[str, ...]:
    """The words of a name in lower case without accents: `user[firstName]` -> user, first, name."""
    if not key.isascii():
        key = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
    return tuple(part.lower() for part in _SPLIT.split(key[:120]) if part)
