import center.models.base
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('casework', '0002_the_purposes_of_visits'),
        ('center', '0003_votes_and_roles_keep_apart'),
        ('center', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=center.models.base.random_code, editable=False, max_length=12, unique=True)),
                ('token', models.CharField(editable=False, max_length=32, null=True, unique=True)),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='case number')),
                ('type', models.CharField(choices=[('wage_arrears', 'Unpaid wages'), ('construction_wage', 'Wages of migrant workers on a building site'), ('work_injury', 'Work injury'), ('work_death', 'Death at work'), ('disease', 'Occupational disease'), ('relation', 'Confirming the employment relation'), ('no_contract', 'No written contract'), ('compensation', 'Severance pay'), ('unlawful_end', 'Unlawful dismissal'), ('layoff', 'Mass lay-off'), ('insurance', 'Social insurance'), ('overtime', 'Overtime, hours, leave'), ('women', 'Protection of women workers'), ('minor', 'Underage worker'), ('deposit', 'Papers or deposit withheld'), ('civil', 'Other civil matter'), ('union', 'Rights of the union or its people')], max_length=20, verbose_name='kind of case')),
                ('help_form', models.CharField(choices=[('advice', 'Advice'), ('drafting', 'Drafting papers'), ('mediation', 'Mediation'), ('arbitration', 'Representation in arbitration'), ('litigation', 'Representation in court')], default='advice', max_length=12, verbose_name='form of help')),
                ('status', models.CharField(choices=[('applied', 'Aid applied for'), ('granted', 'Aid granted'), ('refused', 'Aid refused'), ('closed', 'Case closed')], default='applied', max_length=10, verbose_name='state')),
                ('stage', models.CharField(choices=[('consultation', 'Consultation'), ('drafting', 'Papers being drafted'), ('negotiation', 'Negotiation'), ('mediation', 'Mediation stage'), ('inspection', 'Labour inspection'), ('recognition', 'Recognition of the injury'), ('appraisal', 'Appraisal of work capacity'), ('arbitration', 'Arbitration'), ('first', 'Court, first instance'), ('second', 'Court, second instance'), ('retrial', 'Retrial'), ('enforcement', 'Enforcement')], default='consultation', max_length=14, verbose_name='stage')),
                ('people', models.PositiveSmallIntegerField(default=1, verbose_name='people concerned')),
                ('claim', models.TextField(verbose_name='claim, facts and reasons')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='urgent: help first, papers later')),
                ('applied_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='applied on')),
                ('taken_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='taken at')),
                ('late_reason', models.CharField(blank=True, choices=[('interrupted', 'interrupted: payment demanded, help asked for, or the debt acknowledged'), ('suspended', "suspended: beyond anybody's control"), ('later', 'the worker knew of it only later'), ('accepted', 'the other side does not plead the limit'), ('advice', 'advice and negotiation only'), ('other', 'other')], max_length=12, verbose_name='why taken in after the limit')),
                ('late_text', models.CharField(blank=True, max_length=200, verbose_name='taken in after the limit, in words')),
                ('assigned_at', models.DateTimeField(blank=True, null=True, verbose_name='assigned at')),
                ('lawyer', models.CharField(blank=True, max_length=80, verbose_name='lawyer and firm')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('refused_reason', models.CharField(blank=True, choices=[('not_ours', 'not within the scope of union legal aid'), ('no_grounds', 'no facts or evidence for the claim'), ('too_late', 'the time limit has passed'), ('papers', 'papers not supplied'), ('elsewhere', 'aid is given elsewhere already'), ('other', 'other')], max_length=10, verbose_name='reason of the refusal')),
                ('decided_text', models.CharField(blank=True, max_length=300, verbose_name='the decision in words')),
                ('claimed_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='claimed, yuan')),
                ('awarded_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='awarded, yuan')),
                ('more_text', models.CharField(blank=True, max_length=200, verbose_name='why more arrived than was awarded')),
                ('outcome', models.CharField(blank=True, choices=[('answered', 'Advice given, papers handed over'), ('settled', 'Settled between the parties'), ('mediated', 'Mediation succeeded'), ('award_all', 'Award for the worker'), ('award_part', 'Award in part'), ('award_none', 'Award against the worker'), ('judged_all', 'Judgment for the worker'), ('judged_part', 'Judgment in part'), ('judged_none', 'Judgment against the worker'), ('withdrawn', 'Withdrawn by the worker'), ('ended', 'Aid ended'), ('passed_on', 'Passed on to government legal aid'), ('lost', 'Worker cannot be reached')], max_length=12, verbose_name='outcome')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('closed_text', models.TextField(blank=True, verbose_name='closing report')),
                ('reopened_at', models.DateTimeField(blank=True, null=True, verbose_name='reopened at')),
                ('reopened_reason', models.CharField(blank=True, choices=[('evidence', 'new facts or evidence'), ('unpaid', 'the other side does not keep its word'), ('next', 'a further instance or enforcement'), ('mistake', 'closed by mistake'), ('other', 'other')], max_length=10, verbose_name='reason of reopening')),
                ('reopened_text', models.CharField(blank=True, max_length=200, verbose_name='why reopened')),
                ('assigned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned by')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('colleagues', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='colleagues on this case')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legal_cases', to=settings.AUTH_USER_MODEL, verbose_name='handler')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='center.office', verbose_name='office')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='casework.person', verbose_name='worker')),
                ('reopened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reopened by')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'legal case',
                'verbose_name_plural': 'legal cases',
                'ordering': ('-taken_at', '-pk'),
                'indexes': [models.Index(fields=['office', 'status', 'stage'], name='case_by_state_and_stage')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('assigned_at__isnull', False), ('assigned_by__isnull', False)), models.Q(('assigned_at__isnull', True), ('assigned_by__isnull', True)), _connector='OR'), name='case_assigned_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), _connector='OR'), name='case_decided_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), _connector='OR'), name='case_closed_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('reopened_at__isnull', False), ('reopened_by__isnull', False)), models.Q(('reopened_at__isnull', True), ('reopened_by__isnull', True)), _connector='OR'), name='case_reopened_has_who_and_when'), models.CheckConstraint(condition=models.Q(('reopened_at__isnull', True), models.Q(('reopened_reason', ''), ('reopened_text', ''), _connector='OR', _negated=True), _connector='OR'), name='case_reopened_has_a_reason'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('taken_by')), _negated=True), _connector='OR'), name='case_is_decided_by_another', violation_error_message='Nobody decides on aid that they took in themselves.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), _negated=True), models.Q(('decided_at__isnull', False), models.Q(('refused_reason', ''), _negated=True)), _connector='OR'), name='case_refused_says_why', violation_error_message='A refusal has its reason, in writing.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'granted'), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='case_granted_was_decided'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), models.Q(('closed_at__isnull', False), ('closed_on__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('closed_text', ''), _negated=True)), _connector='OR'), name='case_closed_has_an_outcome_and_a_report', violation_error_message='A closed case has its outcome and its report.'), models.CheckConstraint(condition=models.Q(models.Q(('claimed_amount', None), ('claimed_amount__gte', 0), _connector='OR'), models.Q(('awarded_amount', None), ('awarded_amount__gte', 0), _connector='OR')), name='case_amounts_are_not_negative', violation_error_message='An amount is not below nothing.'), models.CheckConstraint(condition=models.Q(models.Q(('late_reason', ''), ('late_text', '')), models.Q(models.Q(('late_reason', ''), _negated=True), models.Q(('late_text', ''), _negated=True)), _connector='OR'), name='case_taken_in_late_says_why', violation_error_message='Say why the case is taken in although its limit has passed.'), models.CheckConstraint(condition=models.Q(('people__gte', 1)), name='case_concerns_somebody'), models.CheckConstraint(condition=models.Q(('claim', ''), _negated=True), name='case_has_a_claim')],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(editable=False, max_length=32, null=True, unique=True)),
                ('on', models.DateField(default=django.utils.timezone.localdate, verbose_name='on')),
                ('kind', models.CharField(choices=[('note', 'Note'), ('talk', 'Talk with the worker'), ('evidence', 'Evidence, investigation'), ('negotiation', 'Talk with the employer'), ('mediation', 'Mediation session'), ('filing', 'Paper filed or served'), ('hearing', 'Hearing'), ('decision', 'Award, judgment or decision'), ('step', 'Step of the case')], default='note', max_length=12, verbose_name='kind')),
                ('text', models.TextField(verbose_name='what happened')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written at')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='legal.case', verbose_name='case')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'verbose_name': 'event of a case',
                'verbose_name_plural': 'events of cases',
                'ordering': ('-on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ClockRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=30, unique=True, verbose_name='code')),
                ('label_zh', models.CharField(max_length=60, verbose_name='name in Chinese')),
                ('label_en', models.CharField(max_length=80, verbose_name='name in English')),
                ('basis', models.CharField(max_length=80, verbose_name='legal basis')),
                ('trigger', models.CharField(choices=[('harm', 'The worker knew of the harm'), ('relation_end', 'The employment relation ended'), ('aid_applied', 'Legal aid was applied for'), ('aid_granted', 'Legal aid was granted'), ('mediation_applied', 'Mediation was applied for'), ('payment_order', 'A payment order was applied for'), ('arb_filed', 'The arbitration request was received'), ('arb_accepted', 'Arbitration was accepted'), ('award', 'The award was received'), ('court_filed', 'The complaint was filed in court'), ('judgment', 'The judgment was served'), ('appeal', 'The appeal was filed'), ('performance', 'The time to pay has ended'), ('enforcement', 'Enforcement was applied for'), ('injury', 'Accident or diagnosis'), ('recognition', 'Recognition was accepted'), ('appraisal', 'Appraisal was applied for'), ('conclusion', 'The appraisal was received'), ('violation', 'The violation ended'), ('inspection', 'The inspection opened a case')], max_length=20, verbose_name='starts when')),
                ('amount', models.PositiveSmallIntegerField(verbose_name='how many')),
                ('unit', models.CharField(choices=[('day', 'days'), ('working_day', 'working days'), ('month', 'months'), ('year', 'years')], max_length=12, verbose_name='unit')),
                ('extension', models.PositiveSmallIntegerField(default=0, verbose_name='may be extended by')),
                ('types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='only for these kinds')),
                ('ours', models.BooleanField(default=False, verbose_name='we or the worker must act')),
                ('warn_days', models.PositiveSmallIntegerField(default=5, verbose_name='task this many days before')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'statutory clock',
                'verbose_name_plural': 'statutory clocks',
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 1)), name='clock_rule_has_a_length')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_on', models.DateField(verbose_name='runs from')),
                ('due_on', models.DateField(verbose_name='ends on')),
                ('warn_on', models.DateField(verbose_name='task from')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started at')),
                ('extended_at', models.DateTimeField(blank=True, null=True, verbose_name='extended at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped at')),
                ('ending', models.CharField(blank=True, choices=[('met', 'done in time'), ('late', 'done late'), ('restarted', 'interrupted, runs anew'), ('dropped', 'no longer needed')], max_length=10, verbose_name='how it stopped')),
                ('dropped_reason', models.CharField(blank=True, choices=[('other_way', 'another way was chosen'), ('settled', 'the matter is settled'), ('worker', 'the worker gives it up'), ('mistake', 'started by mistake'), ('closed', 'the case was closed'), ('other', 'other')], max_length=10, verbose_name='why it is not needed')),
                ('dropped_text', models.CharField(blank=True, max_length=200, verbose_name='in words')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='legal.case', verbose_name='case')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stopped by')),
                ('extended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='extended by')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='legal.clockrule', verbose_name='limit')),
            ],
            options={
                'verbose_name': 'clock',
                'verbose_name_plural': 'clocks',
                'ordering': ('due_on', 'pk'),
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['warn_on'], name='clock_running_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('extended_at__isnull', False), ('extended_by__isnull', False)), models.Q(('extended_at__isnull', True), ('extended_by__isnull', True)), _connector='OR'), name='clock_extended_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), _connector='OR'), name='clock_ended_has_who_and_when'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case', 'rule'), name='clock_runs_once_in_a_case', violation_error_message='This clock runs already.'), models.CheckConstraint(condition=models.Q(('due_on__gt', models.F('started_on'))), name='clock_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ending', '')), models.Q(('ended_at__isnull', False), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='clock_stopped_says_how'), models.CheckConstraint(condition=models.Q(models.Q(('ending', 'dropped'), _negated=True), models.Q(models.Q(('dropped_reason', ''), _negated=True), models.Q(('dropped_text', ''), _negated=True)), _connector='OR'), name='clock_dropped_says_why', violation_error_message='Say why the limit is not needed.')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('employer', 'Employer'), ('contractor', 'General contractor'), ('sub', 'Subcontractor'), ('worker', 'Further worker'), ('body', 'Authority or body')], max_length=10, verbose_name='part')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='legal.case', verbose_name='case')),
                ('employer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='casework.employer', verbose_name='employer')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('case', 'role', 'name'), name='party_stands_once_in_a_case'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='party_has_a_name', violation_error_message='A party has its name.')],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(editable=False, max_length=32, null=True, unique=True)),
                ('received_on', models.DateField(verbose_name='received on')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='received, yuan')),
                ('loss', models.CharField(choices=[('wages', 'wages'), ('injury', 'injury benefits'), ('compensation', 'severance or damages'), ('insurance', 'social insurance'), ('other', 'other')], default='wages', max_length=14, verbose_name='what it made good')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written at')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='legal.case', verbose_name='case')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'verbose_name': 'recovery',
                'verbose_name_plural': 'recoveries',
                'ordering': ('received_on', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='recovery_is_more_than_nothing', violation_error_message='Write down money that arrived, not money that was promised.')],
            },
        ),
    ]
