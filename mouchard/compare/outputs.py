"""The verdicts of a check for other programs: JUnit XML and SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree import ElementTree

from mouchard import __version__
from mouchard.compare.measured import Leak
from mouchard.compare.policy import Outcome
from mouchard.printable import printable


def describe(leak: Leak) -> str:
    """A leak in one line."""
    phase = "" if leak.phase == "none" else f" ({leak.phase})"
    return printable(f"{leak.recipient}: {leak.type or 'contact'}{phase}")


def junit(outcomes: Sequence[Outcome]) -> str:
    """A test case for each rule and site."""
    failed = sum(outcome.state == "failed" for outcome in outcomes)
    errors = sum(outcome.state == "not measured" for outcome in outcomes)
    suite = ElementTree.Element(
        "testsuite", name="mouchard", tests=str(len(outcomes)), failures=str(failed), errors=str(errors)
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(
            suite, "testcase", classname=printable(outcome.site), name=printable(outcome.rule)
        )
        if outcome.state != "passed":
            tag = "failure" if outcome.state == "failed" else "error"
            told = ElementTree.SubElement(case, tag, message=printable(outcome.message))
            told.text = "\n".join(map(describe, outcome.leaks))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def sarif(outcomes: Sequence[Outcome], policy: str) -> str:
    """A result for each leak that breaks a rule, and for each rule that was not measured."""
    results = []
    for outcome in outcomes:
        if outcome.state == "failed":
            results += [_result(outcome, describe(leak), policy) for leak in outcome.leaks]
        elif outcome.state == "not measured":
            results.append(_result(outcome, f"not measured: {outcome.message}", policy))
    rules = [{"id": printable(rule)} for rule in dict.fromkeys(outcome.rule for outcome in outcomes)]
    driver = {"name": "Mouchard", "version": __version__, "rules": rules}
    page = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def _result(outcome: Outcome, text: str, policy: str) -> dict[str, object]:
    return {
        "ruleId": printable(outcome.rule),
        "level": "error" if outcome.state == "failed" else "warning",
        "message": {"text": printable(f"{outcome.site}: {text}")},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": policy}}}],
    }
