#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MAX_HERE = FILES_PATH_MAX + 64 };

bool files_open(struct files *files, const char *folder, bool durable) {
    *files = (struct files){.durable = durable};
    if (snprintf(files->folder, sizeof files->folder, "%s", folder) >=
        (int)sizeof files->folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    return mkdir(folder, 0700) == 0 || errno == EEXIST;
}

void files_revive(struct files *files) {
    files->dead = false;
    files->cut_at = 0;
}

void files_cut(struct files *files, uint64_t n, int32_t bytes) {
    files->cut_at = files->writes + n;
    files->cut_bytes = bytes;
}

bool files_path(const struct files *files, const char *name, const char *suffix,
                char path[FILES_PATH_MAX + 64]) {
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
        return false;
    }
    int length = snprintf(path, PATH_MAX_HERE, "%s/%s%s", files->folder, name, suffix);
    return length > 0 && length < PATH_MAX_HERE;
}

int32_t files_read(const struct files *files, const char *name, void *bytes, size_t capacity) {
    char path[PATH_MAX_HERE];
    if (!files_path(files, name, ".rec", path)) {
        return -1;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    struct stat status;
    int32_t length = -1;
    if (fstat(file, &status) == 0 && status.st_size >= 0 &&
        (uint64_t)status.st_size <= capacity) {
        size_t wanted = (size_t)status.st_size;
        if (read(file, bytes, wanted) == (ssize_t)wanted) {
            length = (int32_t)wanted;
        }
    }
    close(file);
    return length;
}

static bool put(int file, const void *bytes, size_t length, bool durable) {
    const uint8_t *at = bytes;
    while (length > 0) {
        ssize_t written = write(file, at, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        at += written;
        length -= (size_t)written;
    }
    return !durable || fsync(file) == 0;
}

// A rename and a removal are durable when the folder is.
static bool settle(const struct files *files) {
    if (!files->durable) {
        return true;
    }
    int folder = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return false;
    }
    bool settled = fsync(folder) == 0;
    close(folder);
    return settled;
}

static bool replace(const struct files *files, const char *name, const void *bytes,
                    size_t length) {
    char draft[PATH_MAX_HERE];
    char path[PATH_MAX_HERE];
    if (!files_path(files, name, ".new", draft) || !files_path(files, name, ".rec", path)) {
        return false;
    }
    int file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        return false;
    }
    bool written = put(file, bytes, length, files->durable);
    written = close(file) == 0 && written;
    return written && rename(draft, path) == 0 && settle(files);
}

// What flash looks like when the power went: the first bytes are new, the others as they were.
static void tear(const struct files *files, const char *name, const void *bytes, size_t length) {
    char path[PATH_MAX_HERE];
    if (!files_path(files, name, ".rec", path)) {
        return;
    }
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) {
        (void)put(file, bytes, length, false);
        close(file);
    }
}

bool files_write(struct files *files, const char *name, const void *bytes, size_t length) {
    if (files->dead) {
        return false;
    }
    files->writes++;
    if (files->writes != files->cut_at) {
        return replace(files, name, bytes, length);
    }
    if (files->cut_bytes == FILES_WHOLE) {
        (void)replace(files, name, bytes, length);
    } else {
        size_t torn = (size_t)files->cut_bytes;
        tear(files, name, bytes, torn < length ? torn : length);
    }
    files->dead = true;
    return false;
}

bool files_erase(struct files *files, const char *name) {
    char path[PATH_MAX_HERE];
    if (files->dead || !files_path(files, name, ".rec", path)) {
        return false;
    }
    files->writes++;
    if (files->writes == files->cut_at) {
        if (files->cut_bytes != 0) {
            (void)unlink(path);
        }
        files->dead = true;
        return false;
    }
    return (unlink(path) == 0 || errno == ENOENT) && settle(files);
}
