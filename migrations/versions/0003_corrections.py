"""corrections by staff, heads re-fit on them, texts read again

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LABELS = "('negative', 'neutral', 'positive', 'mixed')"


def upgrade():
    # SQLite adds such columns in place; making the table anew would lose its conditions.
    op.execute(
        "ALTER TABLE text_score ADD COLUMN corrected_label VARCHAR(10) "
        f"CONSTRAINT ck_text_score_known_correction CHECK (corrected_label IN {LABELS})"
    )
    op.execute(
        "ALTER TABLE text_score ADD COLUMN counted INTEGER "
        "CONSTRAINT ck_text_score_counted_in_range CHECK (counted BETWEEN -10000 AND 10000)"
    )
    op.execute("UPDATE text_score SET counted = polarity")
    op.drop_index('ix_text_score_touchpoint_polarity', table_name='text_score')
    op.create_index('ix_text_score_touchpoint_counted', 'text_score', ['touchpoint_id', 'counted'])

    op.create_table('text_correction',
    sa.Column('id', BIG, nullable=False),
    sa.Column('text_score_id', BIG, nullable=False),
    sa.Column('label', sa.String(length=10), nullable=False),
    sa.Column('emotions', JSON, nullable=False),
    sa.Column('themes', JSON, nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('machine_label', sa.String(length=10), nullable=True),
    sa.Column('machine_emotions', JSON, nullable=False),
    sa.Column('machine_themes', JSON, nullable=False),
    sa.Column('language', sa.String(length=5), nullable=True),
    sa.Column('engine', sa.String(length=40), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint(f"label IN {LABELS}", name=op.f('ck_text_correction_known_label')),
    sa.ForeignKeyConstraint(['text_score_id'], ['text_score.id'], name=op.f('fk_text_correction_text_score_id_text_score'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_text_correction_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_correction'))
    )
    op.create_index(op.f('ix_text_correction_text_score_id'), 'text_correction', ['text_score_id'])

    op.create_table('reading_model',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('workspace_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('base_engine', sa.String(length=40), nullable=True),
    sa.Column('weights', sa.LargeBinary(), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('metrics', JSON, nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'active', 'retired', 'refused', 'failed')", name=op.f('ck_reading_model_known_status')),
    sa.ForeignKeyConstraint(['replaces_id'], ['reading_model.id'], name=op.f('fk_reading_model_replaces_id_reading_model')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_reading_model_user_id_user')),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspace.id'], name=op.f('fk_reading_model_workspace_id_workspace')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading_model')),
    sa.UniqueConstraint('workspace_id', 'version', name=op.f('uq_reading_model_workspace_id_version'))
    )
    op.create_index('uq_reading_model_active', 'reading_model', ['workspace_id'], unique=True,
                    sqlite_where=sa.text("status = 'active'"),
                    postgresql_where=sa.text("status = 'active'"))

    op.create_table('rescoring',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('only_older', sa.Boolean(), nullable=False),
    sa.Column('engines_before', JSON, nullable=False),
    sa.Column('engine_after', sa.String(length=200), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('stopped_at', sa.DateTime(), nullable=True),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('done >= 0 AND done <= total', name=op.f('ck_rescoring_done_in_range')),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_rescoring_journey_id_journey')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_rescoring_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rescoring'))
    )
    op.create_index(op.f('ix_rescoring_journey_id'), 'rescoring', ['journey_id'])
    op.create_index('uq_rescoring_running', 'rescoring', ['journey_id'], unique=True,
                    sqlite_where=sa.text("finished_at IS NULL"),
                    postgresql_where=sa.text("finished_at IS NULL"))


def downgrade():
    op.drop_table('rescoring')
    op.drop_table('reading_model')
    op.drop_table('text_correction')
    op.drop_index('ix_text_score_touchpoint_counted', table_name='text_score')
    op.create_index('ix_text_score_touchpoint_polarity', 'text_score', ['touchpoint_id', 'polarity'])
    op.drop_column('text_score', 'counted')
    op.drop_column('text_score', 'corrected_label')
