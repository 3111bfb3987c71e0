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
    """Give everything of ours to the owner role, and apply `sql/privileges.sql`.

    Needed after each migration, and after a copy or a restore under another name, whose objects
    still belong to the roles of the original. Runs inside the caller's transaction.
    """
    database, owner = sql.Identifier(roles.database), sql.Identifier(roles.owner)
    for kind, name in connection.execute(_FOREIGN_OWNED, {"owner": roles.owner}).fetchall():
        statement = sql.SQL("ALTER {} {} OWNER TO {}")
        connection.execute(statement.format(sql.SQL(kind), sql.SQL(name), owner))
    privileges = (locations.sql() / "privileges.sql").read_text(encoding="utf-8")
    connection.execute(
        sql.SQL(privileges).format(
            database=database,
            owner=owner,
            station=sql.Identifier(roles.station),
            reader=sql.Identifier(roles.reader),
        ),
        prepare=False,  # a prepared statement can only be one
    )


# Objects of the schema that are not the owner's; those of extensions stay as they are. `name`
# is quoted by the server.
_FOREIGN_OWNED = """
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass::text
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
       AND c.relowner <> (SELECT oid FROM pg_roles WHERE rolname = %(owner)s)
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass
                                                 AND e.objid = c.oid AND e.deptype = 'e')
    UNION ALL
    SELECT 'FUNCTION', p.oid::regprocedure::text
      FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace
       AND p.proowner <> (SELECT oid FROM pg_roles WHERE rolname = %(owner)s)
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass
                                                 AND e.objid = p.oid AND e.deptype = 'e')
"""


def _create(connection: Connection, name: str) -> None:
    try:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
    except (errors.DuplicateObject, errors.UniqueViolation):
        return  # somebody else was faster


def _acts_for(connection: Connection, role: str) -> bool:
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", (role,)).fetchone()
    return row is not None and bool(row[0])
