/* weir merge: the shards of a sweep into one file, when they are all there and of one sweep. */
#include "sim/cli/answers.h"
#include "sim/cli/cli.h"
#include "sim/cli/manifest.h"
#include "sim/cli/sweep.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *path;
    store_reader_t *reader;
    uint32_t number, of;
    uint64_t records, failed;
} shard_t;

typedef struct {
    const cli_options_t *options;
    size_t n;
    shard_t *shard; /* in order of their numbers once they are checked */
    uint64_t records, failed;
    store_writer_t *writer;
} merge_t;

/* ---- reading ---- */

static cli_exit_t
open_shard(shard_t *shard)
{
    store_fault_t fault = { "" };
    char rest;

    if (store_reader_open(&shard->reader, shard->path, &fault) != 0) {
        cli_error("%s", fault.text);
        return CLI_FAILED;
    }
    if (!store_is_sweep(shard->reader) ||
        sscanf(store_manifest(shard->reader, "shard"), "%u/%u%c", &shard->number, &shard->of, &rest) != 2) {
        cli_error("%s is no shard of a sweep", shard->path);
        return CLI_FAILED;
    }
    if (strcmp(store_manifest(shard->reader, "status"), "") == 0) {
        cli_error("%s is not finished: `weir sweep ... --shard %u/%u --resume` goes on with it", shard->path,
            shard->number, shard->of);
        return CLI_FAILED;
    }
    if (store_sweep_count(shard->reader, &shard->records, &shard->failed) != 0) {
        cli_error("%s", store_reader_fault(shard->reader));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static cli_exit_t
open_shards(merge_t *merge)
{
    cli_exit_t code = CLI_DONE;

    merge->shard = calloc(merge->options->n_args, sizeof(*merge->shard));
    if (merge->shard == NULL) {
        cli_error("%s", sim_strerror(SIM_ERR_NO_MEMORY));
        return CLI_FAILED;
    }
    for (merge->n = 0; code == CLI_DONE && merge->n < merge->options->n_args; merge->n++) {
        merge->shard[merge->n].path = merge->options->arg[merge->n];
        code = open_shard(&merge->shard[merge->n]);
    }
    return code;
}

/* ---- checking ---- */

/* All shards are of the first one's sweep. */
static cli_exit_t
check_identity(const merge_t *merge)
{
    const shard_t *first = &merge->shard[0];

    for (size_t s = 1; s < merge->n; s++) {
        const shard_t *other = &merge->shard[s];

        for (size_t i = 0; i < CLI_IDENTITY; i++) {
            const char *a = store_manifest(first->reader, CLI_IDENTITY_KEY[i]);
            const char *b = store_manifest(other->reader, CLI_IDENTITY_KEY[i]);

            if (strcmp(a, b) != 0) {
                cli_error("%s is of another %s than %s: %s, not %s", other->path,
                    cli_identity_name(CLI_IDENTITY_KEY[i]), first->path, b, a);
                return CLI_FAILED;
            }
        }
        if (other->of != first->of) {
            cli_error("%s is shard %u of %u, but %s is one of %u", other->path, other->number, other->of, first->path,
                first->of);
            return CLI_FAILED;
        }
    }
    return CLI_DONE;
}

static int
compare_shards(const void *a, const void *b)
{
    const shard_t *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

static cli_exit_t
check_twice(const merge_t *merge)
{
    cli_exit_t code = CLI_DONE;

    for (size_t i = 1; i < merge->n; i++) {
        if (merge->shard[i].number == merge->shard[i - 1].number) {
            cli_error("shard %u/%u is there twice: %s and %s", merge->shard[i].number, merge->shard[i].of,
                merge->shard[i - 1].path, merge->shard[i].path);
            code = CLI_FAILED;
        }
    }
    return code;
}

static cli_exit_t
check_records(const merge_t *merge)
{
    cli_exit_t code = CLI_DONE;

    for (size_t i = 0; i < merge->n; i++) {
        const shard_t *shard = &merge->shard[i];
        unsigned long long wanted = strtoull(store_manifest(shard->reader, "records"), NULL, 10);

        if (shard->records != wanted) {
            cli_error("%s holds %llu of its %llu records", shard->path, (unsigned long long) shard->records, wanted);
            code = CLI_FAILED;
        }
    }
    return code;
}

static bool
has_shard(const merge_t *merge, uint32_t number)
{
    for (size_t i = 0; i < merge->n; i++) {
        if (merge->shard[i].number == number) {
            return true;
        }
    }
    return false;
}

/* Numbers that are missing, as Slurm and people write them: "3,5-7". */
static void
list_missing(const merge_t *merge, char *text, size_t size)
{
    uint32_t of = merge->shard[0].of;
    size_t used = 0;

    text[0] = '\0';
    for (uint32_t first = 1; first <= of && used + 1 < size; first++) {
        uint32_t last = first;

        if (has_shard(merge, first)) {
            continue;
        }
        while (last < of && !has_shard(merge, last + 1)) {
            last++;
        }
        used += (size_t) snprintf(text + used, size - used, last > first ? "%s%u-%u" : "%s%u", used > 0 ? "," : "",
            first, last);
        first = last;
    }
}

/* The command line of a shard, without what says which it was. */
static void
print_command(const char *command)
{
    while (*command != '\0') {
        size_t n = strcspn(command, " ");
        bool numbers = n > 0 && strspn(command, "0123456789/") == n && memchr(command, '/', n) != NULL;

        if (!numbers && strncmp(command, "--shard", 7) != 0 && strncmp(command, "--resume", n) != 0 &&
            strncmp(command, "--force", n) != 0) {
            (void) fprintf(stderr, "%.*s ", (int) n, command);
        }
        command += n + (command[n] == ' ');
    }
}

static cli_exit_t
check_gaps(const merge_t *merge)
{
    uint32_t of = merge->shard[0].of;
    char missing[400];

    list_missing(merge, missing, sizeof(missing));
    if (missing[0] == '\0') {
        return CLI_DONE;
    }
    cli_error("of %u shards these are missing: %s", of, missing);
    (void) fputs("weir: each is made by: ", stderr);
    print_command(store_manifest(merge->shard[0].reader, "command"));
    (void) fprintf(stderr, "--shard I/%u --resume\n", of);
    cli_error("on Slurm: sbatch --array=%s --export=ALL,SHARDS=%u, with the job script and its arguments", missing, of);
    return CLI_FAILED;
}

static cli_exit_t
check_shards(merge_t *merge)
{
    cli_exit_t code = check_identity(merge), twice, records, gaps;

    if (code != CLI_DONE) {
        return code;
    }
    qsort(merge->shard, merge->n, sizeof(*merge->shard), compare_shards);
    twice = check_twice(merge);
    records = check_records(merge);
    gaps = check_gaps(merge);
    return twice != CLI_DONE ? twice : records != CLI_DONE ? records : gaps;
}

/* ---- writing ---- */

/* out/a.shard-3-of-8.db -> out/a.db; NULL when there is no memory. */
static char *
merged_path(const merge_t *merge)
{
    const char *given = merge->options->out != NULL ? merge->options->out : merge->shard[0].path;
    const char *shard = merge->options->out != NULL ? NULL : strstr(given, ".shard-");
    size_t n = shard != NULL ? (size_t) (shard - given) : strlen(given);
    char *path = malloc(n + 16);

    if (path != NULL) {
        bool ends = shard == NULL && n > 3 && strcmp(given + n - 3, ".db") == 0;

        (void) snprintf(path, n + 16, "%.*s%s", (int) n, given,
            ends && merge->options->out == NULL ? ""
            : ends                              ? ""
                                                : ".db");
    }
    return path;
}

static int
copy_all(merge_t *merge)
{
    int ret = store_merge_begin(merge->writer, merge->shard[0].path);

    for (size_t i = 0; ret == 0 && i < merge->n; i++) {
        ret = store_merge_add(merge->writer, merge->shard[i].path);
        merge->records += merge->shard[i].records;
        merge->failed += merge->shard[i].failed;
    }
    if (ret == 0) {
        ret = cli_put(merge->writer, "shard", "1/1");
    }
    if (ret == 0) {
        ret = cli_put(merge->writer, "records", "%llu", (unsigned long long) merge->records);
    }
    if (ret == 0) {
        ret = cli_put(merge->writer, "failed", "%llu", (unsigned long long) merge->failed);
    }
    if (ret == 0) {
        ret = cli_put(merge->writer, "status", "%s", merge->failed > 0 ? "some failed" : "complete");
    }
    if (ret == 0) {
        ret = cli_put_time(merge->writer, "finished");
    }
    return ret == 0 ? store_writer_finish(merge->writer) : ret;
}

static cli_exit_t
write_merged(merge_t *merge)
{
    char *path = merged_path(merge);
    const store_target_t target = { .path = path, .force = merge->options->force };
    store_fault_t fault = { "" };
    int ret = path == NULL ? SIM_ERR_NO_MEMORY : store_writer_create(&merge->writer, &target, &fault);

    free(path);
    if (ret != 0) {
        cli_error("%s", fault.text[0] != '\0' ? fault.text : sim_strerror(ret));
        return CLI_FAILED;
    }
    ret = copy_all(merge);
    if (ret != 0) {
        cli_error("%s", store_writer_fault(merge->writer));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static cli_exit_t
show_merged(const merge_t *merge)
{
    const char *path = store_writer_path(merge->writer);
    cli_exit_t code = merge->failed < merge->records ? cli_answers_make(path, merge->options) : CLI_DONE;

    if (code == CLI_DONE && merge->failed < merge->records) {
        code = cli_answers_show(path, stdout);
    }
    (void) printf("Results: %s\n", path);
    if (merge->failed > 0) {
        cli_error("%llu of %llu records failed and are left out of everything: weir export %s --table failed shows why",
            (unsigned long long) merge->failed, (unsigned long long) merge->records, path);
        code = code == CLI_DONE ? CLI_SOME_FAILED : code;
    }
    return code;
}

static cli_exit_t
run_merge(const cli_options_t *options)
{
    merge_t merge = { .options = options };
    cli_exit_t code = open_shards(&merge);

    if (code == CLI_DONE) {
        code = check_shards(&merge);
    }
    if (code == CLI_DONE) {
        code = write_merged(&merge);
    }
    if (code == CLI_DONE) {
        code = show_merged(&merge);
    }
    store_writer_free(merge.writer);
    for (size_t i = 0; i < merge.n; i++) {
        store_reader_free(merge.shard[i].reader);
    }
    free(merge.shard);
    return code;
}

const cli_command_t cli_cmd_merge = {
    .name = "merge",
    .args = "SHARD...",
    .doc = "put the shards of a sweep together",
    .more = "Checks that the shards are of one sweep (scenario, inputs, design, seed, version) and that\n"
            "each is there once; otherwise it says what is missing, and how to run just that, and\n"
            "writes nothing. The order of the shards does not matter. The file is named as the\n"
            "shards are, without .shard-I-of-N, or by --out.\n",
    .examples = "weir merge out/kent_medway-sweep.shard-*.db\n"
                "weir merge shards/*.db --out out/kent_medway\n",
    .args_min = 1,
    .args_max = SIZE_MAX,
    .options = CLI_OPT_OUT | CLI_OPT_FORCE | CLI_OPT_QUIET,
    .run = run_merge,
};
