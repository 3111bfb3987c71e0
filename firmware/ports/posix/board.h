// What the core asks of its board; the port is a struct machine.
#ifndef POSIX_BOARD_H
#define POSIX_BOARD_H

#include "hal.h"

extern const struct station_hal board_hal;

#endif
