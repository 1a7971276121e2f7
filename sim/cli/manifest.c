#include "sim/cli/manifest.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

/* ---- names of files ---- */

/* Letters of a file name that no shell or file system minds. */
static void
append_name(char *text, size_t size, const char *name)
{
    size_t n = strlen(text);

    for (; *name != '\0' && n + 1 < size; name++) {
        bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                     (*name >= '0' && *name <= '9') || strchr("_-", *name) != NULL;

        text[n++] = plain ? *name : '-';
    }
    text[n] = '\0';
}

char *
cli_results_path(const cli_options_t *options, const char *command, const scn_t *const *scenario, size_t n_scenarios)
{
    size_t size = 512 + (options->out != NULL ? strlen(options->out) : 0);
    char *path = calloc(1, size);

    if (path == NULL) {
        return NULL;
    }
    if (options->out != NULL) {
        size_t n = strlen(options->out);
        bool ends = n > 3 && strcmp(options->out + n - 3, ".db") == 0;

        (void) snprintf(path, size, "%s%s", options->out, ends ? "" : ".db");
        return path;
    }
    (void) snprintf(path, size, "out/");
    for (size_t i = 0; i < n_scenarios && strlen(path) < 200; i++) {
        append_name(path, size - 64, i > 0 ? "-" : "");
        append_name(path, size - 64, scn_spec(scenario[i])->name);
    }
    (void) snprintf(path + strlen(path), size - strlen(path), "-%s.db", command);
    return path;
}

/* ---- the manifest ---- */

int
cli_put(store_writer_t *writer, const char *key, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return store_put_manifest(writer, key, text);
}

int
cli_put_time(store_writer_t *writer, const char *key)
{
    char text[32] = "";
    time_t now = time(NULL);
    struct tm utc;

    if (gmtime_r(&now, &utc) != NULL) {
        (void) strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    return store_put_manifest(writer, key, text);
}

/* Pieces joined by `between`; NULL when there is no memory. */
static char *
join(const char *const *piece, size_t n, const char *between)
{
    size_t size = 1;
    char *text;

    for (size_t i = 0; i < n; i++) {
        size += strlen(piece[i]) + strlen(between);
    }
    text = calloc(1, size);
    for (size_t i = 0, at = 0; text != NULL && i < n; i++) {
        at += (size_t) snprintf(text + at, size - at, "%s%s", i > 0 ? between : "", piece[i]);
    }
    return text;
}

/* FNV-1a, 64 bits. */
static uint64_t
hash_of(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char) *text) * 0x100000001b3u;
    }
    return hash;
}

static int
put_joined(store_writer_t *writer, const char *key, const char *const *piece, size_t n, const char *between)
{
    char *text = join(piece, n, between);
    int ret = text == NULL ? SIM_ERR_NO_MEMORY : store_put_manifest(writer, key, text);

    if (ret == 0 && strcmp(key, "scenario_text") == 0) {
        ret = cli_put(writer, "scenario_hash", "%016llx", (unsigned long long) hash_of(text));
    }
    free(text);
    return ret;
}

int
cli_put_about(store_writer_t *writer, const scn_t *scenario)
{
    static const char *const NAME[] = {
#define ABOUT(name, doc) "about." #name,
        CARE_ABOUT_FIELDS(ABOUT)
#undef ABOUT
    };
    const care_about_t *about = scn_spec(scenario)->about;
    int ret = 0;

    for (size_t i = 0; about != NULL && ret == 0 && i < sizeof(NAME) / sizeof(NAME[0]); i++) {
        const char *text = (const char *) about + i * CARE_ABOUT_SIZE;

        ret = text[0] != '\0' ? store_put_manifest(writer, NAME[i], text) : 0;
    }
    return ret;
}

int
cli_put_scenarios(store_writer_t *writer, const cli_options_t *options, const scn_t *const *scenario, size_t n)
{
    const char **name = calloc(n, sizeof(*name)), **text = calloc(n, sizeof(*text));
    const care_spec_t *spec = scn_spec(scenario[0]);
    int ret = name == NULL || text == NULL ? SIM_ERR_NO_MEMORY : 0;

    for (size_t i = 0; ret == 0 && i < n; i++) {
        name[i] = scn_spec(scenario[i])->name;
        text[i] = scn_text(scenario[i]);
    }
    if (ret == 0) {
        ret = put_joined(writer, "scenario", name, n, "+");
    }
    if (ret == 0) {
        ret = put_joined(writer, "scenario_text", text, n, "\n");
    }
    if (ret == 0) {
        ret = put_joined(writer, "scenario_file", options->arg, n, " ");
    }
    if (ret == 0) {
        ret = cli_put(writer, "title", "%s", spec->title);
    }
    if (ret == 0) {
        ret = cli_put(writer, "question", "%s", spec->question);
    }
    if (ret == 0) {
        ret = cli_put(writer, "start", "%04d-%02d-%02d", spec->start.year, spec->start.month, spec->start.day);
    }
    if (ret == 0) {
        ret = cli_put(writer, "years", "%g", spec->years);
    }
    if (ret == 0) {
        ret = cli_put_about(writer, scenario[0]);
    }
    free(name);
    free(text);
    return ret;
}

int
cli_put_program(store_writer_t *writer, const cli_options_t *options)
{
    struct utsname host;
    int ret = cli_put(writer, "version", "%s", cli_version());

    if (ret == 0) {
        ret = cli_put(writer, "commit", "%s", cli_commit());
    }
    if (ret == 0) {
        ret = put_joined(writer, "command", (const char *const *) options->argv, (size_t) options->argc, " ");
    }
    if (ret == 0) {
        ret = cli_put(writer, "seed", "%llu", (unsigned long long) options->seed);
    }
    if (ret == 0) {
        ret = cli_put(writer, "reps", "%u", options->reps);
    }
    if (ret == 0) {
        ret = cli_put(writer, "jobs", "%u", options->jobs);
    }
    if (ret == 0) {
        ret = cli_put(writer, "host", "%s", uname(&host) == 0 ? host.nodename : "");
    }
    if (ret == 0) {
        ret = cli_put_time(writer, "started");
    }
    return ret;
}

int
cli_put_parameters(store_writer_t *writer, const scn_t *const *scenario, size_t n)
{
    int ret = 0;

    for (size_t s = 0; s < n; s++) {
        const scn_param_t *param;
        size_t n_params = scn_params(scenario[s], &param);

        for (size_t i = 0; ret == 0 && i < n_params; i++) {
            char path[512], quality[2] = { param[i].quality, '\0' };

            (void) snprintf(path, sizeof(path), "%s%s%s", n > 1 ? scn_spec(scenario[s])->name : "", n > 1 ? "/" : "",
                param[i].path);
            ret = store_put_parameter(writer, &(store_parameter_t){ .path = path,
                                                  .text = param[i].text,
                                                  .value = param[i].number,
                                                  .unit = param[i].unit,
                                                  .low = param[i].low,
                                                  .high = param[i].high,
                                                  .quality = quality,
                                                  .range = param[i].range,
                                                  .source = param[i].source,
                                                  .origin = param[i].origin,
                                                  .evidence = param[i].evidence });
        }
    }
    return ret;
}
