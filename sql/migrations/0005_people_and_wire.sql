-- Operators, the audit log, and the state of the wire that must survive a restart.

CREATE TABLE operator (
    name text NOT NULL,
    role text NOT NULL,
    display_name text NOT NULL DEFAULT '',
    password_hash text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    valid_until timestamptz,
    CONSTRAINT operator_pk PRIMARY KEY (name),
    CONSTRAINT operator_name_given CHECK (name <> ''),
    CONSTRAINT operator_role_known CHECK (role IN (
        'viewer', 'guard', 'technician', 'supervisor', 'admin'))
);
COMMENT ON TABLE operator IS 'People with an account.';
COMMENT ON COLUMN operator.name IS 'Name to log in with.';
COMMENT ON COLUMN operator.role IS 'viewer, guard, technician, supervisor or admin.';
COMMENT ON COLUMN operator.display_name IS 'Name on screen.';
COMMENT ON COLUMN operator.password_hash IS 'argon2 hash; readers may not see it.';
COMMENT ON COLUMN operator.language IS 'Language of the screens; empty: that of the station.';
COMMENT ON COLUMN operator.active IS 'May log in.';
COMMENT ON COLUMN operator.valid_until IS 'Not after this; null: no end.';

-- An operator without any grant sees every site. A grant must therefore never vanish by
-- itself: no cascade here.
CREATE TABLE operator_site (
    operator_name text NOT NULL,
    site_id integer NOT NULL,
    CONSTRAINT operator_site_pk PRIMARY KEY (operator_name, site_id),
    CONSTRAINT operator_site_operator_fk FOREIGN KEY (operator_name)
        REFERENCES operator (name) ON DELETE RESTRICT,
    CONSTRAINT operator_site_site_fk FOREIGN KEY (site_id)
        REFERENCES site (id) ON DELETE RESTRICT
);
COMMENT ON TABLE operator_site IS 'Subtrees that an operator is confined to; none: every site.';
COMMENT ON COLUMN operator_site.operator_name IS 'Operator.';
COMMENT ON COLUMN operator_site.site_id IS 'Site whose subtree is granted.';

CREATE TABLE audit_log (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    operator text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL,
    detail json NOT NULL,
    CONSTRAINT audit_log_pk PRIMARY KEY (id)
);
CREATE INDEX audit_log_at ON audit_log (at DESC);
CREATE INDEX audit_log_operator ON audit_log (operator, at DESC);
COMMENT ON TABLE audit_log IS 'Evidence, append-only: who changed or commanded what.';
COMMENT ON COLUMN audit_log.id IS 'UUIDv5 of the content, so that a replay adds nothing.';
COMMENT ON COLUMN audit_log.at IS 'When.';
COMMENT ON COLUMN audit_log.operator IS 'Who.';
COMMENT ON COLUMN audit_log.action IS 'What was done.';
COMMENT ON COLUMN audit_log.target IS 'To what.';
COMMENT ON COLUMN audit_log.outcome IS 'How it ended.';
COMMENT ON COLUMN audit_log.detail IS 'More, secrets redacted.';

CREATE TRIGGER audit_log_is_evidence
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_is_evidence;

CREATE TABLE message_refusal (
    host text NOT NULL,
    reason text NOT NULL,
    count bigint NOT NULL,
    last_at timestamptz NOT NULL,
    sample bytea NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT '',
    CONSTRAINT message_refusal_pk PRIMARY KEY (host, reason),
    CONSTRAINT message_refusal_count_positive CHECK (count >= 0)
);
CREATE INDEX message_refusal_last ON message_refusal (last_at DESC);
COMMENT ON TABLE message_refusal IS 'How many messages of a host were refused, and why.';
COMMENT ON COLUMN message_refusal.host IS 'Host name in the topic.';
COMMENT ON COLUMN message_refusal.reason IS 'Class of the refusal.';
COMMENT ON COLUMN message_refusal.count IS 'How many, ever; never goes back.';
COMMENT ON COLUMN message_refusal.last_at IS 'Last time.';
COMMENT ON COLUMN message_refusal.sample IS 'Bytes of one of them.';
COMMENT ON COLUMN message_refusal.detail IS 'What was wrong with it.';

CREATE TABLE receive_window (
    device_id integer NOT NULL,
    state bytea NOT NULL,
    CONSTRAINT receive_window_pk PRIMARY KEY (device_id),
    CONSTRAINT receive_window_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT
) WITH (fillfactor = 50);
COMMENT ON TABLE receive_window IS 'Which sequence numbers of a device were seen, so that a replay is refused after a restart too.';
COMMENT ON COLUMN receive_window.device_id IS 'Device.';
COMMENT ON COLUMN receive_window.state IS 'Encoded windows; only the wire code reads it.';

CREATE TABLE send_counter (
    device_id integer NOT NULL,
    highest bigint NOT NULL,
    CONSTRAINT send_counter_pk PRIMARY KEY (device_id),
    CONSTRAINT send_counter_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT send_counter_positive CHECK (highest >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE send_counter IS 'Sequence numbers sent to devices, committed before they are used.';
COMMENT ON COLUMN send_counter.device_id IS 'Device.';
COMMENT ON COLUMN send_counter.highest IS 'Highest number reserved; never goes back.';
