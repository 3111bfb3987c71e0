-- The schema after all migrations, on plain PostgreSQL. Generated; do not edit. Write it anew by
--     python -m alarmstation.adapters.postgres.schema_dump
-- The roles carry the name of the database before them.

CREATE FUNCTION public.change_type_name(code smallint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (ARRAY['ALARM'::text, 'STATE_CHANGE'::text, 'CONNECTION'::text, 'SENSOR_DATA'::text, 'MANUAL'::text, 'PERIODIC'::text])[code];

COMMENT ON FUNCTION public.change_type_name(code smallint) IS 'Primary reason of a history row, by its code.';

CREATE FUNCTION public.ensure_history_partitions(until timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    width interval := CASE WHEN (SELECT count(*) FROM device WHERE lifecycle <> 'retired') > 100
                           THEN interval '1 day' ELSE interval '7 days' END;
    last_day timestamptz := least(until, now() + interval '1 year');
    part text;
    lower_bound timestamptz;
    upper_bound timestamptz;
    made integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = 'public.heartbeats'::regclass)
    THEN
        PERFORM set_chunk_time_interval('public.heartbeats', width);
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_history_partitions'));
    -- An existing partition tells its upper bound: FOR VALUES FROM ('…') TO ('…')
    SELECT max(substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''')::timestamptz)
      INTO lower_bound
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'public.heartbeats'::regclass;
    lower_bound := coalesce(lower_bound, date_trunc('week', now()));
    WHILE lower_bound < last_day LOOP
        upper_bound := lower_bound + width;
        part := 'heartbeats_p' || to_char(lower_bound, 'YYYYMMDD');
        EXECUTE format('CREATE TABLE public.%I (LIKE public.heartbeats INCLUDING ALL)', part);
        -- Rows that came before their partition did, such as those of a clock that jumped.
        EXECUTE format(
            'WITH moved AS (DELETE FROM public.heartbeats_default
                             WHERE received_at >= %L AND received_at < %L RETURNING *)
             INSERT INTO public.%I SELECT * FROM moved', lower_bound, upper_bound, part);
        EXECUTE format(
            'ALTER TABLE public.heartbeats ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            part, lower_bound, upper_bound);
        EXECUTE format('COMMENT ON TABLE public.%I IS %L', part,
                       'History rows received from ' || lower_bound || ' until ' || upper_bound || '.');
        lower_bound := upper_bound;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

COMMENT ON FUNCTION public.ensure_history_partitions(until timestamp with time zone) IS 'Makes the partitions of heartbeats up to a time (at most a year ahead), or sets the chunk width of the hypertable; tells how many were made.';

CREATE FUNCTION public.quality_name(code smallint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (ARRAY['good'::text, 'uncertain'::text, 'bad'::text])[(code + 1)];

COMMENT ON FUNCTION public.quality_name(code smallint) IS 'Quality by its code.';

CREATE FUNCTION public.quality_reason_name(code smallint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (ARRAY[''::text, 'missing'::text, 'range'::text, 'frozen'::text, 'sensor fault'::text, 'bad clock'::text, 'unit offline'::text])[(code + 1)];

COMMENT ON FUNCTION public.quality_reason_name(code smallint) IS 'Reason why a reading is not good, by its code.';

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% is evidence: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

COMMENT ON FUNCTION public.refuse_change() IS 'Trigger of evidence tables: refuses update, delete and truncate.';

CREATE TABLE public.alarm_event (
    id uuid NOT NULL,
    device_id integer,
    kind text NOT NULL,
    severity smallint NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    last_raised_at timestamp with time zone NOT NULL,
    active boolean NOT NULL,
    acknowledged boolean NOT NULL,
    latched boolean NOT NULL,
    raise_count integer NOT NULL,
    version integer NOT NULL,
    cleared_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by text DEFAULT ''::text NOT NULL,
    claimed_at timestamp with time zone,
    claimed_by text DEFAULT ''::text NOT NULL,
    silenced_until timestamp with time zone,
    closed_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    marks text[] DEFAULT '{}'::text[] NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    wire_priority integer,
    ledger_device_time timestamp with time zone,
    ledger_received_at timestamp with time zone,
    ledger_decided_at timestamp with time zone,
    ledger_painted_at timestamp with time zone,
    ledger_sounded_at timestamp with time zone,
    ledger_committed_at timestamp with time zone,
    ledger_claimed_at timestamp with time zone,
    ledger_acknowledged_at timestamp with time zone,
    CONSTRAINT alarm_event_acknowledged_when CHECK (((NOT acknowledged) OR (acknowledged_at IS NOT NULL))),
    CONSTRAINT alarm_event_counts_positive CHECK (((raise_count >= 1) AND (version >= 1))),
    CONSTRAINT alarm_event_kind_known CHECK ((kind = ANY (ARRAY['PANIC1'::text, 'PANIC2'::text, 'TAMPER'::text, 'FIRE'::text, 'INTRUSION'::text, 'MEDICAL'::text, 'DURESS'::text, 'UNKNOWN'::text, 'COMM_LOSS'::text, 'UNREGISTERED'::text, 'SECURITY'::text, 'SYSTEM'::text]))),
    CONSTRAINT alarm_event_severity_known CHECK (((severity >= 0) AND (severity <= 3)))
);

COMMENT ON TABLE public.alarm_event IS 'One alarm from raise to close. Two stations or a replay make the same row.';

COMMENT ON COLUMN public.alarm_event.id IS 'UUIDv5 of device identity, kind and first event.';

COMMENT ON COLUMN public.alarm_event.device_id IS 'Device; null: an alarm of the station itself.';

COMMENT ON COLUMN public.alarm_event.kind IS 'Type of the alarm.';

COMMENT ON COLUMN public.alarm_event.severity IS '0 low, 1 medium, 2 high, 3 critical.';

COMMENT ON COLUMN public.alarm_event.raised_at IS 'Receive time of the first raise.';

COMMENT ON COLUMN public.alarm_event.last_raised_at IS 'Receive time of the last raise.';

COMMENT ON COLUMN public.alarm_event.active IS 'The source is still there.';

COMMENT ON COLUMN public.alarm_event.acknowledged IS 'Somebody has understood.';

COMMENT ON COLUMN public.alarm_event.latched IS 'Clearing does not remove it before acknowledgment.';

COMMENT ON COLUMN public.alarm_event.raise_count IS 'How often it was raised while open.';

COMMENT ON COLUMN public.alarm_event.version IS 'Number of transitions so far; the row never goes back to a lower one.';

COMMENT ON COLUMN public.alarm_event.cleared_at IS 'When the source returned to normal; null: active.';

COMMENT ON COLUMN public.alarm_event.acknowledged_at IS 'When it was acknowledged; null: it is not.';

COMMENT ON COLUMN public.alarm_event.acknowledged_by IS 'Who acknowledged.';

COMMENT ON COLUMN public.alarm_event.claimed_at IS 'When somebody took it.';

COMMENT ON COLUMN public.alarm_event.claimed_by IS 'Who took it; empty: nobody.';

COMMENT ON COLUMN public.alarm_event.silenced_until IS 'Its sound is stopped until then.';

COMMENT ON COLUMN public.alarm_event.closed_at IS 'When it left the list; null: open.';

COMMENT ON COLUMN public.alarm_event.note IS 'Last note.';

COMMENT ON COLUMN public.alarm_event.marks IS 'late, test, sequence doubtful, not verified, missed activation, unregistered.';

COMMENT ON COLUMN public.alarm_event.detail IS 'What it was made of.';

COMMENT ON COLUMN public.alarm_event.wire_priority IS 'Priority that the unit told; shown, not decided by.';

COMMENT ON COLUMN public.alarm_event.ledger_device_time IS 'Latency ledger: stamp of the unit''s clock.';

COMMENT ON COLUMN public.alarm_event.ledger_received_at IS 'Latency ledger: received.';

COMMENT ON COLUMN public.alarm_event.ledger_decided_at IS 'Latency ledger: decided.';

COMMENT ON COLUMN public.alarm_event.ledger_painted_at IS 'Latency ledger: popup painted.';

COMMENT ON COLUMN public.alarm_event.ledger_sounded_at IS 'Latency ledger: sound started.';

COMMENT ON COLUMN public.alarm_event.ledger_committed_at IS 'Latency ledger: committed.';

COMMENT ON COLUMN public.alarm_event.ledger_claimed_at IS 'Latency ledger: first claimed.';

COMMENT ON COLUMN public.alarm_event.ledger_acknowledged_at IS 'Latency ledger: acknowledged.';

CREATE TABLE public.device (
    id integer NOT NULL,
    site_id integer,
    device_type_id text DEFAULT 'esp32-alarm-unit'::text NOT NULL,
    host text NOT NULL,
    mac bytea,
    name text DEFAULT ''::text NOT NULL,
    lifecycle text NOT NULL,
    require_signed boolean DEFAULT true NOT NULL,
    heartbeat_interval_s integer,
    note text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone,
    CONSTRAINT device_heartbeat_positive CHECK (((heartbeat_interval_s IS NULL) OR (heartbeat_interval_s > 0))),
    CONSTRAINT device_host_given CHECK ((host <> ''::text)),
    CONSTRAINT device_id_range CHECK (((id >= 1) AND (id <= 999999999))),
    CONSTRAINT device_lifecycle_known CHECK ((lifecycle = ANY (ARRAY['provisional'::text, 'enrolled'::text, 'retired'::text]))),
    CONSTRAINT device_mac_length CHECK (((mac IS NULL) OR (octet_length(mac) = 6)))
);

COMMENT ON TABLE public.device IS 'Alarm units. One that has history or evidence is retired, never deleted.';

COMMENT ON COLUMN public.device.id IS 'Number of the device; the same number is sent to the unit.';

COMMENT ON COLUMN public.device.site_id IS 'Where it stands; null: nowhere yet.';

COMMENT ON COLUMN public.device.device_type_id IS 'What kind of unit it is.';

COMMENT ON COLUMN public.device.host IS 'Host name in its topics.';

COMMENT ON COLUMN public.device.mac IS 'MAC address, 6 bytes; null until it was told.';

COMMENT ON COLUMN public.device.name IS 'Name that people gave it; empty: the host serves.';

COMMENT ON COLUMN public.device.lifecycle IS 'provisional (heard, enrolled by nobody), enrolled or retired.';

COMMENT ON COLUMN public.device.require_signed IS 'Unsigned frames of it are refused.';

COMMENT ON COLUMN public.device.heartbeat_interval_s IS 'Interval that the unit confirmed, seconds; null: unknown.';

COMMENT ON COLUMN public.device.note IS 'Free text.';

COMMENT ON COLUMN public.device.created_at IS 'When it was first heard or entered.';

CREATE TABLE public.site (
    id integer NOT NULL,
    parent_id integer,
    name text NOT NULL,
    CONSTRAINT site_id_positive CHECK ((id > 0)),
    CONSTRAINT site_name_given CHECK ((name <> ''::text)),
    CONSTRAINT site_not_its_own_parent CHECK (((parent_id IS NULL) OR (parent_id <> id)))
);

COMMENT ON TABLE public.site IS 'Tree customer › site › zone.';

COMMENT ON COLUMN public.site.id IS 'Number of the site, given by the station.';

COMMENT ON COLUMN public.site.parent_id IS 'Site that this one is a part of; null at the root.';

COMMENT ON COLUMN public.site.name IS 'Name that people use.';

CREATE VIEW public.site_path AS
 WITH RECURSIVE walk AS (
         SELECT site.id,
            site.name AS path,
            ARRAY[site.id] AS ids
           FROM public.site
          WHERE (site.parent_id IS NULL)
        UNION ALL
         SELECT s.id,
            ((w.path || ' › '::text) || s.name),
            (w.ids || s.id)
           FROM (public.site s
             JOIN walk w ON ((s.parent_id = w.id)))
          WHERE (s.id <> ALL (w.ids))
        )
 SELECT id AS site_id,
    path,
    ids
   FROM walk;

COMMENT ON VIEW public.site_path IS 'Full name of each site.';

COMMENT ON COLUMN public.site_path.site_id IS 'Site.';

COMMENT ON COLUMN public.site_path.path IS 'customer › site › zone';

COMMENT ON COLUMN public.site_path.ids IS 'Sites from the root to this one.';

CREATE VIEW public.alarm_overview AS
 SELECT a.id,
    a.device_id,
    COALESCE(NULLIF(d.name, ''::text), d.host) AS device,
    p.path AS site,
    a.kind,
    a.severity,
        CASE
            WHEN (a.closed_at IS NOT NULL) THEN 'A'::text
            WHEN a.acknowledged THEN
            CASE
                WHEN a.active THEN 'C'::text
                ELSE 'A'::text
            END
            WHEN a.active THEN 'B'::text
            ELSE 'D'::text
        END AS state,
    a.raised_at,
    a.last_raised_at,
    a.raise_count,
    a.cleared_at,
    a.acknowledged_at,
    a.acknowledged_by,
    a.claimed_by,
    a.closed_at,
    a.note,
    a.marks,
    a.detail
   FROM ((public.alarm_event a
     LEFT JOIN public.device d ON ((d.id = a.device_id)))
     LEFT JOIN public.site_path p ON ((p.site_id = d.site_id)));

COMMENT ON VIEW public.alarm_overview IS 'All alarms with the names of device and site.';

COMMENT ON COLUMN public.alarm_overview.id IS 'Alarm.';

COMMENT ON COLUMN public.alarm_overview.device_id IS 'Device; null: the station.';

COMMENT ON COLUMN public.alarm_overview.device IS 'Name of the device.';

COMMENT ON COLUMN public.alarm_overview.site IS 'Full name of the site.';

COMMENT ON COLUMN public.alarm_overview.kind IS 'Type.';

COMMENT ON COLUMN public.alarm_overview.severity IS '0 low, 1 medium, 2 high, 3 critical.';

COMMENT ON COLUMN public.alarm_overview.state IS 'ISA-18.2 letter: A normal, B unacknowledged, C acknowledged, D returned unacknowledged.';

COMMENT ON COLUMN public.alarm_overview.raised_at IS 'First raise.';

COMMENT ON COLUMN public.alarm_overview.last_raised_at IS 'Last raise.';

COMMENT ON COLUMN public.alarm_overview.raise_count IS 'Raises.';

COMMENT ON COLUMN public.alarm_overview.cleared_at IS 'When the source returned to normal.';

COMMENT ON COLUMN public.alarm_overview.acknowledged_at IS 'When it was acknowledged.';

COMMENT ON COLUMN public.alarm_overview.acknowledged_by IS 'Who acknowledged.';

COMMENT ON COLUMN public.alarm_overview.claimed_by IS 'Who has taken it.';

COMMENT ON COLUMN public.alarm_overview.closed_at IS 'When it was closed; null: open.';

COMMENT ON COLUMN public.alarm_overview.note IS 'Last note.';

COMMENT ON COLUMN public.alarm_overview.marks IS 'Marks.';

COMMENT ON COLUMN public.alarm_overview.detail IS 'What it was made of.';

CREATE VIEW public.alarm_open AS
 SELECT id,
    device_id,
    device,
    site,
    kind,
    severity,
    state,
    raised_at,
    last_raised_at,
    raise_count,
    cleared_at,
    acknowledged_at,
    acknowledged_by,
    claimed_by,
    note,
    marks,
    detail,
    (EXTRACT(epoch FROM (now() - raised_at)))::double precision AS seconds_open
   FROM public.alarm_overview
  WHERE (closed_at IS NULL);

COMMENT ON VIEW public.alarm_open IS 'Open alarms.';

COMMENT ON COLUMN public.alarm_open.id IS 'Alarm.';

COMMENT ON COLUMN public.alarm_open.device_id IS 'Device; null: the station.';

COMMENT ON COLUMN public.alarm_open.device IS 'Name of the device.';

COMMENT ON COLUMN public.alarm_open.site IS 'Full name of the site.';

COMMENT ON COLUMN public.alarm_open.kind IS 'Type.';

COMMENT ON COLUMN public.alarm_open.severity IS '0 low, 1 medium, 2 high, 3 critical.';

COMMENT ON COLUMN public.alarm_open.state IS 'ISA-18.2 letter.';

COMMENT ON COLUMN public.alarm_open.raised_at IS 'First raise.';

COMMENT ON COLUMN public.alarm_open.last_raised_at IS 'Last raise.';

COMMENT ON COLUMN public.alarm_open.raise_count IS 'Raises.';

COMMENT ON COLUMN public.alarm_open.cleared_at IS 'When the source returned to normal.';

COMMENT ON COLUMN public.alarm_open.acknowledged_at IS 'When it was acknowledged.';

COMMENT ON COLUMN public.alarm_open.acknowledged_by IS 'Who acknowledged.';

COMMENT ON COLUMN public.alarm_open.claimed_by IS 'Who has taken it.';

COMMENT ON COLUMN public.alarm_open.note IS 'Last note.';

COMMENT ON COLUMN public.alarm_open.marks IS 'Marks.';

COMMENT ON COLUMN public.alarm_open.detail IS 'What it was made of.';

COMMENT ON COLUMN public.alarm_open.seconds_open IS 'Age at the time of asking.';

CREATE TABLE public.alarm_transition (
    id uuid NOT NULL,
    alarm_id uuid NOT NULL,
    device_id integer,
    version integer NOT NULL,
    change text NOT NULL,
    at timestamp with time zone NOT NULL,
    operator text DEFAULT ''::text NOT NULL,
    station text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    device_time timestamp with time zone,
    CONSTRAINT alarm_transition_change_known CHECK ((change = ANY (ARRAY['raised'::text, 're-raised'::text, 'cleared'::text, 'acknowledged'::text, 'un-acknowledged'::text, 'claimed'::text, 'released'::text, 'silenced'::text, 'noted'::text, 'escalated'::text, 'shelved'::text, 'unshelved'::text, 'suppressed'::text, 'out-of-service'::text, 'verified'::text, 'closed'::text]))),
    CONSTRAINT alarm_transition_version_positive CHECK ((version >= 1))
);

COMMENT ON TABLE public.alarm_transition IS 'Evidence, append-only: everything that happened to an alarm.';

COMMENT ON COLUMN public.alarm_transition.id IS 'UUIDv5 of alarm, version and change.';

COMMENT ON COLUMN public.alarm_transition.alarm_id IS 'Alarm.';

COMMENT ON COLUMN public.alarm_transition.device_id IS 'Device of the alarm, kept here for the timeline of a unit.';

COMMENT ON COLUMN public.alarm_transition.version IS 'Number of this transition within the alarm. Two stations that acted at once may share one.';

COMMENT ON COLUMN public.alarm_transition.change IS 'What happened.';

COMMENT ON COLUMN public.alarm_transition.at IS 'When.';

COMMENT ON COLUMN public.alarm_transition.operator IS 'Who; empty: the unit or the station.';

COMMENT ON COLUMN public.alarm_transition.station IS 'On which station.';

COMMENT ON COLUMN public.alarm_transition.note IS 'Why, in the operator''s words.';

COMMENT ON COLUMN public.alarm_transition.device_time IS 'Stamp of the unit''s clock; null: none.';

CREATE TABLE public.audit_log (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    operator text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL,
    detail json NOT NULL
);

COMMENT ON TABLE public.audit_log IS 'Evidence, append-only: who changed or commanded what.';

COMMENT ON COLUMN public.audit_log.id IS 'UUIDv5 of the content, so that a replay adds nothing.';

COMMENT ON COLUMN public.audit_log.at IS 'When.';

COMMENT ON COLUMN public.audit_log.operator IS 'Who.';

COMMENT ON COLUMN public.audit_log.action IS 'What was done.';

COMMENT ON COLUMN public.audit_log.target IS 'To what.';

COMMENT ON COLUMN public.audit_log.outcome IS 'How it ended.';

COMMENT ON COLUMN public.audit_log.detail IS 'More, secrets redacted.';

CREATE TABLE public.command (
    request_id text NOT NULL,
    device_id integer NOT NULL,
    family text NOT NULL,
    name text NOT NULL,
    operator text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    timeout_s double precision NOT NULL,
    idempotent boolean NOT NULL,
    state text NOT NULL,
    step_count integer NOT NULL,
    attempts integer NOT NULL,
    error_code bigint,
    message text DEFAULT ''::text NOT NULL,
    request_json json NOT NULL,
    response_json text DEFAULT ''::text NOT NULL,
    permanent boolean NOT NULL,
    queued boolean NOT NULL,
    CONSTRAINT command_counts_positive CHECK (((attempts >= 0) AND (step_count >= 0))),
    CONSTRAINT command_family_known CHECK ((family = ANY (ARRAY['system'::text, 'config'::text, 'output'::text, 'diagnostic'::text, 'ota'::text, 'read'::text]))),
    CONSTRAINT command_state_known CHECK ((state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'ACKNOWLEDGED'::text, 'COMPLETED'::text, 'OBSERVED'::text, 'FAILED'::text, 'TIMEOUT'::text, 'CANCELLED'::text, 'EXPIRED'::text])))
);

COMMENT ON TABLE public.command IS 'Commands to units; those without an end are the queue.';

COMMENT ON COLUMN public.command.request_id IS 'Correlates the answers of the unit.';

COMMENT ON COLUMN public.command.device_id IS 'Device.';

COMMENT ON COLUMN public.command.family IS 'system, config, output, diagnostic, ota or read.';

COMMENT ON COLUMN public.command.name IS 'Stable name of the command.';

COMMENT ON COLUMN public.command.operator IS 'Who sent it.';

COMMENT ON COLUMN public.command.created_at IS 'When it was wished.';

COMMENT ON COLUMN public.command.expires_at IS 'Not sent after this.';

COMMENT ON COLUMN public.command.timeout_s IS 'How long an answer is waited for, seconds.';

COMMENT ON COLUMN public.command.idempotent IS 'May be sent again.';

COMMENT ON COLUMN public.command.state IS 'Rung of the ladder, or its end.';

COMMENT ON COLUMN public.command.step_count IS 'Rungs so far; the row never goes back to fewer.';

COMMENT ON COLUMN public.command.attempts IS 'How often it was published.';

COMMENT ON COLUMN public.command.error_code IS 'Error of the unit; null: none.';

COMMENT ON COLUMN public.command.message IS 'What the unit or the station said.';

COMMENT ON COLUMN public.command.request_json IS 'Request, secrets redacted.';

COMMENT ON COLUMN public.command.response_json IS 'Answer, secrets redacted: JSON, or raw text where the unit cut it; empty: none.';

COMMENT ON COLUMN public.command.permanent IS 'An output that runs until it is switched off.';

COMMENT ON COLUMN public.command.queued IS 'Was let wait for an offline unit.';

CREATE TABLE public.command_step (
    request_id text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    at timestamp with time zone NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT command_step_state_known CHECK ((state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'ACKNOWLEDGED'::text, 'COMPLETED'::text, 'OBSERVED'::text, 'FAILED'::text, 'TIMEOUT'::text, 'CANCELLED'::text, 'EXPIRED'::text])))
);

COMMENT ON TABLE public.command_step IS 'Evidence, append-only: the rungs that commands reached.';

COMMENT ON COLUMN public.command_step.request_id IS 'Command.';

COMMENT ON COLUMN public.command_step.number IS 'Place on the ladder of this command.';

COMMENT ON COLUMN public.command_step.state IS 'What the command became.';

COMMENT ON COLUMN public.command_step.at IS 'When.';

COMMENT ON COLUMN public.command_step.note IS 'Why.';

CREATE TABLE public.device_key_fingerprint (
    device_id integer NOT NULL,
    fingerprint text NOT NULL,
    weak text DEFAULT ''::text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT device_key_fingerprint_form CHECK ((fingerprint ~ '^[0-9a-f]{8}$'::text))
);

COMMENT ON TABLE public.device_key_fingerprint IS 'Which keys a device was given. The keys themselves are never in the database.';

COMMENT ON COLUMN public.device_key_fingerprint.device_id IS 'Device that has the key.';

COMMENT ON COLUMN public.device_key_fingerprint.fingerprint IS 'First 4 bytes of SHA-256 of the key, hexadecimal.';

COMMENT ON COLUMN public.device_key_fingerprint.weak IS 'Why the key is weak; empty: it is not.';

COMMENT ON COLUMN public.device_key_fingerprint.added_at IS 'When the key was entered.';

COMMENT ON COLUMN public.device_key_fingerprint.retired_at IS 'When it stopped being accepted; null: in use.';

CREATE TABLE public.device_status (
    device_id integer NOT NULL,
    comm_state text NOT NULL,
    comm_since timestamp with time zone,
    silent_since timestamp with time zone,
    last_seen_at timestamp with time zone,
    last_heartbeat_at timestamp with time zone,
    device_state integer,
    panic1 boolean,
    panic2 boolean,
    tamper boolean,
    aux1 boolean,
    aux2 boolean,
    siren boolean,
    turret boolean,
    relay1 boolean,
    relay2 boolean,
    fan_pct bigint,
    temperature_c real,
    temperature_quality smallint NOT NULL,
    temperature_reason smallint NOT NULL,
    humidity_pct real,
    humidity_quality smallint NOT NULL,
    humidity_reason smallint NOT NULL,
    uptime_s bigint,
    boot_count bigint,
    boot_id bigint DEFAULT 0 NOT NULL,
    firmware text DEFAULT ''::text NOT NULL,
    interface bigint,
    rssi_dbm integer,
    ip_address text DEFAULT ''::text NOT NULL,
    echoed_id bigint,
    device_time timestamp with time zone,
    skew_s double precision,
    free_heap bigint,
    error_flags bigint DEFAULT 0 NOT NULL,
    panic1_count bigint,
    panic2_count bigint,
    tamper_count bigint,
    ota_validated boolean,
    partition bigint,
    received_messages bigint DEFAULT 0 NOT NULL,
    received_samples bigint DEFAULT 0 NOT NULL,
    stored_rows bigint DEFAULT 0 NOT NULL,
    CONSTRAINT device_status_comm_known CHECK ((comm_state = ANY (ARRAY['unknown'::text, 'online'::text, 'late'::text, 'offline'::text]))),
    CONSTRAINT device_status_io_whole CHECK ((((panic1 IS NULL) = (panic2 IS NULL)) AND ((panic1 IS NULL) = (tamper IS NULL)) AND ((panic1 IS NULL) = (siren IS NULL)) AND ((panic1 IS NULL) = (turret IS NULL)))),
    CONSTRAINT device_status_quality_known CHECK ((((temperature_quality >= 0) AND (temperature_quality <= 2)) AND ((humidity_quality >= 0) AND (humidity_quality <= 2)))),
    CONSTRAINT device_status_reason_known CHECK ((((temperature_reason >= 0) AND (temperature_reason <= 6)) AND ((humidity_reason >= 0) AND (humidity_reason <= 6))))
)
WITH (fillfactor='50');

COMMENT ON TABLE public.device_status IS 'One row per device: the union of everything its last messages said.';

COMMENT ON COLUMN public.device_status.device_id IS 'Device.';

COMMENT ON COLUMN public.device_status.comm_state IS 'Presence as the station sees it: unknown, online, late, offline. Never mixed with device_state.';

COMMENT ON COLUMN public.device_status.comm_since IS 'When the station noticed that presence.';

COMMENT ON COLUMN public.device_status.silent_since IS 'Last message before the silence; null while heard.';

COMMENT ON COLUMN public.device_status.last_seen_at IS 'Receive time of the last message of any kind.';

COMMENT ON COLUMN public.device_status.last_heartbeat_at IS 'Receive time of the last heartbeat.';

COMMENT ON COLUMN public.device_status.device_state IS 'DeviceState number that the unit last told; never overwritten by the station.';

COMMENT ON COLUMN public.device_status.panic1 IS 'Panic button 1 held; null: inputs never told.';

COMMENT ON COLUMN public.device_status.panic2 IS 'Panic button 2 held; null: inputs never told.';

COMMENT ON COLUMN public.device_status.tamper IS 'Enclosure open; null: inputs never told.';

COMMENT ON COLUMN public.device_status.aux1 IS 'Auxiliary input 1; null: never told.';

COMMENT ON COLUMN public.device_status.aux2 IS 'Auxiliary input 2; null: never told.';

COMMENT ON COLUMN public.device_status.siren IS 'Siren runs; null: outputs never told.';

COMMENT ON COLUMN public.device_status.turret IS 'Turret light on; null: outputs never told.';

COMMENT ON COLUMN public.device_status.relay1 IS 'Relay 1 closed; null: never told.';

COMMENT ON COLUMN public.device_status.relay2 IS 'Relay 2 closed; null: never told.';

COMMENT ON COLUMN public.device_status.fan_pct IS 'Fan, per cent; null: never told.';

COMMENT ON COLUMN public.device_status.temperature_c IS 'Temperature, °C; null: no reading.';

COMMENT ON COLUMN public.device_status.temperature_quality IS 'Quality of the temperature: 0 good, 1 uncertain, 2 bad.';

COMMENT ON COLUMN public.device_status.temperature_reason IS 'Why not good: 0 none, 1 missing, 2 range, 3 frozen, 4 sensor fault, 5 bad clock, 6 unit offline.';

COMMENT ON COLUMN public.device_status.humidity_pct IS 'Relative humidity, per cent; null: no reading.';

COMMENT ON COLUMN public.device_status.humidity_quality IS 'Quality of the humidity, as temperature_quality.';

COMMENT ON COLUMN public.device_status.humidity_reason IS 'Why not good, as temperature_reason.';

COMMENT ON COLUMN public.device_status.uptime_s IS 'Seconds since the unit started.';

COMMENT ON COLUMN public.device_status.boot_count IS 'Restarts as the unit counts them.';

COMMENT ON COLUMN public.device_status.boot_id IS 'Random number of this start; 0: firmware without extensions.';

COMMENT ON COLUMN public.device_status.firmware IS 'Firmware version.';

COMMENT ON COLUMN public.device_status.interface IS 'NetworkInterface number.';

COMMENT ON COLUMN public.device_status.rssi_dbm IS 'Signal strength, dBm; 0 on Ethernet.';

COMMENT ON COLUMN public.device_status.ip_address IS 'Address of the unit as it told it.';

COMMENT ON COLUMN public.device_status.echoed_id IS 'Device id in the last message; differs from device_id until synchronised.';

COMMENT ON COLUMN public.device_status.device_time IS 'Last valid stamp of the unit''s clock; null while that clock is not set.';

COMMENT ON COLUMN public.device_status.skew_s IS 'Device minus receive time, seconds, median of the last 5 heartbeats.';

COMMENT ON COLUMN public.device_status.free_heap IS 'Free memory of the unit, bytes.';

COMMENT ON COLUMN public.device_status.error_flags IS 'Bitmap that the unit told.';

COMMENT ON COLUMN public.device_status.panic1_count IS 'Activations as the unit counts them.';

COMMENT ON COLUMN public.device_status.panic2_count IS 'Activations as the unit counts them.';

COMMENT ON COLUMN public.device_status.tamper_count IS 'Openings as the unit counts them.';

COMMENT ON COLUMN public.device_status.ota_validated IS 'The running firmware image is marked valid.';

COMMENT ON COLUMN public.device_status.partition IS 'Firmware partition in use: 0 factory, 1 ota_0, 2 ota_1.';

COMMENT ON COLUMN public.device_status.received_messages IS 'Accepted messages of any kind, ever.';

COMMENT ON COLUMN public.device_status.received_samples IS 'Samples received, ever: what a full store would hold.';

COMMENT ON COLUMN public.device_status.stored_rows IS 'History rows stored of them.';

CREATE VIEW public.device_overview AS
 SELECT d.id,
    d.host,
    d.name,
    COALESCE(NULLIF(d.name, ''::text), d.host) AS label,
    d.lifecycle,
    d.site_id,
    p.path AS site,
    COALESCE(s.comm_state, 'unknown'::text) AS comm_state,
    s.comm_since,
    s.last_seen_at,
    s.last_heartbeat_at,
    (EXTRACT(epoch FROM (now() - s.last_seen_at)))::double precision AS seconds_since_seen,
    (EXTRACT(epoch FROM (now() - s.last_heartbeat_at)))::double precision AS seconds_since_heartbeat,
    s.device_state,
    s.panic1,
    s.panic2,
    s.tamper,
    s.siren,
    s.turret,
    s.temperature_c,
    public.quality_name(s.temperature_quality) AS temperature_quality,
    s.humidity_pct,
    public.quality_name(s.humidity_quality) AS humidity_quality,
    s.firmware,
    s.ip_address,
    s.rssi_dbm,
    s.received_samples,
    s.stored_rows,
    COALESCE(a.open_alarms, (0)::bigint) AS open_alarms,
    a.worst_alarm
   FROM (((public.device d
     LEFT JOIN public.device_status s ON ((s.device_id = d.id)))
     LEFT JOIN public.site_path p ON ((p.site_id = d.site_id)))
     LEFT JOIN ( SELECT alarm_event.device_id,
            count(*) AS open_alarms,
            max(alarm_event.severity) AS worst_alarm
           FROM public.alarm_event
          WHERE (alarm_event.closed_at IS NULL)
          GROUP BY alarm_event.device_id) a ON ((a.device_id = d.id)));

COMMENT ON VIEW public.device_overview IS 'Every device with its state, those that never said anything included.';

COMMENT ON COLUMN public.device_overview.id IS 'Device.';

COMMENT ON COLUMN public.device_overview.host IS 'Host name.';

COMMENT ON COLUMN public.device_overview.name IS 'Given name.';

COMMENT ON COLUMN public.device_overview.label IS 'Name, else host.';

COMMENT ON COLUMN public.device_overview.lifecycle IS 'provisional, enrolled or retired.';

COMMENT ON COLUMN public.device_overview.site_id IS 'Site.';

COMMENT ON COLUMN public.device_overview.site IS 'Full name of the site.';

COMMENT ON COLUMN public.device_overview.comm_state IS 'Presence; unknown when never heard.';

COMMENT ON COLUMN public.device_overview.comm_since IS 'Since when.';

COMMENT ON COLUMN public.device_overview.last_seen_at IS 'Last message; null: never.';

COMMENT ON COLUMN public.device_overview.last_heartbeat_at IS 'Last heartbeat; null: never.';

COMMENT ON COLUMN public.device_overview.seconds_since_seen IS 'Age of the last message at the time of asking; null: never heard.';

COMMENT ON COLUMN public.device_overview.seconds_since_heartbeat IS 'Age of the last heartbeat at the time of asking; null: none yet.';

COMMENT ON COLUMN public.device_overview.device_state IS 'DeviceState number.';

COMMENT ON COLUMN public.device_overview.panic1 IS 'Panic button 1 held.';

COMMENT ON COLUMN public.device_overview.panic2 IS 'Panic button 2 held.';

COMMENT ON COLUMN public.device_overview.tamper IS 'Enclosure open.';

COMMENT ON COLUMN public.device_overview.siren IS 'Siren runs.';

COMMENT ON COLUMN public.device_overview.turret IS 'Turret light on.';

COMMENT ON COLUMN public.device_overview.temperature_c IS 'Temperature, °C.';

COMMENT ON COLUMN public.device_overview.temperature_quality IS 'good, uncertain or bad.';

COMMENT ON COLUMN public.device_overview.humidity_pct IS 'Relative humidity, per cent.';

COMMENT ON COLUMN public.device_overview.humidity_quality IS 'good, uncertain or bad.';

COMMENT ON COLUMN public.device_overview.firmware IS 'Firmware version.';

COMMENT ON COLUMN public.device_overview.ip_address IS 'Address.';

COMMENT ON COLUMN public.device_overview.rssi_dbm IS 'Signal strength, dBm.';

COMMENT ON COLUMN public.device_overview.received_samples IS 'Samples received.';

COMMENT ON COLUMN public.device_overview.stored_rows IS 'History rows stored of them.';

COMMENT ON COLUMN public.device_overview.open_alarms IS 'Open alarms.';

COMMENT ON COLUMN public.device_overview.worst_alarm IS 'Severity of the worst open alarm; null: none.';

CREATE TABLE public.device_type (
    id text NOT NULL,
    label text NOT NULL,
    CONSTRAINT device_type_label_given CHECK ((label <> ''::text))
);

COMMENT ON TABLE public.device_type IS 'Kinds of units.';

COMMENT ON COLUMN public.device_type.id IS 'Stable name of the type.';

COMMENT ON COLUMN public.device_type.label IS 'Name on screen, in English.';

CREATE TABLE public.gap (
    device_id integer,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    CONSTRAINT gap_order CHECK ((ended_at >= started_at))
);

COMMENT ON TABLE public.gap IS 'Times without data that are no silence of the value: nobody listened, or a device was away.';

COMMENT ON COLUMN public.gap.device_id IS 'Device that was silent; null: the whole station.';

COMMENT ON COLUMN public.gap.started_at IS 'Beginning.';

COMMENT ON COLUMN public.gap.ended_at IS 'End.';

COMMENT ON COLUMN public.gap.reason IS 'Why.';

CREATE TABLE public.heartbeats (
    received_at timestamp with time zone NOT NULL,
    device_time timestamp with time zone,
    uptime_s bigint,
    fan_pct bigint,
    device_id integer NOT NULL,
    mask integer NOT NULL,
    temperature_c real,
    humidity_pct real,
    device_state integer,
    temperature_quality smallint NOT NULL,
    temperature_reason smallint NOT NULL,
    humidity_quality smallint NOT NULL,
    humidity_reason smallint NOT NULL,
    change_type smallint NOT NULL,
    connected boolean NOT NULL,
    clock_trusted boolean NOT NULL,
    panic1 boolean NOT NULL,
    panic2 boolean NOT NULL,
    tamper boolean NOT NULL,
    aux1 boolean,
    aux2 boolean,
    siren boolean NOT NULL,
    turret boolean NOT NULL,
    relay1 boolean,
    relay2 boolean,
    changes jsonb,
    CONSTRAINT heartbeats_change_type_known CHECK (((change_type >= 1) AND (change_type <= 6))),
    CONSTRAINT heartbeats_quality_known CHECK ((((temperature_quality >= 0) AND (temperature_quality <= 2)) AND ((humidity_quality >= 0) AND (humidity_quality <= 2)))),
    CONSTRAINT heartbeats_reason_known CHECK ((((temperature_reason >= 0) AND (temperature_reason <= 6)) AND ((humidity_reason >= 0) AND (humidity_reason <= 6))))
)
PARTITION BY RANGE (received_at);

COMMENT ON TABLE public.heartbeats IS 'History by change: full snapshots, stored only when they say something new.';

COMMENT ON COLUMN public.heartbeats.received_at IS 'Receive time; with device_id the key. Receive times of one device rise.';

COMMENT ON COLUMN public.heartbeats.device_time IS 'Stamp of the unit''s clock; null: not set.';

COMMENT ON COLUMN public.heartbeats.uptime_s IS 'Seconds since the unit started.';

COMMENT ON COLUMN public.heartbeats.fan_pct IS 'Fan, per cent; null: not told.';

COMMENT ON COLUMN public.heartbeats.device_id IS 'Device.';

COMMENT ON COLUMN public.heartbeats.mask IS 'Everything that made the row necessary, as bits: 0 first, 1 temperature, 2 humidity, 3 fan, 4 panic1, 5 panic2, 6 tamper, 7 aux1, 8 aux2, 9 siren, 10 turret, 11 relay1, 12 relay2, 13 device state, 14 quality, 15 connection, 16 forced, 17 manual, 18 last reading before a step.';

COMMENT ON COLUMN public.heartbeats.temperature_c IS 'Temperature, °C; null: no reading.';

COMMENT ON COLUMN public.heartbeats.humidity_pct IS 'Relative humidity, per cent; null: no reading.';

COMMENT ON COLUMN public.heartbeats.device_state IS 'DeviceState number; null: not told.';

COMMENT ON COLUMN public.heartbeats.temperature_quality IS '0 good, 1 uncertain, 2 bad.';

COMMENT ON COLUMN public.heartbeats.temperature_reason IS '0 none, 1 missing, 2 range, 3 frozen, 4 sensor fault, 5 bad clock, 6 unit offline.';

COMMENT ON COLUMN public.heartbeats.humidity_quality IS 'As temperature_quality.';

COMMENT ON COLUMN public.heartbeats.humidity_reason IS 'As temperature_reason.';

COMMENT ON COLUMN public.heartbeats.change_type IS 'Primary reason: 1 ALARM, 2 STATE_CHANGE, 3 CONNECTION, 4 SENSOR_DATA, 5 MANUAL, 6 PERIODIC.';

COMMENT ON COLUMN public.heartbeats.connected IS 'The unit was connected.';

COMMENT ON COLUMN public.heartbeats.clock_trusted IS 'The unit''s clock agreed with the station''s.';

COMMENT ON COLUMN public.heartbeats.panic1 IS 'Panic button 1 held.';

COMMENT ON COLUMN public.heartbeats.panic2 IS 'Panic button 2 held.';

COMMENT ON COLUMN public.heartbeats.tamper IS 'Enclosure open.';

COMMENT ON COLUMN public.heartbeats.aux1 IS 'Auxiliary input 1; null: not told.';

COMMENT ON COLUMN public.heartbeats.aux2 IS 'Auxiliary input 2; null: not told.';

COMMENT ON COLUMN public.heartbeats.siren IS 'Siren ran.';

COMMENT ON COLUMN public.heartbeats.turret IS 'Turret light on.';

COMMENT ON COLUMN public.heartbeats.relay1 IS 'Relay 1 closed; null: not told.';

COMMENT ON COLUMN public.heartbeats.relay2 IS 'Relay 2 closed; null: not told.';

COMMENT ON COLUMN public.heartbeats.changes IS 'Per changed field [old, new] or, for numbers, [old, new, difference]; null: nothing changed.';

CREATE TABLE public.heartbeats_default (
    received_at timestamp with time zone NOT NULL,
    device_time timestamp with time zone,
    uptime_s bigint,
    fan_pct bigint,
    device_id integer NOT NULL,
    mask integer NOT NULL,
    temperature_c real,
    humidity_pct real,
    device_state integer,
    temperature_quality smallint NOT NULL,
    temperature_reason smallint NOT NULL,
    humidity_quality smallint NOT NULL,
    humidity_reason smallint NOT NULL,
    change_type smallint NOT NULL,
    connected boolean NOT NULL,
    clock_trusted boolean NOT NULL,
    panic1 boolean NOT NULL,
    panic2 boolean NOT NULL,
    tamper boolean NOT NULL,
    aux1 boolean,
    aux2 boolean,
    siren boolean NOT NULL,
    turret boolean NOT NULL,
    relay1 boolean,
    relay2 boolean,
    changes jsonb,
    CONSTRAINT heartbeats_change_type_known CHECK (((change_type >= 1) AND (change_type <= 6))),
    CONSTRAINT heartbeats_quality_known CHECK ((((temperature_quality >= 0) AND (temperature_quality <= 2)) AND ((humidity_quality >= 0) AND (humidity_quality <= 2)))),
    CONSTRAINT heartbeats_reason_known CHECK ((((temperature_reason >= 0) AND (temperature_reason <= 6)) AND ((humidity_reason >= 0) AND (humidity_reason <= 6))))
);

COMMENT ON TABLE public.heartbeats_default IS 'History rows for whose time there was no partition.';

CREATE VIEW public.history AS
 SELECT h.device_id,
    COALESCE(NULLIF(d.name, ''::text), d.host) AS device,
    h.received_at,
    h.device_time,
    public.change_type_name(h.change_type) AS change_type,
    h.mask,
    h.changes,
    h.connected,
    h.device_state,
    h.temperature_c,
    public.quality_name(h.temperature_quality) AS temperature_quality,
    public.quality_reason_name(h.temperature_reason) AS temperature_reason,
    h.humidity_pct,
    public.quality_name(h.humidity_quality) AS humidity_quality,
    public.quality_reason_name(h.humidity_reason) AS humidity_reason,
    h.panic1,
    h.panic2,
    h.tamper,
    h.aux1,
    h.aux2,
    h.siren,
    h.turret,
    h.relay1,
    h.relay2,
    h.fan_pct,
    h.uptime_s,
    h.clock_trusted
   FROM (public.heartbeats h
     JOIN public.device d ON ((d.id = h.device_id)));

COMMENT ON VIEW public.history IS 'History with names in place of codes.';

COMMENT ON COLUMN public.history.device_id IS 'Device.';

COMMENT ON COLUMN public.history.device IS 'Name of the device.';

COMMENT ON COLUMN public.history.received_at IS 'Receive time.';

COMMENT ON COLUMN public.history.device_time IS 'Stamp of the unit''s clock.';

COMMENT ON COLUMN public.history.change_type IS 'Primary reason of the row.';

COMMENT ON COLUMN public.history.mask IS 'All reasons, as bits; see heartbeats.mask.';

COMMENT ON COLUMN public.history.changes IS 'Per changed field [old, new] or [old, new, difference].';

COMMENT ON COLUMN public.history.connected IS 'The unit was connected.';

COMMENT ON COLUMN public.history.device_state IS 'DeviceState number.';

COMMENT ON COLUMN public.history.temperature_c IS 'Temperature, °C.';

COMMENT ON COLUMN public.history.temperature_quality IS 'good, uncertain or bad.';

COMMENT ON COLUMN public.history.temperature_reason IS 'Why not good.';

COMMENT ON COLUMN public.history.humidity_pct IS 'Relative humidity, per cent.';

COMMENT ON COLUMN public.history.humidity_quality IS 'good, uncertain or bad.';

COMMENT ON COLUMN public.history.humidity_reason IS 'Why not good.';

COMMENT ON COLUMN public.history.panic1 IS 'Panic button 1 held.';

COMMENT ON COLUMN public.history.panic2 IS 'Panic button 2 held.';

COMMENT ON COLUMN public.history.tamper IS 'Enclosure open.';

COMMENT ON COLUMN public.history.aux1 IS 'Auxiliary input 1.';

COMMENT ON COLUMN public.history.aux2 IS 'Auxiliary input 2.';

COMMENT ON COLUMN public.history.siren IS 'Siren ran.';

COMMENT ON COLUMN public.history.turret IS 'Turret light on.';

COMMENT ON COLUMN public.history.relay1 IS 'Relay 1 closed.';

COMMENT ON COLUMN public.history.relay2 IS 'Relay 2 closed.';

COMMENT ON COLUMN public.history.fan_pct IS 'Fan, per cent.';

COMMENT ON COLUMN public.history.uptime_s IS 'Seconds since the unit started.';

COMMENT ON COLUMN public.history.clock_trusted IS 'The unit''s clock agreed with the station''s.';

CREATE TABLE public.ingest_session (
    id uuid NOT NULL,
    station text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_alive_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

COMMENT ON TABLE public.ingest_session IS 'Stretches of time in which a station was listening.';

COMMENT ON COLUMN public.ingest_session.id IS 'Made by the station.';

COMMENT ON COLUMN public.ingest_session.station IS 'Name of the station.';

COMMENT ON COLUMN public.ingest_session.started_at IS 'Since when it listened.';

COMMENT ON COLUMN public.ingest_session.last_alive_at IS 'Last time it said that it does.';

COMMENT ON COLUMN public.ingest_session.ended_at IS 'When it stopped in good order; null: it runs, or broke off after last_alive_at.';

CREATE TABLE public.input_event (
    device_id integer NOT NULL,
    key text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    type integer NOT NULL,
    state integer NOT NULL,
    sequence bigint NOT NULL,
    boot_id bigint NOT NULL,
    device_time timestamp with time zone,
    alarm_id uuid,
    marks text[] DEFAULT '{}'::text[] NOT NULL
);

COMMENT ON TABLE public.input_event IS 'Evidence, append-only: alarm events of inputs exactly as units told them.';

COMMENT ON COLUMN public.input_event.device_id IS 'Device.';

COMMENT ON COLUMN public.input_event.key IS 'Tells this event from every other one of the device; a redelivery has the same.';

COMMENT ON COLUMN public.input_event.received_at IS 'Receive time.';

COMMENT ON COLUMN public.input_event.type IS 'AlarmType number.';

COMMENT ON COLUMN public.input_event.state IS 'EventState number.';

COMMENT ON COLUMN public.input_event.sequence IS 'Event sequence of the unit.';

COMMENT ON COLUMN public.input_event.boot_id IS 'Random number of the unit''s start; 0: firmware without extensions.';

COMMENT ON COLUMN public.input_event.device_time IS 'Stamp of the unit''s clock; null: not set.';

COMMENT ON COLUMN public.input_event.alarm_id IS 'Alarm that it raised, repeated or cleared; null: there was none to clear.';

COMMENT ON COLUMN public.input_event.marks IS 'As alarm_event.marks.';

CREATE TABLE public.message_refusal (
    host text NOT NULL,
    reason text NOT NULL,
    count bigint NOT NULL,
    last_at timestamp with time zone NOT NULL,
    sample bytea DEFAULT '\x'::bytea NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    CONSTRAINT message_refusal_count_positive CHECK ((count >= 0))
);

COMMENT ON TABLE public.message_refusal IS 'How many messages of a host were refused, and why.';

COMMENT ON COLUMN public.message_refusal.host IS 'Host name in the topic.';

COMMENT ON COLUMN public.message_refusal.reason IS 'Class of the refusal.';

COMMENT ON COLUMN public.message_refusal.count IS 'How many, ever; never goes back.';

COMMENT ON COLUMN public.message_refusal.last_at IS 'Last time.';

COMMENT ON COLUMN public.message_refusal.sample IS 'Bytes of one of them.';

COMMENT ON COLUMN public.message_refusal.detail IS 'What was wrong with it.';

CREATE TABLE public.metric_def (
    device_type_id text NOT NULL,
    key text NOT NULL,
    ordinal smallint NOT NULL,
    label text NOT NULL,
    unit text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    range_min double precision,
    range_max double precision,
    decimals smallint DEFAULT 0 NOT NULL,
    deadband double precision,
    force_interval_s integer,
    CONSTRAINT metric_def_deadband_positive CHECK (((deadband IS NULL) OR (deadband > (0)::double precision))),
    CONSTRAINT metric_def_decimals_sane CHECK (((decimals >= 0) AND (decimals <= 6))),
    CONSTRAINT metric_def_force_positive CHECK (((force_interval_s IS NULL) OR (force_interval_s > 0))),
    CONSTRAINT metric_def_kind_known CHECK ((kind = ANY (ARRAY['number'::text, 'boolean'::text, 'enum'::text, 'counter'::text]))),
    CONSTRAINT metric_def_range_order CHECK (((range_min IS NULL) OR (range_max IS NULL) OR (range_min < range_max)))
);

COMMENT ON TABLE public.metric_def IS 'What a type of unit measures and tells.';

COMMENT ON COLUMN public.metric_def.device_type_id IS 'Type that has this metric.';

COMMENT ON COLUMN public.metric_def.key IS 'Name of the metric; where history has it, the column.';

COMMENT ON COLUMN public.metric_def.ordinal IS 'Place in lists.';

COMMENT ON COLUMN public.metric_def.label IS 'Name on screen, in English.';

COMMENT ON COLUMN public.metric_def.unit IS 'Unit of measure; empty for none.';

COMMENT ON COLUMN public.metric_def.kind IS 'number, boolean, enum or counter.';

COMMENT ON COLUMN public.metric_def.range_min IS 'Least value that can be true; below it a reading is BAD.';

COMMENT ON COLUMN public.metric_def.range_max IS 'Greatest value that can be true; above it a reading is BAD.';

COMMENT ON COLUMN public.metric_def.decimals IS 'Decimals shown.';

COMMENT ON COLUMN public.metric_def.deadband IS 'Change that makes a history row; null: every change.';

COMMENT ON COLUMN public.metric_def.force_interval_s IS 'Longest silence in history, seconds; null: the setting of the station.';

CREATE TABLE public.operator (
    name text NOT NULL,
    role text NOT NULL,
    display_name text DEFAULT ''::text NOT NULL,
    password_hash text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    valid_until timestamp with time zone,
    CONSTRAINT operator_name_given CHECK ((name <> ''::text)),
    CONSTRAINT operator_role_known CHECK ((role = ANY (ARRAY['viewer'::text, 'guard'::text, 'technician'::text, 'supervisor'::text, 'admin'::text])))
);

COMMENT ON TABLE public.operator IS 'People with an account.';

COMMENT ON COLUMN public.operator.name IS 'Name to log in with.';

COMMENT ON COLUMN public.operator.role IS 'viewer, guard, technician, supervisor or admin.';

COMMENT ON COLUMN public.operator.display_name IS 'Name on screen.';

COMMENT ON COLUMN public.operator.password_hash IS 'argon2 hash; readers may not see it.';

COMMENT ON COLUMN public.operator.language IS 'Language of the screens; empty: that of the station.';

COMMENT ON COLUMN public.operator.active IS 'May log in.';

COMMENT ON COLUMN public.operator.valid_until IS 'Not after this; null: no end.';

CREATE TABLE public.operator_site (
    operator_name text NOT NULL,
    site_id integer NOT NULL
);

COMMENT ON TABLE public.operator_site IS 'Subtrees that an operator is confined to; none: every site.';

COMMENT ON COLUMN public.operator_site.operator_name IS 'Operator.';

COMMENT ON COLUMN public.operator_site.site_id IS 'Site whose subtree is granted.';

CREATE TABLE public.output_activity (
    device_id integer NOT NULL,
    received_at timestamp with time zone NOT NULL,
    output bigint NOT NULL,
    pattern bigint NOT NULL,
    state integer NOT NULL,
    duration_s bigint NOT NULL,
    elapsed_s bigint NOT NULL,
    event_sequence bigint NOT NULL,
    device_time timestamp with time zone
);

COMMENT ON TABLE public.output_activity IS 'Runs of siren, turret and relays as the units told them; not an alarm list.';

COMMENT ON COLUMN public.output_activity.device_id IS 'Device.';

COMMENT ON COLUMN public.output_activity.received_at IS 'Receive time.';

COMMENT ON COLUMN public.output_activity.output IS 'OutputType number.';

COMMENT ON COLUMN public.output_activity.pattern IS 'PatternType number.';

COMMENT ON COLUMN public.output_activity.state IS 'EventState number: 3 starting, 4 stopping.';

COMMENT ON COLUMN public.output_activity.duration_s IS 'Configured duration, seconds; 0: permanent.';

COMMENT ON COLUMN public.output_activity.elapsed_s IS 'How long it ran, seconds, when stopping.';

COMMENT ON COLUMN public.output_activity.event_sequence IS 'Event sequence of the unit.';

COMMENT ON COLUMN public.output_activity.device_time IS 'Stamp of the unit''s clock; null: not set.';

CREATE TABLE public.receive_window (
    device_id integer NOT NULL,
    state bytea NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.receive_window IS 'Which sequence numbers of a device were seen, so that a replay is refused after a restart too.';

COMMENT ON COLUMN public.receive_window.device_id IS 'Device.';

COMMENT ON COLUMN public.receive_window.state IS 'Encoded windows; only the wire code reads it.';

CREATE TABLE public.schema_migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schema_migration_sha256_form CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

COMMENT ON TABLE public.schema_migration IS 'Migrations applied to this database, each exactly as its file was then.';

COMMENT ON COLUMN public.schema_migration.number IS 'Number at the start of the file name.';

COMMENT ON COLUMN public.schema_migration.name IS 'File name.';

COMMENT ON COLUMN public.schema_migration.sha256 IS 'SHA-256 of the applied file; a file that changed afterwards is refused.';

COMMENT ON COLUMN public.schema_migration.applied_at IS 'When it was applied.';

CREATE TABLE public.send_counter (
    device_id integer NOT NULL,
    highest bigint NOT NULL,
    CONSTRAINT send_counter_positive CHECK ((highest >= 0))
)
WITH (fillfactor='50');

COMMENT ON TABLE public.send_counter IS 'Sequence numbers sent to devices, committed before they are used.';

COMMENT ON COLUMN public.send_counter.device_id IS 'Device.';

COMMENT ON COLUMN public.send_counter.highest IS 'Highest number reserved; never goes back.';

ALTER TABLE ONLY public.heartbeats ATTACH PARTITION public.heartbeats_default DEFAULT;

ALTER TABLE ONLY public.alarm_event
    ADD CONSTRAINT alarm_event_pk PRIMARY KEY (id);

ALTER TABLE ONLY public.alarm_transition
    ADD CONSTRAINT alarm_transition_pk PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pk PRIMARY KEY (id);

ALTER TABLE ONLY public.command
    ADD CONSTRAINT command_pk PRIMARY KEY (request_id);

ALTER TABLE ONLY public.command_step
    ADD CONSTRAINT command_step_pk PRIMARY KEY (request_id, number);

ALTER TABLE ONLY public.device_key_fingerprint
    ADD CONSTRAINT device_key_fingerprint_pk PRIMARY KEY (device_id, fingerprint);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pk PRIMARY KEY (id);

ALTER TABLE ONLY public.device_status
    ADD CONSTRAINT device_status_pk PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_type
    ADD CONSTRAINT device_type_pk PRIMARY KEY (id);

ALTER TABLE ONLY public.gap
    ADD CONSTRAINT gap_key UNIQUE NULLS NOT DISTINCT (device_id, started_at, reason);

ALTER TABLE ONLY public.heartbeats
    ADD CONSTRAINT heartbeats_pk PRIMARY KEY (device_id, received_at);

ALTER TABLE ONLY public.heartbeats_default
    ADD CONSTRAINT heartbeats_default_pkey PRIMARY KEY (device_id, received_at);

ALTER TABLE ONLY public.ingest_session
    ADD CONSTRAINT ingest_session_pk PRIMARY KEY (id);

ALTER TABLE ONLY public.input_event
    ADD CONSTRAINT input_event_pk PRIMARY KEY (device_id, key);

ALTER TABLE ONLY public.message_refusal
    ADD CONSTRAINT message_refusal_pk PRIMARY KEY (host, reason);

ALTER TABLE ONLY public.metric_def
    ADD CONSTRAINT metric_def_pk PRIMARY KEY (device_type_id, key);

ALTER TABLE ONLY public.operator
    ADD CONSTRAINT operator_pk PRIMARY KEY (name);

ALTER TABLE ONLY public.operator_site
    ADD CONSTRAINT operator_site_pk PRIMARY KEY (operator_name, site_id);

ALTER TABLE ONLY public.output_activity
    ADD CONSTRAINT output_activity_pk PRIMARY KEY (device_id, received_at, output, state, event_sequence);

ALTER TABLE ONLY public.receive_window
    ADD CONSTRAINT receive_window_pk PRIMARY KEY (device_id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pk PRIMARY KEY (number);

ALTER TABLE ONLY public.send_counter
    ADD CONSTRAINT send_counter_pk PRIMARY KEY (device_id);

ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_pk PRIMARY KEY (id);

CREATE INDEX alarm_event_closed ON public.alarm_event USING btree (closed_at DESC) WHERE (closed_at IS NOT NULL);

CREATE INDEX alarm_event_device ON public.alarm_event USING btree (device_id, raised_at DESC);

CREATE INDEX alarm_event_kind ON public.alarm_event USING btree (kind, raised_at DESC);

CREATE INDEX alarm_event_open ON public.alarm_event USING btree (raised_at) WHERE (closed_at IS NULL);

CREATE INDEX alarm_event_open_device ON public.alarm_event USING btree (device_id) WHERE (closed_at IS NULL);

CREATE INDEX alarm_event_raised ON public.alarm_event USING btree (raised_at DESC);

CREATE INDEX alarm_event_severity ON public.alarm_event USING btree (severity, raised_at DESC);

CREATE INDEX alarm_event_words ON public.alarm_event USING gin (to_tsvector('simple'::regconfig, ((note || ' '::text) || detail)));

CREATE INDEX alarm_transition_alarm ON public.alarm_transition USING btree (alarm_id, version);

CREATE INDEX alarm_transition_at ON public.alarm_transition USING btree (at DESC);

CREATE INDEX alarm_transition_device ON public.alarm_transition USING btree (device_id, at DESC);

CREATE INDEX alarm_transition_operator ON public.alarm_transition USING btree (operator, at DESC) WHERE (operator <> ''::text);

CREATE INDEX audit_log_at ON public.audit_log USING btree (at DESC);

CREATE INDEX audit_log_operator ON public.audit_log USING btree (operator, at DESC);

CREATE INDEX command_created ON public.command USING btree (created_at DESC);

CREATE INDEX command_device ON public.command USING btree (device_id, created_at DESC);

CREATE INDEX command_running ON public.command USING btree (created_at) WHERE (state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'ACKNOWLEDGED'::text]));

CREATE INDEX device_host ON public.device USING btree (host);

CREATE INDEX device_mac ON public.device USING btree (mac);

CREATE INDEX device_site ON public.device USING btree (site_id);

CREATE INDEX gap_time ON public.gap USING btree (started_at);

CREATE INDEX heartbeats_connection ON ONLY public.heartbeats USING btree (device_id, received_at) WHERE ((mask & 32768) <> 0);

CREATE INDEX heartbeats_default_device_id_received_at_idx ON public.heartbeats_default USING btree (device_id, received_at) WHERE ((mask & 32768) <> 0);

CREATE INDEX ingest_session_alive ON public.ingest_session USING btree (last_alive_at);

CREATE INDEX input_event_alarm ON public.input_event USING btree (alarm_id);

CREATE INDEX input_event_received ON public.input_event USING btree (received_at DESC);

CREATE INDEX message_refusal_last ON public.message_refusal USING btree (last_at DESC);

CREATE INDEX site_parent ON public.site USING btree (parent_id);

ALTER INDEX public.heartbeats_connection ATTACH PARTITION public.heartbeats_default_device_id_received_at_idx;

ALTER INDEX public.heartbeats_pk ATTACH PARTITION public.heartbeats_default_pkey;

CREATE TRIGGER alarm_event_is_evidence BEFORE DELETE OR TRUNCATE ON public.alarm_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.alarm_event ENABLE ALWAYS TRIGGER alarm_event_is_evidence;

CREATE TRIGGER alarm_event_origin_is_evidence BEFORE UPDATE ON public.alarm_event FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.device_id IS DISTINCT FROM new.device_id) OR (old.kind IS DISTINCT FROM new.kind) OR (old.raised_at IS DISTINCT FROM new.raised_at) OR (old.wire_priority IS DISTINCT FROM new.wire_priority) OR (old.ledger_received_at IS DISTINCT FROM new.ledger_received_at) OR (new.version < old.version))) EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.alarm_event ENABLE ALWAYS TRIGGER alarm_event_origin_is_evidence;

CREATE TRIGGER alarm_transition_is_evidence BEFORE DELETE OR UPDATE OR TRUNCATE ON public.alarm_transition FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.alarm_transition ENABLE ALWAYS TRIGGER alarm_transition_is_evidence;

CREATE TRIGGER audit_log_is_evidence BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.audit_log ENABLE ALWAYS TRIGGER audit_log_is_evidence;

CREATE TRIGGER command_step_is_evidence BEFORE DELETE OR UPDATE OR TRUNCATE ON public.command_step FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.command_step ENABLE ALWAYS TRIGGER command_step_is_evidence;

CREATE TRIGGER input_event_is_evidence BEFORE DELETE OR UPDATE OR TRUNCATE ON public.input_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.input_event ENABLE ALWAYS TRIGGER input_event_is_evidence;

ALTER TABLE ONLY public.alarm_event
    ADD CONSTRAINT alarm_event_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.alarm_transition
    ADD CONSTRAINT alarm_transition_alarm_fk FOREIGN KEY (alarm_id) REFERENCES public.alarm_event(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.alarm_transition
    ADD CONSTRAINT alarm_transition_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.command
    ADD CONSTRAINT command_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.command_step
    ADD CONSTRAINT command_step_command_fk FOREIGN KEY (request_id) REFERENCES public.command(request_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.device_key_fingerprint
    ADD CONSTRAINT device_key_fingerprint_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_site_fk FOREIGN KEY (site_id) REFERENCES public.site(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.device_status
    ADD CONSTRAINT device_status_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_type_fk FOREIGN KEY (device_type_id) REFERENCES public.device_type(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.gap
    ADD CONSTRAINT gap_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE public.heartbeats
    ADD CONSTRAINT heartbeats_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.input_event
    ADD CONSTRAINT input_event_alarm_fk FOREIGN KEY (alarm_id) REFERENCES public.alarm_event(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.input_event
    ADD CONSTRAINT input_event_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.metric_def
    ADD CONSTRAINT metric_def_type_fk FOREIGN KEY (device_type_id) REFERENCES public.device_type(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.operator_site
    ADD CONSTRAINT operator_site_operator_fk FOREIGN KEY (operator_name) REFERENCES public.operator(name) ON DELETE RESTRICT;

ALTER TABLE ONLY public.operator_site
    ADD CONSTRAINT operator_site_site_fk FOREIGN KEY (site_id) REFERENCES public.site(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.output_activity
    ADD CONSTRAINT output_activity_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.receive_window
    ADD CONSTRAINT receive_window_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.send_counter
    ADD CONSTRAINT send_counter_device_fk FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_parent_fk FOREIGN KEY (parent_id) REFERENCES public.site(id) ON DELETE RESTRICT;

GRANT ALL ON SCHEMA public TO owner;
GRANT USAGE ON SCHEMA public TO station;
GRANT USAGE ON SCHEMA public TO reader;

REVOKE ALL ON FUNCTION public.ensure_history_partitions(until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ensure_history_partitions(until timestamp with time zone) TO station;

GRANT SELECT,INSERT ON TABLE public.alarm_event TO station;
GRANT SELECT ON TABLE public.alarm_event TO reader;

GRANT UPDATE(severity) ON TABLE public.alarm_event TO station;

GRANT UPDATE(last_raised_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(active) ON TABLE public.alarm_event TO station;

GRANT UPDATE(acknowledged) ON TABLE public.alarm_event TO station;

GRANT UPDATE(latched) ON TABLE public.alarm_event TO station;

GRANT UPDATE(raise_count) ON TABLE public.alarm_event TO station;

GRANT UPDATE(version) ON TABLE public.alarm_event TO station;

GRANT UPDATE(cleared_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(acknowledged_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(acknowledged_by) ON TABLE public.alarm_event TO station;

GRANT UPDATE(claimed_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(claimed_by) ON TABLE public.alarm_event TO station;

GRANT UPDATE(silenced_until) ON TABLE public.alarm_event TO station;

GRANT UPDATE(closed_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(note) ON TABLE public.alarm_event TO station;

GRANT UPDATE(marks) ON TABLE public.alarm_event TO station;

GRANT UPDATE(detail) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_device_time) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_decided_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_painted_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_sounded_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_committed_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_claimed_at) ON TABLE public.alarm_event TO station;

GRANT UPDATE(ledger_acknowledged_at) ON TABLE public.alarm_event TO station;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device TO station;
GRANT SELECT ON TABLE public.device TO reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.site TO station;
GRANT SELECT ON TABLE public.site TO reader;

GRANT SELECT ON TABLE public.site_path TO station;
GRANT SELECT ON TABLE public.site_path TO reader;

GRANT SELECT ON TABLE public.alarm_overview TO station;
GRANT SELECT ON TABLE public.alarm_overview TO reader;

GRANT SELECT ON TABLE public.alarm_open TO station;
GRANT SELECT ON TABLE public.alarm_open TO reader;

GRANT SELECT,INSERT ON TABLE public.alarm_transition TO station;
GRANT SELECT ON TABLE public.alarm_transition TO reader;

GRANT SELECT,INSERT ON TABLE public.audit_log TO station;
GRANT SELECT ON TABLE public.audit_log TO reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.command TO station;
GRANT SELECT ON TABLE public.command TO reader;

GRANT SELECT,INSERT ON TABLE public.command_step TO station;
GRANT SELECT ON TABLE public.command_step TO reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_key_fingerprint TO station;
GRANT SELECT ON TABLE public.device_key_fingerprint TO reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.device_status TO station;
GRANT SELECT ON TABLE public.device_status TO reader;

GRANT SELECT ON TABLE public.device_overview TO station;
GRANT SELECT ON TABLE public.device_overview TO reader;

GRANT SELECT ON TABLE public.device_type TO station;
GRANT SELECT ON TABLE public.device_type TO reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.gap TO station;
GRANT SELECT ON TABLE public.gap TO reader;

GRANT SELECT,INSERT ON TABLE public.heartbeats TO station;
GRANT SELECT ON TABLE public.heartbeats TO reader;

GRANT SELECT ON TABLE public.heartbeats_default TO station;

GRANT SELECT ON TABLE public.history TO station;
GRANT SELECT ON TABLE public.history TO reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.ingest_session TO station;
GRANT SELECT ON TABLE public.ingest_session TO reader;

GRANT SELECT,INSERT ON TABLE public.input_event TO station;
GRANT SELECT ON TABLE public.input_event TO reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.message_refusal TO station;
GRANT SELECT ON TABLE public.message_refusal TO reader;

GRANT SELECT ON TABLE public.metric_def TO station;
GRANT SELECT ON TABLE public.metric_def TO reader;

GRANT SELECT,INSERT,UPDATE ON TABLE public.operator TO station;

GRANT SELECT(name) ON TABLE public.operator TO reader;

GRANT SELECT(role) ON TABLE public.operator TO reader;

GRANT SELECT(display_name) ON TABLE public.operator TO reader;

GRANT SELECT(language) ON TABLE public.operator TO reader;

GRANT SELECT(active) ON TABLE public.operator TO reader;

GRANT SELECT(valid_until) ON TABLE public.operator TO reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.operator_site TO station;
GRANT SELECT ON TABLE public.operator_site TO reader;

GRANT SELECT,INSERT ON TABLE public.output_activity TO station;
GRANT SELECT ON TABLE public.output_activity TO reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.receive_window TO station;

GRANT SELECT ON TABLE public.schema_migration TO station;
GRANT SELECT ON TABLE public.schema_migration TO reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.send_counter TO station;
