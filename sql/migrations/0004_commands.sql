-- Commands to units. The table is the queue; what is in it is redacted.

CREATE TABLE command (
    request_id text NOT NULL,
    device_id integer NOT NULL,
    family text NOT NULL,
    name text NOT NULL,
    operator text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    timeout_s double precision NOT NULL,
    idempotent boolean NOT NULL,
    state text NOT NULL,
    step_count integer NOT NULL,
    attempts integer NOT NULL,
    error_code bigint,
    message text NOT NULL DEFAULT '',
    request_json json NOT NULL,
    response_json text NOT NULL DEFAULT '',
    permanent boolean NOT NULL,
    queued boolean NOT NULL,
    CONSTRAINT command_pk PRIMARY KEY (request_id),
    CONSTRAINT command_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT command_family_known CHECK (family IN (
        'system', 'config', 'output', 'diagnostic', 'ota', 'read')),
    CONSTRAINT command_state_known CHECK (state IN (
        'PENDING', 'SENT', 'ACKNOWLEDGED', 'COMPLETED', 'OBSERVED', 'FAILED', 'TIMEOUT',
        'CANCELLED', 'EXPIRED')),
    CONSTRAINT command_counts_positive CHECK (attempts >= 0 AND step_count >= 0)
);
CREATE INDEX command_running ON command (created_at)
    WHERE state IN ('PENDING', 'SENT', 'ACKNOWLEDGED');
CREATE INDEX command_device ON command (device_id, created_at DESC);
CREATE INDEX command_created ON command (created_at DESC);
COMMENT ON TABLE command IS 'Commands to units; those without an end are the queue.';
COMMENT ON COLUMN command.request_id IS 'Correlates the answers of the unit.';
COMMENT ON COLUMN command.device_id IS 'Device.';
COMMENT ON COLUMN command.family IS 'system, config, output, diagnostic, ota or read.';
COMMENT ON COLUMN command.name IS 'Stable name of the command.';
COMMENT ON COLUMN command.operator IS 'Who sent it.';
COMMENT ON COLUMN command.created_at IS 'When it was wished.';
COMMENT ON COLUMN command.expires_at IS 'Not sent after this.';
COMMENT ON COLUMN command.timeout_s IS 'How long an answer is waited for, seconds.';
COMMENT ON COLUMN command.idempotent IS 'May be sent again.';
COMMENT ON COLUMN command.state IS 'Rung of the ladder, or its end.';
COMMENT ON COLUMN command.step_count IS 'Rungs so far; the row never goes back to fewer.';
COMMENT ON COLUMN command.attempts IS 'How often it was published.';
COMMENT ON COLUMN command.error_code IS 'Error of the unit; null: none.';
COMMENT ON COLUMN command.message IS 'What the unit or the station said.';
COMMENT ON COLUMN command.request_json IS 'Request, secrets redacted.';
COMMENT ON COLUMN command.response_json IS 'Answer, secrets redacted: JSON, or raw text where the unit cut it; empty: none.';
COMMENT ON COLUMN command.permanent IS 'An output that runs until it is switched off.';
COMMENT ON COLUMN command.queued IS 'Was let wait for an offline unit.';

CREATE TABLE command_step (
    request_id text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '',
    CONSTRAINT command_step_pk PRIMARY KEY (request_id, number),
    CONSTRAINT command_step_command_fk FOREIGN KEY (request_id)
        REFERENCES command (request_id) ON DELETE RESTRICT,
    CONSTRAINT command_step_state_known CHECK (state IN (
        'PENDING', 'SENT', 'ACKNOWLEDGED', 'COMPLETED', 'OBSERVED', 'FAILED', 'TIMEOUT',
        'CANCELLED', 'EXPIRED'))
);
COMMENT ON TABLE command_step IS 'Evidence, append-only: the rungs that commands reached.';
COMMENT ON COLUMN command_step.request_id IS 'Command.';
COMMENT ON COLUMN command_step.number IS 'Place on the ladder of this command.';
COMMENT ON COLUMN command_step.state IS 'What the command became.';
COMMENT ON COLUMN command_step.at IS 'When.';
COMMENT ON COLUMN command_step.note IS 'Why.';

CREATE TRIGGER command_step_is_evidence
    BEFORE UPDATE OR DELETE OR TRUNCATE ON command_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE command_step ENABLE ALWAYS TRIGGER command_step_is_evidence;
