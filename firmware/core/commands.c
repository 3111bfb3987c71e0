#include "commands.h"

#include <string.h>

#include "clock.h"
#include "execution.h"
#include "frame.h"
#include "text.h"
#include "unit.h"
#include "uplink.h"

static void refuse(struct station_unit *unit, enum station_refusal refusal) {
    static const char *const names[] = {"malformed", "unsigned", "bad tag",        "undecodable",
                                        "replayed",  "retained", "receipt unknown"};
    uint32_t count = ++unit->intake.refused[refusal];
    if ((count & (count - 1)) == 0) { // 1, 2, 4, 8 …: a flood must not fill the journal
        station_journal_add(unit, STATION_LOG_WARNING, "refused: %s, %lu so far", names[refusal],
                            (unsigned long)count);
    }
}

void station_outcome_say(struct station_outcome *outcome, const char *message) {
    station_text_copy(outcome->message, sizeof outcome->message, message);
}

void station_outcome_fail(struct station_outcome *outcome, uint32_t error_code,
                          const char *message) {
    outcome->error_code = error_code;
    station_outcome_say(outcome, message);
}

// --- answers

static bool send(struct station_unit *unit, const struct station_answer *answer) {
    esg_alarm_CommandResponse response = esg_alarm_CommandResponse_init_zero;
    bool staged = unit->profile->extensions;
    station_text_copy(response.request_id, sizeof response.request_id, answer->request_id);
    response.timestamp = station_clock_stamp(unit);
    response.success = answer->success;
    response.error_code = answer->error_code;
    station_text_copy(response.message, sizeof response.message, answer->message);
    response.payload.size = (pb_size_t)answer->payload_length;
    memcpy(response.payload.bytes, answer->payload, answer->payload_length);
    response.stage = staged ? (esg_alarm_CommandResponse_Stage)answer->stage
                            : esg_alarm_CommandResponse_Stage_STAGE_UNSPECIFIED;
    return station_uplink_send(
        unit, unit->profile->answers_on_resp ? STATION_LEAF_RESP : STATION_LEAF_RESPONSE,
        esg_alarm_CommandResponse_fields, &response, 1);
}

// Send an answer now, or with the next session.
static void deliver(struct station_unit *unit, struct station_answer *answer) {
    answer->unsent = !send(unit, answer);
    answer->sent_ms = unit->now_ms;
}

// An answer to nobody in particular: the request had no id. At most one per second, like those
// that can be told apart.
static void deliver_unmatched(struct station_unit *unit, uint32_t error_code, const char *message) {
    struct station_answer answer = {.error_code = error_code};
    uint64_t last_ms = unit->intake.unmatched_ms;
    if (last_ms != 0 && unit->now_ms - last_ms < STATION_REPEAT_MS) {
        return;
    }
    unit->intake.unmatched_ms = unit->now_ms;
    station_text_copy(answer.message, sizeof answer.message, message);
    (void)send(unit, &answer);
}

static void take_payload(struct station_unit *unit, struct station_answer *answer,
                         const struct station_outcome *outcome) {
    size_t length = outcome->json.length;
    size_t most = unit->profile->payload_max;
    if (!outcome->json.failed && length <= most) {
        answer->payload_length = (uint16_t)length;
    } else if (unit->profile->cuts_json) {
        answer->payload_length = (uint16_t)(length < most ? length : most);
    } else {
        answer->success = false;
        answer->error_code = 500;
        station_text_copy(answer->message, sizeof answer->message, "answer does not fit");
    }
    memcpy(answer->payload, outcome->payload, answer->payload_length);
}

static void answer_with(struct station_unit *unit, const char *request_id,
                        const struct station_outcome *outcome, enum station_stage stage) {
    if (request_id[0] == '\0') {
        deliver_unmatched(unit, outcome->error_code, outcome->message);
        return;
    }
    struct station_answer *answer = station_answers_place(&unit->answers, request_id);
    answer->success = outcome->error_code == 0;
    answer->error_code = outcome->error_code;
    answer->stage = (uint8_t)stage;
    answer->debt = (uint8_t)outcome->debt;
    station_text_copy(answer->message, sizeof answer->message, outcome->message);
    take_payload(unit, answer, outcome);
    // What a restart would tell the same way is told before it is stored as told, so that it cannot
    // be lost in between; an update or rollback is stored first, so that it is never told twice
    // with different results.
    bool same_again =
        outcome->debt == STATION_DEBT_REBOOT || outcome->debt == STATION_DEBT_COUNTERS;
    if (same_again) {
        deliver(unit, answer);
    }
    bool is_kept_already = stage == STATION_STAGE_ACCEPTED;
    if (outcome->debt != STATION_DEBT_NONE && !is_kept_already && unit->profile->extensions &&
        !station_answers_keep(&unit->answers, unit->hal, answer)) {
        unit->storage_failed = true;
    }
    if (!same_again) {
        deliver(unit, answer);
    }
}

bool station_commands_commit(struct station_unit *unit, const char *request_id,
                             struct station_outcome *outcome, enum station_debt debt,
                             const char *message) {
    if (!unit->profile->extensions) {
        return true;
    }
    struct station_answer *answer = station_answers_place(&unit->answers, request_id);
    answer->success = true;
    answer->stage = STATION_STAGE_ACCEPTED;
    answer->debt = (uint8_t)debt;
    station_text_copy(answer->message, sizeof answer->message, message);
    if (!station_answers_keep(&unit->answers, unit->hal, answer)) {
        unit->storage_failed = true;
        station_outcome_fail(outcome, 500, "storage failed");
        return false;
    }
    outcome->debt = debt;
    return true;
}

void station_commands_conclude(struct station_unit *unit, const char *request_id,
                               enum station_debt debt, uint32_t error_code, const char *message) {
    struct station_outcome outcome = {.error_code = error_code, .debt = debt};
    station_outcome_say(&outcome, message);
    answer_with(unit, request_id, &outcome, STATION_STAGE_EXECUTED);
}

// --- commands

// 0 when the envelope may be carried out.
static uint32_t check(struct station_unit *unit, const esg_alarm_CommandEnvelope *envelope,
                      const struct station_frame *frame, bool framed, const char **problem) {
    uint64_t unix_ms = 0;
    bool extended = unit->profile->extensions;
    bool sets_time = envelope->which_command == esg_alarm_CommandEnvelope_system_tag &&
                     envelope->command.system.action == esg_alarm_SystemAction_SYS_SET_TIME;
    if (envelope->which_command == 0) {
        *problem = "there is no sub-command";
        return 1;
    }
    if (extended && framed && frame->sequence != envelope->sequence) {
        *problem = "sequence fields disagree";
        return 10;
    }
    if (extended && envelope->request_id[0] == '\0') {
        *problem = "request_id is missing";
        return 3;
    }
    if (!unit->settings.local.protobuf) {
        *problem = "protobuf is not enabled";
        return 99;
    }
    if (envelope->auth_level < station_execution_required_level(envelope)) {
        *problem = "auth_level is too low";
        return 2;
    }
    if (!station_clock_now(unit, &unix_ms)) {
        return 0;
    }
    int64_t away = (int64_t)envelope->timestamp - (int64_t)(unix_ms / 1000);
    if (!sets_time && (away > STATION_CLOCK_WINDOW_S || away < -STATION_CLOCK_WINDOW_S)) {
        *problem = "timestamp is outside the window";
        return 10;
    }
    if (extended && envelope->expires_at != 0 && unix_ms / 1000 > envelope->expires_at) {
        *problem = "command has expired";
        return 4;
    }
    return 0;
}

static void carry_out(struct station_unit *unit, const esg_alarm_CommandEnvelope *envelope) {
    struct station_outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    outcome.json = station_json_begin(outcome.payload, sizeof outcome.payload);
    station_outcome_say(&outcome, "ok");
    station_execution_run(unit, envelope, &outcome);
    if (outcome.concludes && !unit->profile->extensions) {
        return;
    }
    // A failure found before anything was done is a refusal; later ones are told by `conclude`.
    enum station_stage stage = outcome.error_code != 0 ? STATION_STAGE_FINAL
                               : outcome.later         ? STATION_STAGE_ACCEPTED
                                                       : STATION_STAGE_EXECUTED;
    answer_with(unit, envelope->request_id, &outcome, stage);
}

static void repeat(struct station_unit *unit, struct station_answer *answer) {
    if (answer->sent_ms == 0 || unit->now_ms - answer->sent_ms >= STATION_REPEAT_MS) {
        deliver(unit, answer);
    }
}

static void refuse_request(struct station_unit *unit, const char *request_id, uint32_t error_code,
                           const char *problem) {
    struct station_outcome outcome = {.error_code = error_code};
    station_outcome_say(&outcome, problem);
    answer_with(unit, request_id, &outcome, STATION_STAGE_FINAL);
}

// A frame of another leaf, thrown back at the unit with its own tag, must neither move the window
// nor do anything. No such frame is a command under its own number.
static bool is_command(const struct station_frame *frame, bool framed, bool decoded,
                       const esg_alarm_CommandEnvelope *envelope) {
    return decoded && envelope->which_command != 0 &&
           (!framed || frame->sequence == envelope->sequence);
}

// True when the number was not used before. It is stored before anything is carried out.
static bool use_number(struct station_unit *unit, const struct station_frame *frame, bool framed,
                       bool moves_window) {
    if (!unit->profile->extensions || !framed) {
        return true;
    }
    bool fresh = station_window_is_fresh(&unit->window, frame->sequence);
    if (fresh && moves_window) {
        (void)station_window_accept(&unit->window, frame->sequence);
        if (!station_window_save(&unit->window, unit->hal)) {
            unit->storage_failed = true; // a unit that cannot be told OFF would be worse
        }
    }
    return fresh;
}

static void take_command(struct station_unit *unit, const struct station_frame *frame,
                         bool framed) {
    esg_alarm_CommandEnvelope envelope;
    bool decoded = station_codec_command(frame->payload, frame->length, &envelope);
    bool moves_window = !unit->profile->extensions || is_command(frame, framed, decoded, &envelope);
    bool fresh = use_number(unit, frame, framed, moves_window);
    struct station_answer *known =
        unit->profile->extensions
            ? station_answers_find(&unit->answers, unit->hal, envelope.request_id)
            : NULL;
    const char *problem = "";
    if (known != NULL) {
        repeat(unit, known);
    } else if (!fresh) {
        refuse(unit, STATION_REFUSED_REPLAY);
    } else if (!decoded) {
        refuse(unit, STATION_REFUSED_DECODE);
        refuse_request(unit, envelope.request_id, 400, "bad request");
    } else {
        uint32_t error = check(unit, &envelope, frame, framed, &problem);
        if (error != 0) {
            refuse_request(unit, envelope.request_id, error, problem);
        } else {
            carry_out(unit, &envelope);
        }
    }
}

static void remove_from_outbox(struct station_unit *unit, const esg_alarm_AlarmReceipt *receipt) {
    station_alarms_receipt(unit);
    if (station_outbox_receipt(&unit->outbox, unit->hal, receipt->sequence,
                               receipt->alarm_timestamp)) {
        unit->intake.receipts++;
    } else {
        refuse(unit, STATION_REFUSED_RECEIPT);
    }
}

static void take_receipt(struct station_unit *unit, const struct station_frame *frame,
                         bool framed) {
    esg_alarm_AlarmReceipt receipt;
    if (!unit->profile->extensions) {
        return;
    }
    // The window is stored with the next command: a receipt replayed after a restart finds
    // nothing to remove.
    if (!station_codec_receipt(frame->payload, frame->length, &receipt)) {
        refuse(unit, STATION_REFUSED_DECODE);
    } else if (framed && !station_window_accept(&unit->window, frame->sequence)) {
        refuse(unit, STATION_REFUSED_REPLAY);
    } else {
        remove_from_outbox(unit, &receipt);
    }
}

void station_commands_receive(struct station_unit *unit, enum station_leaf leaf,
                              const uint8_t *bytes, size_t length, bool retained) {
    bool verifies = unit->profile->verifies && unit->settings.local.verifies;
    struct station_frame frame;
    if (retained) {
        refuse(unit, STATION_REFUSED_RETAINED);
        return;
    }
    if (length > STATION_RECEIVE_MAX) {
        refuse(unit, STATION_REFUSED_MALFORMED);
        return;
    }
    enum station_frame_result result =
        station_frame_open(unit->hal, verifies ? unit->key.bytes : NULL, bytes, length, &frame);
    if (result == STATION_FRAME_MALFORMED) {
        refuse(unit, STATION_REFUSED_MALFORMED);
    } else if (result == STATION_FRAME_BARE && verifies) {
        refuse(unit, STATION_REFUSED_UNSIGNED);
    } else if (result == STATION_FRAME_BAD_TAG || (verifies && !unit->key.present)) {
        refuse(unit, STATION_REFUSED_TAG);
    } else if (leaf == STATION_LEAF_CMD) {
        take_command(unit, &frame, result == STATION_FRAME_OK);
    } else if (leaf == STATION_LEAF_ACK) {
        take_receipt(unit, &frame, result == STATION_FRAME_OK);
    }
}

// --- after a restart

static void pay(struct station_unit *unit, const struct station_answer *answer) {
    char request_id[STATION_REQUEST_ID];
    station_text_copy(request_id, sizeof request_id, answer->request_id);
    switch (answer->debt) {
    case STATION_DEBT_REBOOT:
        station_commands_conclude(unit, request_id, STATION_DEBT_REBOOT, 0, "restarted");
        break;
    case STATION_DEBT_COUNTERS: // a restart clears them as well
        station_commands_conclude(unit, request_id, STATION_DEBT_COUNTERS, 0, "counters cleared");
        break;
    default:
        if (answer->debt == STATION_DEBT_UPDATE && unit->image_unvalidated) {
            station_commands_conclude(unit, request_id, STATION_DEBT_UPDATE, 0,
                                      "image verified, restarted");
        } else {
            station_commands_conclude(unit, request_id, (enum station_debt)answer->debt, 6,
                                      "interrupted by a restart");
        }
        break;
    }
}

void station_commands_opened(struct station_unit *unit) {
    struct station_answers *answers = &unit->answers;
    for (int i = 0; i < STATION_ANSWERS; i++) {
        if (answers->ring[i].used && answers->ring[i].unsent) {
            deliver(unit, &answers->ring[i]);
        }
    }
    // A command that this boot has accepted is still under way; those of former boots are not.
    const struct station_answer *owed = station_answers_unfinished(answers, unit->hal);
    for (int i = 0; owed != NULL && i < STATION_KEPT_SLOTS; i++) {
        pay(unit, owed);
        owed = station_answers_unfinished(answers, unit->hal);
    }
}
