"""A policy: how much a site may leak. Pure: a measurement in, verdicts out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from mouchard.compare.measured import Leak, Measured
from mouchard.errors import BadInput
from mouchard.language import _
from mouchard.model import DATA_TYPES, LEVELS, Level
from mouchard.printable import printable
from mouchard.report.content import PHASES

State = Literal["passed", "failed", "not measured"]
_KEYS = frozenset({"max", "refused_equals_before", "new_company", "accept"})
_ACCEPT = frozenset({"company", "type", "reason", "until"})


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` pairs of recipient and data type at this level or above; in one phase, if named."""

    level: Level
    phase: str
    most: int

    @property
    def rule(self) -> str:
        """As it stands in the policy."""
        return f"max.{self.level}{f'.{self.phase}' if self.phase else ''} = {self.most}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """Accepted until a day, for a reason: all of a company, or one data type."""

    company: str
    type: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked of a site."""

    limits: tuple[Limit, ...] = ()
    refused_equals_before: bool = False
    new_company: Literal["", "fail"] = ""
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one rule stands for one site."""

    site: str
    rule: str
    state: State
    message: str
    leaks: tuple[Leak, ...] = ()
    """What breaks it."""


def load(path: Path) -> Policy:
    """The policy in a TOML file. BadInput names what is wrong in it."""
    try:
        page = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise BadInput(
            f"cannot read {path}: {error.strerror}", "check the path, and that you may read it"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is no TOML file: {error}", f"rules: {', '.join(sorted(_KEYS))}") from error
    if unknown := sorted(page.keys() - _KEYS):
        raise BadInput(f"{path}: unknown rule {printable(unknown[0])}", f"rules: {', '.join(sorted(_KEYS))}")
    try:
        return Policy(
            tuple(_limits(page.get("max", {}))),
            _is(page.get("refused_equals_before", False), bool),
            _new_company(page.get("new_company", "")),
            tuple(map(_waiver, page.get("accept", []))),
        )
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise BadInput(f"{path}: {error}", "see docs/ci.md") from error


def check(
    policy: Policy, now: Measured, old: Measured | None, today: date, repeat: int = 1
) -> Iterator[Outcome]:
    """Each rule for each site. With `repeat`, a leak breaks a rule only if that many captures saw it."""
    waivers = [waiver for waiver in policy.waivers if today <= waiver.until]
    for site in now.sites:
        yield _whole(now, site, repeat)
        leaks = {
            leak: level
            for leak, level in now.levels.items()
            if leak.site == site and not _waived(leak, waivers) and _steady(now, leak, repeat)
        }
        for limit in policy.limits:
            yield _limit(limit, now, site, leaks)
        if policy.refused_equals_before:
            yield _refused(now, site, leaks)
        if policy.new_company:
            yield _new(old, now, site, leaks)


def _whole(now: Measured, site: str, repeat: int) -> Outcome:
    """Whether all of it was measured: the page, no gap, and enough captures."""
    why = list(now.missing[site])
    if len(now.runs[site]) < repeat:
        told = _("{asked} captures are asked for, there are {n}")
        why.append(told.format(asked=repeat, n=len(now.runs[site])))
    return Outcome(
        site,
        "measured",
        "not measured" if why else "passed",
        _("; ").join(why) or _("the page and all it asked for"),
    )


def _limit(limit: Limit, now: Measured, site: str, leaks: Mapping[Leak, Level]) -> Outcome:
    if limit.phase and limit.phase not in now.phases[site]:
        return Outcome(site, limit.rule, "not measured", _no_phase(limit.phase))
    over = [
        leak
        for leak, level in sorted(leaks.items())
        if level >= limit.level and (leak.type or limit.level == "L0") and limit.phase in ("", leak.phase)
    ]
    pairs = {(leak.recipient, leak.type) for leak in over}
    told = _("{n} at {level} or above, {most} allowed")
    told = told.format(n=len(pairs), level=limit.level, most=limit.most)
    return Outcome(site, limit.rule, *_failed(len(pairs) > limit.most, told, over))


def _refused(now: Measured, site: str, leaks: Mapping[Leak, Level]) -> Outcome:
    rule = "refused_equals_before"
    if missing := sorted({"before", "refused"} - now.phases[site]):
        return Outcome(site, rule, "not measured", _no_phase(missing[0]))
    before = {(leak.recipient, leak.type): level for leak, level in leaks.items() if leak.phase == "before"}
    more = [
        leak
        for leak, level in sorted(leaks.items())
        if leak.phase == "refused" and level > before.get((leak.recipient, leak.type), "")
    ]
    told = _("{n} more after refusal than before any choice").format(n=len(more))
    return Outcome(site, rule, *_failed(bool(more), told, more))


def _new(old: Measured | None, now: Measured, site: str, leaks: Mapping[Leak, Level]) -> Outcome:
    rule = 'new_company = "fail"'
    if old is None or site not in old.phases:
        return Outcome(site, rule, "not measured", _("there is no baseline of this site (--baseline)"))
    known = {leak.recipient for leak in old.levels if leak.site == site}
    new = [leak for leak in sorted(leaks) if leak.recipient not in known]
    names = {leak.recipient for leak in new}
    told = _("{n} companies that the baseline does not have").format(n=len(names))
    if names and old.rulesets and now.rulesets and old.rulesets != now.rulesets:
        told += _(", but it was judged by other rules: they may come from the lists (--write-baseline anew)")
        return Outcome(site, rule, "not measured", told, tuple(new))
    return Outcome(site, rule, *_failed(bool(names), told, new))


def _no_phase(phase: str) -> str:
    return _("phase {phase} was not measured").format(phase=phase)


def _failed(failed: bool, told: str, leaks: list[Leak]) -> tuple[State, str, tuple[Leak, ...]]:
    return ("failed", told, tuple(leaks)) if failed else ("passed", told, ())


def _steady(now: Measured, leak: Leak, repeat: int) -> bool:
    return repeat < 2 or len(now.captures[leak]) >= repeat


def _waived(leak: Leak, waivers: list[Waiver]) -> bool:
    return any(w.company in ("", leak.recipient) and w.type in ("", leak.type) for w in waivers)


def _limits(page: Mapping[str, Any]) -> Iterator[Limit]:
    for level, most in page.items():
        if level not in LEVELS:
            raise ValueError(f"max.{printable(level)} is no level")
        for phase, count in most.items() if isinstance(most, dict) else [("", most)]:
            if phase and phase not in PHASES:
                raise ValueError(f"max.{level}.{printable(phase)} is no phase")
            yield Limit(level, phase, _is(count, int))


def _waiver(page: Mapping[str, Any]) -> Waiver:
    if unknown := sorted(page.keys() - _ACCEPT):
        raise ValueError(f"[[accept]] has no {printable(unknown[0])}")
    company, kind = _is(page.get("company", ""), str), _is(page.get("type", ""), str)
    reason, until = page.get("reason"), page.get("until")
    if not isinstance(reason, str) or not reason.strip() or type(until) is not date:
        raise ValueError('each [[accept]] needs a reason = "…" and a day, until = 2027-01-31')
    if not company and not kind:
        raise ValueError("an [[accept]] needs a company or a type")
    if kind and kind not in DATA_TYPES:
        raise ValueError(f"{printable(kind)} is no data type")
    return Waiver(company, kind, reason, until)


def _new_company(value: object) -> Literal["", "fail"]:
    if value == "fail":
        return "fail"
    if value in ("", "pass"):
        return ""
    raise ValueError('new_company is "fail" or "pass"')


def _is(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{printable(str(value), 40)} is no {kind.__name__}")
    return value
