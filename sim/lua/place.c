/*
 * Where things stand in a scenario: a small tokenizer follows a table constructor in the text, from the line of the
 * call that made it, and notes the line of every key and item. It serves messages only; what it cannot follow has the
 * line of the call.
 *
 * Invariant: the index is a tree in loader->node, node 0 unused; it holds at most NODE_MAX nodes, so that a scenario
 * whose tables name one another costs bounded work. Lines are counted as Lua counts them (\n, \r, \r\n and \n\r are
 * one each).
 */
#include "sim/lua/loader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NODE_MAX 200000
#define LOOKUP_MAX 400
#define DEPTH_MAX 60

typedef enum { LEX_END, LEX_NAME, LEX_STRING, LEX_NUMBER, LEX_OTHER } lex_type_t;

typedef struct {
    const char *p, *end;
    int line;
    lex_type_t type; /* of the present token */
    const char *token;
    size_t len;
    int token_line;
} lex_t;

static void
lex_newline(lex_t *lx)
{
    char first = *lx->p++;

    if (lx->p < lx->end && (*lx->p == '\n' || *lx->p == '\r') && *lx->p != first) {
        lx->p++;
    }
    lx->line++;
}

/* Number of = in a long bracket that opens at p, or -1. */
static int
lex_long_level(const lex_t *lx, const char *p)
{
    int level = 0;

    for (p++; p < lx->end && *p == '='; p++) {
        level++;
    }
    return p < lx->end && *p == '[' ? level : -1;
}

static void
lex_long(lex_t *lx, int level)
{
    lx->p += level + 2;
    while (lx->p < lx->end) {
        if (*lx->p == ']') {
            const char *q = lx->p + 1;

            while (q < lx->end && *q == '=') {
                q++;
            }
            if (q < lx->end && *q == ']' && q - lx->p - 1 == level) {
                lx->p = q + 1;
                return;
            }
            lx->p++;
        } else if (*lx->p == '\n' || *lx->p == '\r') {
            lex_newline(lx);
        } else {
            lx->p++;
        }
    }
}

static void
lex_comment(lex_t *lx)
{
    int level;

    lx->p += 2;
    level = lx->p < lx->end && *lx->p == '[' ? lex_long_level(lx, lx->p) : -1;
    if (level >= 0) {
        lex_long(lx, level);
        return;
    }
    while (lx->p < lx->end && *lx->p != '\n' && *lx->p != '\r') {
        lx->p++;
    }
}

static void
lex_space(lex_t *lx)
{
    while (lx->p < lx->end) {
        if (*lx->p == '\n' || *lx->p == '\r') {
            lex_newline(lx);
        } else if (isspace((unsigned char) *lx->p)) {
            lx->p++;
        } else if (*lx->p == '-' && lx->p + 1 < lx->end && lx->p[1] == '-') {
            lex_comment(lx);
        } else {
            return;
        }
    }
}

static void
lex_string(lex_t *lx)
{
    char quote = *lx->p++;

    while (lx->p < lx->end && *lx->p != quote) {
        if (*lx->p == '\\' && lx->p + 1 < lx->end) {
            lx->p++;
        }
        if (*lx->p == '\n' || *lx->p == '\r') {
            lex_newline(lx);
        } else {
            lx->p++;
        }
    }
    if (lx->p < lx->end) {
        lx->p++;
    }
}

static bool
lex_word_char(char c)
{
    return isalnum((unsigned char) c) || c == '_';
}

static void
lex_word(lex_t *lx)
{
    bool number = isdigit((unsigned char) *lx->p) != 0;

    lx->type = number ? LEX_NUMBER : LEX_NAME;
    while (lx->p < lx->end && (lex_word_char(*lx->p) || (number && *lx->p == '.'))) {
        lx->p++;
    }
}

static void
lex_next(lex_t *lx)
{
    lex_space(lx);
    lx->token = lx->p;
    lx->token_line = lx->line;
    lx->type = LEX_OTHER;
    if (lx->p >= lx->end) {
        lx->type = LEX_END;
    } else if (lex_word_char(*lx->p)) {
        lex_word(lx);
    } else if (*lx->p == '"' || *lx->p == '\'') {
        lx->type = LEX_STRING;
        lex_string(lx);
    } else if (*lx->p == '[' && lex_long_level(lx, lx->p) >= 0) {
        lx->type = LEX_STRING;
        lex_long(lx, lex_long_level(lx, lx->p));
    } else if (*lx->p == '=' && lx->p + 1 < lx->end && lx->p[1] == '=') {
        lx->p += 2;
    } else {
        lx->p++;
    }
    lx->len = (size_t) (lx->p - lx->token);
}

static bool
lex_is(const lex_t *lx, const char *text)
{
    return lx->type != LEX_END && lx->type != LEX_STRING && lx->len == strlen(text) &&
           memcmp(lx->token, text, lx->len) == 0;
}

static bool
lex_is_one_of(const lex_t *lx, const char *const *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lex_is(lx, text[i])) {
            return true;
        }
    }
    return false;
}

/* ---- the tree ---- */

static size_t
node_new(scn_loader_t *ld, int line)
{
    if (ld->n_nodes + 1 >= ld->node_capacity) {
        size_t capacity = ld->node_capacity > 0 ? 2 * ld->node_capacity : 256;
        scn_node_t *node = ld->n_nodes < NODE_MAX ? realloc(ld->node, capacity * sizeof(*node)) : NULL;

        if (node == NULL) {
            return 0;
        }
        ld->node = node;
        ld->node_capacity = capacity;
    }
    ld->n_nodes++;
    memset(&ld->node[ld->n_nodes], 0, sizeof(*ld->node));
    ld->node[ld->n_nodes].line = line;
    return ld->n_nodes;
}

typedef struct {
    scn_loader_t *ld;
    const scn_file_t *file;
    int depth;
} index_t;

static void index_table(index_t *ix, lex_t *lx, size_t node);

static const char *const OPENERS[] = { "(", "[", "{", "function", "if", "do", "repeat" };
static const char *const CLOSERS[] = { ")", "]", "}", "end", "until" };

/* Skip the rest of a value, to the comma or brace that ends it. */
static void
index_skip(lex_t *lx)
{
    int depth = 0;

    while (lx->type != LEX_END) {
        if (depth == 0 && (lex_is(lx, ",") || lex_is(lx, ";") || lex_is(lx, "}"))) {
            return;
        }
        if (lex_is_one_of(lx, OPENERS, sizeof(OPENERS) / sizeof(OPENERS[0]))) {
            depth++;
        } else if (lex_is_one_of(lx, CLOSERS, sizeof(CLOSERS) / sizeof(CLOSERS[0]))) {
            depth--;
        }
        lex_next(lx);
    }
}

/* A value that is the name of a local variable: follow `local name = {` earlier in the file. */
static void
index_local(index_t *ix, const lex_t *name, size_t node)
{
    lex_t lx = { .p = ix->file->text, .end = name->token, .line = 1 }, found = { 0 };

    if (ix->ld->lookups++ > LOOKUP_MAX) {
        return;
    }
    for (lex_next(&lx); lx.type != LEX_END; lex_next(&lx)) {
        if (!lex_is(&lx, "local")) {
            continue;
        }
        lex_next(&lx);
        if (lx.type == LEX_NAME && lx.len == name->len && memcmp(lx.token, name->token, lx.len) == 0) {
            found = lx;
        }
    }
    if (found.token == NULL) {
        return;
    }
    while (found.type != LEX_END && !lex_is(&found, "=") && found.token_line < name->token_line) {
        lex_next(&found);
    }
    lex_next(&found);
    if (lex_is(&found, "{")) {
        index_table(ix, &found, node);
    }
}

/* A value: a table, the table of a call such as stage{}, or a local variable. */
static void
index_value(index_t *ix, lex_t *lx, size_t node)
{
    lex_t name;

    if (lex_is(lx, "{")) {
        index_table(ix, lx, node);
        return;
    }
    if (lx->type != LEX_NAME) {
        return;
    }
    name = *lx;
    lex_next(lx);
    while (lex_is(lx, ".")) {
        lex_next(lx);
        lex_next(lx);
    }
    if (lex_is(lx, "(")) {
        lex_t inside = *lx;

        lex_next(&inside);
        if (lex_is(&inside, "{")) {
            index_table(ix, &inside, node);
        }
    } else if (lex_is(lx, "{")) {
        index_table(ix, lx, node);
    } else if (lex_is(lx, ",") || lex_is(lx, ";") || lex_is(lx, "}")) {
        index_local(ix, &name, node);
    }
}

/* A key: `name =`, `["name"] =` or `[1] =`; leaves lx at the value. */
static void
index_key(lex_t *lx, scn_node_t *node, long *item)
{
    lex_t ahead = *lx;

    lex_next(&ahead);
    if (lx->type == LEX_NAME && lex_is(&ahead, "=")) {
        node->key = lx->token;
        node->key_len = lx->len;
    } else if (lex_is(lx, "[") && (ahead.type == LEX_STRING || ahead.type == LEX_NUMBER)) {
        if (ahead.type == LEX_NUMBER) {
            node->item = strtol(ahead.token, NULL, 10);
        } else if (ahead.len >= 2) {
            node->key = ahead.token + 1;
            node->key_len = ahead.len - 2;
        }
        lex_next(&ahead);
        lex_next(&ahead);
    } else {
        node->item = (*item)++;
        return;
    }
    lex_next(&ahead);
    *lx = ahead;
}

/* At "{": index the table's fields under node; ends after "}". */
static void
index_table(index_t *ix, lex_t *lx, size_t node)
{
    size_t last = 0;
    long item = 1;

    if (++ix->depth > DEPTH_MAX) {
        ix->depth--;
        return;
    }
    lex_next(lx);
    while (lx->type != LEX_END && !lex_is(lx, "}")) {
        size_t child = node_new(ix->ld, lx->token_line);

        if (child == 0) {
            break;
        }
        if (last == 0) {
            ix->ld->node[node].child = child;
        } else {
            ix->ld->node[last].next = child;
        }
        last = child;
        index_key(lx, &ix->ld->node[child], &item);
        index_value(ix, lx, child);
        index_skip(lx);
        if (!lex_is(lx, "}")) {
            lex_next(lx);
        }
    }
    lex_next(lx);
    ix->depth--;
}

/* ---- from a call to its table ---- */

static bool
file_lines(scn_file_t *file)
{
    lex_t lx = { .p = file->text, .end = file->text + file->len, .line = 1 };
    size_t capacity = 2;

    if (file->line_start != NULL) {
        return true;
    }
    for (const char *c = file->text; c < lx.end; c++) {
        capacity += *c == '\n' || *c == '\r' ? 1u : 0u;
    }
    file->line_start = calloc(capacity, sizeof(*file->line_start));
    if (file->line_start == NULL) {
        return false;
    }
    file->n_lines = 1;
    while (lx.p < lx.end) {
        if (*lx.p == '\n' || *lx.p == '\r') {
            lex_newline(&lx);
            file->line_start[file->n_lines++] = (size_t) (lx.p - file->text);
        } else {
            lx.p++;
        }
    }
    return true;
}

static scn_file_t *
file_find(scn_loader_t *ld, const char *name)
{
    for (size_t i = 0; i < ld->n_files; i++) {
        if (strcmp(ld->file[i].name, name) == 0) {
            return &ld->file[i];
        }
    }
    return NULL;
}

size_t
scn_index_call(scn_loader_t *ld, const char *file_name, int line, const char *name)
{
    scn_file_t *file = file_find(ld, file_name);
    index_t ix = { ld, file, 0 };
    lex_t lx = { 0 };
    size_t node;

    if (file == NULL || !file_lines(file) || line < 1 || (size_t) line > file->n_lines) {
        return 0;
    }
    lx.p = file->text + file->line_start[line - 1];
    lx.end = file->text + file->len;
    lx.line = line;
    for (lex_next(&lx); lx.type != LEX_END && lx.token_line == line && !lex_is(&lx, name); lex_next(&lx)) {
    }
    if (!lex_is(&lx, name)) {
        return 0;
    }
    node = node_new(ld, line);
    if (node != 0) {
        index_value(&ix, &lx, node);
    }
    return node;
}

size_t
scn_index_child(const scn_loader_t *ld, size_t node, const char *key, long item)
{
    size_t child = node != 0 ? ld->node[node].child : 0;

    for (; child != 0; child = ld->node[child].next) {
        const scn_node_t *it = &ld->node[child];

        if (key == NULL ? it->key == NULL && it->item == item
                        : it->key != NULL && it->key_len == strlen(key) && memcmp(it->key, key, it->key_len) == 0) {
            return child;
        }
    }
    return 0;
}
