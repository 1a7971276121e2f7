/*
 * What the care system adds to a line of the trace: who the child is when it comes, how triage reads it, what has become of it when
 * it goes. A note only reads: a run that is traced is the run that is not.
 */
#ifndef CARE_NOTE_H
#define CARE_NOTE_H

#include "models/run.h"

#include <stddef.h>

/** A few words about the child of this line, "" where there is nothing to add. */
void care_note(const care_run_t *run, const sim_trace_t *line, char *text, size_t size);

#endif
