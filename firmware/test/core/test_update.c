#include "rig.h"

static struct rig rig;

static int start(void **state) {
    (void)state;
    rig_start(&rig);
    return 0;
}

static const char image[] = "a new image";
static const char image_md5[] = "cbdd96c5ff8e5f6d5dd9cb1f27ad5a9b";
static const char url[] = "https://updates.example/unit-2.2.0.bin";

static void add_certificate(void) {
    rig_at(&rig, "AT+TLSCERTRAW");
    rig_at(&rig, "-----BEGIN CERTIFICATE-----");
    rig_at(&rig, "-----END CERTIFICATE-----");
    assert_true(rig.unit.certificate.length > 0);
}

static esg_alarm_CommandResponse ota(esg_alarm_OTACommand command) {
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_ota_tag;
    envelope.command.ota = command;
    return rig_ask(&rig, &envelope);
}

static esg_alarm_OTACommand start_command(const char *md5) {
    esg_alarm_OTACommand command = {.action = esg_alarm_OTAAction_OTA_START_UPDATE,
                                    .size = (uint32_t)strlen(image)};
    snprintf(command.url, sizeof command.url, "%s", url);
    snprintf(command.md5, sizeof command.md5, "%s", md5);
    return command;
}

// MD5 of the image, by the bench's own means.
static const char *right_md5(void) {
    static char text[33];
    uint8_t md5[16];
    rig.bench.hal.ota_begin(&rig.bench, 0);
    rig.bench.hal.ota_write(&rig.bench, (const uint8_t *)image, strlen(image));
    rig.bench.hal.ota_finish(&rig.bench, md5);
    for (int i = 0; i < 16; i++) {
        snprintf(text + 2 * i, 3, "%02x", md5[i]);
    }
    return text;
}

static void begin(const char *md5) {
    add_certificate();
    esg_alarm_CommandResponse answer = ota(start_command(md5));
    assert_true(answer.success);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_ACCEPTED);
    assert_true(rig.bench.wants_download);
}

static void bring(const char *bytes, size_t length) {
    station_unit_on_download(&rig.unit, (const uint8_t *)bytes, length, rig.bench.now_ms);
}

static void finish(enum station_download_result result) {
    station_unit_on_download_end(&rig.unit, result, rig.bench.now_ms);
}

static void assert_failed(uint32_t error_code) {
    esg_alarm_CommandResponse answer = rig_answer(&rig);
    assert_false(answer.success);
    assert_int_equal(answer.error_code, error_code);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_EXECUTED);
    assert_false(rig.bench.fresh_image);
    uint32_t boot_count = rig.unit.boot_count;
    rig_wait(&rig, 10000);
    assert_int_equal(rig.unit.boot_count, boot_count);
}

static void test_a_verified_image_is_booted_and_waits_for_validation(void **state) {
    (void)state;
    begin(right_md5());
    rig_wait(&rig, 2000);
    bring(image, 4);
    bring(image + 4, strlen(image) - 4);
    finish(STATION_DOWNLOAD_OK);
    esg_alarm_CommandResponse answer = rig_answer(&rig);
    assert_true(answer.success);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_EXECUTED);
    rig_wait(&rig, 5000);
    assert_int_equal(rig.unit.boot_count, 3);
    esg_alarm_StatusMessage login = esg_alarm_StatusMessage_init_zero;
    rig_decode(rig_letter(&rig, STATION_LEAF_LOGIN, 0), esg_alarm_StatusMessage_fields, &login);
    assert_int_equal(login.partition, 2);
    assert_false(login.ota_validated);
    answer = ota((esg_alarm_OTACommand){.action = esg_alarm_OTAAction_OTA_VALIDATE});
    assert_string_equal(rig_json(&answer),
                        "{\"validated\":true,\"first_boot\":true,\"version\":\"2.1.0\","
                        "\"partition\":\"ota_1\",\"next_ota\":\"ota_0\"}");
    rig.bench.published = NULL; // days of messages are not kept
    rig_wait(&rig, 2 * 86400000ULL);
    assert_int_equal(rig.unit.boot_count, 3);
}

static void test_another_md5_is_error_10(void **state) {
    (void)state;
    begin(image_md5);
    bring(image, strlen(image));
    finish(STATION_DOWNLOAD_OK);
    assert_failed(10);
}

static void test_another_size_is_error_10(void **state) {
    (void)state;
    begin(right_md5());
    bring(image, strlen(image) - 1);
    finish(STATION_DOWNLOAD_OK);
    assert_failed(10);
}

static void test_a_longer_image_is_stopped(void **state) {
    (void)state;
    begin(right_md5());
    bring(image, strlen(image));
    bring("x", 1);
    assert_false(rig.bench.wants_download);
    assert_failed(10);
}

static void test_a_broken_or_stalled_download_is_error_8(void **state) {
    (void)state;
    begin(right_md5());
    finish(STATION_DOWNLOAD_BROKEN);
    assert_failed(8);
    rig_start(&rig);
    begin(right_md5());
    rig_wait(&rig, STATION_STALLED_MS);
    assert_false(rig.bench.wants_download);
    assert_failed(8);
}

static void test_what_is_refused_at_once(void **state) {
    (void)state;
    assert_int_equal(ota(start_command(image_md5)).error_code, 9); // no CA
    add_certificate();
    esg_alarm_OTACommand command = start_command(image_md5);
    snprintf(command.url, sizeof command.url, "http://updates.example/unit.bin");
    assert_int_equal(ota(command).error_code, 3);
    command = start_command("abc");
    assert_int_equal(ota(command).error_code, 10);
    command = start_command(image_md5);
    command.size = STATION_IMAGE_MAX + 1;
    assert_int_equal(ota(command).error_code, 10);
    rig.unit.image_unvalidated = true;
    assert_int_equal(ota(start_command(image_md5)).error_code, 9);
    rig.unit.image_unvalidated = false;
    command = start_command(image_md5);
    assert_true(ota(command).success);
    assert_int_equal(ota(command).error_code, 5);
}

static void test_an_update_cut_after_its_end_is_concluded_as_done(void **state) {
    (void)state;
    begin(right_md5());
    rig.bench.fresh_image = true; // the boot partition was set, the answer not yet stored
    rig_boot(&rig);
    esg_alarm_CommandResponse answer = rig_answer(&rig);
    assert_true(answer.success);
    assert_int_equal(answer.stage, esg_alarm_CommandResponse_Stage_EXECUTED);
}

static void test_a_field_device_answers_an_update_once(void **state) {
    (void)state;
    rig_start_as(&rig, &station_field_device);
    esg_alarm_CommandEnvelope envelope = rig_envelope(&rig);
    envelope.which_command = esg_alarm_CommandEnvelope_ota_tag;
    envelope.command.ota = start_command(right_md5());
    snprintf(envelope.command.ota.url, sizeof envelope.command.ota.url, "http://x/unit.bin");
    rig_send(&rig, &envelope);
    assert_int_equal(rig_count(&rig, STATION_LEAF_RESP), 0);
    bring(image, strlen(image));
    finish(STATION_DOWNLOAD_OK);
    assert_int_equal(rig_count(&rig, STATION_LEAF_RESP), 1);
}

static void test_progress_is_told(void **state) {
    (void)state;
    begin(right_md5());
    bring(image, 5);
    rig_wait(&rig, 1000);
    esg_alarm_CommandResponse answer =
        ota((esg_alarm_OTACommand){.action = esg_alarm_OTAAction_OTA_GET_STATUS});
    assert_non_null(strstr(rig_json(&answer), "{\"state\":\"downloading\",\"in_progress\":true,"
                                              "\"progress\":45,\"downloaded\":5,\"total\":11,"));
}

static void test_an_interrupted_update_is_concluded_after_the_restart(void **state) {
    (void)state;
    begin(right_md5());
    bring(image, 5);
    rig_boot(&rig);
    assert_failed(6);
}

static void assert_given_up_after(uint64_t ms) {
    rig_wait(&rig, ms - 1000);
    assert_int_equal(rig.unit.boot_count, 3);
    rig_wait(&rig, 3000);
    assert_int_equal(rig.unit.boot_count, 4);
    assert_int_equal(rig.bench.image.partition, 1);
}

static void boot_new_image(void) {
    rig.bench.fresh_image = true;
    rig_boot(&rig);
    assert_int_equal(rig.bench.image.partition, 2);
}

static void test_a_new_image_is_given_up_after_15_min_without_session(void **state) {
    (void)state;
    rig.reachable = false;
    boot_new_image();
    assert_given_up_after(15 * 60000);
}

static void test_a_new_image_is_given_up_after_24_h_without_validation(void **state) {
    (void)state;
    boot_new_image();
    rig.bench.published = NULL; // a day of messages is not kept
    assert_given_up_after(86400000);
}

static void test_a_rollback_is_told_and_then_done(void **state) {
    (void)state;
    esg_alarm_CommandResponse answer =
        ota((esg_alarm_OTACommand){.action = esg_alarm_OTAAction_OTA_ROLLBACK});
    assert_string_equal(rig_json(&answer),
                        "{\"success\":true,\"rolled_back_to\":\"ota_1\",\"version\":\"2.0.0\"}");
    rig_wait(&rig, 3000);
    assert_int_equal(rig.unit.boot_count, 3);
    assert_int_equal(rig.bench.image.partition, 2);
    rig.bench.image.can_roll_back = false;
    answer = ota((esg_alarm_OTACommand){.action = esg_alarm_OTAAction_OTA_ROLLBACK});
    assert_int_equal(answer.error_code, 9);
}

static void test_check_update_knows_of_nothing_newer(void **state) {
    (void)state;
    esg_alarm_CommandResponse answer =
        ota((esg_alarm_OTACommand){.action = esg_alarm_OTAAction_OTA_CHECK_UPDATE});
    assert_non_null(strstr(rig_json(&answer), "{\"update_available\":false,\"current\":\"2.1.0\""));
}

static void test_a_certificate_can_be_fetched(void **state) {
    (void)state;
    static const char pem[] = "-----BEGIN CERTIFICATE-----\nMI\n-----END CERTIFICATE-----\n";
    rig_at(&rig, "AT+TLSCERT=http://updates.example/ca.pem");
    rig_assert_says(&rig, "OK");
    bring(pem, 20);
    bring(pem + 20, strlen(pem) - 20);
    finish(STATION_DOWNLOAD_OK);
    assert_int_equal(rig.unit.certificate.length, strlen(pem));
    assert_int_equal(rig.unit.update.state, STATION_UPDATE_IDLE);
    rig_at(&rig, "AT+TLSCERT=https://updates.example/ca.pem");
    finish(STATION_DOWNLOAD_REFUSED);
    assert_int_equal(rig.unit.certificate.length, strlen(pem)); // the former one is back
    rig_wait(&rig, 5000);
    assert_int_equal(rig.unit.boot_count, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_verified_image_is_booted_and_waits_for_validation, start),
        cmocka_unit_test_setup(test_another_md5_is_error_10, start),
        cmocka_unit_test_setup(test_another_size_is_error_10, start),
        cmocka_unit_test_setup(test_a_longer_image_is_stopped, start),
        cmocka_unit_test_setup(test_a_broken_or_stalled_download_is_error_8, start),
        cmocka_unit_test_setup(test_what_is_refused_at_once, start),
        cmocka_unit_test_setup(test_an_update_cut_after_its_end_is_concluded_as_done, start),
        cmocka_unit_test_setup(test_a_field_device_answers_an_update_once, start),
        cmocka_unit_test_setup(test_progress_is_told, start),
        cmocka_unit_test_setup(test_an_interrupted_update_is_concluded_after_the_restart, start),
        cmocka_unit_test_setup(test_a_new_image_is_given_up_after_15_min_without_session, start),
        cmocka_unit_test_setup(test_a_new_image_is_given_up_after_24_h_without_validation, start),
        cmocka_unit_test_setup(test_a_rollback_is_told_and_then_done, start),
        cmocka_unit_test_setup(test_check_update_knows_of_nothing_newer, start),
        cmocka_unit_test_setup(test_a_certificate_can_be_fetched, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
