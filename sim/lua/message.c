/*
 * Messages for the user, and the words in them: lists of errors and warnings, near names, numbers as people write
 * them.
 *
 * Invariant: adding a message never fails loudly; when memory runs out the loader's no_memory says so.
 *
 * Reference: the distance is the restricted Damerau-Levenshtein distance (optimal string alignment).
 */
#include "sim/lua/loader.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 200
#define WORD_MAX 64

char *
scn_strdup(scn_loader_t *ld, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (copy == NULL) {
        ld->no_memory = true;
        return NULL;
    }
    memcpy(copy, text, size);
    return copy;
}

static bool
list_grow(scn_list_t *list)
{
    size_t capacity = list->capacity > 0 ? 2 * list->capacity : 16;
    scn_message_t *item;

    if (list->n < list->capacity) {
        return true;
    }
    item = realloc(list->item, capacity * sizeof(*item));
    if (item == NULL) {
        return false;
    }
    list->item = item;
    list->capacity = capacity;
    return true;
}

/* Control characters would let a scenario write on the user's terminal. */
static void
list_clean(char *text)
{
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char) *c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
}

void
scn_list_add(scn_loader_t *ld, scn_list_t *list, const char *file, int line, const char *text)
{
    char *file_copy, *text_copy;

    if (list->n > LIST_MAX) {
        return;
    }
    if (list->n == LIST_MAX) {
        text = "there is more; the rest is not listed";
        line = INT32_MAX;
    }
    file_copy = scn_strdup(ld, file);
    text_copy = scn_strdup(ld, text);
    if (file_copy == NULL || text_copy == NULL || !list_grow(list)) {
        ld->no_memory = true;
        free(file_copy);
        free(text_copy);
        return;
    }
    list_clean(file_copy);
    list_clean(text_copy);
    list->item[list->n++] = (scn_message_t){ file_copy, line, text_copy };
}

void
scn_error(scn_loader_t *ld, const char *file, int line, const char *format, ...)
{
    char text[SCN_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    scn_list_add(ld, &ld->scn->error, file, line, text);
}

void
scn_warn(scn_loader_t *ld, const char *file, int line, const char *format, ...)
{
    char text[SCN_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    scn_list_add(ld, &ld->scn->warning, file, line, text);
}

static int
list_compare(const void *a, const void *b)
{
    const scn_message_t *x = a, *y = b;
    int order = strcmp(x->file, y->file);

    if (order == 0) {
        order = (x->line > y->line) - (x->line < y->line);
    }
    return order != 0 ? order : strcmp(x->text, y->text);
}

void
scn_list_sort(scn_list_t *list)
{
    size_t kept = 0;

    if (list->n == 0) {
        return;
    }
    qsort(list->item, list->n, sizeof(*list->item), list_compare);
    for (size_t i = 1; i < list->n; i++) {
        if (list_compare(&list->item[kept], &list->item[i]) == 0) {
            free((char *) list->item[i].file);
            free((char *) list->item[i].text);
        } else {
            list->item[++kept] = list->item[i];
        }
    }
    list->n = kept + 1;
}

void
scn_list_free(scn_list_t *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free((char *) list->item[i].file);
        free((char *) list->item[i].text);
    }
    free(list->item);
    memset(list, 0, sizeof(*list));
}

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned
scn_distance(const char *a, const char *b, unsigned limit)
{
    unsigned row[3][WORD_MAX + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > WORD_MAX || m > WORD_MAX || n > m + limit || m > n + limit) {
        return limit + 1;
    }
    for (size_t j = 0; j <= m; j++) {
        row[0][j] = (unsigned) j;
    }
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

        now[0] = (unsigned) i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1] ? 1u : 0u));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }
    }
    return least(row[n % 3][m], limit + 1);
}

void
scn_nearest(const char *word, const char *candidate, const char **best, unsigned *distance)
{
    size_t length = strlen(word);
    unsigned limit = length <= 2 ? 1 : length <= 5 ? 2 : 3;
    unsigned d = scn_distance(word, candidate, limit);

    if (d > limit || d >= strlen(candidate)) {
        return;
    }
    if (*best == NULL || d < *distance || (d == *distance && strcmp(candidate, *best) < 0)) {
        *best = candidate;
        *distance = d;
    }
}

const char *
scn_hint(const char *best, char *buffer, size_t size)
{
    if (best == NULL) {
        return "";
    }
    snprintf(buffer, size, " (did you mean '%s'?)", best);
    return buffer;
}

const char *
scn_format(double value, char *buffer, size_t size)
{
    for (int digits = 6; digits <= 15; digits++) {
        snprintf(buffer, size, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value || isnan(value)) {
            break;
        }
        if (digits == 15) {
            snprintf(buffer, size, "%.17g", value);
        }
    }
    /* 1e+06 reads badly: money and people are written out */
    if (strchr(buffer, 'e') != NULL && fabs(value) < 1e15 && value == floor(value)) {
        snprintf(buffer, size, "%.0f", value);
    }
    return buffer;
}
