"""The first edition of this room: what was made before it was first published, folded into one step."""

import daylight.core.public_ids
import daylight.core.secrets
import daylight.pages.models.on_hold
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('pages', '0001_initial'), ('pages', '0002_several_pages'), ('pages', '0003_targets'), ('pages', '0004_phone_line'), ('pages', '0005_page_words'), ('pages', '0006_embed'), ('pages', '0007_how_we_tell'), ('pages', '0008_banner_secret'), ('pages', '0009_choices')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('customers', '0001_first_edition'),
        ('incidents', '0001_first_edition'),
        ('reach', '0001_first_edition'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alternative',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('wait', 'Wait for it'), ('cancel', 'Cancel and get the money back'), ('swap', 'Take something else in its place'), ('call_back', 'Be called back'), ('other', 'Own words')], max_length=12)),
                ('needs', models.CharField(choices=[('nothing', 'Nothing: one tap and a yes'), ('date', 'A date'), ('phone', 'A phone number'), ('words', 'A few words')], default='nothing', max_length=8)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('until', models.DateTimeField(null=True)),
                ('offered_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alternatives', to='incidents.incident')),
                ('offered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='pages_alternative_withdrawn_by_a_member')],
            },
        ),
        migrations.CreateModel(
            name='BannerSecret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', daylight.core.secrets.SealedField()),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FreshLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('contact_point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fresh_links', to='customers.contactpoint')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reach.notice')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='pages_fresh_link_due'), models.Index(fields=['contact_point', 'asked_at'], name='pages_fresh_link_asked')],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('public_id', models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('title', models.CharField(blank=True, default='', max_length=120)),
                ('introduction', models.CharField(blank=True, default='', max_length=400)),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=12)),
                ('host', models.CharField(blank=True, default='', max_length=253)),
                ('shows', models.CharField(choices=[('all', 'Every public incident'), ('components', 'Only what touches the components shown here')], default='all', max_length=12)),
                ('access', models.CharField(choices=[('public', 'Everybody'), ('private', 'The crew, and whoever has its secret link')], default='public', max_length=8)),
                ('links_from', models.PositiveIntegerField(default=0)),
                ('colour', models.CharField(blank=True, default='', max_length=7)),
                ('logo', models.BinaryField(blank=True, default=b'')),
                ('kept_since', models.DateTimeField()),
                ('hidden_components', models.ManyToManyField(blank=True, related_name='+', to='incidents.component')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('host', ''), _negated=True), fields=('host',), name='pages_page_host_once')],
            },
        ),
        migrations.CreateModel(
            name='AlternativeText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('label', models.CharField(max_length=80)),
                ('explanation', models.CharField(blank=True, default='', max_length=400)),
                ('alternative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='pages.alternative')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('alternative', 'language'), name='pages_alternative_text_once')],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chosen_at', models.DateTimeField()),
                ('wanted_on', models.DateField(null=True)),
                ('phone', models.CharField(blank=True, default='', max_length=40)),
                ('words', models.CharField(blank=True, default='', max_length=1000)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('changed', 'Changed to another'), ('undone', 'Taken back')], default='', max_length=8)),
                ('done_at', models.DateTimeField(null=True)),
                ('alternative', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='pages.alternative')),
                ('contact_point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='choices', to='customers.contactpoint')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='customers.customer')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='incidents.incident')),
            ],
            options={
                'indexes': [models.Index(fields=['incident', 'alternative'], name='pages_choice_counted')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('incident', 'customer'), name='pages_choice_one_stands'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='pages_choice_done_by_a_member')],
            },
        ),
        migrations.CreateModel(
            name='OwnSpeech',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('words', models.CharField(max_length=1200)),
                ('stamp', models.CharField(max_length=12)),
                ('written_at', models.DateTimeField()),
                ('written_by', models.CharField(max_length=160)),
                ('fell_out_at', models.DateTimeField(null=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='own_speeches', to='incidents.incident')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='own_speeches', to='pages.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'incident', 'language'), name='pages_own_speech_once')],
            },
        ),
        migrations.CreateModel(
            name='OnHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('longest_seconds', models.PositiveSmallIntegerField(default=45, validators=[django.core.validators.MinValueValidator(15), django.core.validators.MaxValueValidator(120)])),
                ('says_all_is_well', models.BooleanField(default=True)),
                ('takes_keys', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='on_hold', to='pages.page')),
            ],
        ),
        migrations.CreateModel(
            name='HowWeTell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('promise', models.TextField(blank=True, default='', max_length=2000)),
                ('when_late', models.TextField(blank=True, default='', max_length=2000)),
                ('changed_at', models.DateTimeField()),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='how_we_tell', to='pages.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'language'), name='pages_how_we_tell_once')],
            },
        ),
        migrations.CreateModel(
            name='EmbedSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facts', models.JSONField(default=dict)),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='embed', to='pages.page')),
            ],
        ),
        migrations.CreateModel(
            name='PageWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], max_length=12)),
                ('title', models.CharField(blank=True, default='', max_length=120)),
                ('introduction', models.CharField(blank=True, default='', max_length=400)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='pages.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'language'), name='pages_words_once')],
            },
        ),
        migrations.CreateModel(
            name='PhoneLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('twilio', 'Twilio'), ('asterisk', 'Asterisk'), ('voicexml', 'A VoiceXML platform'), ('other', 'Another one')], max_length=10)),
                ('token', models.CharField(default=daylight.pages.models.on_hold.new_token, max_length=40, unique=True)),
                ('secret', daylight.core.secrets.SealedField(null=True)),
                ('country', models.CharField(blank=True, default='', max_length=2)),
                ('behind_after', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)])),
                ('silent_after', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MaxValueValidator(720)])),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
                ('heard_version', models.CharField(blank=True, default='', max_length=12)),
                ('heard_language', models.CharField(blank=True, default='', max_length=12)),
                ('heard_by', models.CharField(blank=True, default='', max_length=40)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phone_lines', to='pages.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('page', 'name'), name='pages_phone_line_once')],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_shown', models.BooleanField()),
                ('placed_at', models.DateTimeField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='incidents.incident')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='pages.page')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'incident'), name='pages_placement_once')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('facts_fingerprint', models.CharField(max_length=64)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='pages.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'version'), name='pages_publication_once')],
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('stamp', models.CharField(max_length=12)),
                ('file_name', models.CharField(max_length=120)),
                ('seconds', models.FloatField()),
                ('samples', models.BinaryField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=160)),
                ('fell_out_at', models.DateTimeField(null=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='pages.page')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'language'), name='pages_recording_once')],
            },
        ),
        migrations.CreateModel(
            name='SpokenText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('language', models.CharField(max_length=12)),
                ('part', models.CharField(max_length=12)),
                ('version', models.CharField(max_length=12)),
                ('text', models.TextField()),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('voice', models.CharField(blank=True, default='', max_length=200)),
                ('seconds', models.FloatField(null=True)),
                ('samples', models.BinaryField(null=True)),
                ('voiced_at', models.DateTimeField(null=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spoken_texts', to='pages.page')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='pages_spoken_text_due')],
                'constraints': [models.UniqueConstraint(fields=('page', 'language', 'part', 'version'), name='pages_spoken_text_once')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, default='', editable=False, max_length=500)),
                ('kind', models.CharField(choices=[('directory', 'a folder that a web server serves'), ('bucket', 'a bucket (S3 or its likes)')], max_length=12)),
                ('name', models.CharField(max_length=120)),
                ('settings', daylight.core.secrets.SealedField(null=True)),
                ('check_url', models.CharField(blank=True, default='', max_length=300)),
                ('is_paused', models.BooleanField(default=False)),
                ('shows', models.DateTimeField(editable=False, null=True)),
                ('seen_at', models.DateTimeField(editable=False, null=True)),
                ('behind_since', models.DateTimeField(editable=False, null=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='pages.page')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='pages_target_due')],
                'constraints': [models.UniqueConstraint(fields=('page', 'name'), name='pages_target_once')],
            },
        ),
        migrations.CreateModel(
            name='LineCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField()),
                ('checked_by', models.CharField(max_length=160)),
                ('version', models.CharField(max_length=12)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='pages.phoneline')),
            ],
        ),
    ]
