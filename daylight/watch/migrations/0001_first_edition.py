"""The first edition of this room: what was made before it was first published, folded into one step."""

import daylight.core.public_ids
import daylight.core.secrets
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('watch', '0001_signals'), ('watch', '0002_alerts'), ('watch', '0003_reading')]

    initial = True

    dependencies = [
        ('accounts', '0001_first_edition'),
        ('accounts', '__first__'),
        ('customers', '0001_first_edition'),
        ('incidents', '0001_first_edition'),
        ('listen', '0001_first_edition'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lookout',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Memory',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('written_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='listen.message')),
                ('said_at', models.DateTimeField()),
                ('read_at', models.DateTimeField()),
                ('writer', models.BigIntegerField()),
                ('text', models.BigIntegerField(null=True)),
                ('counts', models.BooleanField(default=True)),
            ],
            options={
                'indexes': [models.Index(fields=['writer', 'said_at'], name='watch_heard_writer'), models.Index(condition=models.Q(('text__isnull', False)), fields=['text', 'said_at'], name='watch_heard_text'), models.Index(fields=['said_at'], name='watch_heard_said')],
            },
        ),
        migrations.CreateModel(
            name='Monitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('settings', daylight.core.secrets.SealedField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('last_heard_at', models.DateTimeField(null=True)),
                ('components', models.ManyToManyField(blank=True, related_name='+', to='incidents.component')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='watch_monitor_due')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('head', models.BigIntegerField(default=0)),
                ('floor', models.BigIntegerField(default=0)),
                ('mark', models.BigIntegerField(default=0)),
                ('marked_at', models.DateTimeField(null=True)),
                ('swept_at', models.DateTimeField(null=True)),
                ('newest_said_at', models.DateTimeField(null=True)),
                ('settling_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='watch_reading_due')],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('everything', 'Everything that customers say'), ('source', 'What comes by one way in'), ('facets', 'Category, product or region'), ('cluster', 'Messages that say much the same'), ('term', 'A word that spreads'), ('group', 'One group of customers')], max_length=12)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('name', models.CharField(max_length=160)),
                ('category', models.CharField(blank=True, default='', max_length=200)),
                ('product', models.CharField(blank=True, default='', max_length=200)),
                ('region', models.CharField(blank=True, default='', max_length=200)),
                ('centre', models.BinaryField(null=True)),
                ('weight', models.FloatField(default=0)),
                ('terms', models.JSONField(default=list)),
                ('memory', models.JSONField(default=dict)),
                ('stage', models.CharField(blank=True, choices=[('watch', 'Watch'), ('warn', 'Warning'), ('crisis', 'Crisis')], default='', max_length=8)),
                ('score', models.FloatField(default=0)),
                ('expected', models.FloatField(default=0)),
                ('scored_at', models.DateTimeField(null=True)),
                ('muted_until', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('first_said_at', models.DateTimeField()),
                ('last_said_at', models.DateTimeField()),
                ('messages', models.PositiveIntegerField(default=0)),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.group')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='watch.topic')),
                ('muted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='watch.topic')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='watch_topic_due'), models.Index(fields=['category', 'product', 'region'], name='watch_topic_facets'), models.Index(fields=['kind', '-last_said_at'], name='watch_topic_lately'), models.Index(fields=['-messages', 'id'], name='watch_topic_largest')],
            },
        ),
        migrations.CreateModel(
            name='LabelRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=120)),
                ('value', models.CharField(max_length=200)),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='incidents.component')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('label', 'value', 'component'), name='watch_label_rule_once')],
            },
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('headline', models.CharField(max_length=200)),
                ('stage', models.CharField(choices=[('watch', 'Watch'), ('warn', 'Warning'), ('crisis', 'Crisis')], max_length=8)),
                ('gravest', models.CharField(choices=[('watch', 'Watch'), ('warn', 'Warning'), ('crisis', 'Crisis')], max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('noticed_at', models.DateTimeField()),
                ('warned_at', models.DateTimeField(null=True)),
                ('crisis_at', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('score', models.FloatField(default=0)),
                ('strength', models.FloatField(default=0)),
                ('expected', models.FloatField(default=0)),
                ('low', models.FloatField(default=0)),
                ('high', models.FloatField(default=0)),
                ('observed', models.PositiveIntegerField(default=0)),
                ('customers', models.PositiveIntegerField(default=0)),
                ('doubling', models.FloatField(null=True)),
                ('is_past', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Goes on'), ('incident', 'Became an incident'), ('known', 'Known'), ('no_issue', 'Not an issue'), ('faded', 'Faded by itself'), ('folded', 'Part of another signal')], default='', max_length=10)),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='came_from', to='incidents.incident')),
                ('part_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='watch.signal')),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='raised', to='watch.topic')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['-opened_at'], name='watch_signal_open'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['-ended_at'], name='watch_signal_ended')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('topic',), name='watch_signal_one_open_a_topic')],
            },
        ),
        migrations.CreateModel(
            name='MessageTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField()),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='listen.message')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='placed', to='watch.topic')),
            ],
            options={
                'indexes': [models.Index(fields=['topic', '-said_at'], name='watch_message_topic_newest')],
                'constraints': [models.UniqueConstraint(fields=('message', 'topic'), name='watch_message_topic_once')],
            },
        ),
        migrations.CreateModel(
            name='IncidentTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('linked_at', models.DateTimeField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='incidents.incident')),
                ('linked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='watch.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'topic'), name='watch_incident_topic_once')],
            },
        ),
        migrations.CreateModel(
            name='TopicDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('hours', models.JSONField()),
                ('writers', models.PositiveIntegerField(default=0)),
                ('messages', models.PositiveIntegerField(default=0)),
                ('upset', models.PositiveIntegerField(default=0)),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='watch.topic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'day'), name='watch_topic_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('message', 'A typical message'), ('term', 'A word that spreads'), ('place', 'Where it is'), ('alert', 'A machine alert'), ('supplier', "A supplier's trouble")], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('text', models.CharField(blank=True, default='', max_length=300)),
                ('address', models.CharField(blank=True, default='', max_length=500)),
                ('facts', models.JSONField(default=dict)),
                ('weight', models.FloatField(default=0)),
                ('at', models.DateTimeField(null=True)),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='listen.message')),
                ('signal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='watch.signal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('signal', 'kind', 'name'), name='watch_evidence_once')],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=200)),
                ('title', models.CharField(max_length=300)),
                ('text', models.CharField(blank=True, default='', max_length=1000)),
                ('severity', models.CharField(choices=[('info', 'For information'), ('warning', 'Warning'), ('critical', 'Critical')], max_length=8)),
                ('labels', models.JSONField(default=dict)),
                ('address', models.CharField(blank=True, default='', max_length=500)),
                ('started_at', models.DateTimeField()),
                ('began_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('times', models.PositiveIntegerField(default=1)),
                ('components', models.ManyToManyField(related_name='alerts', to='incidents.component')),
                ('monitor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='watch.monitor')),
                ('signal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alerts', to='watch.signal')),
            ],
            options={
                'indexes': [models.Index(fields=['monitor', 'fingerprint', '-began_at'], name='watch_alert_known'), models.Index(fields=['-began_at', '-id'], name='watch_alert_newest'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['heard_at'], name='watch_alert_firing')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('monitor', 'fingerprint'), name='watch_alert_one_firing')],
            },
        ),
        migrations.CreateModel(
            name='Teaching',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('', 'Goes on'), ('incident', 'Became an incident'), ('known', 'Known'), ('no_issue', 'Not an issue'), ('faded', 'Faded by itself'), ('folded', 'Part of another signal')], max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('taught_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('signal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='teachings', to='watch.signal')),
                ('taught_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teachings', to='watch.topic')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='watch_teaching_in_order')],
            },
        ),
    ]
