-- What people and reports read: names beside numbers, and ages computed when asked.

CREATE VIEW site_path AS
WITH RECURSIVE walk AS (
    SELECT id, name AS path, ARRAY[id] AS ids FROM site WHERE parent_id IS NULL
    UNION ALL
    SELECT s.id, w.path || ' › ' || s.name, w.ids || s.id
      FROM site s JOIN walk w ON s.parent_id = w.id
     WHERE s.id <> ALL (w.ids)
)
SELECT id AS site_id, path, ids FROM walk;
COMMENT ON VIEW site_path IS 'Full name of each site.';
COMMENT ON COLUMN site_path.site_id IS 'Site.';
COMMENT ON COLUMN site_path.path IS 'customer › site › zone';
COMMENT ON COLUMN site_path.ids IS 'Sites from the root to this one.';

CREATE FUNCTION quality_name(code smallint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['good', 'uncertain', 'bad'])[code + 1];
COMMENT ON FUNCTION quality_name(smallint) IS 'Quality by its code.';

CREATE FUNCTION quality_reason_name(code smallint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['', 'missing', 'range', 'frozen', 'sensor fault', 'bad clock', 'unit offline'])[code + 1];
COMMENT ON FUNCTION quality_reason_name(smallint) IS 'Reason why a reading is not good, by its code.';

CREATE FUNCTION change_type_name(code smallint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['ALARM', 'STATE_CHANGE', 'CONNECTION', 'SENSOR_DATA', 'MANUAL', 'PERIODIC'])[code];
COMMENT ON FUNCTION change_type_name(smallint) IS 'Primary reason of a history row, by its code.';

CREATE VIEW device_overview AS
SELECT d.id,
       d.host,
       d.name,
       coalesce(nullif(d.name, ''), d.host) AS label,
       d.lifecycle,
       d.site_id,
       p.path AS site,
       coalesce(s.comm_state, 'unknown') AS comm_state,
       s.comm_since,
       s.last_seen_at,
       s.last_heartbeat_at,
       extract(epoch FROM now() - s.last_seen_at)::double precision AS seconds_since_seen,
       extract(epoch FROM now() - s.last_heartbeat_at)::double precision AS seconds_since_heartbeat,
       s.device_state,
       s.panic1, s.panic2, s.tamper, s.siren, s.turret,
       s.temperature_c,
       quality_name(s.temperature_quality) AS temperature_quality,
       s.humidity_pct,
       quality_name(s.humidity_quality) AS humidity_quality,
       s.firmware,
       s.ip_address,
       s.rssi_dbm,
       s.received_samples,
       s.stored_rows,
       coalesce(a.open_alarms, 0) AS open_alarms,
       a.worst_alarm
  FROM device d
  LEFT JOIN device_status s ON s.device_id = d.id
  LEFT JOIN site_path p ON p.site_id = d.site_id
  LEFT JOIN (SELECT device_id, count(*) AS open_alarms, max(severity) AS worst_alarm
               FROM alarm_event WHERE closed_at IS NULL GROUP BY device_id) a
         ON a.device_id = d.id;
COMMENT ON VIEW device_overview IS 'Every device with its state, those that never said anything included.';
COMMENT ON COLUMN device_overview.id IS 'Device.';
COMMENT ON COLUMN device_overview.host IS 'Host name.';
COMMENT ON COLUMN device_overview.name IS 'Given name.';
COMMENT ON COLUMN device_overview.label IS 'Name, else host.';
COMMENT ON COLUMN device_overview.lifecycle IS 'provisional, enrolled or retired.';
COMMENT ON COLUMN device_overview.site_id IS 'Site.';
COMMENT ON COLUMN device_overview.site IS 'Full name of the site.';
COMMENT ON COLUMN device_overview.comm_state IS 'Presence; unknown when never heard.';
COMMENT ON COLUMN device_overview.comm_since IS 'Since when.';
COMMENT ON COLUMN device_overview.last_seen_at IS 'Last message; null: never.';
COMMENT ON COLUMN device_overview.last_heartbeat_at IS 'Last heartbeat; null: never.';
COMMENT ON COLUMN device_overview.seconds_since_seen IS 'Age of the last message at the time of asking; null: never heard.';
COMMENT ON COLUMN device_overview.seconds_since_heartbeat IS 'Age of the last heartbeat at the time of asking; null: none yet.';
COMMENT ON COLUMN device_overview.device_state IS 'DeviceState number.';
COMMENT ON COLUMN device_overview.panic1 IS 'Panic button 1 held.';
COMMENT ON COLUMN device_overview.panic2 IS 'Panic button 2 held.';
COMMENT ON COLUMN device_overview.tamper IS 'Enclosure open.';
COMMENT ON COLUMN device_overview.siren IS 'Siren runs.';
COMMENT ON COLUMN device_overview.turret IS 'Turret light on.';
COMMENT ON COLUMN device_overview.temperature_c IS 'Temperature, °C.';
COMMENT ON COLUMN device_overview.temperature_quality IS 'good, uncertain or bad.';
COMMENT ON COLUMN device_overview.humidity_pct IS 'Relative humidity, per cent.';
COMMENT ON COLUMN device_overview.humidity_quality IS 'good, uncertain or bad.';
COMMENT ON COLUMN device_overview.firmware IS 'Firmware version.';
COMMENT ON COLUMN device_overview.ip_address IS 'Address.';
COMMENT ON COLUMN device_overview.rssi_dbm IS 'Signal strength, dBm.';
COMMENT ON COLUMN device_overview.received_samples IS 'Samples received.';
COMMENT ON COLUMN device_overview.stored_rows IS 'History rows stored of them.';
COMMENT ON COLUMN device_overview.open_alarms IS 'Open alarms.';
COMMENT ON COLUMN device_overview.worst_alarm IS 'Severity of the worst open alarm; null: none.';

CREATE VIEW alarm_overview AS
SELECT a.id,
       a.device_id,
       coalesce(nullif(d.name, ''), d.host) AS device,
       p.path AS site,
       a.kind,
       a.severity,
       CASE WHEN a.closed_at IS NOT NULL THEN 'A'
            WHEN a.acknowledged THEN CASE WHEN a.active THEN 'C' ELSE 'A' END
            WHEN a.active THEN 'B'
            ELSE 'D' END AS state,
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
  FROM alarm_event a
  LEFT JOIN device d ON d.id = a.device_id
  LEFT JOIN site_path p ON p.site_id = d.site_id;
COMMENT ON VIEW alarm_overview IS 'All alarms with the names of device and site.';
COMMENT ON COLUMN alarm_overview.id IS 'Alarm.';
COMMENT ON COLUMN alarm_overview.device_id IS 'Device; null: the station.';
COMMENT ON COLUMN alarm_overview.device IS 'Name of the device.';
COMMENT ON COLUMN alarm_overview.site IS 'Full name of the site.';
COMMENT ON COLUMN alarm_overview.kind IS 'Type.';
COMMENT ON COLUMN alarm_overview.severity IS '0 low, 1 medium, 2 high, 3 critical.';
COMMENT ON COLUMN alarm_overview.state IS 'ISA-18.2 letter: A normal, B unacknowledged, C acknowledged, D returned unacknowledged.';
COMMENT ON COLUMN alarm_overview.raised_at IS 'First raise.';
COMMENT ON COLUMN alarm_overview.last_raised_at IS 'Last raise.';
COMMENT ON COLUMN alarm_overview.raise_count IS 'Raises.';
COMMENT ON COLUMN alarm_overview.cleared_at IS 'When the source returned to normal.';
COMMENT ON COLUMN alarm_overview.acknowledged_at IS 'When it was acknowledged.';
COMMENT ON COLUMN alarm_overview.acknowledged_by IS 'Who acknowledged.';
COMMENT ON COLUMN alarm_overview.claimed_by IS 'Who has taken it.';
COMMENT ON COLUMN alarm_overview.closed_at IS 'When it was closed; null: open.';
COMMENT ON COLUMN alarm_overview.note IS 'Last note.';
COMMENT ON COLUMN alarm_overview.marks IS 'Marks.';
COMMENT ON COLUMN alarm_overview.detail IS 'What it was made of.';

CREATE VIEW alarm_open AS
SELECT id, device_id, device, site, kind, severity, state, raised_at, last_raised_at, raise_count,
       cleared_at, acknowledged_at, acknowledged_by, claimed_by, note, marks, detail,
       extract(epoch FROM now() - raised_at)::double precision AS seconds_open
  FROM alarm_overview
 WHERE closed_at IS NULL;
COMMENT ON VIEW alarm_open IS 'Open alarms.';
COMMENT ON COLUMN alarm_open.id IS 'Alarm.';
COMMENT ON COLUMN alarm_open.device_id IS 'Device; null: the station.';
COMMENT ON COLUMN alarm_open.device IS 'Name of the device.';
COMMENT ON COLUMN alarm_open.site IS 'Full name of the site.';
COMMENT ON COLUMN alarm_open.kind IS 'Type.';
COMMENT ON COLUMN alarm_open.severity IS '0 low, 1 medium, 2 high, 3 critical.';
COMMENT ON COLUMN alarm_open.state IS 'ISA-18.2 letter.';
COMMENT ON COLUMN alarm_open.raised_at IS 'First raise.';
COMMENT ON COLUMN alarm_open.last_raised_at IS 'Last raise.';
COMMENT ON COLUMN alarm_open.raise_count IS 'Raises.';
COMMENT ON COLUMN alarm_open.cleared_at IS 'When the source returned to normal.';
COMMENT ON COLUMN alarm_open.acknowledged_at IS 'When it was acknowledged.';
COMMENT ON COLUMN alarm_open.acknowledged_by IS 'Who acknowledged.';
COMMENT ON COLUMN alarm_open.claimed_by IS 'Who has taken it.';
COMMENT ON COLUMN alarm_open.note IS 'Last note.';
COMMENT ON COLUMN alarm_open.marks IS 'Marks.';
COMMENT ON COLUMN alarm_open.detail IS 'What it was made of.';
COMMENT ON COLUMN alarm_open.seconds_open IS 'Age at the time of asking.';

CREATE VIEW history AS
SELECT h.device_id,
       coalesce(nullif(d.name, ''), d.host) AS device,
       h.received_at,
       h.device_time,
       change_type_name(h.change_type) AS change_type,
       h.mask,
       h.changes,
       h.connected,
       h.device_state,
       h.temperature_c,
       quality_name(h.temperature_quality) AS temperature_quality,
       quality_reason_name(h.temperature_reason) AS temperature_reason,
       h.humidity_pct,
       quality_name(h.humidity_quality) AS humidity_quality,
       quality_reason_name(h.humidity_reason) AS humidity_reason,
       h.panic1, h.panic2, h.tamper, h.aux1, h.aux2,
       h.siren, h.turret, h.relay1, h.relay2, h.fan_pct,
       h.uptime_s,
       h.clock_trusted
  FROM heartbeats h
  JOIN device d ON d.id = h.device_id;
COMMENT ON VIEW history IS 'History with names in place of codes.';
COMMENT ON COLUMN history.device_id IS 'Device.';
COMMENT ON COLUMN history.device IS 'Name of the device.';
COMMENT ON COLUMN history.received_at IS 'Receive time.';
COMMENT ON COLUMN history.device_time IS 'Stamp of the unit''s clock.';
COMMENT ON COLUMN history.change_type IS 'Primary reason of the row.';
COMMENT ON COLUMN history.mask IS 'All reasons, as bits; see heartbeats.mask.';
COMMENT ON COLUMN history.changes IS 'Per changed field [old, new] or [old, new, difference].';
COMMENT ON COLUMN history.connected IS 'The unit was connected.';
COMMENT ON COLUMN history.device_state IS 'DeviceState number.';
COMMENT ON COLUMN history.temperature_c IS 'Temperature, °C.';
COMMENT ON COLUMN history.temperature_quality IS 'good, uncertain or bad.';
COMMENT ON COLUMN history.temperature_reason IS 'Why not good.';
COMMENT ON COLUMN history.humidity_pct IS 'Relative humidity, per cent.';
COMMENT ON COLUMN history.humidity_quality IS 'good, uncertain or bad.';
COMMENT ON COLUMN history.humidity_reason IS 'Why not good.';
COMMENT ON COLUMN history.panic1 IS 'Panic button 1 held.';
COMMENT ON COLUMN history.panic2 IS 'Panic button 2 held.';
COMMENT ON COLUMN history.tamper IS 'Enclosure open.';
COMMENT ON COLUMN history.aux1 IS 'Auxiliary input 1.';
COMMENT ON COLUMN history.aux2 IS 'Auxiliary input 2.';
COMMENT ON COLUMN history.siren IS 'Siren ran.';
COMMENT ON COLUMN history.turret IS 'Turret light on.';
COMMENT ON COLUMN history.relay1 IS 'Relay 1 closed.';
COMMENT ON COLUMN history.relay2 IS 'Relay 2 closed.';
COMMENT ON COLUMN history.fan_pct IS 'Fan, per cent.';
COMMENT ON COLUMN history.uptime_s IS 'Seconds since the unit started.';
COMMENT ON COLUMN history.clock_trusted IS 'The unit''s clock agreed with the station''s.';
