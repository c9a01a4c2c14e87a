from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("betterworker_site", "0001_initial"),)
    operations = (
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50)),
                ("value", models.IntegerField()),
            ],
        ),
    )
