"""The sealed drop-box: the relay, keys, invitations, letters."""

import django.db.models.deletion
from django.db import migrations, models

import lacrima.records.row
import lacrima.records.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_keeper"),
    ]

    operations = [
        migrations.CreateModel(
            name="DropBox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lacrima.records.row.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("relay", models.CharField(max_length=300)),
                ("page", models.CharField(max_length=300)),
                (
                    "secrets",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("fetched_to", models.BigIntegerField(default=0)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("collected_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "drop_box",
            },
        ),
        migrations.CreateModel(
            name="DropBoxKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lacrima.records.row.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("key_id", models.CharField(max_length=16, unique=True)),
                ("public", models.CharField(max_length=130)),
                (
                    "private",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "drop_box_key",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="DropBoxName",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lacrima.records.row.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=32, unique=True)),
                ("until_at", models.DateTimeField()),
            ],
            options={
                "db_table": "drop_box_name",
            },
        ),
        migrations.AddField(
            model_name="dooranswer",
            name="sitting",
            field=models.CharField(blank=True, db_index=True, default="", max_length=32),
        ),
        migrations.AlterField(
            model_name="dooranswer",
            name="way",
            field=models.CharField(
                choices=[
                    ("handed_over", "on a device of the practice"),
                    ("link", "by a link"),
                    ("drop_box", "by the sealed drop-box"),
                    ("paper", "on paper"),
                    ("aloud", "told aloud"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="DropBoxInvitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lacrima.records.row.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=32, unique=True)),
                (
                    "secret",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("until_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("briefs", models.JSONField(blank=True, default=dict)),
                ("brief_number", models.PositiveIntegerField(default=0)),
                ("put_at", models.DateTimeField(blank=True, null=True)),
                ("taken_back", models.JSONField(blank=True, default=dict)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="box_invitations",
                        to="records.participant",
                    ),
                ),
            ],
            options={
                "db_table": "drop_box_invitation",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="DropBoxLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lacrima.records.row.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("letter_id", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=32)),
                ("sitting", models.CharField(blank=True, default="", max_length=32)),
                ("came_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "kept"),
                            ("taken_back", "taken back by the client before it came"),
                            ("aside", "set aside"),
                            ("thrown_away", "thrown away"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=40)),
                ("is_clock_off", models.BooleanField(default=False)),
                ("forgotten_at_relay", models.BooleanField(default=False)),
                ("content", models.TextField(blank=True, default="")),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="letters",
                        to="records.dropboxinvitation",
                    ),
                ),
            ],
            options={
                "db_table": "drop_box_letter",
                "ordering": ["came_at"],
            },
        ),
    ]
