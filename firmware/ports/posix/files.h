// The storage of a unit: one file per record in a folder, and power that can be cut while writing.
#ifndef POSIX_FILES_H
#define POSIX_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILES_PATH_MAX = 480 };

enum { FILES_WHOLE = -1 };

struct files {
    char folder[FILES_PATH_MAX];
    bool durable; // fsync every write; off only where a loss of real power does not matter
    uint64_t writes;
    uint64_t cut_at;   // number of the write at which the power goes, 0: never
    int32_t cut_bytes; // of it that arrive; FILES_WHOLE: all of them, and the answer is lost
    bool dead;         // the power is gone: nothing is written any more
};

// Make the folder; false with a reason in errno.
bool files_open(struct files *files, const char *folder, bool durable);

// The power comes back.
void files_revive(struct files *files);

// Cut the power at the n-th write from now (1: the next one).
void files_cut(struct files *files, uint64_t n, int32_t bytes);

// As `storage_…` of hal.h.
int32_t files_read(const struct files *files, const char *name, void *bytes, size_t capacity);
bool files_write(struct files *files, const char *name, const void *bytes, size_t length);
bool files_erase(struct files *files, const char *name);

// Path of a file in the folder, for what is no record; false when it does not fit.
bool files_path(const struct files *files, const char *name, const char *suffix,
                char path[FILES_PATH_MAX + 64]);

#endif
