"""Several pages, with a host, a look and readers of their own. There was one page at most: one public id is enough."""


import daylight.core.public_ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0005_sections'),
        ('pages', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_shown', models.BooleanField()),
                ('placed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='page',
            name='access',
            field=models.CharField(choices=[('public', 'Everybody'), ('private', 'The crew, and whoever has its secret link')], default='public', max_length=8),
        ),
        migrations.AddField(
            model_name='page',
            name='colour',
            field=models.CharField(blank=True, default='', max_length=7),
        ),
        migrations.AddField(
            model_name='page',
            name='host',
            field=models.CharField(blank=True, default='', max_length=253),
        ),
        migrations.AddField(
            model_name='page',
            name='links_from',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='page',
            name='logo',
            field=models.BinaryField(blank=True, default=b''),
        ),
        migrations.AddField(
            model_name='page',
            name='public_id',
            field=models.CharField(default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True),
        ),
        migrations.AddField(
            model_name='page',
            name='shows',
            field=models.CharField(choices=[('all', 'Every public incident'), ('components', 'Only what touches the components shown here')], default='all', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(condition=models.Q(('host', ''), _negated=True), fields=('host',), name='pages_page_host_once'),
        ),
        migrations.AddField(
            model_name='placement',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='incidents.incident'),
        ),
        migrations.AddField(
            model_name='placement',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='pages.page'),
        ),
        migrations.AddField(
            model_name='placement',
            name='placed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(fields=('page', 'incident'), name='pages_placement_once'),
        ),
    ]
