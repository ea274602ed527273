"""What the benchmarks work on: one office with its registry, a year of visits, and a year of payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from casework.models import BankAccount, HardshipFile, Person, Visit, VisitPurpose
from center.evidence import seals
from center.models import Office, Staff
from center.privacy.secret import Secret, unseal
from relief.actions import ledger
from relief.enums import Bucket, LedgerKind
from relief.models import Application, Award, Batch, Decision, Instalment, Payment, ProgrammeVersion
from tests.bench import registry
from tests.casework.make import card_number
from tests.relief.make import House, make_house, make_source, make_version

VISITS_OF_A_HOUSEHOLD = 2
SEARCHED = 5
AMOUNT = Decimal("1200.00")


@dataclass
class World:
    """`folder` is for files that nobody keeps; `large` is how many households the long import brings."""

    folder: Path
    small: Path
    large: int
    house: House
    client: Client
    words: list[str] = field(default_factory=list)
    is_filled: bool = False

    @property
    def office(self) -> Office:
        return self.house.office

    @property
    def reader(self) -> Staff:
        return self.house.leader

    @property
    def big(self) -> Path:
        """The generated workbook, written when it is first asked for."""
        path = self.folder / "large.xlsx"
        if not path.exists():
            path.write_bytes(registry.workbook(self.large))
        return path

    def fill(self) -> None:
        """Everything behind the lists, the search and the register; once, and never timed."""
        if self.is_filled:
            return
        bring(self.small, by=self.house.officer)
        chance = Random(registry.SEED)  # noqa: S311 - the same choices every time
        with transaction.atomic():
            _visits(self, chance)
            _payments(self.house)
        self.words = _words(chance)
        if not connection.in_atomic_block:  # a test's transaction is not the place to seal or to analyse
            seals.seal()
        self.is_filled = True


def build(folder: Path, *, small: Path, large: int) -> World:
    """An office with its people and nothing else yet. Its leader reads the lists and searches."""
    house, client = make_house(), Client()
    client.force_login(house.leader, backend="django.contrib.auth.backends.ModelBackend")
    return World(folder=folder, small=small, large=large, house=house, client=client)


def bring(path: Path, *, by: Staff) -> str:
    """Read, check and apply a registry workbook: the office's own command, and what it says at the end."""
    from io import StringIO

    out = StringIO()
    call_command("import_files", str(path), by=by.username, stdout=out)
    return out.getvalue().strip().splitlines()[-1]


def clear(secret: Secret | None) -> str | None:
    return unseal(secret._label, bytes(secret)) if secret else None


def _visits(world: World, chance: Random) -> None:
    heads = list(HardshipFile.objects.order_by("pk").values_list("household__head", flat=True))
    purposes, now = list(VisitPurpose.objects.order_by("pk")), timezone.now()
    visits = []
    for number in range(len(heads) * VISITS_OF_A_HOUSEHOLD):
        at = now - timedelta(minutes=10 + number * 60)
        visits.append(
            Visit(
                office=world.office,
                number=f"V2026-{number:06d}",
                person_id=chance.choice(heads),
                purpose=chance.choice(purposes),
                received_at=at,
                received_on=timezone.localdate(at),
                entered_at=at,
                first_handler=world.house.frontdesk,
                entered_by=world.house.frontdesk,
            )
        )
    Visit.objects.bulk_create(visits, batch_size=500)


def _payments(house: House) -> None:
    """One payment for each household, as the actions leave it: granted, paid by the bank, posted."""
    files = list(HardshipFile.objects.select_related("household__head__employer").order_by("pk"))
    total = AMOUNT * len(files)
    source = make_source(office=house.office, money=total, by=house.accountant)
    version, now = make_version(house, "living"), timezone.now()
    moves = (
        (LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED),
        (LedgerKind.HAND_OVER, Bucket.COMMITTED, Bucket.IN_TRANSIT),
    )
    for kind, giver, taker in moves:
        _post(kind, [ledger.Move(source=source.pk, giver=giver, taker=taker, amount=total)], [None], house)
    batch = Batch.objects.create(
        office=house.office, number="B2026-0001", bank_number="2026000001", status="answered",
        made_by=house.accountant, checked_by=house.deputy, checked_at=now, paid_by=house.cashier, paid_at=now,
    )  # fmt: skip
    instalments = _instalments(files, house, version, source)
    cards = dict(BankAccount.objects.filter(until=None).values_list("holder", "bank"))
    payments = [
        _payment(line, file, part, batch, cards.get(file.household.head_id, "ICBC"), house)
        for line, (file, part) in enumerate(zip(files, instalments, strict=True), 1)
    ]
    Payment.objects.bulk_create(payments, batch_size=500)
    move = ledger.Move(source=source.pk, giver=Bucket.IN_TRANSIT, taker=Bucket.PAID, amount=AMOUNT)
    _post(LedgerKind.PAY, [move], [payment.pk for payment in payments], house)


def _post(kind: LedgerKind, moves: list[ledger.Move], payments: list[int | None], house: House) -> None:
    drafts = [ledger.Draft(kind=kind, subject="relief.bench:1", moves=moves, payment=payment) for payment in payments]
    ledger.post(drafts, office=house.office, by=house.cashier)


def _instalments(files: list[HardshipFile], house: House, version: ProgrammeVersion, source) -> list[Instalment]:
    now = timezone.now()
    applications = Application.objects.bulk_create(
        (
            Application(
                office=house.office, number=f"Q2026-{file.pk:06d}", status="granted", programme=version.programme,
                version=version, person=file.household.head, household=file.household, file=file,
                handler=house.officer, opened_by=house.frontdesk, submitted_by=house.frontdesk, submitted_at=now,
                assessed_by=house.officer, assessed_at=now, computed_amount=AMOUNT, proposed_amount=AMOUNT,
                fund_source=source, category=file.category, ended_by=house.leader, ended_at=now,
            )
            for file in files
        ),
        batch_size=500,
    )  # fmt: skip
    decisions = Decision.objects.bulk_create(
        (
            Decision(
                application=application, how="leader", result="granted", amount=AMOUNT, decided_by=house.leader,
                assessed_by=house.officer, assessed_at=now,
            )
            for application in applications
        ),
        batch_size=500,
    )  # fmt: skip
    awards = Award.objects.bulk_create(
        (
            Award(
                application=decision.application, decision=decision, amount=AMOUNT, cap=AMOUNT,
                granted_by=house.leader, granted_at=now,
            )
            for decision in decisions
        ),
        batch_size=500,
    )  # fmt: skip
    return Instalment.objects.bulk_create(
        (
            Instalment(
                award=award, number=1, due_on=timezone.localdate(), amount=AMOUNT, fund_source=source, status="paid"
            )
            for award in awards
        ),
        batch_size=500,
    )


def _payment(line: int, file: HardshipFile, part: Instalment, batch: Batch, bank: str, house: House) -> Payment:
    head, now = file.household.head, timezone.now()
    programme = part.award.application.programme
    return Payment(
        office=house.office, number=f"Z2026-{line:06d}", status="paid", instalment=part,
        application=part.award.application, fund_source=part.fund_source, batch=batch, line=line,
        line_code=f"L{line:06d}", amount=AMOUNT, payee=head, payee_name=head.full_name,
        payee_id_number=clear(head.id_number), payee_phone=clear(head.phone), card_number=card_number(),
        bank_name=bank, helped_name=head.full_name, employer=str(head.employer or ""), file_number=file.number,
        category=file.category, programme_name=programme.name, programme_kind=programme.kind,
        source_name=str(part.fund_source), source_origin=part.fund_source.origin, approved_by=house.leader,
        approved_at=now, made_by=house.accountant, checked_by=house.deputy, checked_at=now, paid_by=house.cashier,
        paid_at=now, bank_reference=f"R{line}", answered_on=timezone.localdate(),
        receipt_confirmed_by=house.frontdesk, receipt_confirmed_at=now,
    )  # fmt: skip


def _words(chance: Random) -> list[str]:
    """What people type: a name, the end of an ID number, a file number, the initials of a name."""
    files = list(HardshipFile.objects.select_related("household__head").order_by("pk"))
    found = []
    for file in chance.sample(files, min(SEARCHED, len(files))):
        head: Person = file.household.head
        latin = [key for key in head.search_keys if key.isascii()]
        found += [head.full_name, (clear(head.id_number) or "")[-4:], file.number, min(latin, key=len)]
    return found
