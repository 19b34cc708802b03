from django.db import migrations, models
from django.db.models import F


def take_over(apps, schema_editor):
    """What came to its end before this was kept: its last end is the best that is known."""
    Launch = apps.get_model("campaigns", "Launch")
    Launch.objects.filter(live_since=None, finished_at__isnull=False).update(live_since=F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0017_quick_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="launch",
            name="live_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
