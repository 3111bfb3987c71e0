// The two places for firmware of a virtual unit, and its boot loader.
//
// An update is accepted when it begins with the line "ALARM UNIT <version>"; what follows does not
// matter, a virtual unit has nothing to run.
#ifndef POSIX_IMAGE_H
#define POSIX_IMAGE_H

#include <mbedtls/md.h>
#include <stdio.h>

#include "files.h"
#include "hal.h"

enum { IMAGE_VERSION_MAX = 16, IMAGE_LARGEST = 10 * 1024 * 1024 };

struct image_slot {
    char version[IMAGE_VERSION_MAX]; // "" = nothing there
};

struct image {
    const struct files *files;
    struct image_slot slots[2]; // ota_0, ota_1
    uint32_t running;           // 0 or 1
    uint32_t next;              // to be booted
    bool validated;
    bool booted; // the running one, since it was activated
    // an update under way
    FILE *update;
    mbedtls_md_context_t md5;
    uint32_t size, written;
    char found[IMAGE_VERSION_MAX];
};

// What the files say; a new unit runs `version` from ota_0.
void image_open(struct image *image, const struct files *files, const char *version);

// The machine restarts. An image that nobody validated is left for the previous one.
void image_boot(struct image *image);

const char *image_version(const struct image *image);
void image_tell(const struct image *image, struct station_image *told);

// As `ota_…` of hal.h.
bool image_begin(struct image *image, uint32_t size);
bool image_write(struct image *image, const uint8_t *bytes, size_t length);
bool image_finish(struct image *image, uint8_t md5[16]);
bool image_activate(struct image *image);
bool image_mark_valid(struct image *image);
bool image_roll_back(struct image *image);
void image_abort(struct image *image);

#endif
