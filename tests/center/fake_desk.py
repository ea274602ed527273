"""A desk that keeps its cases in memory: notices and meetings are tested without any room above them."""

from __future__ import annotations

from decimal import Decimal

from center import desk


class FakeDesk(desk.Desk):
    code = "fake"

    def __init__(self):
        self.lines = {}
        self.heard = []
        self.limit = Decimal(100_000)
        self.papers = {}

    def add(
        self,
        number,
        *,
        amount="1000.00",
        flags=(),
        related=None,
        consented=True,
        not_ready=(),
        name="王建国",
        cause="major_illness",
        family=(),
        **rule,
    ):
        subject = f"fake.case:{number}"
        self.lines[subject] = {
            "agenda": desk.AgendaLine(
                subject=subject,
                number=f"Q{number}",
                name="王*国",
                employer="红星纺织厂",
                programme="医疗救助",
                people=3,
                per_capita=Decimal("533.33"),
                ratio=Decimal("0.68"),
                cause=cause,
                self_paid=Decimal("42000.00"),
                proposed=Decimal(amount),
                flags=flags,
                related_staff=related or {},
                not_ready=not_ready,
                **rule,
            ),
            "notice": desk.NoticeLine(
                subject=subject,
                number=f"Q{number}",
                name=name,
                family=family,
                consented=consented,
                employer="红星纺织厂",
                programme="医疗救助",
                amount=Decimal(amount),
            ),
        }
        return subject

    def why_not_remove(self, paper, *, by):
        return self.papers.get(paper.subject)

    def paper_removed(self, paper, *, by):
        self.heard.append((paper.subject, "paper_removed", paper.kind))

    def docket(self, office):
        return [line["agenda"] for line in self.lines.values()]

    def to_notice(self, office):
        return [line["notice"] for line in self.lines.values()]

    def why_not_granted(self, subject, amount):
        return "" if amount <= self.limit else f"Only {self.limit} is available."

    def decided(self, subject, decision, *, by):
        self.heard.append((subject, decision.result, decision.amount))
        if decision.amount:
            self.limit -= decision.amount

    def sent_up(self, subject, *, reason, by):
        self.heard.append((subject, "sent_up", str(reason)))

    def notice_published(self, subject, *, notice, ends_on, by):
        self.heard.append((subject, "published", ends_on))

    def notice_withdrawn(self, subject, *, notice, reason, by):
        self.heard.append((subject, "withdrawn", reason))

    def notice_ended(self, subject, *, notice, upheld, by):
        self.heard.append((subject, "ended", upheld))
