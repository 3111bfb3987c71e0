-- Who may do what in the database; applied again after every migration, so it states the whole.
-- {owner}, {station} and {reader} stand for the group roles of the database at hand.

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {station}, {reader};

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {station}, {reader};

-- The station defines nothing: it has no CREATE, and its staging tables are temporary ones.
GRANT TEMPORARY ON DATABASE {database} TO {station};
GRANT EXECUTE ON FUNCTION ensure_history_partitions(timestamptz) TO {station};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {station};
GRANT INSERT ON
    site, device, device_key_fingerprint, device_status, heartbeats, output_activity,
    ingest_session, gap, alarm_event, alarm_transition, input_event, command, command_step,
    operator, operator_site, audit_log, message_refusal, receive_window, send_counter
    TO {station};
GRANT UPDATE ON
    site, device, device_key_fingerprint, device_status, ingest_session, gap, command, operator,
    message_refusal, receive_window, send_counter
    TO {station};
-- What an alarm began with is evidence; what became of it is not finished.
GRANT UPDATE (
    severity, last_raised_at, active, acknowledged, latched, raise_count, version, cleared_at,
    acknowledged_at, acknowledged_by, claimed_at, claimed_by, silenced_until, closed_at, note,
    marks, detail, ledger_device_time, ledger_decided_at, ledger_painted_at, ledger_sounded_at,
    ledger_committed_at, ledger_claimed_at, ledger_acknowledged_at)
    ON alarm_event TO {station};
GRANT DELETE ON
    site, device, device_key_fingerprint, device_status, operator_site, receive_window,
    send_counter
    TO {station};

GRANT SELECT ON
    schema_migration, site, device_type, metric_def, device, device_key_fingerprint,
    device_status, heartbeats, output_activity, ingest_session, gap, alarm_event,
    alarm_transition, input_event, command, command_step, operator_site, audit_log, message_refusal,
    site_path, device_overview, alarm_overview, alarm_open, history
    TO {reader};
GRANT SELECT (name, role, display_name, language, active, valid_until) ON operator TO {reader};
