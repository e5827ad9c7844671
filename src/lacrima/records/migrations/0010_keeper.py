"""A keeper outside the therapy, or a study: its public key, and what is sealed for it alone."""

from django.db import migrations, models

import lacrima.records.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_languages_and_paper"),
    ]

    operations = [
        migrations.AddField(
            model_name="doorhouse",
            name="keeper_name",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="doorhouse",
            name="keeper_code",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="doorhouse",
            name="keeper_purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("outside", "somebody outside the therapy"),
                    ("study", "a study"),
                ],
                default="outside",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="doorhouse",
            name="keepers_before",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="dooranswer",
            name="for_keeper",
            field=lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
        ),
        migrations.AddField(
            model_name="dooranswer",
            name="sealed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dooranswer",
            name="handed_over_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="dooranswer",
            name="release",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not chosen yet"),
                    ("open", "my therapist may read it"),
                    ("talk", "tell my therapist only that I would like to talk"),
                    ("nobody", "nobody reads it for now"),
                    (
                        "keeper",
                        "only somebody outside the therapy: my therapist cannot read it",
                    ),
                ],
                default="",
                max_length=8,
            ),
        ),
    ]
