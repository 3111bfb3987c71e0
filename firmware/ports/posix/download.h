// Fetching a file over http or https, without threads.
#ifndef POSIX_DOWNLOAD_H
#define POSIX_DOWNLOAD_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#include "hal.h"
#include "unit.h"

enum { DOWNLOAD_HEAD_MAX = 4096 };

struct download_listener {
    void *context;
    void (*piece)(void *context, const uint8_t *bytes, size_t length);
    void (*end)(void *context, enum station_download_result result);
};

enum download_stage {
    DOWNLOAD_IDLE,
    DOWNLOAD_CONNECTING,
    DOWNLOAD_SHAKING_HANDS,
    DOWNLOAD_ASKING,
    DOWNLOAD_HEAD,
    DOWNLOAD_BODY
};

struct download {
    struct download_listener listener;
    enum download_stage stage;
    int socket;
    bool tls, wants_write;
    uint64_t deadline_ms;
    char host[128];
    char request[640];
    size_t sent;
    char head[DOWNLOAD_HEAD_MAX];
    size_t head_length;
    int64_t left; // of the body; -1: until the end
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    mbedtls_x509_crt ca;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
};

void download_init(struct download *download, const struct download_listener *listener);
bool download_start(struct download *download, const char *url, const uint8_t *ca,
                    size_t ca_length, uint64_t now_ms);
void download_stop(struct download *download);

// For poll(2), as in session.h.
int download_descriptor(const struct download *download);
short download_events(const struct download *download);

// Goes on; to be called when the descriptor is ready and once a second.
void download_tend(struct download *download, uint64_t now_ms);

#endif
