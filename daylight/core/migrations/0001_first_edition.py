"""The first edition of this room: what was made before it was first published, folded into one step."""

from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('core', '0001_initial')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('empty_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='CacheRow',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('loop', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('turned_at', models.DateTimeField()),
                ('quiet_at', models.DateTimeField()),
                ('oldest_due_at', models.DateTimeField(null=True)),
                ('is_late', models.BooleanField(default=False)),
                ('problem', models.CharField(blank=True, default='', max_length=500)),
                ('host', models.CharField(blank=True, default='', max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='RememberedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=120)),
                ('fingerprint', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.TextField(blank=True, default='')),
            ],
            options={
                'indexes': [models.Index(fields=['made_at'], name='core_answer_made_at')],
                'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='core_answer_once')],
            },
        ),
    ]
