"""The words people read for data types, levels, proofs and places: the same on screens and in reports.

Everything here is an English source string; `mouchard.language._` gives it in the language in use.
"""

from __future__ import annotations

from dataclasses import dataclass

from mouchard.language import mark


@dataclass(frozen=True, slots=True)
class TypeWord:
    """How a data type is spoken of."""

    short: str
    """In a table: `e-mail`."""
    your: str
    """In a sentence, when it equals the reader's own: `your e-mail address`."""
    some: str
    """In a sentence, when nothing proves that: `an e-mail address`."""
    why: str
    """Key of `WHY`: what makes this kind of data matter."""


def _t(why: str, short: str, your: str, some: str = "") -> TypeWord:
    return TypeWord(short, your, some or your, why)


TYPES: dict[str, TypeWord] = {
    "email": _t("join", mark("e-mail"), mark("your e-mail address"), mark("an e-mail address")),
    "phone": _t("join", mark("phone"), mark("your phone number"), mark("a phone number")),
    "first_name": _t("name", mark("first name"), mark("your first name"), mark("a first name")),
    "last_name": _t("name", mark("last name"), mark("your last name"), mark("a last name")),
    "name": _t("name", mark("name"), mark("your name"), mark("a name")),
    "username": _t("join", mark("user name"), mark("your user name"), mark("a user name")),
    "password": _t("secret", mark("password"), mark("your password"), mark("a password")),
    "dob": _t("name", mark("date of birth"), mark("your date of birth"), mark("a date of birth")),
    "gender": _t("profile", mark("gender"), mark("your gender"), mark("a gender")),
    "street": _t("place", mark("street address"), mark("your street address"), mark("a street address")),
    "city": _t("place", mark("city"), mark("your city"), mark("a city")),
    "zip": _t("place", mark("postcode"), mark("your postcode"), mark("a postcode")),
    "country": _t("profile", mark("country"), mark("your country"), mark("a country")),
    "loyalty_card": _t("join", mark("loyalty card"), mark("your loyalty card number"),
        mark("a loyalty card number")),
    "nir": _t("secret", mark("social security no."), mark("your social security number"),
        mark("a social security number")),
    "iban": _t("secret", mark("bank account"), mark("your bank account number"),
        mark("a bank account number")),
    "payment_card": _t("secret", mark("payment card"), mark("your payment card number"),
        mark("a payment card number")),
    "mac": _t("device", mark("network address"), mark("the hardware address of your device"),
        mark("the hardware address of a device")),
    "bssid": _t("place", mark("wifi router"), mark("the address of your wifi router"),
        mark("the address of a wifi router")),
    "ssid": _t("place", mark("wifi name"), mark("the name of your wifi"), mark("the name of a wifi")),
    "gps": _t("place", mark("location"), mark("where you are"), mark("a location")),
    "ad_id": _t("device", mark("advertising id"), mark("your advertising id"), mark("an advertising id")),
    "device_id": _t("device", mark("device id"), mark("an identifier of your device")),
    "user_id": _t("device", mark("user id"), mark("an identifier given to you")),
    "ip": _t("contact", mark("IP address"), mark("your IP address")),
    "page_url": _t("history", mark("page visited"), mark("the page you are on")),
    "search": _t("profile", mark("search"), mark("what you searched for")),
    "product": _t("profile", mark("product viewed"), mark("the product you looked at")),
    "purchase": _t("profile", mark("purchase"), mark("what you bought")),
    "message": _t("profile", mark("message"), mark("a message you wrote")),
    "topic": _t("topic", mark("page topic"), mark("a delicate topic of the page you read")),
    "fingerprint": _t("device", mark("fingerprint"), mark("a fingerprint of your device")),
    "session_recording": _t("recording", mark("session recording"), mark("a recording of your visit")),
    "contact_file": _t("others", mark("address book"), mark("your address book"), mark("an address book")),
    "id_sync": _t("sync", mark("id sync"), mark("an identifier of another company")),
}  # fmt: skip

WHY: dict[str, str] = {
    "join": mark("It names you, and only you, wherever you give it. Companies use it as the key that joins"
                 " what you do on different sites, apps and shops."),
    "name": mark("It says who you are. Beside any other detail it turns an anonymous visit into a file"
                 " about a known person."),
    "secret": mark("It should never leave the site you typed it on. In the wrong hands it costs money or"
                   " gives access to your accounts."),
    "place": mark("It says where you live or where you are. A few places are enough to tell one person from"
                  " all others."),
    "device": mark("It stays the same for months. It lets a company recognise you on each visit, and on"
                   " each site where it is present, without knowing your name."),
    "history": mark("It tells which page you were reading. Added up, page by page, it becomes a list of"
                    " what interests or worries you."),
    "profile": mark("It says what you look for, buy or think. Companies sort people into audiences with it."),
    "topic": mark("The page is about health, politics, religion, sexuality, a union or origin. That you"
                  " read it can be used against you."),
    "recording": mark("Your clicks, scrolling and typing can be played back like a film by a company you"
                      " did not choose."),
    "others": mark("It is about other people, who were not asked."),
    "sync": mark("Two companies agree on who you are: what each of them knows can be put together."),
    "contact": mark("Any company reached learns your IP address, your browser, and often which site you"
                    " are on. Nothing more was recognised in these requests."),
}  # fmt: skip

HASHED_WHY = mark("A hash does not hide it: whoever knows the value computes the same hash and finds you.")
PLAIN_HTTP_WHY = mark("It travelled without encryption: anyone on the way could read it.")

LEVELS: dict[str, str] = {
    "L0": mark("contact"),
    "L1": mark("trace"),
    "L2": mark("profile"),
    "L3": mark("identity"),
    "L4": mark("sensitive"),
}

LEVEL_MEANING: dict[str, str] = {
    "L0": mark("another company was reached; it sees your IP address"),
    "L1": mark("a lasting trace: the page you are on, an identifier that stays"),
    "L2": mark("what you do: searches, products, purchases, a rough place"),
    "L3": mark("who you are: e-mail, phone, name, address, clear or hashed"),
    "L4": mark("a secret, a delicate topic, or your identity without encryption"),
}

PARTIES: dict[str, str] = {
    "first": mark("the site itself"),
    "third": mark("another company"),
    "same-company": mark("same company as the site"),
    "relay": mark("relay: the site's own host, a tracker's format"),
    "unknown": mark("unknown"),
}

PROOFS: dict[str, str] = {
    "identity": mark("equals a value of yours"),
    "field": mark("a documented field with a well-formed value"),
    "shape": mark("a value that proves itself by its form"),
    "sync": mark("an identifier that belongs to another company"),
}

BASES: dict[str, str] = {
    "declared": mark("you declared it"),
    "learned": mark("learned from what you typed"),
    "invented": mark("invented for this test"),
}

FORMS: dict[str, str] = {
    "clear": mark("in clear"),
    "encoded": mark("encoded"),
    "hashed": mark("hashed"),
    "masked": mark("partly masked"),
}

PHASES: dict[str, str] = {
    "none": mark("no choice marked"),
    "before": mark("before any choice"),
    "accepted": mark("accepted"),
    "refused": mark("refused"),
    "withdrawn": mark("withdrawn"),
    "unsettled": mark("too close to the choice to tell"),
}

LOCATIONS: dict[str, str] = {
    "host": mark("host name"),
    "path": mark("path of the address"),
    "query": mark("query of the address"),
    "fragment": mark("fragment of the address"),
    "header": mark("header"),
    "cookie": mark("cookie"),
    "body": mark("body"),
    "websocket": mark("WebSocket message"),
    "dns": mark("DNS query"),
    "sni": mark("TLS server name"),
}

GRADES: dict[str, str] = {
    "A": mark("host rule"),
    "B": mark("host and path rule"),
    "C": mark("generic rule"),
    "D": mark("blanket rule"),
    "P": mark("own signature, probable"),
    "": mark("no rule"),
}

CATEGORIES: tuple[str, ...] = (
    mark("advertising"), mark("analytics"), mark("utility"), mark("content"), mark("hosting"),
    mark("platform"), mark("marketing"), mark("social"), mark("customer support"), mark("consent"),
    mark("other"), mark("cdn"), mark("email marketing"), mark("affiliate"), mark("data broker"),
    mark("customer data"), mark("retail"), mark("audience measurement"), mark("session replay"),
    mark("tag manager"), mark("security"), mark("performance monitoring"), mark("payment"), mark("telecom"),
    mark("personalisation"), mark("attribution"), mark("video"), mark("reviews"), mark("retail media"),
    mark("push"), mark("A/B testing"), mark("transport"), mark("surveys"), mark("fingerprinting"),
    mark("error monitoring"), mark("health"), mark("paywall"),
)  # fmt: skip
"""What a company does, as the lists say it; `_(company.category)` gives it in the language in use."""

_DIGESTS = {
    "md5": "MD5", "sha1": "SHA-1", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384",
    "sha512": "SHA-512", "sha512_256": "SHA-512/256", "sha3_256": "SHA3-256", "sha3_512": "SHA3-512",
    "ripemd160": "RIPEMD-160", "blake2b": "BLAKE2b", "blake2s": "BLAKE2s", "crc32": "CRC-32",
}  # fmt: skip

_STEPS: dict[str, str] = {
    "percent": mark("undo the percent encoding"),
    "base64": mark("undo the Base64 encoding"),
    "base64url": mark("undo the Base64 encoding"),
    "base32": mark("undo the Base32 encoding"),
    "base45": mark("undo the Base45 encoding"),
    "base58": mark("undo the Base58 encoding"),
    "base85": mark("undo the Base85 encoding"),
    "ascii85": mark("undo the Base85 encoding"),
    "quoted-printable": mark("undo the quoted-printable encoding"),
    "charcodes": mark("read the numbers as characters"),
    "binary": mark("read the bits as characters"),
    "substitution": mark("undo the exchange of letters"),
    "hex": mark("undo the hexadecimal encoding"),
    "json": mark("read as JSON"),
    "ndjson": mark("read as JSON lines"),
    "form": mark("read as a form"),
    "multipart": mark("read as a form with parts"),
    "query": mark("read as a query"),
    "url": mark("read as an address"),
    "gzip": mark("decompress (gzip)"),
    "zlib": mark("decompress (zlib)"),
    "deflate": mark("decompress (deflate)"),
    "br": mark("decompress (Brotli)"),
    "zstd": mark("decompress (Zstandard)"),
    "lzstring": mark("decompress (LZ-string)"),
    "entity": mark("undo the HTML entities"),
    "unicode-escape": mark("undo the \\u escapes"),
    "jwt": mark("open the signed token (JWT)"),
    "xml": mark("read as XML"),
    "protobuf": mark("read as Protocol Buffers"),
    "msgpack": mark("read as MessagePack"),
    "cbor": mark("read as CBOR"),
    "utf16le": mark("read as UTF-16"),
    "utf16be": mark("read as UTF-16"),
    "rot13": mark("undo ROT13"),
    "reverse": mark("read backwards"),
    "socketio": mark("open the Socket.IO message"),
    "joined": mark("put the letters together"),
    "split": mark("cut at a separator"),
    "suffix": mark("take away an ending"),
    "prefix": mark("take away a beginning"),
    "localpart": mark("the part before the @"),
    "salt": mark("with a known salt"),
}


def digest_name(step: str) -> str:
    """`SHA-256` for `sha256`, `sha256:hexupper`, `sha256:raw`; empty for a step that is no digest."""
    return _DIGESTS.get(step.partition(":")[0], "")


def step_words(step: str) -> str:
    """The English words of a decoding step, for `_`; the step itself where we have none."""
    return _STEPS.get(step.partition(":")[0], step)


def why(data_type: str) -> str:
    """The English sentence that says why this data type matters, for `_`."""
    word = TYPES.get(data_type)
    return WHY[word.why if word else "contact"]


def short(data_type: str) -> str:
    """The English short word of a data type, for `_`."""
    return TYPES[data_type].short if data_type in TYPES else data_type
