"""Identity proof: values of the persons found in a message, in any spelling, encoding or digest."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from mouchard.detect import births, businesses, lists, places
from mouchard.detect.digests import Chain, digest_chain
from mouchard.detect.index import CONSTANT, Entry, Index
from mouchard.detect.keys import kinds
from mouchard.detect.names import CHECKED, checkable, of_things, said
from mouchard.detect.passwords import is_common
from mouchard.detect.standing import cased, offsets, outermost, says
from mouchard.detect.structure import holder, related
from mouchard.extract.part import DIGEST_SIZES
from mouchard.identity.recipes.spelling import lowered
from mouchard.masking.value import mask
from mouchard.model import DataType, Hit, Node

_HASHED = frozenset(
    "h hash uid id user userid user_id hem hid u uuid hashed sha256 md5 sha1 key he hv".split()
)
_SALTS = frozenset(("salt", "Salt", "SALT", "hash_salt", "hashSalt", "salt_value", "s_salt", "nonce"))
_SEPARATED = {ord(c): None for c in " .-()/+\u00a0"}
_TEXT_START = frozenset("+0123456789(")
_FIRST = _TEXT_START | frozenset("abcdef")
"""How numbers begin, and digests."""


_PASSWORD = Entry("password", "", "", "learned", ("as_typed",), ())


def find(indexes: Sequence[Index], nodes: Sequence[Node], preferred: str = "", site: str = "") -> list[Hit]:
    """Every value that the indexes have in these nodes. `preferred` is the recipe that the recipient is known
    to use: it is named where several recipes give the same spelling. `site` is tried as a salt."""
    hits: list[Hit] = []
    holding: dict[int, Node] = {}
    searches = [_Search(index, nodes, preferred, site, hits, holding) for index in indexes]
    for search in searches:
        search.run()
    for search in searches:
        if holding:
            search.listed(holding.values())
        if search.weak:
            search.keyed()
    return hits


class _Search:
    __slots__ = ("beside", "hits", "holding", "index", "loud", "nodes", "preferred", "site", "weak")

    def __init__(
        self, index: Index, nodes: Sequence[Node], preferred: str, site: str, hits: list[Hit],
        holding: dict[int, Node],
    ) -> None:  # fmt: skip
        self.index, self.nodes, self.preferred, self.site = index, nodes, preferred, site
        self.hits, self.holding = hits, holding
        """Of all searches in these nodes: what is found, and the short texts that hold more than that."""
        self.beside: set[tuple[str, str]] = set()
        """Location and value of each short node, once somebody asks."""
        self.loud: set[str] = set()
        """Texts in which something may be."""
        self.weak: list[tuple[Node, list[Entry]]] = []
        """Values of low entropy, which need something stronger beside them."""

    def run(self) -> None:
        """Find what proves itself."""
        index, nodes = self.index, self.nodes
        if not index.has_words:
            self.passwords()
            return
        if binary := [(node, value) for node in nodes if isinstance(value := node.value, bytes)]:
            self.octets(binary)
        silent = index.silent
        fresh = [node for node in nodes if node.value not in silent and isinstance(node.value, str)]
        values = self.texts(fresh) if fresh else []
        if index.checksums:
            self.checksums()
        if index.passwords:
            self.passwords()
        if values:
            index.hush([value for value in values if value not in self.loud] if self.loud else values)
        if index.births:
            for node, entry in births.find(index.births, nodes):
                self.hit(node, entry, entry.value, entry.recipes)

    def texts(self, fresh: list[Node]) -> list[str]:
        """Spellings, in the texts that are not known to hold none; gives those."""
        values = [value for node in fresh if isinstance(value := node.value, str)]
        joined = "\n".join(values)
        low = lowered(joined)
        pieces = (low if low.isascii() else joined.lower()).split("\n")
        if self.may_be_whole(pieces):
            self.whole(fresh, values)
        self.plain(joined, low, fresh)
        for sign in self.index.latitudes:
            if sign in joined:
                self.loud.update(values)
                texts = [node for node in self.nodes if isinstance(node.value, str)]
                for node, entry, recipe in places.find(self.index.places, places.told(texts)):
                    self.hit(node, entry, entry.value, (recipe,))
                break
        return values

    def octets(self, binary: list[tuple[Node, bytes]]) -> None:
        """Digests, alone or somewhere in other bytes."""
        unexplained: list[Node] = []
        for node, value in binary:
            entry = self.index.digests.get(value)
            if entry is not None:
                self.digest(node, entry)
            elif len(value) not in DIGEST_SIZES:
                self.raw(node, value)
            else:
                unexplained.append(node)
                if len(value) > 20 and not node.chain:
                    self.raw(node, value)
        if unexplained:
            salts = [node.value for node in self.nodes if node.key in _SALTS and len(node.value) < 64]
            self.salted(unexplained, [salt for salt in salts if isinstance(salt, str)][:2])

    def may_be_whole(self, pieces: list[str]) -> bool:
        """Whether a whole value in lower case is known: a quick look, for hardly a message has one."""
        index = self.index
        if not (index.keyed.keys().isdisjoint(pieces) and index.locals.keys().isdisjoint(pieces)):
            return True
        for piece in pieces:
            if 8 < len(piece) < 64 and piece[0] in _FIRST and not piece.isalnum():
                if piece.translate(_SEPARATED) in index.compact:
                    return True
                if len(piece) == 10 and piece[5] == "-" and piece[:5] in index.keyed:
                    return True
                if len(piece) == 36 and piece[8] == "-" == piece[13]:
                    return True
        return False

    def whole(self, nodes: list[Node], values: list[str]) -> None:
        """Numbers spelt with separators, local parts, digests like a UUID; what is weak."""
        index = self.index
        for node, value in zip(nodes, values, strict=True):
            if len(value) > 63:
                continue
            low = value.lower()
            if low in index.keyed:
                self.weak.append((node, index.keyed[low]))
                self.loud.add(value)
            elif len(value) > 8 and value[0] in _TEXT_START and not value.isalnum():
                entry = index.compact.get(value.translate(_SEPARATED))
                if entry is not None:
                    self.hit(node, entry, value, ("spaced",))
            if low in index.locals:
                self.loud.add(value)
                self.part_of_address(node, *index.locals[low])
            if len(value) == 10 and value[5] == "-" and low[:5] in index.keyed and value[6:].isdigit():
                self.weak.append((node, index.keyed[low[:5]]))  # a ZIP+4
                self.loud.add(value)
            if len(value) == 36 and value[8] == "-" == value[13]:
                self.grouped(node, value)

    def digest(self, node: Node, entry: Entry) -> None:
        if entry.type in CONSTANT and entry.type not in kinds(node.key):
            return
        self.hit(node, entry, entry.value, entry.recipes, digest_chain(node.chain, entry.chain))

    def grouped(self, node: Node, value: str) -> None:
        """A digest of 16 bytes written like a UUID."""
        try:
            entry = self.index.digests.get(bytes.fromhex(value.replace("-", "")))
        except ValueError:
            return
        if entry is not None:
            self.hit(node, entry, entry.value, entry.recipes, (*node.chain, *entry.chain))

    def raw(self, node: Node, value: bytes) -> None:
        if len(value) < 20 or not self.index.digests:
            return
        for entry in self.index.inside(value):
            if entry.type not in CONSTANT:
                self.hit(node, entry, entry.value, entry.recipes, digest_chain(node.chain, entry.chain))

    def plain(self, joined: str, low: str, nodes: list[Node]) -> None:
        automaton = self.index.plain
        if automaton is None:
            return
        found = [(end + 1 - len(needle.text), end + 1, needle) for end, needle in automaton.iter(low)]
        if not found:
            return
        begins = offsets(nodes)
        # first, for what begins in a node too short to say anything must hide nothing behind it
        found = [match for match in found if len(nodes[bisect_right(begins, match[0]) - 1].value) > 3]
        for begin, end, needle in outermost(found, joined, low):
            node, text = nodes[bisect_right(begins, begin) - 1], joined[begin:end]
            if needle.entry.type == "name" and businesses.names_goods(node, self.nodes):
                continue
            recipes = needle.spelt.get(text) or cased(needle, text)
            chain = node.chain + needle.entry.chain
            self.hit(node, needle.entry, needle.entry.value, recipes, chain)
            if not needle.entry.chain and end - begin + 2 < len(node.value) < 400:
                self.holding[id(node)] = node

    def listed(self, nodes: Iterable[Node]) -> None:
        """Values of low entropy beside a stronger one in the same text."""
        told: dict[tuple[str, str], dict[DataType, str]] = defaultdict(dict)
        for hit in self.hits:
            told[hit.location, hit.field][hit.type] = hit.value
        for node in nodes:
            text, done = str(node.value), told[node.location, node.field]
            for entry in lists.within(text, done, self.index.keyed):
                self.hit(node, entry, entry.value, entry.recipes, (*node.chain, "split"))

    def part_of_address(self, node: Node, domain: str, entry: Entry) -> None:
        """Local part of an address, with its domain in another field of the same place."""
        if not self.beside:
            self.beside = {
                (other.location, value.lower().lstrip("@"))
                for other in self.nodes
                if isinstance(value := other.value, str) and len(value) <= 64
            }
        if (node.location, domain) in self.beside:
            self.hit(node, entry, entry.value, ("lower",), node.chain + entry.chain)

    def passwords(self) -> None:
        """Learned passwords, by keyed digests."""
        for node in self.nodes:
            steps = self.index.passwords.chain(node.value)
            if steps is None:
                continue
            text = node.value if isinstance(node.value, str) else "password"
            if not steps and is_common(text) and "password" not in kinds(node.key):
                continue
            chain = digest_chain(node.chain, steps) if steps else node.chain
            self.hit(node, _PASSWORD, text, _PASSWORD.recipes, chain)

    def checksums(self) -> None:
        """CRC-32, in hexadecimal or decimal, under a key that speaks of the type."""
        for node in self.nodes:
            value = node.value
            if not (7 < len(value) < 11 and value.isalnum() and checkable(node.key)):
                continue
            types = kinds(node.key)
            for base in (16, 10):
                try:
                    entry = self.index.checksums.get(int(value, base))
                except ValueError:
                    continue
                if entry is not None and (entry.type in types or "crc" in node.key.lower()):
                    self.hit(node, entry, entry.value, entry.recipes, node.chain + entry.chain)

    def salted(self, nodes: list[Node], salts: list[str]) -> None:
        """Digests with a salt that travels in the same message, or with the site's own name."""
        if self.site and any(node.key.lower() in _HASHED or kinds(node.key) & CHECKED for node in nodes):
            salts = [*salts, self.site]
        for salt in salts:
            table = self.index.salted(salt)
            for node in nodes:
                entry = table.get(node.value) if isinstance(node.value, bytes) else None
                if entry is not None:
                    self.hit(node, entry, entry.value, entry.recipes, digest_chain(node.chain, entry.chain))

    def keyed(self) -> None:
        """Values of low entropy: under a matching key, or beside a stronger hit."""
        weak = self.weak
        shops = businesses.described(self.nodes)
        listed = businesses.listed(self.nodes, [node for node, _ in weak])
        strong = {(hit.location, holder(hit.field)) for hit in self.hits}
        done = {(hit.location, hit.field, hit.type) for hit in self.hits}
        named = {
            (node.location, holder(node.field))
            for node, entries in weak
            if len(node.key) > 1 and any(entry.type in said(node) for entry in entries)
        }
        for node, entries in weak:
            where = (node.location, holder(node.field))
            near = related(where, strong)
            if where not in strong and (node[:3] in listed or businesses.holds(shops, node)):
                continue
            types = said(node) if len(node.key) != 1 or near or where in named else frozenset()
            chosen = [entry for entry in entries if entry.type in types]
            if not chosen and says(str(node.value)) and near:
                numbered = (len(node.key) > 2 or node.key == "id") and str(node.value).isdigit()
                rest = () if numbered or of_things(node.key) else entries
                chosen = [entry for entry in rest if entry.type in lists.BESIDE and not entry.chain]
            for entry in chosen[:1]:
                if (node.location, node.field, entry.type) not in done:
                    self.hit(node, entry, entry.value, entry.recipes, node.chain + entry.chain)

    def hit(
        self, node: Node, entry: Entry, value: str, recipes: Sequence[str], chain: Chain | None = None
    ) -> None:
        if isinstance(node.value, str):
            self.loud.add(node.value)
        recipe = self.preferred if self.preferred in recipes else recipes[0]
        self.hits.append(
            Hit(
                entry.type, "identity", node.location, node.field, node.chain if chain is None else chain,
                value, mask(entry.type, value), entry.basis, entry.person, recipe,
            )
        )  # fmt: skip
