"""Builders of the relief room: money, programmes, applications, payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.range import Range

from casework.models import HardshipFile, Person
from center.kernel.roles import Role
from center.models import Office, Staff, Standard
from relief.actions import applications, closing, decisions, ledger, payments, receipts
from relief.enums import Bucket, LedgerKind
from relief.models import (
    Application,
    ApprovalBand,
    Award,
    Batch,
    Closing,
    FundSource,
    Invoice,
    LedgerTransaction,
    Payment,
    Programme,
    ProgrammeVersion,
)
from tests.casework.make import make_account, make_file, make_household, make_person, spelt
from tests.center.make import make_office, make_staff

_serial = count(1)


def make_source(
    *, office: Office | None = None, money: str | Decimal = "0", by: Staff | None = None, **fields: object
) -> FundSource:
    """A fund source, with `money` received."""
    office = office or make_office()
    by = by or make_staff(Role.ACCOUNTANT, office=office)
    number = next(_serial)
    fields = {
        "name": f"中央财政专项{number}",
        "origin": "central_finance",
        "year": 2026,
        "document_number": f"财社〔2026〕{number}号",
        "received_on": date(2026, 1, 15),
    } | fields
    source = FundSource.objects.create(office=office, opened_by=by, **fields)
    if Decimal(money):
        move(source, LedgerKind.RECEIVE, Bucket.OUTSIDE, Bucket.AVAILABLE, money, by=by)
    return source


def move(
    source: FundSource, kind: LedgerKind, giver: Bucket, taker: Bucket, amount: str | Decimal, *, by: Staff, at=None
) -> LedgerTransaction:
    """One ledger transaction, without the action that would make it."""
    with transaction.atomic():
        return ledger.post(
            [
                ledger.Draft(
                    kind=kind,
                    subject="relief.test:1",
                    moves=[ledger.Move(source=source.pk, giver=giver, taker=taker, amount=Decimal(amount))],
                )
            ],
            office=source.office,
            at=at,
            by=by,
        )[0]


@dataclass
class House:
    """A center with the people that money passes through, one for each hand."""

    office: Office
    frontdesk: Staff
    officer: Staff
    officer2: Staff
    leader: Staff
    deputy: Staff
    chair: Staff
    accountant: Staff
    cashier: Staff
    auditor: Staff


def make_house(**fields: object) -> House:
    office = make_office(**fields)
    people = {
        "frontdesk": Role.FRONT_DESK,
        "officer": Role.OFFICER,
        "officer2": Role.OFFICER,
        "leader": Role.LEADER,
        "deputy": Role.LEADER,
        "chair": Role.CHAIR,
        "accountant": Role.ACCOUNTANT,
        "cashier": Role.CASHIER,
        "auditor": Role.AUDITOR,
    }
    staff = {name: make_staff(role, office=office) for name, role in people.items()}
    make_line(office)
    make_bands(office)
    return House(office=office, **staff)


def make_line(office: Office) -> None:
    Standard.objects.create(office=office, key="dibao_line", value=Decimal(740), during=Range(date(2020, 1, 1), None))


def make_bands(office: Office) -> None:
    """The leader, two, the committee, the upper union: up to 2,000, 5,000 and 20,000 yuan and above, since 2020."""
    for decider, up_to in (("leader", 2000), ("two", 5000), ("meeting", 20000), ("upper", None)):
        ApprovalBand.objects.create(office=office, decider=decider, up_to=up_to, during=Range(date(2020, 1, 1), None))


RULES = {
    "living": ("line_multiple", {"factor": {"deep": "12", "relative": "10"}}),
    "medical": (
        "share_of_self_paid",
        {"share": {"deep": "1.00", "relative": "0.80"}, "ceiling": {"deep": "50000", "relative": "50000"}},
    ),
    "education": ("by_stage", {"amount": {"compulsory": "2000", "senior": "3000", "higher": "5000"}}),
}


def make_version(house: House, kind: str = "medical", **fields: object) -> ProgrammeVersion:
    """A programme with one version since 2020, without papers and without a notice unless asked for."""
    programme, _made = Programme.objects.get_or_create(office=house.office, kind=kind, name=f"{kind} relief")
    formula, rule = RULES[kind]
    fields = {"formula": formula, "rule": rule, "categories": ["deep", "relative"], "papers": []} | fields
    fields = {"notice_rule": "after", "during": Range(date(2020, 1, 1), None)} | fields
    return ProgrammeVersion.objects.create(
        programme=programme, number=programme.versions.count() + 1, decided_by=house.leader, **fields
    )


def make_worker(
    house: House, name: str = "", *, account: bool = True, status: str = "active", **fields: object
) -> HardshipFile:
    """A household with a file in force and a checked account of its head."""
    person = make_person(office=house.office, name=name or f"工人{spelt(next(_serial))}")
    household = make_household(office=house.office, head=person)
    if account:
        make_account(person, by=house.officer, checked_by=house.officer2)
    return make_file(office=house.office, by=house.officer, household=household, status=status, **fields)


def make_application(
    house: House,
    *,
    kind: str = "medical",
    status: str = "ready",
    amount: str | Decimal = "1000",
    cap: str | Decimal = "50000",
    source: FundSource | None = None,
    file: HardshipFile | None = None,
    person: Person | None = None,
    version: ProgrammeVersion | None = None,
    **fields: object,
) -> Application:
    """An application in any state before its decision, written without the actions."""
    version = version or ProgrammeVersion.objects.filter(programme__office=house.office, programme__kind=kind).first()
    version = version or make_version(house, kind)
    file = file or make_worker(house)
    now = timezone.now()
    serial = next(_serial)
    fields = {"request": "住院费用", "self_paid": Decimal(cap) if kind == "medical" else None} | fields
    if kind == "education":
        student = person or file.household.head
        schooling = {
            "school": "沙湾区第一中学",
            "school_stage": "higher",
            "school_year": 2026,
            "stage_reason": "late start",
        }
        fields = {"beneficiary": student} | schooling | fields
    if status != "draft":
        fields |= {"number": f"Q{serial:05d}", "submitted_by": house.frontdesk, "submitted_at": now}
    if status not in {"draft", "submitted", "returned"}:
        fields = {
            "assessed_by": house.officer,
            "assessed_at": now,
            "computed_amount": Decimal(cap),
            "proposed_amount": Decimal(amount),
            "proposed_reason": "as asked",
            "fund_source": source or make_source(office=house.office, money="100000", by=house.accountant),
            "category": file.category,
        } | fields
    application = Application.objects.create(
        office=house.office,
        programme=version.programme,
        version=version,
        person=person or file.household.head,
        household=file.household,
        file=file,
        status=status,
        handler=house.officer,
        opened_by=house.frontdesk,
        **fields,
    )
    if kind == "medical":
        Invoice.objects.create(application=application, number=f"INV{serial}", self_paid=Decimal(cap))
    return application


def make_award(house: House, *, amount: str | Decimal = "1000", payable: bool = True, **fields: object) -> Award:
    """Granted by the leader; its notice over unless `payable` is false."""
    application = make_application(house, amount=amount, **fields)
    award = decisions.grant(application, amount=Decimal(amount), by=house.leader).award
    if payable and award.status == Award.Status.WAITING:
        Award.objects.filter(pk=award.pk).update(status=Award.Status.PAYABLE)
        award.refresh_from_db()
    return award


def make_batch(house: House, *awards: Award, status: str = "draft") -> Batch:
    """A batch of the awards' owed instalments, brought as far as asked by the right three people."""
    awards = awards or (make_award(house),)
    owed = [
        part for award in awards for part in award.instalments.filter(status="owed", due_on__lte=timezone.localdate())
    ]
    batch = payments.make_batch(office=house.office, instalments=owed, by=house.accountant)
    if status != "draft":
        batch = payments.check_batch(batch, by=house.deputy)
    if status in {"handed_over", "answered"}:
        batch = payments.hand_over(batch, by=house.cashier)
    if status == "answered":
        read_good_return(batch, by=house.cashier)
        batch.refresh_from_db()
    return batch


def answered_at() -> str:
    """When a bank answers what is handed over in a test: today."""
    return f"{timezone.localdate()} 10:15:00"


def return_file(batch: Batch, *, failed: dict[int, str] | None = None, lines: set[int] | None = None) -> bytes:
    """The bank's answer to a batch: every line paid but those named in `failed`; only `lines` when given."""
    failed = failed or {}
    rows = ["批次号,序号,户名,账号,金额,处理结果,失败原因,交易流水号,交易时间,附言"]
    for payment in batch.payments.exclude(status="dropped").order_by("line"):
        if lines is not None and payment.line not in lines:
            continue
        card = payment.card_number.open(by=batch.made_by, reason="test")
        result = (
            f"失败,{failed[payment.line]},," if payment.line in failed else f"成功,,R{payment.line},{answered_at()}"
        )
        rows.append(
            f"{batch.bank_number},{payment.line},{payment.payee_name},{card},{payment.amount},{result},{payment.line_code}"
        )
    return "\r\n".join(rows).encode("gb18030")


def read_good_return(batch: Batch, *, by: Staff, **options: object):
    from relief.actions import bank

    return bank.read_return(batch, content=return_file(batch, **options), file_name="return.csv", by=by)


def make_paid(house: House, **fields: object) -> Payment:
    """One payment that the bank has paid."""
    batch = make_batch(house, make_award(house, **fields), status="answered")
    return batch.payments.get()


def sign_for(payment: Payment, house: House, *, upload=None) -> Payment:
    """Its receipt, by one who names the line and another who has seen it."""
    sheet = receipts.take_receipt(payment, upload=upload, by=house.frontdesk)
    receipts.second_sheet(sheet, by=house.officer)
    payment.refresh_from_db()
    return payment


def open_and_submit(house: House, version: ProgrammeVersion, file: HardshipFile, **answers: object) -> Application:
    """Through the front door: opened, filled in, submitted."""
    application = applications.open_application(
        version.programme, person=file.household.head, office=house.office, by=house.frontdesk
    )
    applications.fill_in(application, answers={"request": "生活困难"} | answers, by=house.frontdesk)
    return applications.submit(application, by=house.frontdesk)


LAST = timezone.localdate().year - 1  # the latest year that can be closed


def noon(year: int, month: int, day: int) -> datetime:
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001 - made aware here


def make_old_source(
    house: House, year: int = LAST, money: str | Decimal = "1000", *, at: datetime | None = None, **fields: object
) -> FundSource:
    """A source of a year that has ended, its money received on a day of that year."""
    source = make_source(office=house.office, by=house.accountant, year=year, **fields)
    at = at or noon(year, 3, 1)
    move(source, LedgerKind.RECEIVE, Bucket.OUTSIDE, Bucket.AVAILABLE, money, by=house.accountant, at=at)
    return source


def make_closing(
    house: House, year: int = LAST, month: int = 0, *, status: str = "asked", remarks: str = ""
) -> Closing:
    """The closing of a year (or a month), brought as far as asked by the right two people."""
    made = closing.begin_closing(house.office, year=year, month=month, by=house.accountant)
    if status != "open":
        made = closing.ask_closing(made, remarks=remarks, by=house.accountant)
    return closing.close_period(made, by=house.leader) if status == "closed" else made


def post_by_sql(house: House, kind: str, at: datetime, *postings: tuple, second: Staff | None = None) -> None:
    """A ledger transaction and its (source, bucket, amount) by SQL of the application's role, without any lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("center_app",)
        cursor.execute(
            "INSERT INTO relief_ledgertransaction"
            " (office_id, kind, voucher_number, line, subject, memo, posted_by_id, posted_at, seconded_by_id, seconded_at)"
            " VALUES (%s, %s, 'X', 1, 'relief.test:1', '', %s, %s, %s, %s) RETURNING id",
            [house.office.pk, kind, house.accountant.pk, at, second and second.pk, second and at],
        )
        row = cursor.fetchone()[0]
        places = ", ".join(["(%s, %s, %s, %s)"] * len(postings))
        values = [part for source, bucket, amount in postings for part in (row, source.pk, bucket, amount)]
        cursor.execute(
            f"INSERT INTO relief_posting (transaction_id, fund_source_id, bucket, amount) VALUES {places}", values
        )
