"""On what kind of ground a record was asked for; how long a child's record is kept."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_a_clinic"),
    ]

    operations = [
        migrations.AddField(
            model_name="client",
            name="birth_year",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[MinValueValidator(1900), MaxValueValidator(2200)],
            ),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="kind",
            field=models.CharField(
                choices=[
                    ("client", "the client asks to see the record"),
                    ("authority", "a court or an authority"),
                    ("professional", "another professional"),
                    ("insurer", "an insurer or another payer"),
                    ("other", "something else"),
                ],
                default="other",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "asked"),
                    ("given", "given"),
                    ("declined", "declined"),
                    ("withdrawn", "withdrawn"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="keep_child_until_age",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[MinValueValidator(18), MaxValueValidator(100)],
            ),
        ),
        migrations.AlterField(
            model_name="practice",
            name="keep_years",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[MinValueValidator(1), MaxValueValidator(100)],
            ),
        ),
    ]
