"""Only who is a member that day votes; members answer on their own devices; a file's notice has its days."""

import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


VOTES = """
-- Who may vote on an item: present, not recused, and a member of the office's committee on the day of the vote.
CREATE FUNCTION center_why_no_vote(its_item bigint, voter bigint, on_day date) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    its_meeting bigint;
BEGIN
    SELECT meeting_id INTO its_meeting FROM center_agendaitem WHERE id = its_item;
    IF EXISTS (SELECT 1 FROM center_recusal WHERE item_id = its_item AND staff_id = voter) THEN
        RETURN 'recused';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM center_seat
         WHERE meeting_id = its_meeting AND staff_id = voter AND came_at IS NOT NULL AND left_at IS NULL
    ) THEN
        RETURN 'absent';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM center_assignment AS held JOIN center_meeting AS meeting ON meeting.office_id = held.office_id
         WHERE meeting.id = its_meeting AND held.staff_id = voter AND held.role IN ('member', 'chair')
           AND held.starts_on <= on_day AND coalesce(held.ends_on, 'infinity') >= on_day
    ) THEN
        RETURN 'no member';
    END IF;
    RETURN '';
END $$;

CREATE FUNCTION center_refuse_vote(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF why = 'recused' THEN
        RAISE EXCEPTION 'a recused member has no vote' USING ERRCODE = 'check_violation', CONSTRAINT = 'recused_members_have_no_vote';
    ELSIF why = 'absent' THEN
        RAISE EXCEPTION 'an absent member has no vote' USING ERRCODE = 'check_violation', CONSTRAINT = 'absent_members_have_no_vote';
    ELSIF why = 'no member' THEN
        RAISE EXCEPTION 'who is no member has no vote' USING ERRCODE = 'check_violation', CONSTRAINT = 'only_members_of_the_day_vote';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION center_votes_are_entitled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_item bigint;
    at timestamptz;
BEGIN
    SELECT item_id, recorded_at INTO its_item, at FROM center_motion WHERE id = NEW.motion_id;
    PERFORM center_refuse_vote(center_why_no_vote(its_item, NEW.staff_id, (at AT TIME ZONE 'Asia/Shanghai')::date));
    RETURN NEW;
END $$;

CREATE FUNCTION center_ballots_are_entitled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_item bigint;
    ended timestamptz;
BEGIN
    SELECT item_id, ended_at INTO its_item, ended FROM center_poll WHERE id = NEW.poll_id;
    IF ended IS NOT NULL THEN
        RAISE EXCEPTION 'this vote is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_ballot_after_the_count';
    END IF;
    PERFORM center_refuse_vote(
        center_why_no_vote(its_item, NEW.staff_id, (NEW.cast_at AT TIME ZONE 'Asia/Shanghai')::date));
    RETURN NEW;
END $$;
CREATE TRIGGER ballots_are_entitled BEFORE INSERT ON center_ballot
FOR EACH ROW EXECUTE FUNCTION center_ballots_are_entitled();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("center", "0007_numbers_and_days_have_bounds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="standard",
            name="key",
            field=models.CharField(
                choices=[
                    ("dibao_line", "Minimum-living line (yuan a month)"),
                    ("relative_multiple", "Relative hardship: multiple of the line"),
                    ("minimum_wage", "Minimum wage (yuan a month)"),
                    ("average_wage", "Average wage (yuan a month)"),
                    ("file_notice", "Public notice of a new file (working days at least)"),
                ],
                max_length=40,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("waiting", "to be decided"),
                            ("granted", "granted"),
                            ("less", "granted, less"),
                            ("deferred", "deferred"),
                            ("refused", "refused"),
                            ("sent_up", "sent to the upper union"),
                        ],
                        max_length=10,
                        verbose_name="motion",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount"),
                ),
                ("reason_code", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("reason", models.CharField(blank=True, max_length=400, verbose_name="in words")),
                ("put_at", models.DateTimeField(auto_now_add=True, verbose_name="put to the vote at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="polls", to="center.agendaitem"
                    ),
                ),
                (
                    "motion",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="poll",
                        to="center.motion",
                    ),
                ),
                (
                    "put_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "vote in progress",
                "verbose_name_plural": "votes in progress",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "for"), ("against", "against"), ("abstain", "abstains")],
                        max_length=8,
                        verbose_name="vote",
                    ),
                ),
                ("cast_at", models.DateTimeField(auto_now_add=True, verbose_name="cast at")),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ballots", to="center.poll"
                    ),
                ),
            ],
            options={
                "verbose_name": "ballot",
                "verbose_name_plural": "ballots",
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("item",), name="one_vote_in_progress_an_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("motion", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="poll_ended_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", Decimal("0")), ("amount__lte", Decimal("99999999.99"))),
                name="center_poll_within_bounds",
                violation_error_message="An amount, a number or a day lies beyond what is possible. Check what was typed.",
            ),
        ),
        migrations.RunSQL(VOTES, migrations.RunSQL.noop),
    ]
