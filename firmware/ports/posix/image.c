#include "image.h"

#include <string.h>
#include <unistd.h>

static const char MAGIC[] = "ALARM UNIT ";

static bool path_of(const struct image *image, const char *name, const char *suffix,
                    char path[FILES_PATH_MAX + 64]) {
    return files_path(image->files, name, suffix, path);
}

static bool save(const struct image *image) {
    char draft[FILES_PATH_MAX + 64];
    char path[FILES_PATH_MAX + 64];
    if (image->files->dead || !path_of(image, "images", ".new", draft) ||
        !path_of(image, "images", ".txt", path)) {
        return false;
    }
    FILE *file = fopen(draft, "w");
    if (file == NULL) {
        return false;
    }
    bool written = fprintf(file, "%u %u %d %d\n%s\n%s\n", image->running, image->next,
                           image->validated, image->booted, image->slots[0].version,
                           image->slots[1].version) > 0;
    written = fflush(file) == 0 && written;
    if (image->files->durable) {
        written = fsync(fileno(file)) == 0 && written;
    }
    return fclose(file) == 0 && written && rename(draft, path) == 0;
}

static bool read_line(FILE *file, char *line, size_t capacity) {
    if (fgets(line, (int)capacity, file) == NULL) {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    return true;
}

// Four times 0 or 1: running, next, validated, booted.
static bool is_state(const char *line) {
    for (int i = 0; i < 7; i++) {
        bool fits = i % 2 == 1 ? line[i] == ' ' : line[i] == '0' || line[i] == '1';
        if (!fits) {
            return false;
        }
    }
    return line[7] == '\0';
}

static bool load(struct image *image) {
    char path[FILES_PATH_MAX + 64];
    FILE *file = path_of(image, "images", ".txt", path) ? fopen(path, "r") : NULL;
    if (file == NULL) {
        return false;
    }
    char line[64];
    bool read = read_line(file, line, sizeof line) && is_state(line) &&
                read_line(file, image->slots[0].version, IMAGE_VERSION_MAX) &&
                read_line(file, image->slots[1].version, IMAGE_VERSION_MAX);
    fclose(file);
    if (read) {
        image->running = line[0] == '1';
        image->next = line[2] == '1';
        image->validated = line[4] == '1';
        image->booted = line[6] == '1';
    }
    return read;
}

void image_open(struct image *image, const struct files *files, const char *version) {
    *image = (struct image){.files = files};
    if (!load(image)) {
        *image = (struct image){.files = files, .validated = true, .booted = true};
        snprintf(image->slots[0].version, IMAGE_VERSION_MAX, "%s", version);
        (void)save(image);
    }
}

void image_boot(struct image *image) {
    image_abort(image);
    if (image->next != image->running) {
        image->running = image->next;
        image->booted = true;
    } else if (!image->validated && image->booted) {
        image->running = image->next = 1 - image->running;
        image->validated = true;
    } else {
        return;
    }
    (void)save(image);
}

const char *image_version(const struct image *image) {
    return image->slots[image->running].version;
}

void image_tell(const struct image *image, struct station_image *told) {
    const char *previous = image->slots[1 - image->running].version;
    *told = (struct station_image){
        .partition = image->running + 1,
        .validated = image->validated,
        .can_roll_back = previous[0] != '\0',
    };
    snprintf(told->previous, sizeof told->previous, "%s", previous);
}

bool image_begin(struct image *image, uint32_t size) {
    image_abort(image);
    char path[FILES_PATH_MAX + 64];
    if (size > IMAGE_LARGEST || !path_of(image, "update", ".img", path)) {
        return false;
    }
    image->update = fopen(path, "wb+");
    image->size = size;
    image->written = 0;
    mbedtls_md_init(&image->md5);
    return image->update != NULL &&
           mbedtls_md_setup(&image->md5, mbedtls_md_info_from_type(MBEDTLS_MD_MD5), 0) == 0 &&
           mbedtls_md_starts(&image->md5) == 0;
}

bool image_write(struct image *image, const uint8_t *bytes, size_t length) {
    if (image->update == NULL || length > IMAGE_LARGEST - image->written) {
        return false;
    }
    image->written += (uint32_t)length;
    return fwrite(bytes, 1, length, image->update) == length &&
           mbedtls_md_update(&image->md5, bytes, length) == 0;
}

bool image_finish(struct image *image, uint8_t md5[16]) {
    if (image->update == NULL || mbedtls_md_finish(&image->md5, md5) != 0) {
        return false;
    }
    char line[64];
    rewind(image->update);
    if (!read_line(image->update, line, sizeof line) ||
        strncmp(line, MAGIC, sizeof MAGIC - 1) != 0) {
        return false;
    }
    const char *version = line + sizeof MAGIC - 1;
    size_t length = strlen(version);
    if (length == 0 || length >= IMAGE_VERSION_MAX) {
        return false;
    }
    memcpy(image->found, version, length + 1);
    return true;
}

bool image_activate(struct image *image) {
    if (image->found[0] == '\0') {
        return false;
    }
    image->next = 1 - image->running;
    memcpy(image->slots[image->next].version, image->found, IMAGE_VERSION_MAX);
    image->validated = false;
    image->booted = false;
    return save(image);
}

bool image_mark_valid(struct image *image) {
    image->validated = true;
    return save(image);
}

bool image_roll_back(struct image *image) {
    if (image->slots[1 - image->running].version[0] == '\0') {
        return false;
    }
    image->next = 1 - image->running;
    image->validated = true;
    return save(image);
}

void image_abort(struct image *image) {
    if (image->update != NULL) {
        fclose(image->update);
        mbedtls_md_free(&image->md5);
    }
    image->update = NULL;
    image->found[0] = '\0';
}
