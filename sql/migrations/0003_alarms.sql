-- Alarms and everything that happened to them. No alarm logic lives here: the triggers only
-- refuse changes of what must not change.

CREATE TABLE alarm_event (
    id uuid NOT NULL,
    device_id integer,
    kind text NOT NULL,
    severity smallint NOT NULL,
    raised_at timestamptz NOT NULL,
    last_raised_at timestamptz NOT NULL,
    active boolean NOT NULL,
    acknowledged boolean NOT NULL,
    latched boolean NOT NULL,
    raise_count integer NOT NULL,
    version integer NOT NULL,
    cleared_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text NOT NULL DEFAULT '',
    claimed_at timestamptz,
    claimed_by text NOT NULL DEFAULT '',
    silenced_until timestamptz,
    closed_at timestamptz,
    note text NOT NULL DEFAULT '',
    marks text[] NOT NULL DEFAULT '{}',
    detail text NOT NULL DEFAULT '',
    wire_priority integer,
    ledger_device_time timestamptz,
    ledger_received_at timestamptz,
    ledger_decided_at timestamptz,
    ledger_painted_at timestamptz,
    ledger_sounded_at timestamptz,
    ledger_committed_at timestamptz,
    ledger_claimed_at timestamptz,
    ledger_acknowledged_at timestamptz,
    CONSTRAINT alarm_event_pk PRIMARY KEY (id),
    CONSTRAINT alarm_event_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT alarm_event_kind_known CHECK (kind IN (
        'PANIC1', 'PANIC2', 'TAMPER', 'FIRE', 'INTRUSION', 'MEDICAL', 'DURESS', 'UNKNOWN',
        'COMM_LOSS', 'UNREGISTERED', 'SECURITY', 'SYSTEM')),
    CONSTRAINT alarm_event_severity_known CHECK (severity BETWEEN 0 AND 3),
    CONSTRAINT alarm_event_counts_positive CHECK (raise_count >= 1 AND version >= 1),
    CONSTRAINT alarm_event_acknowledged_when CHECK (NOT acknowledged OR acknowledged_at IS NOT NULL)
);
CREATE INDEX alarm_event_open ON alarm_event (raised_at) WHERE closed_at IS NULL;
CREATE INDEX alarm_event_open_device ON alarm_event (device_id) WHERE closed_at IS NULL;
CREATE INDEX alarm_event_raised ON alarm_event (raised_at DESC);
CREATE INDEX alarm_event_device ON alarm_event (device_id, raised_at DESC);
CREATE INDEX alarm_event_kind ON alarm_event (kind, raised_at DESC);
CREATE INDEX alarm_event_severity ON alarm_event (severity, raised_at DESC);
CREATE INDEX alarm_event_closed ON alarm_event (closed_at DESC) WHERE closed_at IS NOT NULL;
CREATE INDEX alarm_event_words ON alarm_event
    USING gin (to_tsvector('simple', note || ' ' || detail));
COMMENT ON TABLE alarm_event IS 'One alarm from raise to close. Two stations or a replay make the same row.';
COMMENT ON COLUMN alarm_event.id IS 'UUIDv5 of device identity, kind and first event.';
COMMENT ON COLUMN alarm_event.device_id IS 'Device; null: an alarm of the station itself.';
COMMENT ON COLUMN alarm_event.kind IS 'Type of the alarm.';
COMMENT ON COLUMN alarm_event.severity IS '0 low, 1 medium, 2 high, 3 critical.';
COMMENT ON COLUMN alarm_event.raised_at IS 'Receive time of the first raise.';
COMMENT ON COLUMN alarm_event.last_raised_at IS 'Receive time of the last raise.';
COMMENT ON COLUMN alarm_event.active IS 'The source is still there.';
COMMENT ON COLUMN alarm_event.acknowledged IS 'Somebody has understood.';
COMMENT ON COLUMN alarm_event.latched IS 'Clearing does not remove it before acknowledgment.';
COMMENT ON COLUMN alarm_event.raise_count IS 'How often it was raised while open.';
COMMENT ON COLUMN alarm_event.version IS 'Number of transitions so far; the row never goes back to a lower one.';
COMMENT ON COLUMN alarm_event.cleared_at IS 'When the source returned to normal; null: active.';
COMMENT ON COLUMN alarm_event.acknowledged_at IS 'When it was acknowledged; null: it is not.';
COMMENT ON COLUMN alarm_event.acknowledged_by IS 'Who acknowledged.';
COMMENT ON COLUMN alarm_event.claimed_at IS 'When somebody took it.';
COMMENT ON COLUMN alarm_event.claimed_by IS 'Who took it; empty: nobody.';
COMMENT ON COLUMN alarm_event.silenced_until IS 'Its sound is stopped until then.';
COMMENT ON COLUMN alarm_event.closed_at IS 'When it left the list; null: open.';
COMMENT ON COLUMN alarm_event.note IS 'Last note.';
COMMENT ON COLUMN alarm_event.marks IS 'late, test, sequence doubtful, not verified, missed activation, unregistered.';
COMMENT ON COLUMN alarm_event.detail IS 'What it was made of.';
COMMENT ON COLUMN alarm_event.wire_priority IS 'Priority that the unit told; shown, not decided by.';
COMMENT ON COLUMN alarm_event.ledger_device_time IS 'Latency ledger: stamp of the unit''s clock.';
COMMENT ON COLUMN alarm_event.ledger_received_at IS 'Latency ledger: received.';
COMMENT ON COLUMN alarm_event.ledger_decided_at IS 'Latency ledger: decided.';
COMMENT ON COLUMN alarm_event.ledger_painted_at IS 'Latency ledger: popup painted.';
COMMENT ON COLUMN alarm_event.ledger_sounded_at IS 'Latency ledger: sound started.';
COMMENT ON COLUMN alarm_event.ledger_committed_at IS 'Latency ledger: committed.';
COMMENT ON COLUMN alarm_event.ledger_claimed_at IS 'Latency ledger: first claimed.';
COMMENT ON COLUMN alarm_event.ledger_acknowledged_at IS 'Latency ledger: acknowledged.';

CREATE TRIGGER alarm_event_origin_is_evidence
    BEFORE UPDATE ON alarm_event FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id
          OR OLD.device_id IS DISTINCT FROM NEW.device_id
          OR OLD.kind IS DISTINCT FROM NEW.kind
          OR OLD.raised_at IS DISTINCT FROM NEW.raised_at
          OR OLD.wire_priority IS DISTINCT FROM NEW.wire_priority
          OR OLD.ledger_received_at IS DISTINCT FROM NEW.ledger_received_at
          OR NEW.version < OLD.version)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER alarm_event_is_evidence
    BEFORE DELETE OR TRUNCATE ON alarm_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE alarm_event ENABLE ALWAYS TRIGGER alarm_event_origin_is_evidence;
ALTER TABLE alarm_event ENABLE ALWAYS TRIGGER alarm_event_is_evidence;

CREATE TABLE alarm_transition (
    id uuid NOT NULL,
    alarm_id uuid NOT NULL,
    device_id integer,
    version integer NOT NULL,
    change text NOT NULL,
    at timestamptz NOT NULL,
    operator text NOT NULL DEFAULT '',
    station text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    device_time timestamptz,
    CONSTRAINT alarm_transition_pk PRIMARY KEY (id),
    CONSTRAINT alarm_transition_alarm_fk FOREIGN KEY (alarm_id)
        REFERENCES alarm_event (id) ON DELETE RESTRICT,
    CONSTRAINT alarm_transition_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT alarm_transition_version_positive CHECK (version >= 1),
    CONSTRAINT alarm_transition_change_known CHECK (change IN (
        'raised', 're-raised', 'cleared', 'acknowledged', 'un-acknowledged', 'claimed',
        'released', 'silenced', 'noted', 'escalated', 'shelved', 'unshelved', 'suppressed',
        'out-of-service', 'verified', 'closed'))
);
CREATE INDEX alarm_transition_alarm ON alarm_transition (alarm_id, version);
CREATE INDEX alarm_transition_device ON alarm_transition (device_id, at DESC);
CREATE INDEX alarm_transition_at ON alarm_transition (at DESC);
CREATE INDEX alarm_transition_operator ON alarm_transition (operator, at DESC)
    WHERE operator <> '';
COMMENT ON TABLE alarm_transition IS 'Evidence, append-only: everything that happened to an alarm.';
COMMENT ON COLUMN alarm_transition.id IS 'UUIDv5 of alarm, version and change.';
COMMENT ON COLUMN alarm_transition.alarm_id IS 'Alarm.';
COMMENT ON COLUMN alarm_transition.device_id IS 'Device of the alarm, kept here for the timeline of a unit.';
COMMENT ON COLUMN alarm_transition.version IS 'Number of this transition within the alarm. Two stations that acted at once may share one.';
COMMENT ON COLUMN alarm_transition.change IS 'What happened.';
COMMENT ON COLUMN alarm_transition.at IS 'When.';
COMMENT ON COLUMN alarm_transition.operator IS 'Who; empty: the unit or the station.';
COMMENT ON COLUMN alarm_transition.station IS 'On which station.';
COMMENT ON COLUMN alarm_transition.note IS 'Why, in the operator''s words.';
COMMENT ON COLUMN alarm_transition.device_time IS 'Stamp of the unit''s clock; null: none.';

CREATE TRIGGER alarm_transition_is_evidence
    BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_transition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE alarm_transition ENABLE ALWAYS TRIGGER alarm_transition_is_evidence;

CREATE TABLE input_event (
    device_id integer NOT NULL,
    key text NOT NULL,
    received_at timestamptz NOT NULL,
    type integer NOT NULL,
    state integer NOT NULL,
    sequence bigint NOT NULL,
    boot_id bigint NOT NULL,
    device_time timestamptz,
    alarm_id uuid,
    marks text[] NOT NULL DEFAULT '{}',
    CONSTRAINT input_event_pk PRIMARY KEY (device_id, key),
    CONSTRAINT input_event_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT input_event_alarm_fk FOREIGN KEY (alarm_id)
        REFERENCES alarm_event (id) ON DELETE RESTRICT
);
CREATE INDEX input_event_received ON input_event (received_at DESC);
CREATE INDEX input_event_alarm ON input_event (alarm_id);
COMMENT ON TABLE input_event IS 'Evidence, append-only: alarm events of inputs exactly as units told them.';
COMMENT ON COLUMN input_event.device_id IS 'Device.';
COMMENT ON COLUMN input_event.key IS 'Tells this event from every other one of the device; a redelivery has the same.';
COMMENT ON COLUMN input_event.received_at IS 'Receive time.';
COMMENT ON COLUMN input_event.type IS 'AlarmType number.';
COMMENT ON COLUMN input_event.state IS 'EventState number.';
COMMENT ON COLUMN input_event.sequence IS 'Event sequence of the unit.';
COMMENT ON COLUMN input_event.boot_id IS 'Random number of the unit''s start; 0: firmware without extensions.';
COMMENT ON COLUMN input_event.device_time IS 'Stamp of the unit''s clock; null: not set.';
COMMENT ON COLUMN input_event.alarm_id IS 'Alarm that it raised, repeated or cleared; null: there was none to clear.';
COMMENT ON COLUMN input_event.marks IS 'As alarm_event.marks.';

CREATE TRIGGER input_event_is_evidence
    BEFORE UPDATE OR DELETE OR TRUNCATE ON input_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE input_event ENABLE ALWAYS TRIGGER input_event_is_evidence;
