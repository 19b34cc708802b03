"""An index of three letters for names on PostgreSQL: a search then reads what may match and not every campaign.

The extension comes with PostgreSQL and may be made by whoever owns the database. Where it may not, the search works without.
"""

from django.db import DatabaseError, migrations, transaction

NAME = "campaign_name_letters"


def add(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            # as Django writes `icontains`
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {NAME} ON campaigns_campaign USING gin (UPPER(name::text) gin_trgm_ops)"
            )
    except DatabaseError:  # not there, or not ours to make: docs/running.md says how to add it later
        pass


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0032_quick_counts'),
    ]

    operations = [migrations.RunPython(add, remove)]
