// The whole state of one unit. Ports need its size only; its members belong to the core.
#ifndef STATION_CONTEXT_H
#define STATION_CONTEXT_H

#include "alarms.h"
#include "answers.h"
#include "certificate.h"
#include "commands.h"
#include "connection.h"
#include "inputs.h"
#include "journal.h"
#include "keys.h"
#include "outbox.h"
#include "outputs.h"
#include "restart.h"
#include "sensor.h"
#include "sequence.h"
#include "settings.h"
#include "state.h"
#include "telemetry.h"
#include "trial.h"
#include "unit.h"
#include "update.h"

// Gauges of StatusMessage; cleared by a restart and by CLEAR_COUNTERS.
struct station_counters {
    uint32_t activations[STATION_INPUTS];
    uint32_t wifi_disconnects, mqtt_disconnects, errors;
};

struct station_unit {
    const struct station_hal *hal;
    const struct station_board *board;
    const struct station_profile *profile;
    uint64_t now_ms, booted_ms;
    bool halted; // a restart was asked for: nothing happens until `init`
    bool storage_failed;
    bool image_unvalidated; // the running image may still be given up
    uint32_t boot_id;
    uint32_t boot_count;
    char factory_host[32];
    char host[32]; // of the present session; a rename takes effect with the next

    struct station_settings settings;
    struct station_key key;
    struct station_sequence sequence;
    struct station_window window;
    struct station_certificate certificate;
    struct station_trial trial;

    struct station_inputs inputs;
    struct station_outputs outputs;
    struct station_sensor sensor;
    struct station_counters counters;
    uint64_t testing_until_ms; // 0: armed

    struct station_alarms alarms;
    struct station_outbox outbox;
    struct station_answers answers;
    struct station_intake intake;
    struct station_connection connection;
    struct station_telemetry telemetry;
    struct station_restart restart;
    struct station_update update;
    struct station_journal journal;
    uint32_t triggered; // inputs that were active since AT+CLEAR, as a mask
};

// The configured hostname, or the one of the factory.
const char *station_unit_hostname(const struct station_unit *unit);

// End local test mode.
void station_unit_arm(struct station_unit *unit);

#endif
