"""The first edition of this room: what was made before it was first published, folded into one step."""

import daylight.customers.models.contact_point
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('customers', '0001_initial'), ('customers', '0003_only_asked')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('external_id', models.CharField(max_length=120, null=True, unique=True)),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='customers_group_name')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('kind', models.CharField(choices=[('customers', 'Customers'), ('commitments', 'Commitments')], max_length=12)),
                ('state', models.CharField(choices=[('uploaded', 'Waiting for your mapping'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('dropped', 'Dropped')], default='uploaded', max_length=12)),
                ('file_name', models.CharField(max_length=255)),
                ('path', models.CharField(max_length=500)),
                ('size', models.BigIntegerField(default=0)),
                ('encoding', models.CharField(blank=True, default='', max_length=40)),
                ('separator', models.CharField(blank=True, default='', max_length=4)),
                ('first_byte', models.BigIntegerField(default=0)),
                ('first_line', models.BigIntegerField(default=0)),
                ('has_header', models.BooleanField(default=True)),
                ('header', models.JSONField(default=list)),
                ('header_signature', models.CharField(blank=True, default='', max_length=64)),
                ('mapping', models.JSONField(default=dict)),
                ('byte_position', models.BigIntegerField(default=0)),
                ('line', models.BigIntegerField(default=0)),
                ('rows_read', models.BigIntegerField(default=0)),
                ('rows_added', models.BigIntegerField(default=0)),
                ('rows_changed', models.BigIntegerField(default=0)),
                ('rows_same', models.BigIntegerField(default=0)),
                ('rows_faulty', models.BigIntegerField(default=0)),
                ('failure', models.CharField(blank=True, default='', max_length=400)),
                ('made_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='customers_import_due'), models.Index(fields=['header_signature'], name='customers_import_signature')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=120, null=True, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('language', models.CharField(blank=True, default='', max_length=12)),
                ('time_zone', models.CharField(blank=True, default='', max_length=60)),
                ('attributes', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
                ('only_asked_since', models.DateTimeField(null=True)),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='customers', to='customers.group')),
            ],
            options={
                'indexes': [models.Index(fields=['name', 'id'], name='customers_customer_name')],
            },
        ),
        migrations.CreateModel(
            name='ImportFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.BigIntegerField()),
                ('column', models.CharField(blank=True, default='', max_length=120)),
                ('value', models.CharField(blank=True, default='', max_length=200)),
                ('reason', models.CharField(max_length=400)),
                ('row', models.JSONField(default=list)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='faults', to='customers.import')),
            ],
            options={
                'ordering': ['line', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20)),
                ('address', models.CharField(max_length=400)),
                ('backwards', daylight.customers.models.contact_point.BackwardsField(blank=True, default='', editable=False, max_length=40)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('from_file', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='customers.customer')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'indexes': [models.Index(fields=['address'], name='customers_contact_address', opclasses=['varchar_pattern_ops']), models.Index(condition=models.Q(('backwards', ''), _negated=True), fields=['backwards'], name='customers_contact_backwards', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('customer', 'channel', 'address'), name='customers_contact_point_once')],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('reference', models.CharField(max_length=120)),
                ('title', models.CharField(blank=True, default='', max_length=200)),
                ('promised_on', models.DateField(null=True)),
                ('promised_at', models.DateTimeField(null=True)),
                ('expected_on', models.DateField(null=True)),
                ('expected_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('fulfilled', 'Fulfilled'), ('cancelled', 'Cancelled')], default='open', max_length=12)),
                ('attributes', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['promised_on', 'customer'], name='customers_commitment_promised'), models.Index(fields=['reference'], name='customers_commitment_ref', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('kind', 'reference'), name='customers_commitment_once')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(default='incident_notices', max_length=40)),
                ('given_at', models.DateTimeField()),
                ('given_by', models.CharField(max_length=200)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.CharField(blank=True, default='', max_length=200)),
                ('contact_point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='customers.contactpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('contact_point', 'purpose'), name='customers_consent_once')],
            },
        ),
    ]
