// The whole state of one unit. Ports need its size only; its members belong to the core.
#ifndef STATION_CONTEXT_H
#define STATION_CONTEXT_H

#include "unit.h"

struct station_unit {
    const struct station_hal *hal;
    const struct station_board *board;
    const struct station_profile *profile;
};

#endif
