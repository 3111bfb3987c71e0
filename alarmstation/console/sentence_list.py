"""The sentences of `sentences`, by key, as the rest of the station says them in English.

A key may say different things in different places; what was said tells which one it is.
"""

from __future__ import annotations

from alarmstation.console.language import QT_TRANSLATE_NOOP

SENTENCES: tuple[tuple[str, str], ...] = (
    ("access.denied", QT_TRANSLATE_NOOP("sentences", "You may not see this device.")),
    ("access.denied", QT_TRANSLATE_NOOP("sentences", "{operator} may not do this here: {action}.")),
    (
        "account.exists",
        QT_TRANSLATE_NOOP(
            "sentences",
            "There is an administrator already; log in.",
        ),
    ),
    (
        "account.last-admin",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The last administrator must stay active.",
        ),
    ),
    (
        "account.name",
        QT_TRANSLATE_NOOP(
            "sentences",
            "A name has 1 to 60 characters without spaces around it.",
        ),
    ),
    ("account.no-password", QT_TRANSLATE_NOOP("sentences", "A new account needs a password.")),
    (
        "account.password",
        QT_TRANSLATE_NOOP(
            "sentences",
            "A password has at least {count} characters.",
        ),
    ),
    (
        "account.role",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{role} is not a role; choose one of: {allowed}.",
        ),
    ),
    ("alarm.claimed", QT_TRANSLATE_NOOP("sentences", "{operator} has already taken this alarm.")),
    ("alarm.closed", QT_TRANSLATE_NOOP("sentences", "This alarm is already closed.")),
    ("alarm.not-acknowledged", QT_TRANSLATE_NOOP("sentences", "This alarm is not acknowledged.")),
    ("alarm.not-sounding", QT_TRANSLATE_NOOP("sentences", "This alarm is not sounding.")),
    ("alarm.note-empty", QT_TRANSLATE_NOOP("sentences", "The note is empty.")),
    (
        "alarm.note-missing",
        QT_TRANSLATE_NOOP(
            "sentences",
            "A critical alarm needs a note to be acknowledged.",
        ),
    ),
    (
        "alarm.undo-late",
        QT_TRANSLATE_NOOP(
            "sentences",
            "An acknowledgment can be undone for 10 s only.",
        ),
    ),
    (
        "broker.bad_host",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{host} is no host name of a unit: 1 to 31 characters of A-Z a-z 0-9 _ -",
        ),
    ),
    (
        "broker.ca-unreadable",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The certificate authority in {file} cannot be used: {problem}.",
        ),
    ),
    ("broker.connected", QT_TRANSLATE_NOOP("sentences", "Connected.")),
    (
        "broker.connecting",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Connecting to {host}:{port}.",
        ),
    ),
    (
        "broker.deaf",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The broker refuses {refused} of {count} subscriptions of this "
            "station's account: some units or their alarms are NOT heard.",
        ),
    ),
    (
        "broker.folder_unreachable",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The broker runs as the user {user}, who may not enter {barrier}. "
            "Choose another home with ALARMSTATION_HOME, or permit it with: chmod "
            "o+x {barrier}",
        ),
    ),
    (
        "broker.lost",
        QT_TRANSLATE_NOOP(
            "sentences",
            "No connection to the broker: {reason}. Units and alarms are NOT heard.",
        ),
    ),
    (
        "broker.not-verified",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Connected, but the broker's certificate is not verified (by settings).",
        ),
    ),
    (
        "broker.no_binaries",
        QT_TRANSLATE_NOOP(
            "sentences",
            "No MQTT broker was found ({places}). Run installer/dev.sh setup, "
            "install mosquitto, or set the address of a broker.",
        ),
    ),
    (
        "broker.old-protocol",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The broker speaks MQTT 3.1.1 only: it may drop messages under load.",
        ),
    ),
    (
        "broker.port_busy",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Port {port} of this machine is used by another program, maybe another "
            "MQTT broker. Stop it, set another broker port, or use it as a remote "
            "broker.",
        ),
    ),
    ("broker.starting", QT_TRANSLATE_NOOP("sentences", "Starting.")),
    ("broker.unavailable", QT_TRANSLATE_NOOP("sentences", "{reason}. It is tried again.")),
    (
        "bug",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The service could not do this because of an error in it; see its log.",
        ),
    ),
    (
        "clock.jumped",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The clock of this machine was moved by {seconds} s.",
        ),
    ),
    ("clock.starting", QT_TRANSLATE_NOOP("sentences", "Starting.")),
    ("clock.steady", QT_TRANSLATE_NOOP("sentences", "The clock runs steadily.")),
    (
        "command.config.empty",
        QT_TRANSLATE_NOOP(
            "sentences",
            "config {group} needs at least one value to write",
        ),
    ),
    (
        "command.config.incomplete",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{unit} may read what is left out as 0 or empty: give {missing} too",
        ),
    ),
    ("command.confirm", QT_TRANSLATE_NOOP("sentences", "This command must be confirmed.")),
    (
        "command.field.choice",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{field}: {value} is not allowed; allowed: {allowed}",
        ),
    ),
    (
        "command.field.length",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{field}: {value} is not allowed; allowed: {allowed}",
        ),
    ),
    (
        "command.field.letters",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{field}: {value} is not two letters",
        ),
    ),
    (
        "command.field.range",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{field}: {value} is not allowed; allowed: {allowed}",
        ),
    ),
    ("command.field.required", QT_TRANSLATE_NOOP("sentences", "{field} is missing: {allowed}")),
    (
        "command.field.type",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{field}: {value} is not allowed; allowed: {allowed}",
        ),
    ),
    (
        "command.field.unknown",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{command} has no field {field}; it has: {allowed}",
        ),
    ),
    ("command.leaving", QT_TRANSLATE_NOOP("sentences", "The command is being sent already.")),
    (
        "command.no-key",
        QT_TRANSLATE_NOOP(
            "sentences",
            "No key of {unit} is known, so nothing can be sent to it; enter its key first.",
        ),
    ),
    (
        "command.not-pending",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Only a command that was not sent can be cancelled.",
        ),
    ),
    (
        "command.offline",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{unit} is not connected; send it later, or let the command wait.",
        ),
    ),
    (
        "command.rate",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{unit} has had {count} commands within a minute; wait a little.",
        ),
    ),
    ("command.type-host", QT_TRANSLATE_NOOP("sentences", "Type the host name {host} to confirm.")),
    ("command.unknown", QT_TRANSLATE_NOOP("sentences", "there is no command {command}")),
    ("command.unknown-id", QT_TRANSLATE_NOOP("sentences", "This command is not known any more.")),
    ("conflict", QT_TRANSLATE_NOOP("sentences", "Somebody else was faster: {reason}.")),
    (
        "database.folder_unreachable",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database runs as the user {user}, who may not enter {barrier}. "
            "Choose another home with ALARMSTATION_HOME, or permit it with: chmod "
            "o+x {barrier}",
        ),
    ),
    (
        "database.lost",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database is away ({reason}). Alarms are shown but not yet stored; "
            "they are stored as soon as it is back.",
        ),
    ),
    (
        "database.migration-changed",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database was made with another version of {name} than the one of "
            "this program. Programs of different origin were mixed; nothing was "
            "changed.",
        ),
    ),
    (
        "database.migrations-incomplete",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database scripts of this installation are incomplete; install it again.",
        ),
    ),
    (
        "database.migrations-pending",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database is older than this program; these steps are missing: "
            "{names}. The service takes them when it starts: restart it.",
        ),
    ),
    (
        "database.newer-schema",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database was made by a newer program (schema {found}, this program"
            " knows {known}). Install the newer program on this station; nothing "
            "was changed.",
        ),
    ),
    (
        "database.no-address",
        QT_TRANSLATE_NOOP(
            "sentences",
            "database.mode is address, but database.dsn is empty. Enter the "
            'address, such as "host=db.example port=5432 dbname=alarmstation '
            'user=alarmstation".',
        ),
    ),
    (
        "database.no_binaries",
        QT_TRANSLATE_NOOP(
            "sentences",
            "No usable PostgreSQL was found ({refused}). Run installer/dev.sh "
            "setup, install PostgreSQL {oldest} or later, or set the address of a "
            "database server.",
        ),
    ),
    (
        "database.other_version",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The data in {folder} was made by PostgreSQL {made_by}; what was found "
            "is {binaries}. Install PostgreSQL {made_by}, or restore a backup into "
            "a new home.",
        ),
    ),
    (
        "database.password_lost",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The file {file} with the password of the database in {folder} is gone;"
            " bring it back from a backup",
        ),
    ),
    (
        "database.port_busy",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Port {port} of this machine is used by another program. Stop it, or "
            "set another database port.",
        ),
    ),
    (
        "database.server-too-old",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The database server is PostgreSQL {found}; {needed} or newer is needed.",
        ),
    ),
    (
        "database.socket_folder_taken",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{folder} belongs to somebody else; remove it, or use a home with a shorter path",
        ),
    ),
    ("database.starting", QT_TRANSLATE_NOOP("sentences", "Starting.")),
    ("database.unavailable", QT_TRANSLATE_NOOP("sentences", "{reason}. It is tried again.")),
    ("database.up", QT_TRANSLATE_NOOP("sentences", "Everything is stored.")),
    (
        "device.has-history",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Device {device} has history, alarms or commands, which are kept. It "
            "can be retired instead.",
        ),
    ),
    (
        "device.host",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{host} is no host name: 1 to 31 letters, digits, _ and -.",
        ),
    ),
    ("device.mac", QT_TRANSLATE_NOOP("sentences", "{mac} is not a MAC address of 12 hex digits.")),
    (
        "device.mac-taken",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{mac} is the MAC address of {host} already.",
        ),
    ),
    ("device.name", QT_TRANSLATE_NOOP("sentences", "A name has at most {count} characters.")),
    (
        "device.retired",
        QT_TRANSLATE_NOOP(
            "sentences",
            "This device is retired.",
        ),
    ),
    ("device.unknown", QT_TRANSLATE_NOOP("sentences", "This device is not known any more.")),
    (
        "key.not_hex",
        QT_TRANSLATE_NOOP(
            "sentences",
            "A message key is written as 64 hexadecimal digits.",
        ),
    ),
    (
        "keys.damaged",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The units' keys in {file} cannot be read. Put back a backup of this "
            "file, or remove it and enter the keys again.",
        ),
    ),
    ("line.empty", QT_TRANSLATE_NOOP("sentences", "type a command, then the units")),
    (
        "line.field.missing",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{command}: which {field}? Allowed: {allowed}",
        ),
    ),
    ("line.field.twice", QT_TRANSLATE_NOOP("sentences", "{field} is given twice")),
    ("line.group", QT_TRANSLATE_NOOP("sentences", "{command} what? One of: {allowed}")),
    ("line.quote", QT_TRANSLATE_NOOP("sentences", "a quotation mark is not closed")),
    ("line.set.empty", QT_TRANSLATE_NOOP("sentences", "there is no unit in {word}")),
    (
        "line.set.unknown",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{word} is no set of units; there are {allowed}",
        ),
    ),
    (
        "line.site.ambiguous",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{word} is the name of several sites: {paths}",
        ),
    ),
    ("line.site.unknown", QT_TRANSLATE_NOOP("sentences", "there is no site {word}")),
    (
        "line.unit.ambiguous",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{word} is the name of several units: {hosts}",
        ),
    ),
    ("line.unit.unknown", QT_TRANSLATE_NOOP("sentences", "there is no unit {word}")),
    (
        "line.units.missing",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{command}: for which units? A host, a name, @selected, @site:… or @all",
        ),
    ),
    (
        "line.word.unexpected",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{command} does not take {word}; write fields as name=value: {allowed}",
        ),
    ),
    (
        "link.port-busy",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Port {port} for consoles cannot be opened: {problem}. Set link.port to"
            " 0 or to a free port.",
        ),
    ),
    (
        "link.token",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The service does not accept this console: its token is not valid.",
        ),
    ),
    (
        "link.token-unwritable",
        QT_TRANSLATE_NOOP(
            "sentences",
            "{file} cannot be written: {problem}. Consoles cannot find the service without it.",
        ),
    ),
    (
        "link.version",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Console and service are of different versions (link {console} and "
            "{service}). Update both to the same version and start the console "
            "again.",
        ),
    ),
    ("login.inactive", QT_TRANSLATE_NOOP("sentences", "This account is not active.")),
    ("login.locked", QT_TRANSLATE_NOOP("sentences", "Too many wrong attempts; wait {seconds} s.")),
    ("login.needed", QT_TRANSLATE_NOOP("sentences", "Log in first.")),
    ("login.wrong", QT_TRANSLATE_NOOP("sentences", "Name or password is wrong.")),
    ("receiving.no", QT_TRANSLATE_NOOP("sentences", "Units are NOT heard.")),
    ("receiving.no-broker", QT_TRANSLATE_NOOP("sentences", "Nothing is heard: no broker.")),
    (
        "receiving.no-canary",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Connected to the broker, but the test alarm did not come back.",
        ),
    ),
    ("receiving.starting", QT_TRANSLATE_NOOP("sentences", "Starting.")),
    (
        "receiving.waits",
        QT_TRANSLATE_NOOP(
            "sentences",
            "Waiting for the database to learn which units there are. Nothing is heard.",
        ),
    ),
    ("receiving.yes", QT_TRANSLATE_NOOP("sentences", "Units are heard.")),
    ("request.unknown", QT_TRANSLATE_NOOP("sentences", "The service does not know this request.")),
    (
        "secret.unreadable",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The password file {file} cannot be read: {problem}.",
        ),
    ),
    (
        "secrets.not-writable",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The folder for passwords, {folder}, cannot be written: {reason}.",
        ),
    ),
    (
        "sequence.exhausted",
        QT_TRANSLATE_NOOP(
            "sentences",
            "The sequence numbers of this unit are used up; it must be given a new key.",
        ),
    ),
    (
        "service.already-running",
        QT_TRANSLATE_NOOP(
            "sentences",
            "A service is already running for {home}. Use its console, or stop it first.",
        ),
    ),
    ("service.running", QT_TRANSLATE_NOOP("sentences", "The service runs.")),
    ("service.starting", QT_TRANSLATE_NOOP("sentences", "Starting.")),
    ("site.circle", QT_TRANSLATE_NOOP("sentences", "A site cannot lie within itself.")),
    ("site.name", QT_TRANSLATE_NOOP("sentences", "A name has 1 to {count} characters.")),
    ("site.unknown", QT_TRANSLATE_NOOP("sentences", "This site is not known any more.")),
    ("spool.empty", QT_TRANSLATE_NOOP("sentences", "Nothing waits to be stored.")),
    ("spool.starting", QT_TRANSLATE_NOOP("sentences", "Starting.")),
    ("spool.waiting", QT_TRANSLATE_NOOP("sentences", "{count} rows wait for the database.")),
    (
        "topic.base",
        QT_TRANSLATE_NOOP(
            "sentences",
            'The base topic "{value}" has an empty level, a leading or closing "/" or a wildcard.',
        ),
    ),
    ("topic.base_long", QT_TRANSLATE_NOOP("sentences", "The base topic is too long.")),
    (
        "topic.branch",
        QT_TRANSLATE_NOOP(
            "sentences",
            'The command branch is "d" or "c", not "{value}".',
        ),
    ),
    ("unavailable", QT_TRANSLATE_NOOP("sentences", "Not possible now: {reason}.")),
)
