"""Patterns against the regular expression that the documentation of Adblock Plus gives for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mouchard.classify.pattern import compile_rest, compile_test, host_and_rest, is_regex, literal, tokens
from mouchard.classify.regex import Unusable
from mouchard.classify.target import Target


def documented(pattern: str) -> re.Pattern[str]:
    """The expression that Adblock Plus makes of a pattern."""
    text = re.sub(r"\*+", "*", pattern)
    text = re.sub(r"\^\|$", "^", text)
    text = re.sub(r"\W", lambda found: "\\" + found[0], text)
    text = text.replace("\\*", ".*")
    text = text.replace("\\^", r"(?:[\x00-\x24\x26-\x2C\x2F\x3A-\x40\x5B-\x5E\x60\x7B-\x7F]|$)")
    text = re.sub(r"^\\\|\\\|", r"^[\\w\\-]+:\\/+(?:[^\\/]+\\.)?", text)
    text = re.sub(r"^\\\|", "^", text)
    text = re.sub(r"\\\|$", "$", text)
    return re.compile(text, re.S)


PIECES = st.sampled_from(["a", "b", "ads", "/", ".", "*", "^", "host.com", "?", "=", "-", "1", "&"])
PATTERNS = st.builds(
    lambda start, pieces, end: start + "".join(pieces) + end,
    st.sampled_from(["", "|", "||", "|https://"]),
    st.lists(PIECES, min_size=1, max_size=8),
    st.sampled_from(["", "", "|"]),
)
URLS = st.builds(
    lambda host, path: f"https://{host}/{path}",
    st.sampled_from(["host.com", "ads.host.com", "a.b", "b.ads"]),
    st.text("ab/.?=-1&", max_size=14),
)


@given(PATTERNS, URLS)
@example("||host.com^", "https://host.com/")
@example("a^b^", "https://host.com/a/b")
@example("*^", "https://host.com/")
def test_patterns_mean_what_the_documentation_says(pattern: str, url: str) -> None:
    body = pattern.lstrip("|").rstrip("|")
    if re.match(r"^/.*/$", pattern, re.S) or not body or not body.strip("*") or "||" in pattern[2:]:
        return  # an expression, or nothing to look for
    if pattern.startswith("||") and pattern[2:3] in "^/*?&=-.":
        return  # an anchor before no host: engines differ, lists do not use it
    if pattern.endswith("^|"):
        return  # Adblock Plus drops the anchor after a separator; so it must hold at least without it
    target = Target(url)
    test = compile_test(pattern)
    assert test is not None
    assert test(target) == bool(documented(pattern).search(target.text))
    split = host_and_rest(pattern)
    if split is not None and (target.host == split[0] or target.host.endswith(f".{split[0]}")):
        rest = compile_rest(split[1])
        if rest is None or rest(target):
            assert test(target)


@given(PATTERNS, URLS)
def test_what_must_be_in_the_url_is_in_every_url_that_matches(pattern: str, url: str) -> None:
    if is_regex(pattern):
        return
    target = Target(url)
    test = compile_test(pattern)
    if test is None or not test(target):
        return
    assert literal(pattern) in target.text
    if not pattern.startswith("||"):
        assert set(tokens(pattern)) <= target.words


@pytest.mark.parametrize(
    ("expression", "needle"),
    [
        (r"/\/[0-9a-f]{32}\/invoke\.js/", "/invoke.js"),
        (r"/^https?:\/\/cdn\.example\.com\/a/", "://cdn.example.com/a"),
        (r"/foo|bar/", ""),
        (r"/(foo|bar)baz+qux/", "qux"),
        (r"/banner\d+/", "banner"),
        (r"/abc?d/", "ab"),
        (r"/[abc]def/", "def"),
        (r"/a{2}bcd/", "bcd"),
    ],
)
def test_literal_of_an_expression(expression: str, needle: str) -> None:
    assert literal(expression) == needle


@pytest.mark.parametrize("pattern", ["/(?=a)b/", r"/(a)\1/", "/(unclosed/", "a" * 5_000])
def test_what_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(Unusable):
        compile_test(pattern)


def test_a_host_anchor_holds_at_each_label() -> None:
    test = compile_test("||minero-*.sh^")
    assert test is not None
    assert test(Target("https://minero-proxy.sh/x"))
    assert test(Target("https://a.minero-proxy.sh/x"))
    assert not test(Target("https://xminero-proxy.sh/x"))
    assert not test(Target("https://host.com/minero-proxy.sh/"))
