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
#define DETAIL 224

typedef struct {
    const char *stage, *outcome, *note;
} trace_words_t;

typedef enum { TRACE_TEXT, TRACE_CSV, TRACE_STORY } trace_format_t;

/* What is told of an entity, until all is told. */
typedef struct {
    char *text;
    size_t length, room;
    double born_days; /* the day it came */
} story_t;

typedef struct {
    const care_model_t *model;
    FILE *out;
    trace_format_t format;
    double from_days; /* who comes earlier is not followed */
    story_t *story;   /* of entity i + 1 */
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
        if (line->e->born_days < trace->from_days) {
            return 0;
        }
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
show_csv(trace_t *trace, const sim_trace_t *line, uint32_t number, const trace_words_t *words)
{
    const sim_pathway_t *pathway = &trace->model->pathway;
    char now[32], at[32] = "";

    when(trace, line->now_days, now, sizeof(now));
    if (!isnan(line->at_days)) {
        when(trace, line->at_days, at, sizeof(at));
    }
    (void) fprintf(trace->out, "%.17g,%s,%u,%s,%s,%s,%s,", line->now_days, now, number,
        pathway->class_name[line->e->cls], EVENT[line->what].word, words->stage, words->outcome);
    if (!isnan(line->at_days)) {
        (void) fprintf(trace->out, "%.17g", line->at_days);
    }
    (void) fprintf(trace->out, ",%s,\"%s\"\n", at, words->note);
}

/* What is said after the stage: the outcome, until when, the note. */
static void
detail_of(const trace_t *trace, const sim_trace_t *line, const trace_words_t *words, char *text, size_t size)
{
    bool there = line->what == SIM_TRACE_BORN && line->e->born_days < line->now_days;
    double at_days = there ? line->e->born_days : line->at_days;
    char at[32] = "";

    if (!isnan(at_days)) {
        when(trace, at_days, at, sizeof(at));
    }
    (void) snprintf(text, size, "%s%s%s%s%s", words->outcome, there ? "since " : EVENT[line->what].at, at,
        words->note[0] != '\0' && (words->outcome[0] != '\0' || at[0] != '\0') ? ": " : "", words->note);
}

static const char *
event_of(const sim_trace_t *line)
{
    return line->what == SIM_TRACE_BORN && line->e->born_days < line->now_days ? THERE : EVENT[line->what].words;
}

static void
show_text(trace_t *trace, const sim_trace_t *line, uint32_t number, const trace_words_t *words)
{
    const sim_pathway_t *pathway = &trace->model->pathway;
    char now[32], detail[DETAIL];

    when(trace, line->now_days, now, sizeof(now));
    detail_of(trace, line, words, detail, sizeof(detail));
    (void) fprintf(trace->out, "%11.4f  %s  %6u  %-*s  %-*s%s%-*s%s%s\n", line->now_days, now, number,
        trace->class_width, pathway->class_name[line->e->cls], words->stage[0] != '\0' ? WORDS_WIDTH : 0,
        event_of(line), words->stage[0] != '\0' || detail[0] != '\0' ? "  " : "",
        detail[0] != '\0' ? trace->stage_width : 0, words->stage, detail[0] != '\0' ? "  " : "", detail);
}

static void
story_add(trace_t *trace, story_t *story, const char *text)
{
    size_t length = strlen(text), room = story->room == 0 ? 1024 : story->room;
    char *more;

    while (room < story->length + length + 1) {
        room *= 2;
    }
    more = room > story->room ? realloc(story->text, room) : story->text;
    if (more == NULL) {
        trace->no_memory = true;
        return;
    }
    story->text = more;
    story->room = room;
    memcpy(story->text + story->length, text, length + 1);
    story->length += length;
}

static bool
story_room(trace_t *trace)
{
    if (trace->story == NULL) {
        trace->story = calloc(trace->most, sizeof(*trace->story));
        trace->no_memory = trace->no_memory || trace->story == NULL;
    }
    return trace->story != NULL;
}

/* Days are counted from the day it came. */
static void
show_story(trace_t *trace, const sim_trace_t *line, uint32_t number, const trace_words_t *words)
{
    const sim_pathway_t *pathway = &trace->model->pathway;
    char now[32], detail[DETAIL], text[DETAIL + 192];
    story_t *story;

    if (!story_room(trace) || (line->what == SIM_TRACE_ENTER && line->now_days == line->e->born_days)) {
        return;
    }
    story = &trace->story[number - 1];
    when(trace, line->now_days, now, sizeof(now));
    now[16] = '\0'; /* to the minute */
    detail_of(trace, line, words, detail, sizeof(detail));
    if (line->what == SIM_TRACE_BORN) {
        story->born_days = floor(line->now_days);
        (void) snprintf(text, sizeof(text), "%s %u: %s%s%s\n", trace->model->spec->is_care ? "Child" : "Entity", number,
            pathway->class_name[line->e->cls], words->note[0] != '\0' ? ", " : "", words->note);
        story_add(trace, story, text);
        detail[0] = '\0';
    }
    (void) snprintf(text, sizeof(text), "  day %4.0f  %s  %-*s  %-*s  %s", floor(line->now_days) - story->born_days,
        now, WORDS_WIDTH, event_of(line), trace->stage_width, words->stage, detail);
    text[strcspn(text, "\n")] = '\0';
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--) {
        text[n - 1] = '\0';
    }
    story_add(trace, story, text);
    story_add(trace, story, "\n");
}

/* Told one after another; the texts are freed. */
static void
tell_stories(trace_t *trace)
{
    for (uint32_t i = 0; trace->story != NULL && i < trace->most; i++) {
        if (trace->story[i].text != NULL && !trace->no_memory) {
            (void) fprintf(trace->out, "%s%s", i > 0 ? "\n" : "", trace->story[i].text);
        }
        free(trace->story[i].text);
    }
    free(trace->story);
}

static void
show(void *ctx, const sim_trace_t *line, const char *note)
{
    static void (*const SHOW[])(trace_t *, const sim_trace_t *, uint32_t,
        const trace_words_t *) = { [TRACE_TEXT] = show_text, [TRACE_CSV] = show_csv, [TRACE_STORY] = show_story };
    trace_t *trace = ctx;
    uint32_t number = number_of(trace, line);
    const sim_stage_t *stage = &trace->model->pathway.stage[line->e->stage];
    const trace_words_t words = { line->what == SIM_TRACE_GONE ? "" : stage->name, outcome_of(line, stage), note };

    if (number > 0) {
        SHOW[trace->format](trace, line, number, &words);
    }
}

/* What happens to the whole is nobody's line: it stands between the others, and not among stories of children. */
static void
show_whole(void *ctx, double t_days, const char *text)
{
    trace_t *trace = ctx;
    char now[32];

    when(trace, t_days, now, sizeof(now));
    if (trace->format == TRACE_CSV) {
        (void) fprintf(trace->out, "%.17g,%s,,,review,,,,,\"%s\"\n", t_days, now, text);
    } else if (trace->format == TRACE_TEXT) {
        (void) fprintf(trace->out, "%11.4f  %s  %6s  %s\n", t_days, now, "", text);
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
    if (trace->format == TRACE_CSV) {
        (void) fputs("day,time,entity,class,event,stage,outcome,at_day,at_time,note\n", trace->out);
    } else if (trace->format == TRACE_TEXT) {
        (void) fprintf(trace->out, "%11s  %-19s  %6s  %-*s  %-*s  %-*s  %s\n", "day", "date and time", "entity",
            trace->class_width, "class", WORDS_WIDTH, "what happens", trace->stage_width, "stage",
            "outcome, or until when");
    }
}

static trace_format_t
format_of(const char *name)
{
    static const char *const NAME[] = { [TRACE_TEXT] = "text", [TRACE_CSV] = "csv", [TRACE_STORY] = "story" };
    trace_format_t format = TRACE_STORY;

    while (format > TRACE_TEXT && (name == NULL || strcmp(name, NAME[format]) != 0)) {
        format--;
    }
    return format;
}

/* Of several areas, the first. */
cli_exit_t
cli_trace(const care_model_t *whole, const cli_options_t *options, FILE *out)
{
    const care_model_t *model = whole->n_areas > 0 ? &whole->area[0] : whole;
    trace_t trace = {
        .model = model, .out = out, .format = format_of(options->format), .from_days = -INFINITY, .most = options->trace
    };
    const care_how_t how = {
        .seed = options->seed, .warmup_days = 0.0, .trace = show, .trace_ctx = &trace, .tell = show_whole
    };
    care_effort_t effort;
    sim_book_t book;
    int ret;

    if (options->given & CLI_OPT_TRACE_FROM) {
        trace.from_days = (double) (sim_date_serial(options->trace_from) - sim_date_serial(model->spec->start));
    }
    if (whole->n_areas > 0) {
        cli_note(options, "the first of %zu areas: %s", whole->n_areas, model->spec->name);
    }
    memset(&book, 0, sizeof(book));
    show_head(&trace);
    ret = care_model_run_as(model, &how, &book, &effort);
    sim_book_free(&book);
    tell_stories(&trace);
    free(trace.number);
    if (ret == 0 && trace.no_memory) {
        ret = SIM_ERR_NO_MEMORY;
    }
    if (ret != 0) {
        cli_error("the replication failed: %s", sim_strerror(ret));
        return CLI_FAILED;
    }
    if (trace.born < trace.most) {
        cli_note(options, "only %u came%s", trace.born,
            options->given & CLI_OPT_TRACE_FROM ? " from that day on" : " in the whole run");
    }
    return CLI_DONE;
}
