"""What looks like personal data and is none: addresses of nobody, package names, numbers of things."""

from __future__ import annotations

import re

_ROLES = frozenset(
    """abuse accueil achats admin administrateur administration adresse agence apps assistance billing bonjour
    bot bureau careers commande commandes commercial comptabilite compta contact contactez customer
    customercare customerservice devnull direction do-not-reply donotreply dpo email enquiries facturation
    feedback finance git hello help helpdesk hostmaster hr info information infos ios it jobs legal mail
    mailer-daemon marketing media moderation newsletter no-reply nobody noreply notification notifications
    office order orders parents partenaires postmaster presse press privacy recrutement reply reservation
    reservations rgpd rh root sales sav secretariat security service serviceclient service-client services
    shop support team technique test user username utilisateur vendor ventes web webmaster www you your
    youremail votre votreemail nom exemple example sample someone name firstname
    email-address mailto""".split()
)
_NOBODY = re.compile(
    r"(?:^|\.)(?:example|exemple)\.(?:com|org|net|fr|edu)$|(?:^|\.)(?:example|test|invalid|localhost|local|lan)$"
    r"|^(?:domain|domaine|yourdomain|mydomain|email|mail|company|site|website|sentry|adobeorg)\.(?:com|fr|org|net|tld)$"
    r"|(?:^|\.)(?:sentry\.io|sentry-cdn\.com|wixpress\.com|github\.com|gitlab\.com|bitbucket\.org)$"
)
_FILES = frozenset(
    """png jpg jpeg gif webp svg avif ico css js mjs cjs ts tsx jsx map json html htm php woff woff2 ttf eot
    otf mp4 webm mp3 wav pdf zip gz min bundle esm umd git xml txt md vue wasm""".split()
)
_NUMBERED = frozenset("163.com 126.com 139.com 188.com 189.cn 21cn.com".split())
"""Providers of mail whose names begin like a version."""
_VERSION = re.compile(r"\d+(?:\.\d+)*(?:[-.+]|$)")
_BUSINESS = re.compile(
    r"^(?:https?://schema\.org/)?(?:\w*Store|Organi[sz]ation|Corporation|\w*Business|Restaurant|Hotel|NGO|"
    r"\w*Organi[sz]ation|School|Place|ContactPoint|Airline|Brand|Dentist|Hospital|Library|Museum)$"
)
_NOT_YET = re.compile(r"_pendo_t_|\$device:|(?:guest|anon|anonymous|visitor)[_:-]\S*\d", re.IGNORECASE)
_NOT_VALUES = frozenset(
    """null undefined none nan n/a na unknown anonymous anon guest false true 0 1 -1 empty unset not_set
    (not_set) not_available default {} [] - . _ ? * visitor logged_out loggedout logged_in""".split()
) | {"[object object]", "(not set)", "not set", ""}


def no_address(local: str, domain: str, site: str, before: str) -> bool:
    """Whether `local@domain` is nobody's address: a role, a placeholder, the visited site's own, a file, a
    package, or a key in a URL (`before` is the text in front of it)."""
    local, domain = local.lower().strip("'"), domain.lower()
    if is_role(local):
        return True
    if site and (domain == site or domain.endswith("." + site)):
        return True
    last = domain.rpartition(".")[2]
    if last in _FILES or _NOBODY.search(domain) or (_VERSION.match(domain) and domain not in _NUMBERED):
        return True
    if before.endswith("//") or ("://" in before and "/" not in before.rpartition("://")[2]):
        return True
    if len(local) >= 32 and re.fullmatch(r"[0-9a-f]+", local):
        return True
    return not re.search(r"[a-z0-9]", local) or "*" in local or "•" in local


def is_role(local: str) -> bool:
    """Whether the part before the `@` names an office rather than a person."""
    local = local.lower()
    return local in _ROLES or re.sub(r"[.\-_\d]", "", local) in _ROLES


def no_value(value: str) -> bool:
    """Whether a parameter says nothing: `null`, `undefined`, `0`, zeros, placeholders, template marks."""
    low = value.strip().lower()
    if low in _NOT_VALUES or not low.strip("0-"):
        return True
    return low.startswith(("{{", "${", "[[", "%%", "@@", "<%")) or (len(set(low)) == 1 and len(low) > 3)


def is_nobody_yet(value: str) -> bool:
    """Whether a user number was made up for a browser whose user is unknown: `guest_8f2c…`, `_PENDO_T_…`."""
    return bool(_NOT_YET.match(value))


def is_business(kind: str) -> bool:
    """Whether a schema.org type is a shop or an organisation, whose contact data is no person's."""
    return bool(_BUSINESS.match(kind))
