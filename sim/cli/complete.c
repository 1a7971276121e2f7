/*
 * Completion: the shells hand over the line that is being written, and are told what may follow. What a shell itself is
 * given is a few lines that do so; names come from the tables of commands, options, figures and measures, and from the
 * scenario or the results that the line names.
 *
 * Output: a line each, "word TAB meaning" (the meaning may be empty); words ending in "=" are to be gone on with. A
 * first
 * line ":files" or ":files .lua" asks the shell for file names besides. Nothing is said of what is wrong.
 */
#include "sim/cli/cli.h"
#include "sim/cli/load.h"

#include "models/care.h"
#include "plots/plot.h"
#include "sim/experiment/design.h"
#include "sim/store/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64
#define LINE_MAX_BYTES 4096

/* What is being asked: the words of the line, what is kept of the last one ("--kpi=a,"), and what is begun. */
typedef struct {
    char line[LINE_MAX_BYTES];
    size_t n; /* words, the last one included */
    const char *word[WORDS_MAX];
    const cli_command_t *command; /* NULL when it is being written */
    char kept[LINE_MAX_BYTES];
    const char *begun;
    FILE *out;
} asked_t;

static void
offer(const asked_t *self, const char *word, const char *doc)
{
    if (strncmp(word, self->begun, strlen(self->begun)) == 0) {
        (void) fprintf(self->out, "%s%s\t%.*s\n", self->kept, word, (int) strcspn(doc, "\n"), doc);
    }
}

/* Words separated by spaces. */
static void
offer_words(const asked_t *self, const char *words)
{
    while (*words != '\0') {
        size_t n = strcspn(words, " ");
        char word[64];

        (void) snprintf(word, sizeof(word), "%.*s", (int) n, words);
        offer(self, word, "");
        words += n + strspn(words + n, " ");
    }
}

/* ---- names from the files that the line names ---- */

static bool
ends_in(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);

    return n >= m && strcmp(text + n - m, ending) == 0;
}

/* The first word after the command that ends so, or NULL. */
static const char *
named_file(const asked_t *self, const char *ending)
{
    for (size_t i = 2; i + 1 < self->n; i++) {
        if (ends_in(self->word[i], ending)) {
            return self->word[i];
        }
    }
    return NULL;
}

static const char *
named_scenario(const asked_t *self)
{
    const char *file = named_file(self, ".lua");

    return file != NULL ? file : self->n > 3 && self->word[2][0] != '-' ? self->word[2] : NULL;
}

/* Quietly; the caller frees *scenario and *reader. */
static void
open_named(const asked_t *self, scn_t **scenario, store_reader_t **reader)
{
    const char *results = named_file(self, ".db"), *file = named_scenario(self);
    store_fault_t fault;

    *scenario = NULL;
    *reader = NULL;
    if (results != NULL) {
        *reader = store_reader_open(reader, results, &fault) == 0 ? *reader : NULL;
    } else if (file != NULL) {
        char text[8];

        if (cli_load_silently(file, NULL, 0, text, sizeof(text), scenario) != 0) {
            scn_free(*scenario);
            *scenario = NULL;
        }
    }
}

static void
close_named(scn_t *scenario, store_reader_t *reader)
{
    scn_free(scenario);
    store_reader_free(reader);
}

static void
offer_plans(const asked_t *self)
{
    scn_t *scenario;
    store_reader_t *reader;

    open_named(self, &scenario, &reader);
    for (size_t i = 0; scenario != NULL && i < scn_spec(scenario)->n_plans; i++) {
        offer(self, scn_spec(scenario)->plan[i].name, scn_spec(scenario)->plan[i].title);
    }
    for (size_t i = 0; reader != NULL && i < store_contents(reader)->n_plans; i++) {
        offer(self, store_contents(reader)->plan[i].name, store_contents(reader)->plan[i].title);
    }
    close_named(scenario, reader);
}

static void
offer_parameters(const asked_t *self)
{
    const scn_param_t *param;
    scn_t *scenario;
    store_reader_t *reader;
    size_t n;

    open_named(self, &scenario, &reader);
    n = scenario != NULL ? scn_params(scenario, &param) : 0;
    for (size_t i = 0; i < n; i++) {
        char word[512];

        (void) snprintf(word, sizeof(word), "%s=", param[i].path);
        offer(self, word, param[i].text);
    }
    close_named(scenario, reader);
}

static void
offer_measures(const asked_t *self)
{
    scn_t *scenario;
    store_reader_t *reader;

    open_named(self, &scenario, &reader);
    if (reader != NULL) {
        for (size_t i = 0; i < store_contents(reader)->n_kpis; i++) {
            offer(self, store_contents(reader)->kpi[i].name, store_contents(reader)->kpi[i].doc);
        }
    } else {
        for (size_t i = 0; i < CARE_N_KPIS; i++) {
            offer(self, CARE_KPIS[i].name, CARE_KPIS[i].doc);
        }
        for (size_t i = 0; i < SIM_N_KPIS; i++) {
            offer(self, SIM_KPIS[i].name, SIM_KPIS[i].doc);
        }
    }
    close_named(scenario, reader);
}

/* Groups of the results by their names, or only their dimensions. */
static void
offer_of_groups(const asked_t *self, bool levels)
{
    char last[128] = "", dimension[128];
    scn_t *scenario;
    store_reader_t *reader;

    open_named(self, &scenario, &reader);
    for (size_t i = 0; reader != NULL && i < store_contents(reader)->n_groups; i++) {
        const char *name = store_contents(reader)->group[i].name;

        (void) snprintf(dimension, sizeof(dimension), "%.*s", (int) strcspn(name, "="), name);
        if (strcmp(dimension, last) != 0 && (levels || strchr(name, '=') != NULL)) {
            offer(self, dimension, "");
            memcpy(last, dimension, sizeof(last));
        }
        if (levels && strchr(name, '=') != NULL) {
            offer(self, name, "");
        }
    }
    if (reader == NULL) {
        offer_words(self, "all source presentation quintile school_type pool stage");
    }
    close_named(scenario, reader);
}

static void
offer_groups(const asked_t *self)
{
    offer_of_groups(self, true);
}

static void
offer_dimensions(const asked_t *self)
{
    offer_of_groups(self, false);
}

static void
offer_periods(const asked_t *self)
{
    scn_t *scenario;
    store_reader_t *reader;

    open_named(self, &scenario, &reader);
    offer_words(self, "year financial month");
    for (size_t i = 0; reader != NULL && i < store_contents(reader)->n_periods; i++) {
        offer(self, store_contents(reader)->period[i].name, "");
    }
    close_named(scenario, reader);
}

static void
offer_formats(const asked_t *self)
{
    offer_words(self, self->command->formats != NULL ? self->command->formats : "");
}

static void
offer_progress(const asked_t *self)
{
    offer_words(self, "auto plain none");
}

static void
offer_designs(const asked_t *self)
{
    for (int i = 0; i < EXP_POINTS_KINDS; i++) {
        offer(self, exp_points_kind_name((exp_points_kind_t) i), "");
    }
}

static void
offer_files(const asked_t *self)
{
    (void) fputs(":files\n", self->out);
}

/* ---- arguments ---- */

/* "kent_medway" of a folder's kent_medway.lua. */
static void
offer_folder(const char *folder, void *ctx)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char name[256];

        if (ends_in(entry->d_name, ".lua")) {
            (void) snprintf(name, sizeof(name), "%.*s", (int) strlen(entry->d_name) - 4, entry->d_name);
            offer(ctx, name, "a scenario that comes with Weir");
        }
    }
    if (directory != NULL) {
        (void) closedir(directory);
    }
}

static void
offer_scenarios(const asked_t *self)
{
    (void) fputs(":files .lua\n", self->out);
    cli_scenario_folders(offer_folder, (void *) (uintptr_t) self);
}

static void
offer_results(const asked_t *self)
{
    (void) fputs(":files .db\n", self->out);
}

static void
offer_figures(const asked_t *self)
{
    for (size_t i = 0; i < PLOT_N_FIGURES; i++) {
        offer(self, PLOT_FIGURES[i].name, "");
    }
}

static void
offer_workloads(const asked_t *self)
{
    offer_words(self, "mm1 path scaling");
}

static void
offer_evidence(const asked_t *self)
{
    const scn_evidence_t *record;
    scn_t *scenario = NULL;
    size_t n = cli_load_evidence(&scenario) == CLI_DONE ? scn_evidence(scenario, &record) : 0;

    for (size_t i = 0; i < n; i++) {
        offer(self, record[i].id, record[i].name);
    }
    scn_free(scenario);
}

typedef struct {
    const char *name;
    void (*offer)(const asked_t *self);
} offer_t;

/* By the words of a command's arguments, as its usage writes them. */
static const offer_t ARGUMENT[] = { { "SCENARIO", offer_scenarios }, { "RESULTS", offer_results },
    { "FIGURE", offer_figures }, { "WORKLOAD", offer_workloads }, { "PATTERN", offer_evidence },
    { "FILE", offer_files }, { "SHARD", offer_results } };

/* By the names of options; what takes a FILE needs no row. */
static const offer_t VALUE[] = { { "kpi", offer_measures }, { "plans", offer_plans }, { "set", offer_parameters },
    { "fix", offer_parameters }, { "group", offer_groups }, { "by", offer_dimensions }, { "period", offer_periods },
    { "format", offer_formats }, { "progress", offer_progress }, { "design", offer_designs } };

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static void
offer_by_name(const asked_t *self, const offer_t *row, size_t n_rows, const char *name, size_t n)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (strlen(row[i].name) == n && strncmp(row[i].name, name, n) == 0) {
            row[i].offer(self);
        }
    }
}

/* The option that a word is or begins ("--kpi", "--kpi=a", "-o"). */
static bool
find_option(const asked_t *self, const char *word, cli_option_doc_t *doc)
{
    for (size_t i = 0; cli_option_doc(i, doc); i++) {
        size_t n = strlen(doc->name);
        bool is_long = strncmp(word, "--", 2) == 0 && strncmp(word + 2, doc->name, n) == 0 &&
                       (word[2 + n] == '\0' || word[2 + n] == '=');

        if (cli_takes(self->command, doc->bit) &&
            (is_long || (doc->letter != 0 && word[0] == '-' && word[1] == doc->letter && word[2] == '\0'))) {
            return true;
        }
    }
    return false;
}

static void
offer_options(const asked_t *self)
{
    cli_option_doc_t doc;

    for (size_t i = 0; cli_option_doc(i, &doc); i++) {
        char word[64];

        if (cli_takes(self->command, doc.bit)) {
            (void) snprintf(word, sizeof(word), "--%s", doc.name);
            offer(self, word, doc.doc);
        }
    }
}

/* Which argument is being written: the i-th word of the usage; the last one may go on ("SCENARIO..."). */
static void
offer_argument(const asked_t *self)
{
    const char *args = self->command->args;
    cli_option_doc_t doc;
    size_t at = 0;

    for (size_t i = 2; i + 1 < self->n; i++) {
        if (self->word[i][0] != '-') {
            at++;
        } else if (find_option(self, self->word[i], &doc) && doc.arg != NULL && doc.arg[0] != '[' &&
                   strchr(self->word[i], '=') == NULL) {
            i++;
        }
    }
    for (; at > 0 && strchr(args, ' ') != NULL; at--) {
        args = strchr(args, ' ') + 1;
    }
    if (at == 0 || ends_in(args, "...")) {
        args += *args == '[';
        offer_by_name(self, ARGUMENT, COUNT_OF(ARGUMENT), args, strspn(args, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    }
}

/* What is kept of the last word, up to the byte before `begun`. */
static void
keep_until(asked_t *self, const char *begun)
{
    size_t n = (size_t) (begun - self->word[self->n - 1]);

    memcpy(self->kept, self->word[self->n - 1], n);
    self->kept[n] = '\0';
    self->begun = begun;
}

static void
offer_value(asked_t *self, const cli_option_doc_t *doc)
{
    bool list = strcmp(doc->arg, "A,B") == 0;

    if (list && strrchr(self->begun, ',') != NULL) {
        keep_until(self, strrchr(self->begun, ',') + 1);
    }
    if (strcmp(doc->arg, "FILE") == 0) {
        offer_files(self);
    } else {
        offer_by_name(self, VALUE, COUNT_OF(VALUE), doc->name, strlen(doc->name));
    }
}

static void
offer_commands(const asked_t *self)
{
    for (size_t i = 0; cli_command(i) != NULL; i++) {
        offer(self, cli_command(i)->name, cli_command(i)->doc);
    }
}

/* The word before the last, or "". */
static const char *
word_before(const asked_t *self)
{
    return self->word[self->n - 2];
}

static void
complete(asked_t *self)
{
    const char *last = self->word[self->n - 1];
    cli_option_doc_t doc;

    self->begun = last;
    if (self->n == 2) {
        offer_commands(self);
        offer(self, "help", "explain a command");
        offer_words(self, last[0] == '-' ? "--help --version" : "");
    } else if (strcmp(self->word[1], "help") == 0 && self->n == 3) {
        offer_commands(self);
        offer_words(self, "reference man completion");
    } else if (strcmp(self->word[1], "help") == 0 && strcmp(self->word[2], "completion") == 0) {
        offer_words(self, "bash zsh fish");
    } else if (strcmp(self->word[1], "help") == 0 && strcmp(self->word[2], "man") == 0) {
        offer_commands(self);
    } else if (self->command == NULL) {
        return;
    } else if (strncmp(last, "--", 2) == 0 && strchr(last, '=') != NULL && find_option(self, last, &doc) &&
               doc.arg != NULL) {
        keep_until(self, strchr(last, '=') + 1);
        offer_value(self, &doc);
    } else if (self->n > 3 && find_option(self, word_before(self), &doc) && doc.arg != NULL && doc.arg[0] != '[' &&
               strchr(word_before(self), '=') == NULL) {
        offer_value(self, &doc);
    } else if (last[0] == '-') {
        offer_options(self);
    } else {
        offer_argument(self);
    }
}

void
cli_help_complete(const char *line, FILE *out)
{
    asked_t self = { .out = out };

    (void) snprintf(self.line, sizeof(self.line), "%s", line);
    for (char *at = self.line; self.n < WORDS_MAX;) {
        at += strspn(at, " \t");
        self.word[self.n++] = at;
        at += strcspn(at, " \t");
        if (*at == '\0') {
            break;
        }
        *at++ = '\0';
    }
    if (self.n >= 2 && self.n < WORDS_MAX) {
        self.command = cli_find_command(self.word[1]);
        complete(&self);
    }
}

/* ---- what the shells are given ---- */

static const char BASH[] =
    "# Completion of weir for bash. Made by `weir help completion bash`.\n"
    "_weir() {\n"
    "    local line=${COMP_LINE:0:COMP_POINT} cur kept='' word meaning glob\n"
    "    cur=${line##*[[:space:]]}\n"
    "    # readline replaces what follows the last of these alone\n"
    "    [[ $COMP_WORDBREAKS == *=* && $cur == *=* ]] && kept=${cur%\"${cur##*=}\"}\n"
    "    [[ $COMP_WORDBREAKS == *:* && $cur == *:* ]] && kept=${cur%\"${cur##*:}\"}\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r word meaning; do\n"
    "        if [[ $word == :files* ]]; then\n"
    "            glob=${word#:files}\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r word; do\n"
    "                COMPREPLY+=(\"$word\")\n"
    "            done < <(compgen -d -- \"${cur#\"$kept\"}\"; \n"
    "                compgen -f ${glob:+-X \"!*${glob# }\"} -- \"${cur#\"$kept\"}\" |\n"
    "                while IFS= read -r word; do [[ -d $word ]] || printf '%s\\n' \"$word\"; done)\n"
    "        else\n"
    "            [[ $word != *= ]] || compopt -o nospace 2>/dev/null\n"
    "            COMPREPLY+=(\"${word#\"$kept\"}\")\n"
    "        fi\n"
    "    done < <(\"${COMP_WORDS[0]/#\\~/$HOME}\" help complete \"$line\" 2>/dev/null)\n"
    "}\n"
    "complete -F _weir weir\n";

static const char ZSH[] =
    "#compdef weir\n"
    "# Completion of weir for zsh. Made by `weir help completion zsh`.\n"
    "_weir() {\n"
    "    local word meaning glob files=0\n"
    "    local -a whole begun\n"
    "    while IFS=$'\\t' read -r word meaning; do\n"
    "        if [[ $word == :files* ]]; then\n"
    "            files=1 glob=${${word#:files}# }\n"
    "        elif [[ $word == *= ]]; then\n"
    "            begun+=(\"${word//:/\\\\:}:$meaning\")\n"
    "        else\n"
    "            whole+=(\"${word//:/\\\\:}:$meaning\")\n"
    "        fi\n"
    "    done < <(${(Q)words[1]} help complete \"${(j: :)words[1,CURRENT-1]} $PREFIX\" 2>/dev/null)\n"
    "    (( $#whole )) && _describe weir whole\n"
    "    (( $#begun )) && _describe weir begun -S ''\n"
    "    (( files )) && { [[ -n $glob ]] && _files -g \"*$glob\" || _files }\n"
    "}\n"
    "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _weir \"$@\"; else compdef _weir weir; fi\n";

static const char FISH[] = "# Completion of weir for fish. Made by `weir help completion fish`.\n"
                           "function __weir_complete\n"
                           "    set -l line (commandline -cp)\n"
                           "    set -l program (commandline -op)[1]\n"
                           "    for candidate in ($program help complete \"$line\" 2>/dev/null)\n"
                           "        if string match -q ':files*' -- $candidate\n"
                           "            __fish_complete_suffix (string replace -r '^:files ?' '' -- $candidate)\n"
                           "        else\n"
                           "            printf '%s\\n' $candidate\n"
                           "        end\n"
                           "    end\n"
                           "end\n"
                           "complete -c weir -f -a '(__weir_complete)'\n";

bool
cli_help_completion(const char *shell, FILE *out)
{
    static const struct {
        const char *shell, *text;
    } FILES[] = { { "bash", BASH }, { "zsh", ZSH }, { "fish", FISH } };

    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        if (strcmp(shell, FILES[i].shell) == 0) {
            (void) fputs(FILES[i].text, out);
            return true;
        }
    }
    return false;
}
