"""The three group roles of a database: owner, station, reader.

They cannot log in; accounts are made members of them. Roles belong to a whole cluster, so their
names carry the name of the database, and several databases in one cluster do not fight.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from psycopg import errors, sql

from alarmstation import locations
from alarmstation.adapters.postgres.connection import Connection

_LONGEST_PREFIX = 40  # a name has at most 63 bytes, and suffixes follow


@dataclass(frozen=True, slots=True)
class GroupRoles:
    """Names of the group roles of one database."""

    database: str

    @property
    def prefix(self) -> str:
        """What every role of this database begins with."""
        encoded = self.database.encode()
        if len(encoded) <= _LONGEST_PREFIX:
            return self.database
        digest = hashlib.sha256(encoded).hexdigest()[:8]
        return encoded[: _LONGEST_PREFIX - 9].decode(errors="ignore") + "_" + digest

    @property
    def owner(self) -> str:
        """Owns the tables."""
        return f"{self.prefix}_owner"

    @property
    def station(self) -> str:
        """Reads and writes, defines nothing, changes no evidence."""
        return f"{self.prefix}_station"

    @property
    def reader(self) -> str:
        """Reads, but no password hashes."""
        return f"{self.prefix}_reader"


def group_roles(connection: Connection) -> GroupRoles:
    """The names that belong to the connected database."""
    return GroupRoles(connection.info.dbname)


def create_missing(connection: Connection) -> GroupRoles | None:
    """Create the group roles that are missing; None when the user may not.

    To be called outside a transaction. Two stations may do this at once.
    """
    roles = group_roles(connection)
    try:
        for name in (roles.owner, roles.station, roles.reader):
            if not exists(connection, name):
                _create(connection, name)
        if not _acts_for(connection, roles.owner):
            connection.execute(
                sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(roles.owner))
            )
    except errors.InsufficientPrivilege:
        return None
    return roles


def exists(connection: Connection, name: str) -> bool:
    """Whether the cluster has a role of this name."""
    query = "SELECT FROM pg_roles WHERE rolname = %s"
    return connection.execute(query, (name,)).fetchone() is not None


def take_ownership(connection: Connection, roles: GroupRoles) -> None:
    """Give the schema to the owner role; runs inside the caller's transaction.

    Needed for a copy, or a restore under another name, whose tables still belong to the owner
    role of the original.
    """
    owner = sql.Identifier(roles.owner)
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(owner))
    for kind, name in connection.execute(_OF_ANOTHER_OWNER, (roles.owner,)).fetchall():
        statement = sql.SQL("ALTER {} {} OWNER TO {}")
        connection.execute(statement.format(sql.SQL(kind), sql.SQL(name), owner))


def grant_privileges(connection: Connection, roles: GroupRoles) -> None:
    """Apply `sql/privileges.sql` to the migrated schema, in the caller's transaction."""
    privileges = (locations.sql() / "privileges.sql").read_text(encoding="utf-8")
    connection.execute(
        sql.SQL(privileges).format(
            database=sql.Identifier(roles.database),
            owner=sql.Identifier(roles.owner),
            station=sql.Identifier(roles.station),
            reader=sql.Identifier(roles.reader),
        ),
        prepare=False,  # a prepared statement can only be one
    )


# What belongs to the owner of `schema_migration`, when that is not the owner role. Objects of
# extensions and of other programs stay as they are. Names are quoted by the server.
_OF_ANOTHER_OWNER = """
    WITH former AS (
        SELECT relowner AS id FROM pg_class
         WHERE oid = to_regclass('public.schema_migration')
           AND relowner <> (SELECT oid FROM pg_roles WHERE rolname = %s)
    )
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass::text
      FROM pg_class c JOIN former ON c.relowner = former.id
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass
                                                 AND e.objid = c.oid AND e.deptype = 'e')
    UNION ALL
    SELECT 'FUNCTION', p.oid::regprocedure::text
      FROM pg_proc p JOIN former ON p.proowner = former.id
     WHERE p.pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass
                                                 AND e.objid = p.oid AND e.deptype = 'e')
"""


def _create(connection: Connection, name: str) -> None:
    try:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
    except (errors.DuplicateObject, errors.UniqueViolation):
        return  # somebody else was faster


def _acts_for(connection: Connection, role: str) -> bool:
    # From PostgreSQL 16 on who creates a role is a member that may grant it, but not become it.
    right = "SET" if connection.info.server_version >= 160_000 else "MEMBER"
    row = connection.execute("SELECT pg_has_role(current_user, %s, %s)", (role, right)).fetchone()
    return row is not None and bool(row[0])
