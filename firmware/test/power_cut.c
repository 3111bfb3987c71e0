// The power is cut at every storage write of scripted days, and every write is torn in every way
// storage allows; afterwards nothing the unit acknowledged is undone and no alarm is missing.
//
//   power_cut DAY [STRIDE]    DAY: press, overflow, command, config or ota; STRIDE: every n-th
//                             byte of a write is a place to tear it, 1 unless told
//
// Each step of a day is played once whole, to learn how many times it writes. Then, for every one
// of its writes and every way to tear it, everything is put back to the moment before the step,
// played again until the cut, restarted, and held against what was promised.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/md.h>

#include "world.h"

enum { SETTLED_MS = 20000, GROUP_TEXT = 1024 };

typedef void step(struct world *world);

// What was promised before a step.
struct promises {
    struct station_entry entries[STATION_OUTBOX_ENTRIES]; // stored alarms
    uint32_t entry_count;
    struct station_settings settings;
    uint32_t highest_event;
};

static struct world now;
static struct world before;
static struct world after; // the step, played whole
static struct promises promised;
static bool merges; // alarms may be folded into others for want of room
static uint64_t cuts;

// --- commands

static esg_alarm_CommandEnvelope envelope;

static esg_alarm_CommandEnvelope *blank(pb_size_t which) {
    memset(&envelope, 0, sizeof envelope);
    envelope.which_command = which;
    return &envelope;
}

static void system_action(struct world *world, esg_alarm_SystemAction action) {
    blank(esg_alarm_CommandEnvelope_system_tag)->command.system.action = action;
    world_command(world, &envelope);
}

static esg_alarm_ConfigCommand *config(esg_alarm_ConfigType type, pb_size_t which) {
    esg_alarm_ConfigCommand *command =
        &blank(esg_alarm_CommandEnvelope_config_tag)->command.config;
    command->type = type;
    command->which_settings = which;
    return command;
}

static void locate(struct world *world, uint32_t zone) {
    esg_alarm_LocationConfig *location =
        &config(esg_alarm_ConfigType_CFG_LOCATION, esg_alarm_ConfigCommand_location_tag)
             ->settings.location;
    location->has_zone = location->has_country = true;
    location->zone = zone;
    strcpy(location->country, "MX");
    world_command(world, &envelope);
}

static void identify(struct world *world, uint32_t id, const char *hostname) {
    esg_alarm_DeviceConfig *device =
        &config(esg_alarm_ConfigType_CFG_DEVICE, esg_alarm_ConfigCommand_device_tag)
             ->settings.device;
    device->has_device_id = device->has_enable_heartbeat = device->has_heartbeat_interval = true;
    device->device_id = id;
    device->enable_heartbeat = true;
    device->heartbeat_interval = 45;
    device->has_hostname = hostname[0] != '\0';
    snprintf(device->hostname, sizeof device->hostname, "%s", hostname);
    world_command(world, &envelope);
}

static void ota(struct world *world, esg_alarm_OTAAction action, const char *image) {
    esg_alarm_OTACommand *command = &blank(esg_alarm_CommandEnvelope_ota_tag)->command.ota;
    command->action = action;
    if (image != NULL) {
        uint8_t md5[16];
        mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_MD5), (const uint8_t *)image,
                   strlen(image), md5);
        for (int i = 0; i < 16; i++) {
            snprintf(command->md5 + 2 * i, 3, "%02x", md5[i]);
        }
        strcpy(command->url, "https://updates.example/unit.bin");
        command->size = (uint32_t)strlen(image);
    }
    world_command(world, &envelope);
}

// --- days

static void rest(struct world *world) {
    world_pass(world, 7000);
}

static void panic1_on(struct world *world) {
    world_input(world, STATION_PANIC1, true);
}

static void panic1_off(struct world *world) {
    world_input(world, STATION_PANIC1, false);
}

static void panic2_on(struct world *world) {
    world_input(world, STATION_PANIC2, true);
}

static void panic2_off(struct world *world) {
    world_input(world, STATION_PANIC2, false);
}

static void box_open(struct world *world) {
    world_input(world, STATION_TAMPER, true);
}

static void box_closed(struct world *world) {
    world_input(world, STATION_TAMPER, false);
}

static void receipts_come(struct world *world) {
    world_receipts(world);
}

static void broker_goes(struct world *world) {
    world->connects = false;
    world_disconnect(world);
    world_pass(world, 500);
}

static void broker_returns(struct world *world) {
    world->connects = true;
    world_pass(world, 65000);
}

static void siren(struct world *world) {
    esg_alarm_OutputCommand *output =
        &blank(esg_alarm_CommandEnvelope_output_tag)->command.output;
    output->output = esg_alarm_OutputType_OUT_SIREN;
    output->pattern = esg_alarm_PatternType_PAT_BLINK_FAST;
    output->total_duration = 3;
    world_command(world, &envelope);
}

static void clear_counters(struct world *world) {
    system_action(world, esg_alarm_SystemAction_SYS_CLEAR_COUNTERS);
}

static void reboot(struct world *world) {
    system_action(world, esg_alarm_SystemAction_SYS_REBOOT);
    world_pass(world, 4000);
}

static void get_status(struct world *world) {
    system_action(world, esg_alarm_SystemAction_SYS_GET_STATUS);
}

static void zone5(struct world *world) {
    locate(world, 5);
}

static void zone6(struct world *world) {
    locate(world, 6);
}

static void id42(struct world *world) {
    identify(world, 42, "");
}

static void rename_it(struct world *world) {
    identify(world, 42, "RENAMED");
    world_pass(world, 4000);
}

static void other_broker(struct world *world) {
    esg_alarm_MqttConfig *mqtt =
        &config(esg_alarm_ConfigType_CFG_MQTT, esg_alarm_ConfigCommand_mqtt_tag)->settings.mqtt;
    mqtt->has_broker_url = mqtt->has_keepalive = true;
    strcpy(mqtt->broker_url, "b.example");
    mqtt->keepalive = 120;
    world_command(world, &envelope);
    world_pass(world, 4000);
}

static void bad_network(struct world *world) {
    esg_alarm_WifiConfig *wifi =
        &config(esg_alarm_ConfigType_CFG_WIFI, esg_alarm_ConfigCommand_wifi_tag)->settings.wifi;
    wifi->has_ssid = true;
    strcpy(wifi->ssid, "nowhere");
    world->connects = false;
    world_command(world, &envelope);
    world_disconnect(world);
    world_pass(world, 170000);
}

static void network_is_given_up(struct world *world) {
    world_pass(world, 30000);
    world->connects = true;
    world_pass(world, 65000);
}

static void ntp(struct world *world) {
    esg_alarm_NTPConfig *settings =
        &config(esg_alarm_ConfigType_CFG_NTP, esg_alarm_ConfigCommand_ntp_tag)->settings.ntp;
    settings->has_server1 = settings->has_sync_interval = true;
    strcpy(settings->server1, "time.example");
    settings->sync_interval = 7200;
    world_command(world, &envelope);
}

static void ble(struct world *world) {
    esg_alarm_BLEConfig *settings =
        &config(esg_alarm_ConfigType_CFG_BLE, esg_alarm_ConfigCommand_ble_tag)->settings.ble;
    settings->has_device_name = settings->has_tx_power = true;
    strcpy(settings->device_name, "Unit");
    settings->tx_power = 5;
    world_command(world, &envelope);
}

static void zone_by_serial(struct world *world) {
    world_say(world, "AT+ZONE=9");
}

static void id_by_serial(struct world *world) {
    world_say(world, "AT+DBID=77");
}

static void network_by_serial(struct world *world) {
    world_say(world, "AT+MQTTRETRYDELAY=500");
    world_say(world, "AT+MQTTSAVE");
}

static const char IMAGE[] = "an image of the firmware, 2.2.0, that does not matter";

static void ca_by_serial(struct world *world) {
    world_say(world, "AT+TLSCERTUPLOAD");
    world_say(world, "-----BEGIN CERTIFICATE-----");
    world_say(world, "MIIBszCCAVmgAwIBAgIUTm90IGEgcmVhbCBjZXJ0aWZpY2F0ZQ==");
    world_say(world, "-----END CERTIFICATE-----");
    world_pass(world, 100);
}

static void update_starts(struct world *world) {
    ota(world, esg_alarm_OTAAction_OTA_START_UPDATE, IMAGE);
}

static void update_arrives(struct world *world) {
    world_download(world, IMAGE, sizeof IMAGE - 1);
    world_pass(world, 10000);
}

static void validate(struct world *world) {
    ota(world, esg_alarm_OTAAction_OTA_VALIDATE, NULL);
}

static void roll_back(struct world *world) {
    ota(world, esg_alarm_OTAAction_OTA_ROLLBACK, NULL);
    world_pass(world, 10000);
}

static step *const PRESS[] = {panic1_on,     receipts_come, rest,           panic1_off,
                              panic2_on,     rest,          broker_goes,    panic2_off,
                              box_open,      panic1_on,     broker_returns, receipts_come,
                              box_closed,    panic1_off,    receipts_come,  rest};
static step *const COMMAND[] = {siren, get_status,  panic1_on, clear_counters, rest,
                                siren, reboot,      rest,      receipts_come,  panic1_off,
                                reboot, receipts_come, siren,  rest};
static step *const CONFIG[] = {id42,  zone5,        zone6,     ntp,          ble,
                               zone_by_serial, id_by_serial, network_by_serial, rename_it,
                               panic1_on, other_broker, receipts_come, bad_network, network_is_given_up, zone5, panic1_off, receipts_come};
static step *const OTA[] = {ca_by_serial, update_starts, panic1_on, update_arrives, rest,
                            receipts_come, validate,     panic1_off, roll_back,     receipts_come,
                            rest};
static step *OVERFLOW[2 * 40 + 8]; // written by make_overflow

// --- promises

static void note(const struct world *world) {
    const struct station_outbox *outbox = &world->unit.outbox;
    promised.entry_count = 0;
    for (uint32_t i = 0; i < outbox->count; i++) {
        if (outbox->entries[i].stored) {
            promised.entries[promised.entry_count++] = outbox->entries[i];
        }
    }
    promised.settings = world->unit.settings;
    promised.highest_event = world->unit.alarms.last;
}

static size_t text_of(struct station_settings *settings, enum station_group group,
                      uint8_t text[GROUP_TEXT]) {
    struct station_writer writer = station_writer_begin(text, GROUP_TEXT);
    station_settings_put(group, station_settings_group(settings, group), &writer);
    return writer.length;
}

static bool same(struct station_settings *one, struct station_settings *other,
                 enum station_group group) {
    static uint8_t texts[2][GROUP_TEXT];
    memset(texts, 0, sizeof texts);
    return text_of(one, group, texts[0]) == text_of(other, group, texts[1]) &&
           memcmp(texts[0], texts[1], GROUP_TEXT) == 0;
}

static void check_settings(bool acknowledged) {
    for (int i = 0; i < STATION_GROUPS; i++) {
        enum station_group group = (enum station_group)i;
        bool is_new = same(&now.unit.settings, &after.unit.settings, group);
        bool is_old = same(&now.unit.settings, &promised.settings, group);
        if (!is_new && !is_old) {
            world_complain(&now, "settings of group %d are neither the old nor the new ones", i);
        }
        if (acknowledged && !is_new) {
            world_complain(&now, "settings of group %d were acknowledged and are undone", i);
        }
    }
}

static const struct world_event *heard(uint32_t sequence) {
    for (size_t i = 0; i < now.event_count; i++) {
        if (now.events[i].sequence == sequence) {
            return &now.events[i];
        }
    }
    return NULL;
}

static bool got_receipt_in(const struct world *world, uint32_t sequence) {
    for (size_t i = 0; i < world->event_count; i++) {
        if (world->events[i].sequence == sequence && world->events[i].receipted) {
            return true;
        }
    }
    return false;
}

static bool merged_away(const struct station_entry *entry) {
    bool first = true;
    bool latest = true;
    for (uint32_t i = 0; i < promised.entry_count; i++) {
        const struct station_entry *other = &promised.entries[i];
        if (other->type == entry->type && other->sequence != entry->sequence) {
            first = first && other->sequence > entry->sequence;
            latest = latest && other->sequence < entry->sequence;
        }
    }
    return merges && !first && !latest;
}

// What stood in storage before the step was sent again after the restart.
static void check_alarms(void) {
    for (uint32_t i = 0; i < promised.entry_count; i++) {
        const struct station_entry *entry = &promised.entries[i];
        const struct world_event *event = heard(entry->sequence);
        bool again = event != NULL && event->sent > 0;
        // A receipt that was under way when the power went may have had its effect or not; in the
        // overflow day a latest state may be folded away by the state after it.
        if (!again && !got_receipt_in(&after, entry->sequence) && !merged_away(entry) &&
            !(merges && now.unit.alarms.last != promised.highest_event)) {
            world_complain(&now, "event %u was stored and is missing", entry->sequence);
        }
    }
    for (size_t i = 0; i < before.event_count; i++) {
        const struct world_event *event = &now.events[i];
        if (event->input && event->sent == 0 && !event->receipted &&
            !got_receipt_in(&after, event->sequence) && !merges) {
            world_complain(&now, "event %u was published and is missing", event->sequence);
        }
    }
}

// An alarm that was published for the first time in the cut step was stored before.
static void check_new_alarms(size_t heard_at_cut) {
    for (size_t i = before.event_count; i < heard_at_cut; i++) {
        const struct world_event *event = &now.events[i];
        if (event->input && event->sent == 0 && !got_receipt_in(&after, event->sequence) &&
            !merges) {
            world_complain(&now, "event %u was sent before it was stored", event->sequence);
        }
    }
}

// --- recovery

static void check_replays(void) {
    bench_forget_uart(&now.bench);
    for (size_t i = 0; i < now.command_count; i++) {
        const struct world_command *command = &now.commands[i];
        if (!command->answered && !command->finished) {
            continue;
        }
        size_t edges = now.bench.edge_count;
        uint32_t boots = now.unit.boot_count;
        struct station_settings settings = now.unit.settings;
        world_replay(&now, command);
        bool changed = false;
        for (int group = 0; group < STATION_GROUPS; group++) {
            changed = changed || !same(&settings, &now.unit.settings, (enum station_group)group);
        }
        if (changed || now.bench.edge_count != edges || now.unit.boot_count != boots ||
            now.bench.wants_download) {
            world_complain(&now, "%s was carried out twice", command->request_id);
        }
    }
}

static void check_life(void) {
    const struct world_command *command;
    locate(&now, 200);
    command = &now.commands[(now.command_count - 1) % WORLD_COMMANDS];
    if (!command->answered || !command->succeeded) {
        world_complain(&now, "no command is carried out any more");
    }
    uint32_t last = now.unit.alarms.last;
    bool active = now.unit_inputs[STATION_PANIC2];
    world_input(&now, STATION_PANIC2, !active);
    world_pass(&now, SETTLED_MS);
    const struct world_event *event = heard(now.unit.alarms.last);
    if (now.unit.alarms.last == last || event == NULL || event->sent == 0 ||
        now.unit.alarms.last <= promised.highest_event) {
        world_complain(&now, "an alarm after the restart does not come through");
    }
}

static void recover(void) {
    size_t heard_at_cut = now.event_count;
    const struct world_command *last =
        now.command_count > before.command_count
            ? &now.commands[(now.command_count - 1) % WORLD_COMMANDS]
            : NULL;
    bool acknowledged = last != NULL && last->answered && last->succeeded;
    bool owes = last != NULL && last->accepted && !last->answered;
    world_restart(&now);
    check_settings(acknowledged);
    now.connects = true;
    world_pass(&now, SETTLED_MS);
    if (now.logins == before.logins) {
        world_complain(&now, "the unit does not come back");
    }
    if (owes && !last->answered && after.commands[last - now.commands].answered) {
        world_complain(&now, "%s was accepted and never answered", last->request_id);
    }
    check_alarms();
    check_new_alarms(heard_at_cut);
    check_replays();
    check_life();
}

// --- the cuts

static const char *const CUT_NAMES[] = {"old", "new", "prefix", "overlaid"};

static bool cut_here(step *play, size_t number, uint64_t write, enum bench_cut cut,
                     uint32_t bytes) {
    now = before;
    now.bench.cut_at = before.bench.writes + write;
    now.bench.cut = cut;
    now.bench.cut_bytes = bytes;
    play(&now);
    if (!now.bench.dead) {
        fprintf(stderr, "step %zu, write %" PRIu64 ": not the same twice\n", number, write);
        return false;
    }
    cuts++;
    recover();
    if (now.problem[0] == '\0') {
        return true;
    }
    fprintf(stderr, "step %zu, write %" PRIu64 " (%s, %u bytes): %s\n", number, write,
            CUT_NAMES[cut], bytes, now.problem);
    return false;
}

static bool cut_everywhere(step *play, size_t number, uint32_t stride) {
    before = now;
    note(&before);
    play(&now);
    if (now.problem[0] != '\0') {
        fprintf(stderr, "step %zu, whole: %s\n", number, now.problem);
        return false;
    }
    after = now;
    uint64_t writes = after.bench.writes - before.bench.writes;
    for (uint64_t write = 1; write <= writes; write++) {
        uint32_t length = after.bench.lengths[(before.bench.writes + write) % BENCH_LENGTHS];
        if (!cut_here(play, number, write, BENCH_CUT_OLD, 0) ||
            !cut_here(play, number, write, BENCH_CUT_NEW, 0)) {
            return false;
        }
        for (uint32_t bytes = 1 + (uint32_t)write % stride; bytes < length; bytes += stride) {
            if (!cut_here(play, number, write, BENCH_CUT_PREFIX, bytes) ||
                !cut_here(play, number, write, BENCH_CUT_OVERLAID, bytes)) {
                return false;
            }
        }
    }
    now = after;
    return true;
}

// More alarms than there is room for, without a broker.
static size_t make_overflow(void) {
    size_t count = 0;
    OVERFLOW[count++] = broker_goes;
    for (int i = 0; i < 20; i++) {
        OVERFLOW[count++] = panic1_on;
        OVERFLOW[count++] = panic1_off;
        OVERFLOW[count++] = box_open;
        OVERFLOW[count++] = box_closed;
    }
    OVERFLOW[count++] = panic2_on;
    OVERFLOW[count++] = broker_returns;
    OVERFLOW[count++] = receipts_come;
    return count;
}

int main(int count, char **words) {
    const struct {
        const char *name;
        step *const *steps;
        size_t count;
    } days[] = {
        {"press", PRESS, sizeof PRESS / sizeof PRESS[0]},
        {"overflow", OVERFLOW, make_overflow()},
        {"command", COMMAND, sizeof COMMAND / sizeof COMMAND[0]},
        {"config", CONFIG, sizeof CONFIG / sizeof CONFIG[0]},
        {"ota", OTA, sizeof OTA / sizeof OTA[0]},
    };
    uint32_t stride = count > 2 ? (uint32_t)strtoul(words[2], NULL, 10) : 1;
    for (size_t day = 0; day < sizeof days / sizeof days[0]; day++) {
        if (count < 2 || strcmp(words[1], days[day].name) != 0) {
            continue;
        }
        merges = strcmp(words[1], "overflow") == 0;
        world_begin(&now, 11);
        world_commission(&now);
        uint64_t first = now.bench.writes;
        for (size_t i = 0; i < days[day].count; i++) {
            if (!cut_everywhere(days[day].steps[i], i, stride == 0 ? 1 : stride)) {
                return 1;
            }
        }
        printf("%s: %zu steps, %" PRIu64 " writes, %" PRIu64 " cuts\n", words[1],
               days[day].count, now.bench.writes - first, cuts);
        return 0;
    }
    fputs("power_cut press|overflow|command|config|ota [STRIDE]\n", stderr);
    return 2;
}
