"""The desk protocol: the one seam by which the shell stays ignorant of the desks (architecture.md §2).

A desk is a class whose every answer is empty until its room overrides it. The shell, search, tasks, timeline, figures,
notices and meetings ask all desks and join the answers. `subject` is a record's name as text: `relief.application:42`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from django.db.models import Model, OuterRef, QuerySet
    from django.utils.functional import _StrPromise

    from center.kernel.remarks import Remark
    from center.kernel.roles import Permission
    from center.models import Document, IssuedDocument, Office, Staff
    from center.privacy.secret import Secret

EntryKind = Literal["visit", "money", "home_visit", "change", "job", "case", "file"]
TASKS_MOST = 1000  # of one kind, asked at once: open work, not history; a page shows fewer and says how many there are
HitGroup = Literal[
    "person",
    "application",
    "payment",
    "batch",
    "voucher",
    "employer",
    "case",
    "matter",
    "visit",
    "notice",
    "meeting",
    "paper",
]


@dataclass(frozen=True, kw_only=True)
class Service:
    """Something that can be started for a person. `why_not` is empty or the sentence the disabled button shows."""

    code: str
    label: str
    url: str
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One dated line of a person's timeline. A bare date stays a date: never 00:00."""

    at: date | datetime
    kind: EntryKind
    title: str
    by: str = ""
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Aid:
    """Money (yuan) or goods given on a day."""

    on: date
    kind: str
    label: str
    amount: Decimal
    url: str


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Money (yuan) that a household was granted, paid or not."""

    at: datetime
    number: str  # of the application
    amount: Decimal
    url: str


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """Something unfinished that forbids exit, merge or destruction of a file; `sentence` says what and where."""

    sentence: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """Whose turn it is, on what, until when. Only what this person can act on now."""

    code: str  # "relief.assess": stable, names the group
    verb: str  # the group's title: "To assess"
    title: str
    url: str
    due: date | None = None
    since: datetime | date | None = None
    whose: str = ""  # the colleague who is away, when it is done for somebody else
    together: str = ""  # the page where several of this kind are done at once


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What comes next of a record: the step as the tasks call it, its page, who of an office may do it, until when."""

    verb: str
    url: str
    office: Office
    needs: frozenset[Permission]  # any one of them
    but: frozenset[int] = frozenset()  # staff ids: who may not, for what they did before
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a figure that is about to be entered would touch: how many, the first of them, the yuan a year more or less."""

    label: str
    count: int
    cost: Decimal | None = None  # an estimate; None where nothing can be said
    rows: Sequence[tuple[str, str]] = ()  # number, address

    @property
    def unnamed(self) -> int:
        """How many more than those named; none where nobody is named, for then the count says it."""
        return self.count - len(self.rows) if self.rows else 0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that opens its rows. `value` is an int or a Decimal in yuan; `url` lists exactly the counted rows."""

    code: str  # begins with the app
    label: str
    unit: str
    value: int | Decimal
    definition: str
    url: str


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """A word in the rail. The order of rooms never changes by role; rooms that a role lacks are absent."""

    position: (
        int  # 10 workbench, 20 visits, 30 files, 40 applications, 50 notices and meetings, 60 funds, 70 payments, …
    )
    label: str
    route: str  # a route name without parameters


@dataclass(frozen=True, kw_only=True)
class SettingPage:
    """A page on which an office decides something of this desk; a card among the settings."""

    label: str
    text: str
    route: str


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One hand of the main job: who may lend it, and whose hand it must not be on the same household's money."""

    position: int  # the order of the main job, from the door to the register
    code: str  # "relief.check_batch"
    label: str
    needs: frozenset[Permission]  # any one of them
    others: frozenset[str] = frozenset()  # duties (codes) that somebody else must have done


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A function key's button in the header."""

    code: str  # "visit": static/js/center.js knows its key
    label: str
    key: str
    route: str


@dataclass(frozen=True, kw_only=True)
class HomeBlock:
    """A block of the workbench: a template of the room and what it shows."""

    position: int
    template: str
    context: Mapping[str, object]
    width: int = 6  # of twelve columns


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule of the auditor's list and the rows it found."""

    code: str
    label: str
    count: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Signal:
    """An early warning about a person or an employer."""

    at: date
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A line of search results, masked already. Smaller `rank` is better.

    `exact` is what was typed and no guess: the Enter key opens it without a choice when nothing else is.
    """

    group: HitGroup
    title: str
    detail: str
    url: str
    state: str = ""
    rank: int = 9
    exact: bool = False
    visit_url: str = ""  # Shift+Enter: start a visit with this person
    person: str = ""  # the code of a person, for pages that begin with one


@dataclass(frozen=True, kw_only=True)
class Kept:
    """That a number stands on a record, and who may see it: for those who may not, and nothing of the record itself."""

    label: str  # what kind of record
    office: Office
    needs: frozenset[Permission]  # any one of them shows it


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """What a public notice may show of one subject, and nothing else (screens.md P25)."""

    subject: str
    number: str  # the official one; empty while there is none
    name: str  # in clear; center.privacy masks it or shows the number instead
    family: Sequence[str] = ()  # in clear: who may not be named beside the list either
    consented: bool
    employer: str
    programme: str
    amount: Decimal | None = None
    least_days: int = 1  # working days for which its rule wants it on display
    ready: bool = True
    why_not: str = ""
    unnumbered: str = ""  # what the office calls it while it has no number

    @property
    def called(self) -> str:
        return self.number or self.unnumbered


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """One row of the committee room: equal facts for each item (screens.md P12). Amounts in yuan.

    `cause` is a code of hardship_cause; both it and `flags` are told in the language of each reader.
    """

    subject: str
    number: str
    name: str  # masked
    employer: str
    programme: str
    people: int | None
    per_capita: Decimal | None
    ratio: Decimal | None  # per-capita income ÷ local line of today; a meeting measures all by the line of its day
    cause: str
    self_paid: Decimal | None
    proposed: Decimal | None
    fund_source: str = ""
    quorum_percent: int = 66  # of the members due, who must be present and not recused (66: two thirds)
    majority_percent: int = 50  # more than this share of them must be for it
    person: str = ""  # whose case it is, as a key: two items of one person are one person
    computed_on: str = ""  # the day on which the income per head was computed
    noticed: Decimal | None = None  # what the public was told
    alone: bool = False  # the leader may decide it without the committee
    spent: bool = False  # the money is out already; the committee ratifies, and nothing more is asked
    flags: tuple[Remark, ...] = ()
    url: str = ""
    related_staff: Mapping[int, str] = field(default_factory=dict)  # staff id → a code of recusal_reason
    not_ready: tuple[str, ...] = ()  # reasons; empty means it may enter the agenda


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What a person needs to judge one subject: a template of its room, what that shows, and the papers it rests on."""

    template: str
    context: Mapping[str, object]
    papers: Sequence[Document] = ()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where subjects stand on their way to a meeting: how many, the list of them, and what holds them back."""

    label: str
    count: int
    url: str
    reasons: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class FundLine:
    """What a sitting would spend of one fund source, beside what that source still has (yuan)."""

    label: str
    asked: Decimal
    available: Decimal
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a meeting (or a leader) decided about a subject."""

    result: Literal["granted", "less", "deferred", "refused"]
    amount: Decimal | None
    reason_code: str
    reason: str
    meeting: str  # number of the meeting
    agenda_item_id: int


class Desk:
    """Every answer is empty. A room overrides what it has an answer to."""

    code = ""
    name: str | _StrPromise = ""  # of the room, in the words of the menu

    # -- about a person (casework.Person) ---------------------------------------------------------------------------

    def services(self, person: Model, *, by: Staff) -> Sequence[Service]:
        return ()

    def state(self, person: Model, *, by: Staff) -> str:
        """One sentence that can be read aloud: “Medical relief noticed, 3 working days left, handler Wang Li”."""
        return ""

    def state_of(self, subject: str) -> str:
        """The same for one record that a visit opened; empty when the record is another desk's."""
        return ""

    def timeline(self, person: Model, *, by: Staff) -> Sequence[Entry]:
        return ()

    def aid(self, person: Model, *, since: date, until: date) -> Sequence[Aid]:
        return ()

    def granted(self, household: Model, *, after: date) -> Sequence[Grant]:
        """What a household was granted on later days than this one, oldest first."""
        return ()

    def helped(self, person: OuterRef) -> QuerySet[Any, Any] | None:
        """What this desk has ever given, money or goods, to the person of a larger question; None when it never gives."""
        return None

    def why_not_open(self, subject: str, *, kind: str, by: Staff) -> str:
        """Why this person does not open a paper of this kind beside a record that they see; "" when they do."""
        return ""

    def why_not_remove(self, paper: Document, *, by: Staff) -> str | None:
        """Why a paper stays where it is. The desk of its record says "" when this person may take it off.

        Another desk has a sentence when something of its own that is settled rests on the paper; else None.
        """
        return None

    def paper_removed(self, paper: Document, *, by: Staff) -> None:
        """A paper was taken off: what rested on it waits for another one. Inside that transaction."""

    def open_work(self, person: Model) -> Sequence[OpenWork]:
        return ()

    def join(self, *, keep: Model, drop: Model, by: Staff) -> None:
        """Move this desk's records from `drop` to `keep`; called inside the merge's transaction."""

    def subjects_of(self, number: str, *, by: Staff) -> Sequence[str]:
        """The records (subjects) that a number stands for, with all that hangs on them: what a log is asked about."""
        return ()

    def named(self, number: str, *, by: Staff) -> Model | None:
        """The person whom this number or code of a record names, if this staff may see the record."""
        return None

    def why_not_forget(self, person: Model) -> str:
        """What this desk still keeps the person for, as a sentence; empty when nothing."""
        return ""

    def person_died(self, person: Model, *, by: Staff) -> None:
        """The day of death is on record: what this desk owes the person stops. Inside that transaction."""

    def person_lives(self, person: Model, *, by: Staff) -> None:
        """That record was a mistake: what stopped because of it goes on. Inside that transaction."""

    def traces(self, person: Model) -> Sequence[str]:
        """The records (subjects) of this desk whose trail, access log and field history tell of the person."""
        return ()

    def forget(self, person: Model, *, by: Staff) -> None:
        """Destroy what this desk holds about a person; called inside an approved destruction."""

    def has_shown(self, card: Secret, *, to: Staff) -> bool:
        """Whether this person saw the number of a card in full somewhere in this desk: in a file for the bank, in an export."""
        return False

    # -- about the logs ------------------------------------------------------------------------------------------------

    def log_words(self) -> Mapping[str, _StrPromise]:
        """What this desk writes into the trail and the access log, in words: steps, looks, names of facts."""
        return {}

    def log_purposes(self) -> Mapping[str, _StrPromise]:
        """What this desk's pages are opened for, by the beginning of what they write into the access log."""
        return {}

    # -- about staff ---------------------------------------------------------------------------------------------

    def menu(self, staff: Staff) -> Sequence[MenuItem]:
        return ()

    def settings(self, staff: Staff) -> Sequence[SettingPage]:
        """What the offices of this person decide for this desk, each on its page."""
        return ()

    def shortcuts(self, staff: Staff) -> Sequence[Shortcut]:
        return ()

    def home(self, staff: Staff) -> Sequence[HomeBlock]:
        """Blocks of this person's workbench, most used first; read in a constant number of queries."""
        return ()

    def tasks(self, staff: Staff) -> Sequence[Task]:
        return ()

    def turn(self, record: Model) -> Turn | None:
        """Whose turn it is with a record of this desk; None when nothing more is to be done."""
        return None

    def duties(self) -> Sequence[Duty]:
        """This desk's steps of the main job, each with the people who must not be one and the same."""
        return ()

    def to_hand_over(self, giver: Staff) -> Iterable[tuple[Permission, int]]:
        """What is open of `giver`'s own: the permission that going on with it needs, and the office where it lies."""
        return ()

    def would_move(self, *, giver: Staff, taker: Staff, by: Staff) -> Sequence[tuple[str, int]]:
        """What `hand_over` would give to `taker`: the kind of record and how many, kinds of none left out."""
        return ()

    def hand_over(self, *, giver: Staff, taker: Staff, by: Staff) -> int:
        """Give `giver`'s open work to `taker`; how many records moved."""
        return 0

    # -- about a period --------------------------------------------------------------------------------------------

    def figures(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[Figure]:
        """Figures of `since`…`until` (both included), of these offices only."""
        return ()

    def signals(self, *, since: date, until: date, offices: frozenset[int]) -> Sequence[Signal]:
        return ()

    def findings(self, *, year: int, offices: frozenset[int]) -> Sequence[Finding]:
        return ()

    def new_day(self, today: date) -> Sequence[str]:
        """What a new day does by itself (expiry, overdue marks); sentences for the timer's log."""
        return ()

    def purge(self) -> Sequence[str]:
        """Remove what was held for a time only; sentences for the timer's log."""
        return ()

    # -- about words -----------------------------------------------------------------------------------------------

    def hits(self, query: str, *, by: Staff) -> Sequence[Hit]:
        return ()

    def kept(self, number: str) -> Sequence[Kept]:
        """The records that bear exactly this number, whoever asks: told of only where `hits` finds nothing."""
        return ()

    # -- about figures that offices decide -----------------------------------------------------------------------------

    def touched(
        self, key: str, *, office: Office, offices: frozenset[int], before: Decimal | None, value: Decimal, on: date
    ) -> Sequence[Effect]:
        """What a standard (its key) of an office and those below it would touch from a day on; `before` counts until then."""
        return ()

    # -- between desks -----------------------------------------------------------------------------------------------

    def ask_money(self, *, kind: str, person: Model, amount: Decimal, evidence: str, by: Staff) -> str:
        """Ask relief for money; the subject of the application that it opened, or "" from a desk that has no money."""
        return ""

    # -- notices and meetings (asked by filing and by relief) ------------------------------------------------------------

    def to_notice(self, office: Office) -> Sequence[NoticeLine]:
        """What this desk would put on the next public notice of an office."""
        return ()

    def named_on_notices(self, person: Model) -> Sequence[str]:
        """The subjects of this desk under which a person's name may stand on a notice."""
        return ()

    def english_names(self, office: Office) -> Mapping[str, str]:
        """What stands in Chinese on notices and agendas, a programme or a category, and its English name, where it has one."""
        return {}

    def notice_published(self, subject: str, *, notice: str, ends_on: date, by: Staff) -> None:
        """A notice with this subject went up; called inside the publishing transaction."""

    def notice_ended(self, subject: str, *, notice: str, upheld: bool, by: Staff) -> None:
        """The period is over and objections are answered; `upheld` when one against this subject was right."""

    def notice_withdrawn(self, subject: str, *, notice: str, reason: str, by: Staff) -> None:
        """The notice was taken down before its time; the subject waits for another one. Inside that transaction."""

    def docket(self, office: Office) -> Sequence[AgendaLine]:
        """What is ready for this office's committee, and what is not with its reasons."""
        return ()

    def agenda_lines(self, subjects: Iterable[str]) -> Mapping[str, AgendaLine]:
        """The present facts of these subjects, in one or a few queries."""
        return {}

    def dossier(self, subject: str, *, on: date, by: Staff) -> Dossier | None:
        """Everything about one subject that whoever decides about it on a day should see, masked as its template is told."""
        return None

    def stages(self, office: Office) -> Sequence[Stage]:
        """The way of this desk's subjects to the committee of an office, from the first step to the last."""
        return ()

    def letters(self, subjects: Iterable[str], *, by: Staff) -> Sequence[IssuedDocument]:
        """What tells each applicant of the latest decision, issued now where it was not yet."""
        return ()

    def fund_lines(self, subjects: Iterable[str]) -> Sequence[FundLine]:
        """Asked against available, per fund source, if all these subjects were granted as proposed."""
        return ()

    def agenda_listed(self, subject: str, *, meeting: str, by: Staff) -> None:
        """The subject was put on (`meeting` given) or taken off (`meeting` empty) an agenda."""

    def why_not_granted(self, subject: str, amount: Decimal) -> str:
        """Why money of this amount cannot be granted now (funds, bands); empty means it can."""
        return ""

    def decided(self, subject: str, decision: Decided, *, by: Staff) -> bool:
        """Carry out a decision; called inside the meeting's transaction, raises `Refusal` to stop it.

        True when the committee agreed to more than it may grant, and the upper union has the last word.
        """
        return False

    def sent_up(self, subject: str, *, reason: Remark, by: Staff) -> None:
        """The committee cannot decide (quorum impossible after recusals): the item goes to the upper union."""


_desks: dict[str, Desk] = {}


def register(desk: Desk) -> None:
    _desks[desk.code] = desk


def kept_by(rows: QuerySet[Any], *needs: Permission) -> Iterator[Kept]:
    """Each of these records of one kind, with its office and any one of the permissions that show it."""
    label = str(rows.model._meta.verbose_name)
    for row in rows.select_related("office"):
        yield Kept(label=label, office=row.office, needs=frozenset(needs))


def desks() -> Iterator[Desk]:
    """All desks, in the order of the rooms."""
    yield from _desks.values()


def desk_of(subject: str) -> Desk:
    """The desk that owns a subject: `relief.application:42` is relief's."""
    return _desks[subject.split(".", 1)[0]]
