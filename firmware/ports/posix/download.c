#include "download.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STALLED_AFTER_MS = 30000, PIECE = 1024, AGAIN = -1, BROKEN = -2 };

void download_init(struct download *download, const struct download_listener *listener) {
    *download = (struct download){.listener = *listener, .socket = -1};
}

void download_stop(struct download *download) {
    if (download->tls) {
        mbedtls_ssl_free(&download->ssl);
        mbedtls_ssl_config_free(&download->config);
        mbedtls_x509_crt_free(&download->ca);
        mbedtls_ctr_drbg_free(&download->random);
        mbedtls_entropy_free(&download->entropy);
        download->tls = false;
    }
    if (download->socket >= 0) {
        close(download->socket);
    }
    download->socket = -1;
    download->stage = DOWNLOAD_IDLE;
}

static void end(struct download *download, enum station_download_result result) {
    download_stop(download);
    download->listener.end(download->listener.context, result);
}

// --- setting out

struct address {
    char host[128];
    char port[6];
    const char *path;
};

static bool split(const char *url, const char *scheme, const char *port,
                  struct address *address) {
    size_t length = strlen(scheme);
    if (strncmp(url, scheme, length) != 0) {
        return false;
    }
    const char *host = url + length;
    size_t host_length = strcspn(host, ":/");
    address->path = host + strcspn(host, "/");
    if (host_length == 0 || host_length >= sizeof address->host) {
        return false;
    }
    memcpy(address->host, host, host_length);
    address->host[host_length] = '\0';
    snprintf(address->port, sizeof address->port, "%s", port);
    if (host[host_length] == ':') {
        size_t digits = strspn(host + host_length + 1, "0123456789");
        snprintf(address->port, sizeof address->port, "%.*s", (int)digits,
                 host + host_length + 1);
    }
    return true;
}

static int reach(const struct address *address) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(address->host, address->port, &hints, &found) != 0) {
        return -1;
    }
    int result = -1;
    for (struct addrinfo *it = found; it != NULL && result < 0; it = it->ai_next) {
        int handle = socket(it->ai_family, it->ai_socktype, it->ai_protocol);
        if (handle < 0) {
            continue;
        }
        fcntl(handle, F_SETFL, O_NONBLOCK);
        if (connect(handle, it->ai_addr, it->ai_addrlen) == 0 || errno == EINPROGRESS) {
            result = handle;
        } else {
            close(handle);
        }
    }
    freeaddrinfo(found);
    return result;
}

static int send_some(void *context, const unsigned char *bytes, size_t length) {
    const struct download *download = context;
    ssize_t sent = send(download->socket, bytes, length, MSG_NOSIGNAL);
    if (sent < 0) {
        return errno == EAGAIN || errno == EINPROGRESS ? MBEDTLS_ERR_SSL_WANT_WRITE
                                                       : MBEDTLS_ERR_NET_SEND_FAILED;
    }
    return (int)sent;
}

static int receive_some(void *context, unsigned char *bytes, size_t length) {
    const struct download *download = context;
    ssize_t received = recv(download->socket, bytes, length, 0);
    if (received < 0) {
        return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_RECV_FAILED;
    }
    return (int)received;
}

static bool secure(struct download *download, const uint8_t *ca, size_t ca_length) {
    download->tls = true;
    mbedtls_ssl_init(&download->ssl);
    mbedtls_ssl_config_init(&download->config);
    mbedtls_x509_crt_init(&download->ca);
    mbedtls_ctr_drbg_init(&download->random);
    mbedtls_entropy_init(&download->entropy);
    unsigned char *pem = malloc(ca_length + 1);
    if (pem == NULL) {
        return false;
    }
    memcpy(pem, ca, ca_length);
    pem[ca_length] = '\0';
    int parsed = mbedtls_x509_crt_parse(&download->ca, pem, ca_length + 1);
    free(pem);
    if (parsed != 0 ||
        mbedtls_ctr_drbg_seed(&download->random, mbedtls_entropy_func, &download->entropy, NULL,
                              0) != 0 ||
        mbedtls_ssl_config_defaults(&download->config, MBEDTLS_SSL_IS_CLIENT,
                                    MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        return false;
    }
    mbedtls_ssl_conf_authmode(&download->config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&download->config, &download->ca, NULL);
    mbedtls_ssl_conf_rng(&download->config, mbedtls_ctr_drbg_random, &download->random);
    mbedtls_ssl_set_bio(&download->ssl, download, send_some, receive_some, NULL);
    return mbedtls_ssl_setup(&download->ssl, &download->config) == 0 &&
           mbedtls_ssl_set_hostname(&download->ssl, download->host) == 0;
}

bool download_start(struct download *download, const char *url, const uint8_t *ca,
                    size_t ca_length, uint64_t now_ms) {
    download_stop(download);
    struct address address;
    bool https = split(url, "https://", "443", &address);
    download->deadline_ms = now_ms + STALLED_AFTER_MS;
    download->head_length = download->sent = 0;
    if ((!https && !split(url, "http://", "80", &address)) || (https && ca == NULL)) {
        return false;
    }
    memcpy(download->host, address.host, sizeof download->host);
    int length = snprintf(download->request, sizeof download->request,
                          "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n",
                          address.path[0] == '\0' ? "/" : address.path, address.host);
    download->socket = reach(&address);
    download->stage = DOWNLOAD_CONNECTING;
    download->wants_write = true;
    if (length >= (int)sizeof download->request || download->socket < 0 ||
        (https && !secure(download, ca, ca_length))) {
        download_stop(download);
        return false;
    }
    return true;
}

// --- on the way

// Bytes that were read or written, AGAIN, or BROKEN; 0 at the end.
static int judge(struct download *download, int result) {
    download->wants_write = result == MBEDTLS_ERR_SSL_WANT_WRITE;
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE || result == MBEDTLS_ERR_SSL_WANT_READ) {
        return AGAIN;
    }
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
        return 0;
    }
    return result < 0 ? BROKEN : result;
}

static int put(struct download *download, const char *bytes, size_t length) {
    const unsigned char *from = (const unsigned char *)bytes;
    return judge(download, download->tls ? mbedtls_ssl_write(&download->ssl, from, length)
                                         : send_some(download, from, length));
}

static int get(struct download *download, uint8_t *bytes, size_t capacity) {
    return judge(download, download->tls ? mbedtls_ssl_read(&download->ssl, bytes, capacity)
                                         : receive_some(download, bytes, capacity));
}

static bool is_connected(struct download *download) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(download->socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

static int64_t content_length(const char *head) {
    for (const char *line = head; line != NULL; line = strstr(line, "\r\n")) {
        line += line == head ? 0 : 2;
        if (strncasecmp(line, "content-length:", 15) == 0) {
            return strtoll(line + 15, NULL, 10);
        }
    }
    return -1;
}

// Take the head out of what has arrived; false when the server says anything but 200.
static bool read_head(struct download *download, char *body) {
    *body = '\0';
    const char *code = strchr(download->head, ' ');
    if (strncmp(download->head, "HTTP/1.", 7) != 0 || code == NULL ||
        strncmp(code + 1, "200", 3) != 0) {
        return false;
    }
    download->left = content_length(download->head);
    return true;
}

static int take_head(struct download *download) {
    size_t space = sizeof download->head - 1 - download->head_length;
    int got = get(download, (uint8_t *)download->head + download->head_length, space);
    if (got <= 0) {
        return got == 0 ? BROKEN : got;
    }
    download->head_length += (size_t)got;
    download->head[download->head_length] = '\0';
    char *blank = strstr(download->head, "\r\n\r\n");
    if (blank == NULL) {
        return download->head_length == sizeof download->head - 1 ? BROKEN : got;
    }
    size_t head = (size_t)(blank - download->head) + 4;
    if (!read_head(download, blank)) {
        end(download, STATION_DOWNLOAD_REFUSED);
        return AGAIN;
    }
    size_t early = download->head_length - head;
    download->stage = DOWNLOAD_BODY;
    if (download->left >= 0) {
        download->left -= (int64_t)early;
    }
    if (early > 0) {
        download->listener.piece(download->listener.context,
                                 (const uint8_t *)download->head + head, early);
    }
    return 1;
}

static int take_body(struct download *download) {
    uint8_t piece[PIECE];
    if (download->left == 0) {
        end(download, STATION_DOWNLOAD_OK);
        return AGAIN;
    }
    int got = get(download, piece, sizeof piece);
    if (got == 0) {
        end(download, download->left > 0 ? STATION_DOWNLOAD_BROKEN : STATION_DOWNLOAD_OK);
        return AGAIN;
    }
    if (got > 0) {
        download->left -= download->left > 0 ? got : 0;
        download->listener.piece(download->listener.context, piece, (size_t)got);
    }
    return got;
}

static int ask(struct download *download) {
    int put_now = put(download, download->request + download->sent,
                      strlen(download->request) - download->sent);
    if (put_now > 0) {
        download->sent += (size_t)put_now;
        if (download->request[download->sent] == '\0') {
            download->stage = DOWNLOAD_HEAD;
        }
    }
    return put_now;
}

// One step; AGAIN: wait for the network, BROKEN: it is over.
static int step(struct download *download) {
    int done;
    switch (download->stage) {
    case DOWNLOAD_CONNECTING:
        download->stage = download->tls ? DOWNLOAD_SHAKING_HANDS : DOWNLOAD_ASKING;
        return is_connected(download) ? 1 : BROKEN;
    case DOWNLOAD_SHAKING_HANDS:
        done = judge(download, mbedtls_ssl_handshake(&download->ssl));
        if (done == 0) {
            download->stage = DOWNLOAD_ASKING;
            return 1;
        }
        return done;
    case DOWNLOAD_ASKING:
        return ask(download);
    case DOWNLOAD_HEAD:
        return take_head(download);
    case DOWNLOAD_BODY:
        return take_body(download);
    case DOWNLOAD_IDLE:
        break;
    }
    return AGAIN;
}

int download_descriptor(const struct download *download) {
    return download->stage == DOWNLOAD_IDLE ? -1 : download->socket;
}

short download_events(const struct download *download) {
    return download->wants_write ? POLLOUT : POLLIN;
}

void download_tend(struct download *download, uint64_t now_ms) {
    if (download->stage == DOWNLOAD_IDLE) {
        return;
    }
    if (download->stage == DOWNLOAD_CONNECTING && now_ms < download->deadline_ms) {
        struct pollfd socket = {.fd = download->socket, .events = POLLOUT};
        if (poll(&socket, 1, 0) == 0) {
            return; // still on its way
        }
    }
    int done;
    do {
        done = step(download);
        if (done > 0) {
            download->deadline_ms = now_ms + STALLED_AFTER_MS;
        }
    } while (done > 0 && download->stage != DOWNLOAD_IDLE);
    if (download->stage != DOWNLOAD_IDLE &&
        (done == BROKEN || now_ms >= download->deadline_ms)) {
        end(download, STATION_DOWNLOAD_BROKEN);
    }
}
