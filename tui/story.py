"""A finding in plain words, no stronger than its proof: sent, appears to send, may send, tried to send."""

from __future__ import annotations

from mouchard import words
from mouchard.grade import form
from mouchard.language import _, mark, plural
from mouchard.model import DATA_TYPES, LEVELS
from mouchard.store.rows import FindingRow, Flow
from mouchard.tui import text

_VERBS = {
    ("identity", True): mark("{site} sent {company} {what}"),
    ("field", True): mark("{site} appears to send {company} {what}"),
    ("shape", True): mark("{site} may send {company} {what}"),
    ("sync", True): mark("{site} appears to send {company} {what}"),
    ("identity", False): mark("{site} tried to send {company} {what}"),
    ("field", False): mark("{site} appears to have tried to send {company} {what}"),
    ("shape", False): mark("{site} may have tried to send {company} {what}"),
    ("sync", False): mark("{site} appears to have tried to send {company} {what}"),
}


_HOW = {
    "clear": mark(", in clear"),
    "encoded": mark(", encoded"),
    "hashed": mark(", hashed"),
    "masked": mark(", partly masked"),
}
"""Apart from `words.FORMS`, because other languages bend the word after what it is said of."""


SHORT_FORMS = {
    "clear": mark("in clear"),
    "encoded": mark("encoded"),
    "hashed": mark("hash"),
    "masked": mark("masked"),
}
"""For a narrow column: nine cells at most in every language."""


def gravity(row: FindingRow) -> tuple[int, int, float]:
    """Sorts the most telling finding first: by level, then as the data types are listed, then the newest."""
    found = row.finding
    place = DATA_TYPES.index(found.type) if found.type in DATA_TYPES else len(DATA_TYPES)
    return -LEVELS.index(found.level), place, -row.time


def company_of(row: FindingRow) -> str:
    """The company, or the host where no company is known."""
    return row.company.name if row.company else row.host


def sentence(row: FindingRow, times: int = 1) -> str:
    """`shop.example sent Meta your e-mail address, hashed (SHA-256), 12 times.` Not made safe yet."""
    left = row.outcome.startswith(("answered", "forwarded", "pending"))
    verb = _VERBS.get((row.finding.proof, left), _VERBS["field", left])
    said = _(verb).format(site=text.site(row.site), company=company_of(row), what=what(row))
    again = ", " + plural("{n} time", "{n} times", times) if times > 1 else ""
    return said + how_it_travelled(row) + again + "."


def what(row: FindingRow) -> str:
    """`your e-mail address`, `an e-mail address` or `the e-mail of Camille, an invented person`."""
    found = row.finding
    word = words.TYPES.get(found.type)
    if found.proof != "identity":
        return _(word.some) if word else found.type
    if found.basis == "invented":
        return _("the {data} of {person}, an invented person").format(
            data=_(words.short(found.type)), person=found.person or "?"
        )
    return _(word.your) if word else found.type


def how_it_travelled(row: FindingRow) -> str:
    """`, hashed (SHA-256)`, `, encoded`, `, in clear, over plain http`."""
    found = row.finding
    kind = form(found.chain, found.normalisation)
    said = _(_HOW[kind])
    digests = [name for step in found.chain if (name := words.digest_name(step))]
    if digests:
        said += f" ({', '.join(digests)})"
    if row.url.startswith(("http:", "ws:")):
        said += ", " + _("over plain http")
    return said


def why(row: FindingRow) -> list[str]:
    """Why it matters: the data type, then what the form or the road adds."""
    found = row.finding
    said = [_(words.why(found.type))]
    if form(found.chain, found.normalisation) == "hashed":
        said.append(_(words.HASHED_WHY))
    if row.url.startswith(("http:", "ws:")):
        said.append(_(words.PLAIN_HTTP_WHY))
    return said


def ground(row: FindingRow) -> str:
    """What earned the level, in words."""
    kind, _colon, rest = row.finding.level_ground.partition(": ")
    match kind:
        case "secret":
            return _("a secret")
        case "topic":
            return _("on a page about a delicate topic: {words}").format(
                words=rest.removeprefix("on a page about ")
            )
        case "unencrypted":
            return _("your identity over plain http")
        case _:
            return _(words.LEVEL_MEANING[row.finding.level])


def proof(row: FindingRow) -> str:
    """How sure it is: `equals a value of yours (you declared it)`."""
    found = row.finding
    said = _(words.PROOFS[found.proof])
    basis = words.BASES.get(found.basis) if found.proof == "identity" else ""
    return f"{said} ({_(basis)})" if basis else said


def recipient(flow: Flow) -> str:
    """`Meta (US) · advertising`, or the host and that its owner is not known."""
    if flow.company is None:
        return flow.recipient + " · " + _("owner not known")
    seat = f" ({flow.company.country})" if flow.company.country else ""
    category = f" · {_(flow.company.category)}" if flow.company.category else ""
    return flow.company.name + seat + category


def outcome(said: str) -> str:
    """`answered 200` in the language in use."""
    word, _space, status = said.partition(" ")
    known = {
        "answered": mark("answered"),
        "forwarded": mark("left, no answer"),
        "failed": mark("never left"),
        "pending": mark("no answer yet"),
    }
    return f"{_(known.get(word, word))} {status}".strip()


def steps(row: FindingRow) -> list[tuple[str, str]]:
    """The chain, step by step, from the wire inwards: the step's name, and what was done in words."""
    told = []
    for step in row.finding.chain:
        digest = words.digest_name(step)
        said = (
            _("the {digest} hash of the value below").format(digest=digest)
            if digest
            else _(words.step_words(step))
        )
        told.append((step, said))
    return told
