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

#include "days.h"

enum { SETTLED_MS = 20000, GROUP_TEXT = 1024 };

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
    day_locate(&now, 200);
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

static bool cut_here(day_step *play, size_t number, uint64_t write, enum bench_cut cut,
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

static bool cut_everywhere(day_step *play, size_t number, uint32_t stride) {
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

int main(int count, char **words) {
    const struct day *day = count > 1 ? day_named(words[1]) : NULL;
    uint32_t stride = count > 2 ? (uint32_t)strtoul(words[2], NULL, 10) : 1;
    if (day == NULL) {
        fputs("power_cut press|overflow|command|config|ota [STRIDE]\n", stderr);
        return 2;
    }
    merges = strcmp(day->name, "overflow") == 0;
    world_begin(&now, 11);
    world_commission(&now);
    uint64_t first = now.bench.writes;
    for (size_t i = 0; i < day->count; i++) {
        if (!cut_everywhere(day->steps[i], i, stride == 0 ? 1 : stride)) {
            return 1;
        }
    }
    printf("%s: %zu steps, %" PRIu64 " writes, %" PRIu64 " cuts\n", day->name, day->count,
           now.bench.writes - first, cuts);
    return 0;
}
