#include "sim/cli/progress.h"

#include "sim/cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define REDRAW_SECONDS 0.1

static void
message(const char *format, va_list args)
{
    (void) fputs("weir: ", stderr);
    (void) vfprintf(stderr, format, args);
    (void) fputc('\n', stderr);
}

void
cli_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    message(format, args);
    va_end(args);
}

void
cli_note(const cli_options_t *options, const char *format, ...)
{
    va_list args;

    if (options->quiet) {
        return;
    }
    va_start(args, format);
    message(format, args);
    va_end(args);
}

bool
cli_colour(void)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

void
cli_progress_init(cli_progress_t *self, const cli_options_t *options, const char *label)
{
    const char *term = getenv("TERM");
    bool terminal = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;

    *self = (cli_progress_t){ .label = label };
    self->bar = !options->quiet && options->progress == CLI_PROGRESS_AUTO && terminal;
    self->lines = !options->quiet && options->progress == CLI_PROGRESS_PLAIN;
}

static void
print_left(double seconds)
{
    unsigned long left = seconds > 0.0 && seconds < 1e9 ? (unsigned long) (seconds + 0.5) : 0;

    if (left >= 3600) {
        (void) fprintf(stderr, "%lu:%02lu:%02lu left", left / 3600, left / 60 % 60, left % 60);
    } else {
        (void) fprintf(stderr, "%lu:%02lu left", left / 60, left % 60);
    }
}

static void
draw_bar(const cli_progress_t *self, uint64_t done, uint64_t total, double seconds)
{
    unsigned filled = (unsigned) (done * BAR_WIDTH / total);

    (void) fprintf(stderr, "\r%.30s [", self->label);
    for (unsigned i = 0; i < BAR_WIDTH; i++) {
        (void) fputc(i < filled ? '#' : '.', stderr);
    }
    (void) fprintf(stderr, "] %llu/%llu %3u%% ", (unsigned long long) done, (unsigned long long) total,
        (unsigned) (done * 100 / total));
    print_left(seconds * (double) (total - done) / (double) done);
    (void) fputs("\033[K", stderr);
    (void) fflush(stderr);
}

static void
print_line(cli_progress_t *self, uint64_t done, uint64_t total, double seconds)
{
    unsigned tenth = (unsigned) (done * 10 / total);

    if (tenth > self->last_tenth) {
        self->last_tenth = tenth;
        (void) fprintf(stderr, "%s: %llu of %llu replications, ", self->label, (unsigned long long) done,
            (unsigned long long) total);
        print_left(seconds * (double) (total - done) / (double) done);
        (void) fputc('\n', stderr);
    }
}

void
cli_progress_show(void *ctx, uint64_t done, uint64_t total, double seconds)
{
    cli_progress_t *self = ctx;

    if (self->lines) {
        print_line(self, done, total, seconds);
    }
    if (self->bar && (!self->drawn || done == total || seconds - self->last_seconds >= REDRAW_SECONDS)) {
        self->drawn = true;
        self->last_seconds = seconds;
        draw_bar(self, done, total, seconds);
    }
}

void
cli_progress_end(cli_progress_t *self)
{
    if (self->drawn) {
        (void) fputs("\r\033[K", stderr);
        (void) fflush(stderr);
        self->drawn = false;
    }
}
