/*
 * Entities are numbered in order of birth, those of the initial state first. The engine lends the index of one that is
 * gone again, so a number is kept for each index that is in use.
 */
#include "sim/cli/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS 86400.0

/* In words, and as one word for machines. at is put before the time the event tells of. */
static const struct {
    const char *words, *word, *at;
} EVENT[SIM_TRACES] = {
    [SIM_TRACE_BORN] = { "arrives", "arrives", "" },
    [SIM_TRACE_ENTER] = { "enters", "enters", "" },
    [SIM_TRACE_WAIT] = { "joins the list", "waits", "" },
    [SIM_TRACE_BOOKED] = { "is given an appointment", "booked", "for " },
    [SIM_TRACE_SERVICE] = { "service begins", "service", "until " },
    [SIM_TRACE_INTERRUPT] = { "is interrupted", "interrupted", "" },
    [SIM_TRACE_SESSION] = { "attends a session", "session", "" },
    [SIM_TRACE_MISSED] = { "misses a session", "missed", "" },
    [SIM_TRACE_CANCELLED] = { "session is cancelled", "cancelled", "" },
    [SIM_TRACE_TIMER] = { "timer ends; stays", "timer", "" },
    [SIM_TRACE_BLOCKED] = { "cannot go on: full there", "blocked", "" },
    [SIM_TRACE_LEAVE] = { "leaves the stage", "leaves", "" },
    [SIM_TRACE_JOCKEY] = { "changes queues", "jockeys", "" },
    [SIM_TRACE_GONE] = { "is gone", "gone", "" },
};
#define THERE "is there at the start"
#define WORDS_WIDTH 24

typedef struct {
    const care_model_t *model;
    FILE *out;
    bool csv;
    uint32_t most, born;
    uint32_t *number; /* of the entity with an index; 0 = not followed */
    size_t room;
    int class_width, stage_width;
    bool no_memory;
} trace_t;

/* "2025-01-06 09:30:00" */
static void
when(const trace_t *trace, double day, char *text, size_t size)
{
    double seconds = floor(day * SECONDS + 0.5), midnight = floor(seconds / SECONDS);
    int64_t serial = sim_date_serial(trace->model->spec->start) + (int64_t) midnight;
    sim_date_t date = sim_date_from_serial(serial);
    int second = (int) (seconds - midnight * SECONDS);

    (void) snprintf(text, size, "%04d-%02d-%02d %02d:%02d:%02d", date.year, date.month, date.day, second / 3600,
        second / 60 % 60, second % 60);
}

static bool
make_room(trace_t *trace, size_t index)
{
    size_t room = trace->room == 0 ? 256 : trace->room;
    uint32_t *number;

    while (room <= index) {
        room *= 2;
    }
    if (room == trace->room) {
        return true;
    }
    number = realloc(trace->number, room * sizeof(*number));
    if (number == NULL) {
        trace->no_memory = true;
        return false;
    }
    memset(number + trace->room, 0, (room - trace->room) * sizeof(*number));
    trace->number = number;
    trace->room = room;
    return true;
}

/* The number of the entity that a line is of; 0 when it is not followed. */
static uint32_t
number_of(trace_t *trace, const sim_trace_t *line)
{
    uint32_t number;

    if (line->what == SIM_TRACE_BORN) {
        trace->born += trace->born <= trace->most;
        if (trace->born > trace->most || !make_room(trace, line->entity)) {
            return 0;
        }
        trace->number[line->entity] = trace->born;
        return trace->born;
    }
    number = line->entity < trace->room ? trace->number[line->entity] : 0;
    if (line->what == SIM_TRACE_GONE && number > 0) {
        trace->number[line->entity] = 0;
    }
    return number;
}

static const char *
outcome_of(const sim_trace_t *line, const sim_stage_t *stage)
{
    bool has = (line->what == SIM_TRACE_LEAVE || line->what == SIM_TRACE_TIMER) && line->outcome >= 0;

    return has ? sim_stage_outcome_name(stage, (size_t) line->outcome) : "";
}

static void
show_csv(const trace_t *trace, const sim_trace_t *line, uint32_t number, const char *stage, const char *outcome)
{
    const sim_pathway_t *pathway = &trace->model->pathway;
    char now[32], at[32] = "";

    when(trace, line->now_days, now, sizeof(now));
    if (!isnan(line->at_days)) {
        when(trace, line->at_days, at, sizeof(at));
    }
    (void) fprintf(trace->out, "%.17g,%s,%u,%s,%s,%s,%s,", line->now_days, now, number,
        pathway->class_name[line->e->cls], EVENT[line->what].word, stage, outcome);
    if (!isnan(line->at_days)) {
        (void) fprintf(trace->out, "%.17g", line->at_days);
    }
    (void) fprintf(trace->out, ",%s\n", at);
}

static void
show_text(const trace_t *trace, const sim_trace_t *line, uint32_t number, const char *stage, const char *outcome)
{
    const sim_pathway_t *pathway = &trace->model->pathway;
    bool there = line->what == SIM_TRACE_BORN && line->e->born_days < line->now_days;
    double at_days = there ? line->e->born_days : line->at_days;
    char now[32], at[32] = "", detail[96];

    when(trace, line->now_days, now, sizeof(now));
    if (!isnan(at_days)) {
        when(trace, at_days, at, sizeof(at));
    }
    (void) snprintf(detail, sizeof(detail), "%s%s%s", outcome, there ? "since " : EVENT[line->what].at, at);
    (void) fprintf(trace->out, "%11.4f  %s  %6u  %-*s  %-*s%s%-*s%s%s\n", line->now_days, now, number,
        trace->class_width, pathway->class_name[line->e->cls], stage[0] != '\0' ? WORDS_WIDTH : 0,
        there ? THERE : EVENT[line->what].words, stage[0] != '\0' || detail[0] != '\0' ? "  " : "",
        detail[0] != '\0' ? trace->stage_width : 0, stage, detail[0] != '\0' ? "  " : "", detail);
}

static void
show(void *ctx, const sim_trace_t *line)
{
    trace_t *trace = ctx;
    uint32_t number = number_of(trace, line);
    const sim_stage_t *stage = &trace->model->pathway.stage[line->e->stage];
    bool nowhere = line->what == SIM_TRACE_GONE;

    if (number > 0) {
        (trace->csv ? show_csv : show_text)(trace, line, number, nowhere ? "" : stage->name, outcome_of(line, stage));
    }
}

static int
widest(size_t least, int width)
{
    return (int) least > width ? (int) least : width;
}

static void
show_head(trace_t *trace)
{
    const sim_pathway_t *pathway = &trace->model->pathway;

    trace->class_width = (int) strlen("class");
    trace->stage_width = (int) strlen("stage");
    for (size_t c = 0; c < pathway->n_classes; c++) {
        trace->class_width = widest(strlen(pathway->class_name[c]), trace->class_width);
    }
    for (size_t s = 0; s < pathway->n_stages; s++) {
        trace->stage_width = widest(strlen(pathway->stage[s].name), trace->stage_width);
    }
    if (trace->csv) {
        (void) fputs("day,time,entity,class,event,stage,outcome,at_day,at_time\n", trace->out);
    } else {
        (void) fprintf(trace->out, "%11s  %-19s  %6s  %-*s  %-*s  %-*s  %s\n", "day", "date and time", "entity",
            trace->class_width, "class", WORDS_WIDTH, "what happens", trace->stage_width, "stage",
            "outcome, or until when");
    }
}

cli_exit_t
cli_trace(const care_model_t *model, const cli_options_t *options, FILE *out)
{
    trace_t trace = { .model = model,
        .out = out,
        .csv = options->format != NULL && strcmp(options->format, "csv") == 0,
        .most = options->trace };
    const care_how_t how = { .seed = options->seed, .warmup_days = 0.0, .trace = show, .trace_ctx = &trace };
    care_effort_t effort;
    sim_book_t book;
    int ret;

    memset(&book, 0, sizeof(book));
    show_head(&trace);
    ret = care_model_run_as(model, &how, &book, &effort);
    sim_book_free(&book);
    free(trace.number);
    if (ret == 0 && trace.no_memory) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret != 0) {
        cli_error("the replication failed: %s", sim_strerror(ret));
        return CLI_FAILED;
    }
    if (trace.born < trace.most) {
        cli_note(options, "only %u came in the whole run", trace.born);
    }
    return CLI_DONE;
}
