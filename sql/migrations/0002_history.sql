-- History by change, output runs, and when the station itself was listening.

-- One definition for both kinds of database: a hypertable where TimescaleDB was found (its
-- extension exists by now), range partitions otherwise. Wide columns come first: no padding.
DO $migration$
DECLARE
    found boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
    EXECUTE $table$
        CREATE TABLE heartbeats (
            received_at timestamptz NOT NULL,
            device_time timestamptz,
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
            CONSTRAINT heartbeats_pk PRIMARY KEY (device_id, received_at),
            CONSTRAINT heartbeats_device_fk FOREIGN KEY (device_id)
                REFERENCES device (id) ON DELETE RESTRICT,
            CONSTRAINT heartbeats_quality_known
                CHECK (temperature_quality BETWEEN 0 AND 2 AND humidity_quality BETWEEN 0 AND 2),
            CONSTRAINT heartbeats_reason_known
                CHECK (temperature_reason BETWEEN 0 AND 6 AND humidity_reason BETWEEN 0 AND 6),
            CONSTRAINT heartbeats_change_type_known CHECK (change_type BETWEEN 1 AND 6)
        )
    $table$ || CASE WHEN found THEN '' ELSE 'PARTITION BY RANGE (received_at)' END;
    IF found THEN
        PERFORM create_hypertable(
            'heartbeats', 'received_at',
            chunk_time_interval => interval '7 days', create_default_indexes => false);
    ELSE
        -- Nothing is ever refused for its time: what no partition was made for lands here.
        CREATE TABLE heartbeats_default PARTITION OF heartbeats DEFAULT;
        COMMENT ON TABLE heartbeats_default IS 'History rows for whose time there was no partition.';
    END IF;
END
$migration$;
CREATE INDEX heartbeats_connection ON heartbeats (device_id, received_at)
    WHERE (mask & 32768) <> 0;
COMMENT ON TABLE heartbeats IS 'History by change: full snapshots, stored only when they say something new.';
COMMENT ON COLUMN heartbeats.received_at IS 'Receive time; with device_id the key. Receive times of one device rise.';
COMMENT ON COLUMN heartbeats.device_time IS 'Stamp of the unit''s clock; null: not set.';
COMMENT ON COLUMN heartbeats.uptime_s IS 'Seconds since the unit started.';
COMMENT ON COLUMN heartbeats.device_id IS 'Device.';
COMMENT ON COLUMN heartbeats.mask IS 'Everything that made the row necessary, as bits: 0 first, 1 temperature, 2 humidity, 3 fan, 4 panic1, 5 panic2, 6 tamper, 7 aux1, 8 aux2, 9 siren, 10 turret, 11 relay1, 12 relay2, 13 device state, 14 quality, 15 connection, 16 forced, 17 manual, 18 last reading before a step.';
COMMENT ON COLUMN heartbeats.temperature_c IS 'Temperature, °C; null: no reading.';
COMMENT ON COLUMN heartbeats.humidity_pct IS 'Relative humidity, per cent; null: no reading.';
COMMENT ON COLUMN heartbeats.fan_pct IS 'Fan, per cent; null: not told.';
COMMENT ON COLUMN heartbeats.device_state IS 'DeviceState number; null: not told.';
COMMENT ON COLUMN heartbeats.temperature_quality IS '0 good, 1 uncertain, 2 bad.';
COMMENT ON COLUMN heartbeats.temperature_reason IS '0 none, 1 missing, 2 range, 3 frozen, 4 sensor fault, 5 bad clock, 6 unit offline.';
COMMENT ON COLUMN heartbeats.humidity_quality IS 'As temperature_quality.';
COMMENT ON COLUMN heartbeats.humidity_reason IS 'As temperature_reason.';
COMMENT ON COLUMN heartbeats.change_type IS 'Primary reason: 1 ALARM, 2 STATE_CHANGE, 3 CONNECTION, 4 SENSOR_DATA, 5 MANUAL, 6 PERIODIC.';
COMMENT ON COLUMN heartbeats.connected IS 'The unit was connected.';
COMMENT ON COLUMN heartbeats.clock_trusted IS 'The unit''s clock agreed with the station''s.';
COMMENT ON COLUMN heartbeats.panic1 IS 'Panic button 1 held.';
COMMENT ON COLUMN heartbeats.panic2 IS 'Panic button 2 held.';
COMMENT ON COLUMN heartbeats.tamper IS 'Enclosure open.';
COMMENT ON COLUMN heartbeats.aux1 IS 'Auxiliary input 1; null: not told.';
COMMENT ON COLUMN heartbeats.aux2 IS 'Auxiliary input 2; null: not told.';
COMMENT ON COLUMN heartbeats.siren IS 'Siren ran.';
COMMENT ON COLUMN heartbeats.turret IS 'Turret light on.';
COMMENT ON COLUMN heartbeats.relay1 IS 'Relay 1 closed; null: not told.';
COMMENT ON COLUMN heartbeats.relay2 IS 'Relay 2 closed; null: not told.';
COMMENT ON COLUMN heartbeats.changes IS 'Per changed field [old, new] or, for numbers, [old, new, difference]; null: nothing changed.';

-- The station may not define anything, so it asks this function, which runs as the owner.
-- Width of a partition or chunk: 7 days up to 100 units, 1 day above.
CREATE FUNCTION ensure_history_partitions(until timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC' AS $$
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
COMMENT ON FUNCTION ensure_history_partitions(timestamptz) IS 'Makes the partitions of heartbeats up to a time (at most a year ahead), or sets the chunk width of the hypertable; tells how many were made.';
REVOKE ALL ON FUNCTION ensure_history_partitions(timestamptz) FROM PUBLIC;

CREATE TABLE output_activity (
    device_id integer NOT NULL,
    received_at timestamptz NOT NULL,
    output bigint NOT NULL,
    pattern bigint NOT NULL,
    state integer NOT NULL,
    duration_s bigint NOT NULL,
    elapsed_s bigint NOT NULL,
    event_sequence bigint NOT NULL,
    device_time timestamptz,
    CONSTRAINT output_activity_pk
        PRIMARY KEY (device_id, received_at, output, state, event_sequence),
    CONSTRAINT output_activity_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT
);
COMMENT ON TABLE output_activity IS 'Runs of siren, turret and relays as the units told them; not an alarm list.';
COMMENT ON COLUMN output_activity.device_id IS 'Device.';
COMMENT ON COLUMN output_activity.received_at IS 'Receive time.';
COMMENT ON COLUMN output_activity.output IS 'OutputType number.';
COMMENT ON COLUMN output_activity.pattern IS 'PatternType number.';
COMMENT ON COLUMN output_activity.state IS 'EventState number: 3 starting, 4 stopping.';
COMMENT ON COLUMN output_activity.duration_s IS 'Configured duration, seconds; 0: permanent.';
COMMENT ON COLUMN output_activity.elapsed_s IS 'How long it ran, seconds, when stopping.';
COMMENT ON COLUMN output_activity.event_sequence IS 'Event sequence of the unit.';
COMMENT ON COLUMN output_activity.device_time IS 'Stamp of the unit''s clock; null: not set.';

CREATE TABLE ingest_session (
    id uuid NOT NULL,
    station text NOT NULL,
    started_at timestamptz NOT NULL,
    last_alive_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT ingest_session_pk PRIMARY KEY (id)
);
CREATE INDEX ingest_session_alive ON ingest_session (last_alive_at);
COMMENT ON TABLE ingest_session IS 'Stretches of time in which a station was listening.';
COMMENT ON COLUMN ingest_session.id IS 'Made by the station.';
COMMENT ON COLUMN ingest_session.station IS 'Name of the station.';
COMMENT ON COLUMN ingest_session.started_at IS 'Since when it listened.';
COMMENT ON COLUMN ingest_session.last_alive_at IS 'Last time it said that it does.';
COMMENT ON COLUMN ingest_session.ended_at IS 'When it stopped in good order; null: it runs, or broke off after last_alive_at.';

CREATE TABLE gap (
    device_id integer,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    reason text NOT NULL,
    CONSTRAINT gap_key UNIQUE NULLS NOT DISTINCT (device_id, started_at, reason),
    CONSTRAINT gap_device_fk FOREIGN KEY (device_id)
        REFERENCES device (id) ON DELETE RESTRICT,
    CONSTRAINT gap_order CHECK (ended_at >= started_at)
);
CREATE INDEX gap_time ON gap (started_at);
COMMENT ON TABLE gap IS 'Times without data that are no silence of the value: nobody listened, or a device was away.';
COMMENT ON COLUMN gap.device_id IS 'Device that was silent; null: the whole station.';
COMMENT ON COLUMN gap.started_at IS 'Beginning.';
COMMENT ON COLUMN gap.ended_at IS 'End.';
COMMENT ON COLUMN gap.reason IS 'Why.';
