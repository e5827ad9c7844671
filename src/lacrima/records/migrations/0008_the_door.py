"""The door: plans, links, answers that nobody reads before they are released, the way out."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import lacrima.records.row
import lacrima.records.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_requests_and_retention"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answers",
            name="source",
            field=models.CharField(
                choices=[
                    ("hand", "Hand"),
                    ("told_aloud", "Told Aloud"),
                    ("imported", "Imported"),
                    ("simulated", "Simulated"),
                    ("at_the_door", "At The Door"),
                ],
                default="hand",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Door",
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
                (
                    "every_sessions",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(8),
                        ],
                    ),
                ),
                ("plan", models.JSONField(blank=True, default=list)),
                ("for_child", models.BooleanField(default=False)),
                ("read_first_at", models.DateTimeField(blank=True, null=True)),
                (
                    "evening_hour",
                    models.PositiveSmallIntegerField(
                        default=20, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                ("own_word", models.CharField(blank=True, default="", max_length=160)),
                ("own_word_since", models.DateTimeField(blank=True, null=True)),
                ("paused_until", models.DateField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="door",
                        to="records.participant",
                    ),
                ),
            ],
            options={
                "db_table": "door",
            },
        ),
        migrations.CreateModel(
            name="DoorHouse",
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
                ("shown_name", models.CharField(blank=True, default="", max_length=120)),
                ("reading", models.CharField(blank=True, default="", max_length=300)),
                (
                    "read_by_hour",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(23)],
                    ),
                ),
                ("cover", models.TextField(blank=True, default="")),
                ("outside", models.TextField(blank=True, default="")),
                ("complaints", models.TextField(blank=True, default="")),
                (
                    "outside_member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "door_house",
            },
        ),
        migrations.CreateModel(
            name="DoorLink",
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
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                        related_name="door_links",
                        to="records.participant",
                    ),
                ),
            ],
            options={
                "db_table": "door_link",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="WayOut",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("another", "another therapist"),
                            ("crossed", "something crossed a line"),
                            ("other", "something else"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "words",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                (
                    "reach",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("may_tell_therapist", models.BooleanField(default=False)),
                ("sent_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ways_out",
                        to="records.participant",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ways_out",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "way_out",
                "ordering": ["sent_at"],
            },
        ),
        migrations.CreateModel(
            name="DoorAnswer",
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
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("asked", "the two questions"),
                            ("first", "first impression"),
                            ("second", "second thoughts"),
                            ("statement", "a statement"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("handed_over", "on a device of the practice"),
                            ("link", "by a link"),
                            ("paper", "on paper"),
                        ],
                        max_length=12,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                (
                    "rating",
                    models.SmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-4),
                            django.core.validators.MaxValueValidator(4),
                        ],
                    ),
                ),
                (
                    "release",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not chosen yet"),
                            ("open", "my therapist may read it"),
                            ("talk", "tell my therapist only that I would like to talk"),
                            ("nobody", "nobody reads it for now"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "content",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("is_simulated", models.BooleanField(default=False)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="door_answers",
                        to="records.participant",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="door_answers",
                        to="records.session",
                    ),
                ),
                (
                    "voice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="door_answer",
                        to="records.voice",
                    ),
                ),
            ],
            options={
                "db_table": "door_answer",
                "ordering": ["given_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("step", "statement"), _negated=True),
                        fields=("participant", "session", "step"),
                        name="door_answer_once",
                    )
                ],
            },
        ),
    ]
