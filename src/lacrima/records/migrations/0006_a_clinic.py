"""What a clinic needs: accounts, consent, holds and requests, absence, safeguarding, groups."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lacrima.records.row
import lacrima.records.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_several_readers"),
    ]

    # In a clinic, what others keep for an account needs the table of accounts first.
    run_before = (
        [("account", "0001_initial"), ("mfa", "0001_initial")] if settings.IS_CLINIC else []
    )

    operations = [
        migrations.AddField(
            model_name="client",
            name="keep_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="reach",
            field=lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
        ),
        migrations.AddField(
            model_name="episode",
            name="ask_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="episode",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("planned", "a planned goodbye"),
                    ("drop_out", "the client did not come back"),
                    ("transfer", "handed over to somebody else"),
                    ("death", "the client died"),
                    ("other", "in another way"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="left_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="keep_years",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Account",
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
                ("sign_in_name", models.CharField(max_length=120, unique=True)),
                ("password", models.CharField(max_length=128)),
                ("last_login", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="account",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "account",
            },
        ),
        migrations.CreateModel(
            name="BrowserSession",
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
                ("key_hash", models.CharField(max_length=64, unique=True)),
                (
                    "content",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("device", models.CharField(blank=True, default="", max_length=120)),
                ("seen_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(db_index=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="records.account",
                    ),
                ),
            ],
            options={
                "db_table": "browser_session",
                "ordering": ["-seen_at"],
            },
        ),
        migrations.CreateModel(
            name="ClinicalWill",
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
                ("colleague_name", models.CharField(max_length=120)),
                ("second_name", models.CharField(blank=True, default="", max_length=120)),
                ("public_key", models.CharField(max_length=64)),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="will",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "clinical_will",
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
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
                ("asked_on", models.DateField()),
                (
                    "asked_by",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                (
                    "ground",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked"), ("given", "given"), ("declined", "declined")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("content_hash", models.CharField(blank=True, default="", max_length=64)),
                ("redactions", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disclosures",
                        to="records.client",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "disclosure",
                "ordering": ["-asked_on", "-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                            ("join", "Join"),
                            ("new_password", "New Password"),
                            ("new_sign_in", "New Sign In"),
                        ],
                        max_length=14,
                    ),
                ),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("ends_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "invitation",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
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
                    "reason",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="records.client",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "legal_hold",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="PersonalKey",
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
                ("slots", models.JSONField(default=dict)),
                ("recovery_proved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="personal_key",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "personal_key",
            },
        ),
        migrations.CreateModel(
            name="Representative",
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
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("relation", models.CharField(blank=True, default="", max_length=120)),
                ("may_consent", models.BooleanField(default=False)),
                ("may_read", models.BooleanField(default=False)),
                (
                    "ground",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "as_client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="represents",
                        to="records.client",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="representatives",
                        to="records.client",
                    ),
                ),
            ],
            options={
                "db_table": "representative",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="Safeguarding",
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
                ("seen_at", models.DateTimeField()),
                (
                    "seen",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                (
                    "told",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="safeguarding",
                        to="records.client",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="safeguarding",
                        to="records.episode",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "safeguarding",
                "ordering": ["-seen_at"],
            },
        ),
        migrations.CreateModel(
            name="SupervisionGroup",
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
                ("name", models.CharField(max_length=120)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups_made",
                        to="records.member",
                    ),
                ),
                (
                    "people",
                    models.ManyToManyField(
                        db_table="supervision_group_person",
                        related_name="groups",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "supervision_group",
                "ordering": ["created_at"],
            },
        ),
        migrations.AddField(
            model_name="share",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="shares",
                to="records.supervisiongroup",
            ),
        ),
        migrations.CreateModel(
            name="Absence",
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
                            ("holiday", "holiday"),
                            ("illness", "illness"),
                            ("other", "something else"),
                        ],
                        default="holiday",
                        max_length=10,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                (
                    "cover_contact",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                (
                    "cover",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="covers",
                        to="records.member",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="records.member",
                    ),
                ),
            ],
            options={
                "db_table": "absence",
                "ordering": ["from_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="absence_ends_later",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
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
                    "purpose",
                    models.CharField(
                        choices=[
                            ("feedback", "Feedback: questionnaires and the client's own voice"),
                            ("recording", "Recording sessions"),
                            ("supervision", "Supervision: the client's own answers are shown"),
                            ("research", "Research: rows without names"),
                            ("training", "Training of others"),
                        ],
                        max_length=12,
                    ),
                ),
                ("given_on", models.DateField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("in_writing", "in writing"),
                            ("aloud", "said aloud"),
                            ("at_the_door", "on the client's own page"),
                        ],
                        default="aloud",
                        max_length=12,
                    ),
                ),
                (
                    "wording",
                    lacrima.records.sealed.SealedTextField(blank=True, default="", editable=True),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="records.client",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="records.member",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="records.representative",
                    ),
                ),
            ],
            options={
                "db_table": "consent",
                "ordering": ["-given_on", "-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("client", "purpose"),
                        name="consent_active_once",
                    )
                ],
            },
        ),
    ]
