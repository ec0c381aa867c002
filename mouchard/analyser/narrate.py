"""What the analyser tells its supervisor while it works: new findings, the page in front."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from mouchard.analysis import Analysis, host_of
from mouchard.grade import form
from mouchard.model import Finding, Judgement
from mouchard.store.write import Entry
from mouchard.supervisor.lines import Line, Lines

REMEMBERED = 20_000
"""Finding ids kept, so that a new revision of an old message is not told as news."""


class Narration:
    """The client last seen and, where `headless`, the new findings of each batch."""

    def __init__(self, headless: bool) -> None:
        self._headless = headless
        self._told: OrderedDict[str, None] = OrderedDict()
        self._client = ""

    def tell(self, batch: Iterable[Entry], control: Lines) -> None:
        """Speak of what is new in a committed batch."""
        news: list[Line] = []
        for judged in batch:
            for judgement in judged.judgements:
                self._client = judgement.attributed.client
                if self._headless:
                    new = [finding for finding in judgement.findings if self._is_new(finding.id)]
                    news += _told(judgement, new)
        if news:
            control.offer([{"event": "findings", "findings": news}])

    def page(self, analysis: Analysis, client: str) -> tuple[str, str]:
        """The client (by default the one last seen) and the site of its latest page, or empty."""
        client = client or self._client
        return client, analysis.current_site(client, time.time())

    def _is_new(self, finding: str) -> bool:
        if finding in self._told:
            return False
        self._told[finding] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True


def _told(judgement: Judgement, findings: Sequence[Finding]) -> list[Line]:
    if not findings:
        return []
    company = judgement.verdict.company
    message = {
        "time": judgement.message.time,
        "site": judgement.attributed.site,
        "to": company.name if company else host_of(judgement.message.url),
    }
    return [
        {
            **message,
            "type": finding.type,
            "form": form(finding.chain, finding.normalisation),
            "level": finding.level,
            "value": finding.value,
        }
        for finding in findings
    ]
