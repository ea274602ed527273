"""An employer is one however its name is written; a name is letters, kept as it was given where that differs."""

import center.models.keyed
import datetime
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from center.models.bounds import AddBounds


# As center.normal.key says it, for the rows that stand; employers that were told apart by a sign or a width only become
# namesakes, the oldest first.
EMPLOYERS = r"""
UPDATE casework_employer SET name_key = lower(
    regexp_replace(normalize(name, NFKC), '[\s\-\u2010-\u2015\u2212\u00b7\u2022.,\u3002\u3001()\[\]{}\u3010\u3011\u3014\u3015\u300a\u300b<>"\u201c\u201d\u2018\u2019/\\:;_#&+*]+', '', 'g')
);
UPDATE casework_employer AS e SET namesake = told.place FROM (
    SELECT id, row_number() OVER (PARTITION BY name_key ORDER BY namesake, id) AS place,
        count(*) OVER (PARTITION BY name_key, namesake) AS many
    FROM casework_employer
) AS told
WHERE told.id = e.id AND told.place <> e.namesake AND EXISTS (
    SELECT FROM casework_employer a JOIN casework_employer b USING (name_key, namesake)
    WHERE a.id < b.id AND a.name_key = e.name_key
);
SET CONSTRAINTS ALL IMMEDIATE;  -- no table is altered while its checks wait
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0005_numbers_and_days_have_bounds"),
        ("center", "0007_numbers_and_days_have_bounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="employer",
            name="employer_is_named_once",
        ),
        migrations.AddField(
            model_name="employer",
            name="name_key",
            field=center.models.keyed.KeyOf(max_length=120, source="name"),
        ),
        migrations.AddField(
            model_name="person",
            name="name_as_given",
            field=models.CharField(blank=True, editable=False, max_length=50, verbose_name="name as it was given"),
        ),
        migrations.AddField(
            model_name="personevent",
            name="name_as_given",
            field=models.CharField(blank=True, editable=False, max_length=50, verbose_name="name as it was given"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "casework_personevent" ("birth_date", "code", "contract_signed_on", "contract_term", "died_on", "disability_grade", "disability_kind", "education_level", "employer_id", "enrol_year", "ethnic_group", "full_name", "health_status", "hukou_division", "hukou_type", "id", "id_number", "job_wish", "joined_into_id", "marital_status", "medical_insurance", "medicine", "model_worker_type", "name_as_given", "name_written", "office_id", "other_contact", "person_identity", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "political_status", "registered_at", "registered_by_id", "school", "school_years", "sex", "skills", "union_member", "wage_not_imputed", "work_start_on", "work_status") SELECT new_values."birth_date", new_values."code", new_values."contract_signed_on", new_values."contract_term", new_values."died_on", new_values."disability_grade", new_values."disability_kind", new_values."education_level", new_values."employer_id", new_values."enrol_year", new_values."ethnic_group", new_values."full_name", new_values."health_status", new_values."hukou_division", new_values."hukou_type", new_values."id", new_values."id_number", new_values."job_wish", new_values."joined_into_id", new_values."marital_status", new_values."medical_insurance", new_values."medicine", new_values."model_worker_type", new_values."name_as_given", new_values."name_written", new_values."office_id", new_values."other_contact", new_values."person_identity", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."phone", new_values."political_status", new_values."registered_at", new_values."registered_by_id", new_values."school", new_values."school_years", new_values."sex", new_values."skills", new_values."union_member", new_values."wage_not_imputed", new_values."work_start_on", new_values."work_status" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="4e82cd6fe2d7c23b69cfa1ef66bcd0aa6661addf",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b0d98",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="casework_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "casework_personevent" ("birth_date", "code", "contract_signed_on", "contract_term", "died_on", "disability_grade", "disability_kind", "education_level", "employer_id", "enrol_year", "ethnic_group", "full_name", "health_status", "hukou_division", "hukou_type", "id", "id_number", "job_wish", "joined_into_id", "marital_status", "medical_insurance", "medicine", "model_worker_type", "name_as_given", "name_written", "office_id", "other_contact", "person_identity", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "political_status", "registered_at", "registered_by_id", "school", "school_years", "sex", "skills", "union_member", "wage_not_imputed", "work_start_on", "work_status") SELECT new_values."birth_date", new_values."code", new_values."contract_signed_on", new_values."contract_term", new_values."died_on", new_values."disability_grade", new_values."disability_kind", new_values."education_level", new_values."employer_id", new_values."enrol_year", new_values."ethnic_group", new_values."full_name", new_values."health_status", new_values."hukou_division", new_values."hukou_type", new_values."id", new_values."id_number", new_values."job_wish", new_values."joined_into_id", new_values."marital_status", new_values."medical_insurance", new_values."medicine", new_values."model_worker_type", new_values."name_as_given", new_values."name_written", new_values."office_id", new_values."other_contact", new_values."person_identity", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."political_status", new_values."registered_at", new_values."registered_by_id", new_values."school", new_values."school_years", new_values."sex", new_values."skills", new_values."union_member", new_values."wage_not_imputed", new_values."work_start_on", new_values."work_status" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="ad4c2298821a1867653bbe43cdf60a6be89bfe56",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_aa838",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="casework_person",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(EMPLOYERS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="employer",
            constraint=models.UniqueConstraint(
                fields=("name_key", "namesake"),
                name="employer_is_named_once",
                violation_error_message="This employer is here already.",
            ),
        ),
        AddBounds(
            [
                (
                    "person",
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "full_name__regex",
                                "[0-9\\uff10-\\uff19/\\\\|,;:()<>\\[\\]{}\\u3001\\uff0c\\uff1b\\uff1a\\uff08\\uff09\\u3010\\u3011\\u0001-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]",
                            ),
                            _negated=True,
                        ),
                        name="person_is_named_by_letters",
                        violation_error_message="A name is the name of one person: no digits, brackets, slashes, other signs or several people.",
                    ),
                ),
                (
                    "person",
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_date", None),
                            (
                                "birth_date__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("registered_at"), "+", models.Value(datetime.timedelta(days=1))
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="person_is_born_when_registered",
                        violation_error_message="Nobody is registered before birth.",
                    ),
                ),
            ]
        ),
    ]
