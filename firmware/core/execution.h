// What each command does (protocol sections 5 and 6).
#ifndef STATION_EXECUTION_H
#define STATION_EXECUTION_H

#include "commands.h"

uint32_t station_execution_required_level(const esg_alarm_CommandEnvelope *envelope);

void station_execution_run(struct station_unit *unit, const esg_alarm_CommandEnvelope *envelope,
                           struct station_outcome *outcome);

void station_execution_config(struct station_unit *unit, const esg_alarm_ConfigCommand *command,
                              struct station_outcome *outcome);
void station_execution_read(struct station_unit *unit, const esg_alarm_ConfigReadCommand *command,
                            struct station_outcome *outcome);
void station_execution_diagnose(struct station_unit *unit,
                                const esg_alarm_DiagnosticCommand *command,
                                struct station_outcome *outcome);
void station_execution_update(struct station_unit *unit, const char *request_id,
                              const esg_alarm_OTACommand *command, struct station_outcome *outcome);

#endif
