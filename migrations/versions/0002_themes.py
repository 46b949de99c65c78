"""themes that staff edit, the hits of engine and staff, suggestions

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22

"""
import importlib.resources
import tomllib

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LANGUAGES = ("cs", "pl", "ru", "en")


def upgrade():
    # SQLite adds such columns in place; making the table anew would lose its conditions.
    op.add_column('theme', sa.Column('seeds', JSON, nullable=False, server_default='{}'))
    op.add_column('theme', sa.Column('merged_into', sa.String(length=60), nullable=True))
    op.add_column('text_score', sa.Column('clauses', JSON, nullable=False, server_default='[]'))
    op.add_column(
        'text_score', sa.Column('unsure', sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "ALTER TABLE text_score ADD COLUMN themes_source VARCHAR(10) DEFAULT 'engine' NOT NULL "
        "CONSTRAINT ck_text_score_known_themes_source CHECK (themes_source IN ('engine', 'staff'))"
    )
    op.create_table('theme_place',
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('touchpoint_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_place_theme_id_theme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_theme_place_touchpoint_id_touchpoint')),
    sa.PrimaryKeyConstraint('theme_id', 'touchpoint_id', name=op.f('pk_theme_place'))
    )
    with op.batch_alter_table('theme_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_place_touchpoint_id'), ['touchpoint_id'], unique=False)

    op.create_table('theme_suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('journey_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('phrases', JSON, nullable=False),
    sa.Column('texts', JSON, nullable=False),
    sa.Column('centre', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("status IN ('open', 'accepted', 'merged', 'dismissed')", name=op.f('ck_theme_suggestion_known_status')),
    sa.ForeignKeyConstraint(['journey_id'], ['journey.id'], name=op.f('fk_theme_suggestion_journey_id_journey')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_suggestion'))
    )
    with op.batch_alter_table('theme_suggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_theme_suggestion_journey_id'), ['journey_id'], unique=False)

    _make_hits('theme_hit_new', source=True)
    op.execute(
        "INSERT INTO theme_hit_new (id, text_score_id, theme_id, polarity, source) "
        "SELECT id, text_score_id, theme_id, polarity, 'engine' FROM theme_hit"
    )
    _put_hits_in_place()
    _add_starter_themes(op.get_bind())


def downgrade():
    op.execute("DELETE FROM theme_hit WHERE source <> 'engine'")
    _make_hits('theme_hit_new', source=False)
    op.execute(
        "INSERT INTO theme_hit_new (id, text_score_id, theme_id, polarity) "
        "SELECT id, text_score_id, theme_id, polarity FROM theme_hit"
    )
    _put_hits_in_place()
    op.drop_table('theme_suggestion')
    op.drop_table('theme_place')
    op.drop_column('text_score', 'themes_source')
    op.drop_column('text_score', 'unsure')
    op.drop_column('text_score', 'clauses')
    op.drop_column('theme', 'merged_into')
    op.drop_column('theme', 'seeds')


def _make_hits(name, *, source):
    """The table under another name, its constraints called as they are to be called."""
    more = [
        sa.Column('source', sa.String(length=10), nullable=False),
        sa.CheckConstraint("source IN ('engine', 'staff')", name=op.f('ck_theme_hit_known_source')),
    ] if source else []
    unique = ['text_score_id', 'theme_id', *(['source'] if source else [])]
    if op.get_bind().dialect.name == "postgresql":
        _free_names_on_postgresql(had_source=not source)
    op.create_table(name,
    sa.Column('id', BIG, nullable=False),
    sa.Column('text_score_id', BIG, nullable=False),
    sa.Column('theme_id', sa.Integer(), nullable=False),
    sa.Column('polarity', sa.Integer(), nullable=False),
    *more,
    sa.CheckConstraint('polarity BETWEEN -10000 AND 10000', name=op.f('ck_theme_hit_polarity_in_range')),
    sa.ForeignKeyConstraint(['text_score_id'], ['text_score.id'], name=op.f('fk_theme_hit_text_score_id_text_score'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['theme_id'], ['theme.id'], name=op.f('fk_theme_hit_theme_id_theme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_hit')),
    sa.UniqueConstraint(*unique, name=op.f('uq_theme_hit_' + '_'.join(unique)))
    )


def _free_names_on_postgresql(*, had_source):
    """Indexes share one space of names there."""
    unique = 'uq_theme_hit_text_score_id_theme_id' + ('_source' if had_source else '')
    op.drop_constraint(unique, 'theme_hit', type_='unique')
    op.drop_constraint('pk_theme_hit', 'theme_hit', type_='primary')


def _put_hits_in_place():
    op.drop_index('ix_theme_hit_theme_id', table_name='theme_hit')
    op.drop_table('theme_hit')
    op.rename_table('theme_hit_new', 'theme_hit')
    op.create_index(op.f('ix_theme_hit_theme_id'), 'theme_hit', ['theme_id'], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER SEQUENCE theme_hit_new_id_seq RENAME TO theme_hit_id_seq")
        op.execute(
            "SELECT setval('theme_hit_id_seq', coalesce((SELECT max(id) FROM theme_hit), 0) + 1, false)"
        )


def _add_starter_themes(connection):
    """Give the journeys that are there what new ones begin with."""
    journeys = [row[0] for row in connection.execute(sa.text("SELECT id FROM journey ORDER BY id"))]
    if not journeys:
        return
    theme = sa.table('theme', sa.column('journey_id', sa.Integer), sa.column('key', sa.String),
                     sa.column('name', JSON), sa.column('seeds', JSON))
    known = {tuple(row) for row in connection.execute(sa.select(theme.c.journey_id, theme.c.key))}
    file = importlib.resources.files("cjm_feedback.content").joinpath("themes.toml")
    starters = tomllib.loads(file.read_text(encoding="utf-8"))
    rows = [
        {
            'journey_id': journey,
            'key': key,
            'name': starter['name'],
            'seeds': {code: starter[code] for code in LANGUAGES},
        }
        for journey in journeys
        for key, starter in starters.items()
        if (journey, key) not in known
    ]
    if rows:
        connection.execute(sa.insert(theme), rows)
