"""The domain: maintenance, metrics, templates, what uptime is worked out from, and where rows came from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade():
    op.create_table(
        "incident_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("slug", sa.String(length=191), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_templates")),
        sa.UniqueConstraint("slug", name=op.f("uq_incident_templates_slug")),
    )
    op.create_table(
        "metrics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("suffix", sa.String(length=50), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("calculation", sa.SmallInteger(), nullable=False),
        sa.Column("default_value", sa.Double(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("default_view", sa.SmallInteger(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("show_chart", sa.Boolean(), nullable=False),
        sa.Column("show_when_empty", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metrics")),
    )
    op.create_table(
        "origins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=191), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=191), nullable=False),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origins")),
        sa.UniqueConstraint("source", "kind", "external_id", name=op.f("uq_origins_source_kind_external_id")),
    )
    with op.batch_alter_table("origins", schema=None) as batch_op:
        batch_op.create_index("ix_origins_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "maintenances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("starts_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("began_at", UTC, nullable=True),
        sa.Column("finished_at", UTC, nullable=True),
        sa.Column("cancelled_at", UTC, nullable=True),
        sa.Column("auto_begin", sa.Boolean(), nullable=False),
        sa.Column("auto_finish", sa.Boolean(), nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("publish_at", UTC, nullable=True),
        sa.Column("announced_at", UTC, nullable=True),
        sa.Column("reminded_at", UTC, nullable=True),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("checked_until", UTC, nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("series_at", UTC, nullable=True),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("meta", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["maintenances.id"], name=op.f("fk_maintenances_series_id_maintenances"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_maintenances_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenances")),
        sa.UniqueConstraint("series_id", "series_at", name=op.f("uq_maintenances_series_id_series_at")),
        sa.UniqueConstraint("uid", name=op.f("uq_maintenances_uid")),
    )
    with op.batch_alter_table("maintenances", schema=None) as batch_op:
        batch_op.create_index("ix_maintenances_finished_at", ["finished_at"], unique=False)
        batch_op.create_index("ix_maintenances_starts_at", ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_maintenances_user_id"), ["user_id"], unique=False)

    op.create_table(
        "metric_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("metric_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["metric_id"], ["metrics.id"], name=op.f("fk_metric_points_metric_id_metrics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_points")),
    )
    with op.batch_alter_table("metric_points", schema=None) as batch_op:
        batch_op.create_index("ix_metric_points_at", ["at"], unique=False)
        batch_op.create_index("ix_metric_points_metric_at", ["metric_id", "at", "id"], unique=False)

    op.create_table(
        "metric_rollups",
        sa.Column("metric_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("least", sa.Double(), nullable=False),
        sa.Column("most", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["metric_id"], ["metrics.id"], name=op.f("fk_metric_rollups_metric_id_metrics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("metric_id", "unit", "minute", name=op.f("pk_metric_rollups")),
    )
    op.create_table(
        "baselines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("began_at", UTC, nullable=False),
        sa.Column("ended_at", UTC, nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"], ["components.id"], name=op.f("fk_baselines_component_id_components"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baselines")),
    )
    with op.batch_alter_table("baselines", schema=None) as batch_op:
        batch_op.create_index("ix_baselines_component_ended", ["component_id", "ended_at"], unique=False)

    op.create_table(
        "component_days",
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worst", sa.SmallInteger(), nullable=False),
        sa.Column("performance_issues", sa.Double(), nullable=False),
        sa.Column("partial_outage", sa.Double(), nullable=False),
        sa.Column("major_outage", sa.Double(), nullable=False),
        sa.Column("unknown", sa.Double(), nullable=False),
        sa.Column("under_maintenance", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"],
            ["components.id"],
            name=op.f("fk_component_days_component_id_components"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("component_id", "day", name=op.f("pk_component_days")),
    )
    op.create_table(
        "maintenance_components",
        sa.Column("maintenance_id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"],
            ["components.id"],
            name=op.f("fk_maintenance_components_component_id_components"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["maintenance_id"],
            ["maintenances.id"],
            name=op.f("fk_maintenance_components_maintenance_id_maintenances"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("maintenance_id", "component_id", name=op.f("pk_maintenance_components")),
    )
    with op.batch_alter_table("maintenance_components", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_maintenance_components_component_id"), ["component_id"], unique=False)

    op.create_table(
        "maintenance_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("maintenance_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["maintenance_id"],
            ["maintenances.id"],
            name=op.f("fk_maintenance_updates_maintenance_id_maintenances"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_maintenance_updates_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_updates")),
    )
    with op.batch_alter_table("maintenance_updates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_updates_maintenance_created", ["maintenance_id", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_maintenance_updates_user_id"), ["user_id"], unique=False)

    op.create_table(
        "windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("maintenance_id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UTC, nullable=False),
        sa.Column("ended_at", UTC, nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_windows_ends_after_it_began")),
        sa.ForeignKeyConstraint(
            ["component_id"], ["components.id"], name=op.f("fk_windows_component_id_components"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["maintenance_id"],
            ["maintenances.id"],
            name=op.f("fk_windows_maintenance_id_maintenances"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_windows")),
    )
    with op.batch_alter_table("windows", schema=None) as batch_op:
        batch_op.create_index("ix_windows_component_ended", ["component_id", "ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_windows_maintenance_id"), ["maintenance_id"], unique=False)

    with op.batch_alter_table("components", schema=None) as batch_op:
        batch_op.add_column(sa.Column("show_uptime", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index("ix_incidents_pinned", ["pinned"], unique=False)

    # What was last said of each component, as far as it is known: since when it is as it is, or from its first day.
    op.execute(
        "INSERT INTO baselines (component_id, status, began_at, created_at, updated_at) "
        "SELECT id, baseline, CASE WHEN baseline = status THEN status_since ELSE created_at END, "
        "created_at, updated_at FROM components"
    )


def downgrade():
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index("ix_incidents_pinned")

    with op.batch_alter_table("components", schema=None) as batch_op:
        batch_op.drop_column("show_uptime")

    op.drop_table("windows")
    op.drop_table("maintenance_updates")
    op.drop_table("maintenance_components")
    op.drop_table("component_days")
    op.drop_table("baselines")
    op.drop_table("metric_rollups")
    op.drop_table("metric_points")
    op.drop_table("maintenances")
    op.drop_table("origins")
    op.drop_table("metrics")
    op.drop_table("incident_templates")
