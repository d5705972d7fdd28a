"""The first edition of this room: what was made before it was first published, folded into one step."""

import daylight.core.public_ids
import daylight.incidents.models.incident
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('incidents', '0001_initial'), ('incidents', '0003_uses_read'), ('incidents', '0004_tell_a_million'), ('incidents', '0005_sections'), ('incidents', '0006_programs')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('customers', '0001_first_edition'),
    ]

    operations = [
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('description', models.CharField(blank=True, default='', max_length=300)),
                ('position', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='UsesRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('imported_at', models.DateTimeField(null=True)),
                ('newest_component', models.BigIntegerField(default=0)),
                ('read_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Cadence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '1: Customers are harmed or cannot do what they came for'), (2, '2: Many customers are badly hindered or lose money or time'), (3, '3: Some customers are hindered; a way round exists'), (4, '4: A nuisance that most will not notice'), (5, '5: A blemish, such as a misspelt name')])),
                ('kind', models.CharField(blank=True, choices=[('outage', 'Outage'), ('late_delivery', 'Late delivery'), ('billing_error', 'Billing error'), ('recall', 'Recall'), ('data_breach', 'Data breach'), ('cancellation', 'Cancellation'), ('supplier_failure', 'Supplier failure'), ('foreseen_trouble', 'Foreseen trouble'), ('maintenance', 'Maintenance'), ('other', 'Other')], default='', max_length=20)),
                ('first_word', models.PositiveIntegerField()),
                ('rhythm', models.PositiveIntegerField()),
                ('in_working_hours', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('severity', 'kind'), name='incidents_cadence_once'), models.CheckConstraint(condition=models.Q(('first_word__gt', 0), ('rhythm__gt', 0)), name='incidents_cadence_moves')],
            },
        ),
        migrations.CreateModel(
            name='EscalationRung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(unique=True)),
                ('after', models.PositiveIntegerField(default=5)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=daylight.incidents.models.incident.new_public_id, editable=False, max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('outage', 'Outage'), ('late_delivery', 'Late delivery'), ('billing_error', 'Billing error'), ('recall', 'Recall'), ('data_breach', 'Data breach'), ('cancellation', 'Cancellation'), ('supplier_failure', 'Supplier failure'), ('foreseen_trouble', 'Foreseen trouble'), ('maintenance', 'Maintenance'), ('other', 'Other')], max_length=20)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '1: Customers are harmed or cannot do what they came for'), (2, '2: Many customers are badly hindered or lose money or time'), (3, '3: Some customers are hindered; a way round exists'), (4, '4: A nuisance that most will not notice'), (5, '5: A blemish, such as a misspelt name')])),
                ('title', models.CharField(max_length=160)),
                ('summary', models.TextField(blank=True, default='')),
                ('is_exercise', models.BooleanField(default=False)),
                ('occurred_at', models.DateTimeField()),
                ('aware_at', models.DateTimeField()),
                ('classified_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('planned_from', models.DateTimeField(null=True)),
                ('planned_until', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('made_public_at', models.DateTimeField(null=True)),
                ('rhythm', models.PositiveIntegerField(null=True)),
                ('first_word_due_at', models.DateTimeField(null=True)),
                ('holding_update_allowed', models.BooleanField(default=False)),
                ('closed_at', models.DateTimeField(null=True)),
                ('made_public_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-opened_at'],
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['opened_at'], name='incidents_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('made_public_at__isnull', True), ('made_public_by__isnull', True)), models.Q(('made_public_at__isnull', False), ('made_public_by__isnull', False)), _connector='OR'), name='incidents_public_by_a_member'), models.CheckConstraint(condition=models.Q(('severity__range', (1, 5))), name='incidents_severity_1_to_5'), models.CheckConstraint(condition=models.Q(('planned_until__isnull', True), models.Q(('planned_from__isnull', False), ('planned_until__gt', models.F('planned_from'))), _connector='OR'), name='incidents_window_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Component',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('description', models.CharField(blank=True, default='', max_length=300)),
                ('position', models.PositiveIntegerField(default=0)),
                ('is_public', models.BooleanField(default=True)),
                ('state', models.CharField(choices=[('operational', 'Working'), ('maintenance', 'Under maintenance'), ('degraded', 'Slow or limited'), ('partial_outage', 'Partly out'), ('major_outage', 'Out')], default='operational', max_length=20)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('retired_at', models.DateTimeField(null=True)),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='components', to='incidents.section')),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Carried',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facts', models.JSONField(default=dict)),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='carried', to='incidents.incident')),
            ],
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('lead', 'Lead'), ('writer', 'Writer'), ('liaison', 'Customer liaison')], max_length=12)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='incidents.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('role', 'lead'), ('until__isnull', True)), fields=('incident',), name='incidents_one_lead_at_a_time'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('incident', 'role', 'member'), name='incidents_part_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_at', models.DateTimeField()),
                ('text', models.TextField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='incidents.incident')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PostMortem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('draft', models.TextField(blank=True, default='')),
                ('draft_changed_at', models.DateTimeField(null=True)),
                ('body', models.TextField(blank=True, default='')),
                ('body_changed_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='post_mortem', to='incidents.incident')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('published_at__isnull', True), models.Q(('body', ''), _negated=True), _connector='OR'), name='incidents_post_mortem_says')],
            },
        ),
        migrations.CreateModel(
            name='RegisterRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('component', 'Customers who use a component'), ('commitments', 'Customers with certain orders or other commitments'), ('attributes', 'Customers with certain attributes'), ('group', 'Customers of a group'), ('listed', 'Customers from a list'), ('everyone', 'All customers')], max_length=12)),
                ('parameters', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=300)),
                ('added_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_because', models.CharField(blank=True, default='', max_length=300)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='register_rules', to='incidents.incident')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RegisterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('frozen_at', models.DateTimeField()),
                ('added', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('reasons', models.JSONField(default=list)),
                ('languages', models.JSONField(default=list)),
                ('frozen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='register_versions', to='incidents.incident')),
            ],
            options={
                'ordering': ['incident', 'number'],
                'constraints': [models.UniqueConstraint(fields=('incident', 'number'), name='incidents_register_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resolved_at', models.DateTimeField()),
                ('summary', models.TextField()),
                ('reopened_at', models.DateTimeField(null=True)),
                ('reopened_because', models.CharField(blank=True, default='', max_length=300)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resolutions', to='incidents.incident')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resolved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('reopened_at__isnull', True)), fields=('incident',), name='incidents_one_resolution')],
            },
        ),
        migrations.CreateModel(
            name='SeverityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.PositiveSmallIntegerField(choices=[(1, '1: Customers are harmed or cannot do what they came for'), (2, '2: Many customers are badly hindered or lose money or time'), (3, '3: Some customers are hindered; a way round exists'), (4, '4: A nuisance that most will not notice'), (5, '5: A blemish, such as a misspelt name')])),
                ('after', models.PositiveSmallIntegerField(choices=[(1, '1: Customers are harmed or cannot do what they came for'), (2, '2: Many customers are badly hindered or lose money or time'), (3, '3: Some customers are hindered; a way round exists'), (4, '4: A nuisance that most will not notice'), (5, '5: A blemish, such as a misspelt name')])),
                ('changed_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=300)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='severity_changes', to='incidents.incident')),
            ],
        ),
        migrations.CreateModel(
            name='Update',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('number', models.PositiveIntegerField(null=True)),
                ('kind', models.CharField(choices=[('update', 'Update'), ('correction', 'Correction'), ('holding', 'Holding update'), ('resolution', 'Resolution')], default='update', max_length=12)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waits for approval'), ('leaving', 'Leaving'), ('published', 'Published'), ('dropped', 'Dropped')], default='draft', max_length=12)),
                ('stage', models.CharField(choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved'), ('scheduled', 'Scheduled'), ('in_progress', 'In progress'), ('verifying', 'Verifying'), ('completed', 'Completed')], max_length=16)),
                ('why_known', models.BooleanField(default=False)),
                ('next_update_by', models.DateTimeField(null=True)),
                ('zone', models.CharField(default='UTC', max_length=60)),
                ('rhythm', models.PositiveIntegerField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('window', models.CharField(blank=True, default='', editable=False, max_length=32)),
                ('written_at', models.DateTimeField()),
                ('sent_off_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('based_on', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='incidents.update')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='incidents.update')),
                ('hands', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='incidents.incident')),
                ('sent_off_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['incident', 'number', 'pk'],
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='incidents_update_due'), models.Index(fields=['published_at'], name='incidents_update_published')],
                'constraints': [models.UniqueConstraint(fields=('incident', 'number'), name='incidents_update_number_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'waiting', 'leaving'])), fields=('incident', 'written_by'), name='incidents_one_draft_per_writer'), models.UniqueConstraint(condition=models.Q(('state', 'leaving')), fields=('incident',), name='incidents_one_leaving'), models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', False), ('published_at__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True)), _connector='OR'), name='incidents_update_published_whole')],
            },
        ),
        migrations.CreateModel(
            name='IncidentTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=160)),
                ('body', models.TextField()),
                ('group_id', models.CharField(blank=True, default='', max_length=40)),
                ('stage', models.CharField(blank=True, choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved'), ('scheduled', 'Scheduled'), ('in_progress', 'In progress'), ('verifying', 'Verifying'), ('completed', 'Completed')], default='', max_length=16)),
                ('tells_customers', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('components', models.ManyToManyField(blank=True, related_name='+', to='incidents.component')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ListedCustomer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listed', to='incidents.registerrule')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('rule', 'customer'), name='incidents_listed_once')],
            },
        ),
        migrations.CreateModel(
            name='AffectedCustomer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('since', models.DateTimeField()),
                ('added_at', models.DateTimeField()),
                ('added_in', models.PositiveIntegerField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('removed_in', models.PositiveIntegerField(null=True)),
                ('removed_because', models.CharField(blank=True, default='', max_length=300)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affected_by', to='customers.customer')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affected', to='incidents.incident')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='found', to='incidents.registerrule')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'customer'), name='incidents_affected_once')],
            },
        ),
        migrations.CreateModel(
            name='TakeBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_back_at', models.DateTimeField()),
                ('taken_back_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='take_backs', to='incidents.update')),
            ],
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('given_at', models.DateTimeField()),
                ('promised_for', models.DateTimeField()),
                ('lapses_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('late', 'Late'), ('kept_late', 'Kept late'), ('missed', 'Missed')], default='open', max_length=12)),
                ('late_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='incidents.incident')),
                ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_promises', to='incidents.update')),
                ('update', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='promise', to='incidents.update')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='incidents_promise_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'late'])), fields=('incident',), name='incidents_one_open_promise'), models.CheckConstraint(condition=models.Q(('promised_for__gt', models.F('given_at'))), name='incidents_promise_in_the_future'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state__in', ['open', 'late'])), models.Q(('decided_at__isnull', False), ('state__in', ['kept', 'kept_late', 'missed'])), _connector='OR'), name='incidents_promise_decided_once')],
            },
        ),
        migrations.CreateModel(
            name='PageOnly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('update', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='page_only', to='incidents.update')),
            ],
        ),
        migrations.CreateModel(
            name='Impact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('operational', 'Working'), ('maintenance', 'Under maintenance'), ('degraded', 'Slow or limited'), ('partial_outage', 'Partly out'), ('major_outage', 'Out')], max_length=20)),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='impacts', to='incidents.component')),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='impacts', to='incidents.update')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('update', 'component'), name='incidents_impact_once')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField()),
                ('given_at', models.DateTimeField()),
                ('is_yes', models.BooleanField()),
                ('words', models.CharField(blank=True, default='', max_length=400)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='incidents.update')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='UpdateText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('headline', models.CharField(max_length=160)),
                ('what', models.TextField(blank=True, default='')),
                ('who', models.TextField(blank=True, default='')),
                ('why', models.TextField(blank=True, default='')),
                ('doing', models.TextField(blank=True, default='')),
                ('meanwhile', models.TextField(blank=True, default='')),
                ('rhythm_said', models.CharField(blank=True, default='', max_length=300)),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='incidents.update')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('update', 'language'), name='incidents_update_text_once')],
            },
        ),
        migrations.CreateModel(
            name='WithheldFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.TextField()),
                ('reason', models.CharField(max_length=400)),
                ('withheld_at', models.DateTimeField()),
                ('review_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='withheld_facts', to='incidents.incident')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('told_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='incidents.update')),
            ],
            options={
                'ordering': ['review_at'],
            },
        ),
        migrations.CreateModel(
            name='ComponentUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='incidents.component')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='component_uses', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('component', 'customer'), name='incidents_component_use_once')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('kind', models.CharField(choices=[('first_word', 'First word is owed'), ('warn_50', 'Half the time is gone'), ('warn_80', 'A fifth of the time is left'), ('warn_100', 'The promised time has come'), ('escalation', 'Nobody has spoken'), ('review_fact', 'A withheld fact must be looked at again')], max_length=12)),
                ('rung', models.PositiveSmallIntegerField(default=0)),
                ('planned_for', models.DateTimeField()),
                ('fired_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='incidents.incident')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to=settings.AUTH_USER_MODEL)),
                ('promise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='incidents.promise')),
                ('fact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='incidents.withheldfact')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='incidents_reminder_due')],
                'constraints': [models.UniqueConstraint(fields=('promise', 'kind', 'rung'), name='incidents_reminder_once'), models.UniqueConstraint(condition=models.Q(('fact__isnull', True), ('fired_at__isnull', True), ('promise__isnull', True), ('dropped_at__isnull', True)), fields=('incident', 'kind', 'rung'), name='incidents_first_word_reminder_once'), models.CheckConstraint(condition=models.Q(('fired_at__isnull', True), ('dropped_at__isnull', True), _connector='OR'), name='incidents_reminder_fired_or_dropped')],
            },
        ),
    ]
