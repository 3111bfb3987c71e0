-- Sites, devices and what is known of each device at this moment.

CREATE TABLE schema_migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT schema_migration_pk PRIMARY KEY (number),
    CONSTRAINT schema_migration_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE schema_migration IS 'Migrations applied to this database, each exactly as its file was then.';
COMMENT ON COLUMN schema_migration.number IS 'Number at the start of the file name.';
COMMENT ON COLUMN schema_migration.name IS 'File name.';
COMMENT ON COLUMN schema_migration.sha256 IS 'SHA-256 of the applied file; a file that changed afterwards is refused.';
COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied.';

-- Evidence is guarded by this against everybody, its owner included, who does not first
-- disable the trigger on purpose.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is evidence: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
COMMENT ON FUNCTION refuse_change() IS 'Trigger of evidence tables: refuses update, delete and truncate.';

CREATE TABLE site (
    id integer NOT NULL,
    parent_id integer,
    name text NOT NULL,
    CONSTRAINT site_pk PRIMARY KEY (id),
    CONSTRAINT site_parent_fk FOREIGN KEY (parent_id) REFERENCES site (id) ON DELETE RESTRICT,
    CONSTRAINT site_id_positive CHECK (id > 0),
    CONSTRAINT site_not_its_own_parent CHECK (parent_id IS NULL OR parent_id <> id),
    CONSTRAINT site_name_given CHECK (name <> '')
);
CREATE INDEX site_parent ON site (parent_id);
COMMENT ON TABLE site IS 'Tree customer › site › zone.';
COMMENT ON COLUMN site.id IS 'Number of the site, given by the station.';
COMMENT ON COLUMN site.parent_id IS 'Site that this one is a part of; null at the root.';
COMMENT ON COLUMN site.name IS 'Name that people use.';

CREATE TABLE device_type (
    id text NOT NULL,
    label text NOT NULL,
    CONSTRAINT device_type_pk PRIMARY KEY (id),
    CONSTRAINT device_type_label_given CHECK (label <> '')
);
COMMENT ON TABLE device_type IS 'Kinds of units.';
COMMENT ON COLUMN device_type.id IS 'Stable name of the type.';
COMMENT ON COLUMN device_type.label IS 'Name on screen, in English.';

CREATE TABLE metric_def (
    device_type_id text NOT NULL,
    key text NOT NULL,
    ordinal smallint NOT NULL,
    label text NOT NULL,
    unit text NOT NULL DEFAULT '',
    kind text NOT NULL,
    range_min double precision,
    range_max double precision,
    decimals smallint NOT NULL DEFAULT 0,
    deadband double precision,
    force_interval_s integer,
    CONSTRAINT metric_def_pk PRIMARY KEY (device_type_id, key),
    CONSTRAINT metric_def_type_fk FOREIGN KEY (device_type_id)
        REFERENCES device_type (id) ON DELETE RESTRICT,
    CONSTRAINT metric_def_kind_known CHECK (kind IN ('number', 'boolean', 'enum', 'counter')),
    CONSTRAINT metric_def_range_order CHECK (range_min IS NULL OR range_max IS NULL OR range_min < range_max),
    CONSTRAINT metric_def_decimals_sane CHECK (decimals BETWEEN 0 AND 6),
    CONSTRAINT metric_def_deadband_positive CHECK (deadband IS NULL OR deadband > 0),
    CONSTRAINT metric_def_force_positive CHECK (force_interval_s IS NULL OR force_interval_s > 0)
);
COMMENT ON TABLE metric_def IS 'What a type of unit measures and tells.';
COMMENT ON COLUMN metric_def.device_type_id IS 'Type that has this metric.';
COMMENT ON COLUMN metric_def.key IS 'Name of the metric; where history has it, the column.';
COMMENT ON COLUMN metric_def.ordinal IS 'Place in lists.';
COMMENT ON COLUMN metric_def.label IS 'Name on screen, in English.';
COMMENT ON COLUMN metric_def.unit IS 'Unit of measure; empty for none.';
COMMENT ON COLUMN metric_def.kind IS 'number, boolean, enum or counter.';
COMMENT ON COLUMN metric_def.range_min IS 'Least value that can be true; below it a reading is BAD.';
COMMENT ON COLUMN metric_def.range_max IS 'Greatest value that can be true; above it a reading is BAD.';
COMMENT ON COLUMN metric_def.decimals IS 'Decimals shown.';
COMMENT ON COLUMN metric_def.deadband IS 'Change that makes a history row; null: every change.';
COMMENT ON COLUMN metric_def.force_interval_s IS 'Longest silence in history, seconds; null: the setting of the station.';

INSERT INTO device_type (id, label) VALUES ('esp32-alarm-unit', 'ESP32 alarm unit');
INSERT INTO metric_def
    (device_type_id, key, ordinal, label, unit, kind, range_min, range_max, decimals, deadband)
VALUES
    ('esp32-alarm-unit', 'panic1', 1, 'Panic button 1', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'panic2', 2, 'Panic button 2', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'tamper', 3, 'Enclosure open', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'aux1', 4, 'Auxiliary input 1', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'aux2', 5, 'Auxiliary input 2', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'siren', 6, 'Siren', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'turret', 7, 'Turret light', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'relay1', 8, 'Relay 1', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'relay2', 9, 'Relay 2', '', 'boolean', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'fan_pct', 10, 'Fan', '%', 'number', 0, 100, 0, 5),
    ('esp32-alarm-unit', 'temperature_c', 11, 'Temperature', '°C', 'number', -40, 125, 1, 0.5),
    ('esp32-alarm-unit', 'humidity_pct', 12, 'Humidity', '% RH', 'number', 0, 100, 1, 2),
    ('esp32-alarm-unit', 'device_state', 13, 'Unit state', '', 'enum', NULL, NULL, 0, NULL),
    ('esp32-alarm-unit', 'uptime_s', 14, 'Uptime', 's', 'counter', 0, NULL, 0, NULL),
    ('esp32-alarm-unit', 'panic1_count', 15, 'Panic 1 activations', '', 'counter', 0, NULL, 0, NULL),
    ('esp32-alarm-unit', 'panic2_count', 16, 'Panic 2 activations', '', 'counter', 0, NULL, 0, NULL),
    ('esp32-alarm-unit', 'tamper_count', 17, 'Tamper events', '', 'counter', 0, NULL, 0, NULL);

CREATE TABLE device (
    id integer NOT NULL,
    site_id integer,
    device_type_id text NOT NULL DEFAULT 'esp32-alarm-unit',
    host text NOT NULL,
    mac bytea,
    name text NOT NULL DEFAULT '',
    lifecycle text NOT NULL,
    require_signed boolean NOT NULL DEFAULT true,
    heartbeat_interval_s integer,
    note text NOT NULL DEFAULT '',
    created_at timestamptz,
    CONSTRAINT device_pk PRIMARY KEY (id),
    CONSTRAINT device_site_fk FOREIGN KEY (site_id) REFERENCES site (id) ON DELETE RESTRICT,
    CONSTRAINT device_type_fk FOREIGN KEY (device_type_id)
        REFERENCES device_type (id) ON DELETE RESTRICT,
    CONSTRAINT device_id_range CHECK (id BETWEEN 1 AND 999999999),
    CONSTRAINT device_host_given CHECK (host <> ''),
    CONSTRAINT device_mac_length CHECK (mac IS NULL OR octet_length(mac) = 6),
    CONSTRAINT device_lifecycle_known CHECK (lifecycle IN ('provisional', 'enrolled', 'retired')),
    CONSTRAINT device_heartbeat_positive CHECK (heartbeat_interval_s IS NULL OR heartbeat_interval_s > 0)
);
CREATE INDEX device_site ON device (site_id);
CREATE INDEX device_host ON device (host);
CREATE INDEX device_mac ON device (mac);
COMMENT ON TABLE device IS 'Alarm units. One that has history or evidence is retired, never deleted.';
COMMENT ON COLUMN device.id IS 'Number of the device; the same number is sent to the unit.';
COMMENT ON COLUMN device.site_id IS 'Where it stands; null: nowhere yet.';
COMMENT ON COLUMN device.device_type_id IS 'What kind of unit it is.';
COMMENT ON COLUMN device.host IS 'Host name in its topics.';
COMMENT ON COLUMN device.mac IS 'MAC address, 6 bytes; null until it was told.';
COMMENT ON COLUMN device.name IS 'Name that people gave it; empty: the host serves.';
COMMENT ON COLUMN device.lifecycle IS 'provisional (heard, enrolled by nobody), enrolled or retired.';
COMMENT ON COLUMN device.require_signed IS 'Unsigned frames of it are refused.';
COMMENT ON COLUMN device.heartbeat_interval_s IS 'Interval that the unit confirmed, seconds; null: unknown.';
COMMENT ON COLUMN device.note IS 'Free text.';
COMMENT ON COLUMN device.created_at IS 'When it was first heard or entered.';

CREATE TABLE device_key_fingerprint (
    device_id integer NOT NULL,
    fingerprint text NOT NULL,
    weak text NOT NULL DEFAULT '',
    added_at timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT device_key_fingerprint_pk PRIMARY KEY (device_id, fingerprint),
    CONSTRAINT device_key_fingerprint_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT device_key_fingerprint_form CHECK (fingerprint ~ '^[0-9a-f]{8}$')
);
COMMENT ON TABLE device_key_fingerprint IS 'Which keys a device was given. The keys themselves are never in the database.';
COMMENT ON COLUMN device_key_fingerprint.device_id IS 'Device that has the key.';
COMMENT ON COLUMN device_key_fingerprint.fingerprint IS 'First 4 bytes of SHA-256 of the key, hexadecimal.';
COMMENT ON COLUMN device_key_fingerprint.weak IS 'Why the key is weak; empty: it is not.';
COMMENT ON COLUMN device_key_fingerprint.added_at IS 'When the key was entered.';
COMMENT ON COLUMN device_key_fingerprint.retired_at IS 'When it stopped being accepted; null: in use.';

-- What the wire calls uint32 is bigint here: a nonsensical number must not cost the row.
CREATE TABLE device_status (
    device_id integer NOT NULL,
    comm_state text NOT NULL,
    comm_since timestamptz,
    silent_since timestamptz,
    last_seen_at timestamptz,
    last_heartbeat_at timestamptz,
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
    boot_id bigint NOT NULL DEFAULT 0,
    firmware text NOT NULL DEFAULT '',
    interface bigint,
    rssi_dbm integer,
    ip_address text NOT NULL DEFAULT '',
    echoed_id bigint,
    device_time timestamptz,
    skew_s double precision,
    free_heap bigint,
    error_flags bigint NOT NULL DEFAULT 0,
    panic1_count bigint,
    panic2_count bigint,
    tamper_count bigint,
    ota_validated boolean,
    partition bigint,
    received_messages bigint NOT NULL DEFAULT 0,
    received_samples bigint NOT NULL DEFAULT 0,
    stored_rows bigint NOT NULL DEFAULT 0,
    CONSTRAINT device_status_pk PRIMARY KEY (device_id),
    CONSTRAINT device_status_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT device_status_comm_known
        CHECK (comm_state IN ('unknown', 'online', 'late', 'offline')),
    CONSTRAINT device_status_quality_known
        CHECK (temperature_quality BETWEEN 0 AND 2 AND humidity_quality BETWEEN 0 AND 2),
    CONSTRAINT device_status_reason_known
        CHECK (temperature_reason BETWEEN 0 AND 6 AND humidity_reason BETWEEN 0 AND 6),
    CONSTRAINT device_status_io_whole CHECK (
        (panic1 IS NULL) = (panic2 IS NULL) AND (panic1 IS NULL) = (tamper IS NULL)
        AND (panic1 IS NULL) = (siren IS NULL) AND (panic1 IS NULL) = (turret IS NULL))
-- The row is rewritten with every message: leave room for it on its page, so that the update
-- touches no index.
) WITH (fillfactor = 50);
COMMENT ON TABLE device_status IS 'One row per device: the union of everything its last messages said.';
COMMENT ON COLUMN device_status.device_id IS 'Device.';
COMMENT ON COLUMN device_status.comm_state IS 'Presence as the station sees it: unknown, online, late, offline. Never mixed with device_state.';
COMMENT ON COLUMN device_status.comm_since IS 'When the station noticed that presence.';
COMMENT ON COLUMN device_status.silent_since IS 'Last message before the silence; null while heard.';
COMMENT ON COLUMN device_status.last_seen_at IS 'Receive time of the last message of any kind.';
COMMENT ON COLUMN device_status.last_heartbeat_at IS 'Receive time of the last heartbeat.';
COMMENT ON COLUMN device_status.device_state IS 'DeviceState number that the unit last told; never overwritten by the station.';
COMMENT ON COLUMN device_status.panic1 IS 'Panic button 1 held; null: inputs never told.';
COMMENT ON COLUMN device_status.panic2 IS 'Panic button 2 held; null: inputs never told.';
COMMENT ON COLUMN device_status.tamper IS 'Enclosure open; null: inputs never told.';
COMMENT ON COLUMN device_status.aux1 IS 'Auxiliary input 1; null: never told.';
COMMENT ON COLUMN device_status.aux2 IS 'Auxiliary input 2; null: never told.';
COMMENT ON COLUMN device_status.siren IS 'Siren runs; null: outputs never told.';
COMMENT ON COLUMN device_status.turret IS 'Turret light on; null: outputs never told.';
COMMENT ON COLUMN device_status.relay1 IS 'Relay 1 closed; null: never told.';
COMMENT ON COLUMN device_status.relay2 IS 'Relay 2 closed; null: never told.';
COMMENT ON COLUMN device_status.fan_pct IS 'Fan, per cent; null: never told.';
COMMENT ON COLUMN device_status.temperature_c IS 'Temperature, °C; null: no reading.';
COMMENT ON COLUMN device_status.temperature_quality IS 'Quality of the temperature: 0 good, 1 uncertain, 2 bad.';
COMMENT ON COLUMN device_status.temperature_reason IS 'Why not good: 0 none, 1 missing, 2 range, 3 frozen, 4 sensor fault, 5 bad clock, 6 unit offline.';
COMMENT ON COLUMN device_status.humidity_pct IS 'Relative humidity, per cent; null: no reading.';
COMMENT ON COLUMN device_status.humidity_quality IS 'Quality of the humidity, as temperature_quality.';
COMMENT ON COLUMN device_status.humidity_reason IS 'Why not good, as temperature_reason.';
COMMENT ON COLUMN device_status.uptime_s IS 'Seconds since the unit started.';
COMMENT ON COLUMN device_status.boot_count IS 'Restarts as the unit counts them.';
COMMENT ON COLUMN device_status.boot_id IS 'Random number of this start; 0: firmware without extensions.';
COMMENT ON COLUMN device_status.firmware IS 'Firmware version.';
COMMENT ON COLUMN device_status.interface IS 'NetworkInterface number.';
COMMENT ON COLUMN device_status.rssi_dbm IS 'Signal strength, dBm; 0 on Ethernet.';
COMMENT ON COLUMN device_status.ip_address IS 'Address of the unit as it told it.';
COMMENT ON COLUMN device_status.echoed_id IS 'Device id in the last message; differs from device_id until synchronised.';
COMMENT ON COLUMN device_status.device_time IS 'Last valid stamp of the unit''s clock; null while that clock is not set.';
COMMENT ON COLUMN device_status.skew_s IS 'Device minus receive time, seconds, median of the last 5 heartbeats.';
COMMENT ON COLUMN device_status.free_heap IS 'Free memory of the unit, bytes.';
COMMENT ON COLUMN device_status.error_flags IS 'Bitmap that the unit told.';
COMMENT ON COLUMN device_status.panic1_count IS 'Activations as the unit counts them.';
COMMENT ON COLUMN device_status.panic2_count IS 'Activations as the unit counts them.';
COMMENT ON COLUMN device_status.tamper_count IS 'Openings as the unit counts them.';
COMMENT ON COLUMN device_status.ota_validated IS 'The running firmware image is marked valid.';
COMMENT ON COLUMN device_status.partition IS 'Firmware partition in use: 0 factory, 1 ota_0, 2 ota_1.';
COMMENT ON COLUMN device_status.received_messages IS 'Accepted messages of any kind, ever.';
COMMENT ON COLUMN device_status.received_samples IS 'Samples received, ever: what a full store would hold.';
COMMENT ON COLUMN device_status.stored_rows IS 'History rows stored of them.';
