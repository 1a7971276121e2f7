#include "sim/cli/load.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096
#define FILE_LARGEST ((off_t) 16 << 20)
#define N_FOLDERS 3

typedef struct {
    char main[PATH_SIZE];              /* the scenario; "" = none */
    char folder[N_FOLDERS][PATH_SIZE]; /* its own, beside the program, installed; "" = none */
} files_t;

/* ---- folders ---- */

static void
folder_of(const char *path, char folder[PATH_SIZE])
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) {
        (void) snprintf(folder, PATH_SIZE, ".");
    } else {
        (void) snprintf(folder, PATH_SIZE, "%.*s", slash == path ? 1 : (int) (slash - path), path);
    }
}

static void
folder_of_program(const char *name, char folder[PATH_SIZE])
{
    char program[PATH_SIZE - 16];
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

    folder[0] = '\0';
    if (n > 0) {
        program[n] = '\0';
        *strrchr(program, '/') = '\0';
        (void) snprintf(folder, PATH_SIZE, "%s/%s", program, name);
    }
}

/* ---- reading ---- */

static int
read_all(FILE *file, size_t size, char **text, size_t *len)
{
    char *buffer = malloc(size + 1);

    if (buffer == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    *len = fread(buffer, 1, size, file);
    if (ferror(file)) {
        free(buffer);
        return SIM_ERR_IO;
    }
    *text = buffer;
    return 0;
}

/* Plain files only: a device or a pipe might never end. */
static int
read_file(const char *path, char **text, size_t *len)
{
    struct stat status;
    FILE *file;
    int ret;

    if (stat(path, &status) != 0) {
        return SIM_ERR_NOT_FOUND;
    }
    if (!S_ISREG(status.st_mode)) {
        return SIM_ERR_IO;
    }
    if (status.st_size > FILE_LARGEST) {
        return SIM_ERR_FULL;
    }
    file = fopen(path, "rb");
    if (file == NULL) {
        return SIM_ERR_IO;
    }
    ret = read_all(file, (size_t) status.st_size, text, len);
    (void) fclose(file);
    return ret;
}

static int
read_in(const char *folder, const char *name, char **text, size_t *len)
{
    char path[PATH_SIZE];
    int n = snprintf(path, sizeof(path), "%s/%s", folder, name);

    if (folder[0] == '\0' || n < 0 || (size_t) n >= sizeof(path)) {
        return SIM_ERR_NOT_FOUND;
    }
    return read_file(path, text, len);
}

/* scn_reader_t */
static int
files_read(void *ctx, const char *name, char **text, size_t *len)
{
    const files_t *files = ctx;
    int ret = SIM_ERR_NOT_FOUND;

    if (strcmp(name, files->main) == 0) {
        return read_file(name, text, len);
    }
    for (size_t i = 0; ret == SIM_ERR_NOT_FOUND && i < N_FOLDERS; i++) {
        ret = read_in(files->folder[i], name, text, len);
    }
    return ret;
}

/* Where a scenario that is not where the user said stands among those that come with Weir; otherwise as it was named. */
static void
find_main(files_t *self, const char *path)
{
    static const char *const ending[] = { "", ".lua" };
    struct stat status;

    (void) snprintf(self->main, sizeof(self->main), "%s", path);
    if (stat(path, &status) == 0 || path[0] == '/') {
        return;
    }
    for (size_t i = 1; i < N_FOLDERS; i++) {
        for (size_t k = 0; k < sizeof(ending) / sizeof(ending[0]); k++) {
            char found[PATH_SIZE];
            int n = snprintf(found, sizeof(found), "%s/%s%s", self->folder[i], path, ending[k]);

            if (self->folder[i][0] != '\0' && n > 0 && (size_t) n < sizeof(found) && stat(found, &status) == 0 &&
                S_ISREG(status.st_mode)) {
                memcpy(self->main, found, sizeof(found));
                return;
            }
        }
    }
}

static void
files_init(files_t *self, const char *path)
{
    self->folder[0][0] = '\0';
    folder_of_program("scenarios", self->folder[1]);
    (void) snprintf(self->folder[2], PATH_SIZE, "%s/scenarios", WEIR_DATADIR);
    find_main(self, path);
    if (self->main[0] != '\0') {
        folder_of(self->main, self->folder[0]);
    }
}

/* ---- loading ---- */

static void
say(const scn_message_t *message, const char *kind)
{
    if (message->line > 0) {
        (void) fprintf(stderr, "%s:%d: %s%s\n", message->file, message->line, kind, message->text);
    } else {
        (void) fprintf(stderr, "%s: %s%s\n", message->file, kind, message->text);
    }
}

/* What --set changed may have gone wrong far from there, where the scenario uses it: then it is named too. */
static void
say_set(const scn_message_t *message, size_t n, const char *const *set, size_t n_set)
{
    bool named = n == 0;

    for (size_t i = 0; i < n; i++) {
        named = named || strncmp(message[i].file, "--set", 5) == 0;
    }
    for (size_t i = 0; i < n_set && !named; i++) {
        (void) fprintf(stderr, "--set %s: given with this scenario; it may be why\n", set[i]);
    }
}

static cli_exit_t
finish(int ret, const scn_t *scenario, bool quiet)
{
    const scn_message_t *message;
    size_t n = scenario != NULL ? scn_errors(scenario, &message) : 0;

    if (ret == SIM_ERR_NO_MEMORY) {
        cli_error("%s", sim_strerror(ret));
        return CLI_FAILED;
    }
    for (size_t i = 0; i < n; i++) {
        say(&message[i], "");
    }
    n = scenario != NULL && !quiet ? scn_warnings(scenario, &message) : 0;
    for (size_t i = 0; i < n; i++) {
        say(&message[i], "warning: ");
    }
    return ret == 0 ? CLI_DONE : CLI_SCENARIO;
}

static int
read_scenario(const char *path, const char *const *set, size_t n_set, bool evidence, scn_t **scenario)
{
    files_t *files = malloc(sizeof(*files));
    scn_reader_t reader = { files_read, files };
    int ret;

    *scenario = NULL;
    if (files == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    files_init(files, path);
    if (evidence) {
        ret = scn_load_evidence(&reader, scenario);
    } else {
        ret = scn_load(&reader, files->main, set, n_set, NULL, scenario);
    }
    free(files);
    return ret;
}

static cli_exit_t
load(const char *path, const char *const *set, size_t n_set, bool quiet, bool evidence, scn_t **scenario)
{
    int ret = read_scenario(path, set, n_set, evidence, scenario);
    cli_exit_t code = finish(ret, *scenario, quiet);

    if (code == CLI_SCENARIO) {
        const scn_message_t *message;
        size_t n = scn_errors(*scenario, &message);

        say_set(message, n, set, n_set);
    }
    return code;
}

int
cli_load_silently(const char *path, const char *const *set, size_t n_set, char *fault, size_t size, scn_t **scenario)
{
    int ret = read_scenario(path, set, n_set, false, scenario);
    const scn_message_t *message;

    fault[0] = '\0';
    if (ret != 0) {
        bool told = *scenario != NULL && scn_errors(*scenario, &message) > 0;

        (void) snprintf(fault, size, "%s", told ? message->text : sim_strerror(ret));
    }
    return ret;
}

cli_exit_t
cli_load(const cli_options_t *options, const char *path, scn_t **scenario)
{
    return load(path, options->set, options->n_set, options->quiet, false, scenario);
}

void
cli_scenario_folders(void (*fn)(const char *folder, void *ctx), void *ctx)
{
    char folder[PATH_SIZE];

    folder_of_program("scenarios", folder);
    if (folder[0] != '\0' && access(folder, R_OK) == 0) {
        fn(folder, ctx);
    } else {
        fn(WEIR_DATADIR "/scenarios", ctx);
    }
}

cli_exit_t
cli_load_workload(const char *name, const char *const *set, size_t n_set, scn_t **scenario)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 64];
    struct stat status;

    folder_of_program("bench", folder);
    (void) snprintf(path, sizeof(path), "%s/%s.lua", folder, name);
    if (folder[0] == '\0' || stat(path, &status) != 0) {
        (void) snprintf(path, sizeof(path), "%s/bench/%s.lua", WEIR_DATADIR, name);
    }
    return load(path, set, n_set, false, false, scenario);
}

cli_exit_t
cli_load_evidence(scn_t **scenario)
{
    return load("", NULL, 0, false, true, scenario);
}

/* ---- one scenario, many loads ---- */

typedef struct {
    char *name, *text; /* text NULL: it could not be read */
    size_t length;
    int error;
} text_t;

struct cli_source {
    files_t files;
    pthread_mutex_t lock; /* of the texts */
    size_t n;
    text_t *text;
};

cli_source_t *
cli_source_open(const char *path)
{
    cli_source_t *self = calloc(1, sizeof(*self));

    if (self == NULL || pthread_mutex_init(&self->lock, NULL) != 0) {
        free(self);
        return NULL;
    }
    files_init(&self->files, path);
    return self;
}

void
cli_source_free(cli_source_t *self)
{
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < self->n; i++) {
        free(self->text[i].name);
        free(self->text[i].text);
    }
    free(self->text);
    (void) pthread_mutex_destroy(&self->lock);
    free(self);
}

/* What was read under a name, reading it the first time; NULL when there is no memory. Called with the lock held. */
static const text_t *
remembered(cli_source_t *self, const char *name)
{
    text_t *text;

    for (size_t i = 0; i < self->n; i++) {
        if (strcmp(self->text[i].name, name) == 0) {
            return &self->text[i];
        }
    }
    text = realloc(self->text, (self->n + 1) * sizeof(*text));
    if (text == NULL) {
        return NULL;
    }
    self->text = text;
    text = &text[self->n];
    *text = (text_t){ .name = malloc(strlen(name) + 1) };
    if (text->name == NULL) {
        return NULL;
    }
    strcpy(text->name, name);
    text->error = files_read(&self->files, name, &text->text, &text->length);
    self->n++;
    return text;
}

static int
copy_text(const text_t *from, char **text, size_t *length)
{
    if (from == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    if (from->error != 0) {
        return from->error;
    }
    *text = malloc(from->length + 1);
    if (*text == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    memcpy(*text, from->text, from->length);
    *length = from->length;
    return 0;
}

/* scn_reader_t */
static int
source_read(void *ctx, const char *name, char **text, size_t *length)
{
    cli_source_t *self = ctx;
    int ret;

    (void) pthread_mutex_lock(&self->lock);
    ret = copy_text(remembered(self, name), text, length);
    (void) pthread_mutex_unlock(&self->lock);
    return ret;
}

int
cli_source_load(cli_source_t *self, const char *const *set, size_t n_set, scn_t **scenario)
{
    scn_reader_t reader = { source_read, self };

    return scn_load(&reader, self->files.main, set, n_set, NULL, scenario);
}

cli_exit_t
cli_source_load_aloud(cli_source_t *self, const char *const *set, size_t n_set, bool quiet, scn_t **scenario)
{
    int ret = cli_source_load(self, set, n_set, scenario);

    return finish(ret, *scenario, quiet);
}
