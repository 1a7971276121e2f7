/*
 * The sandbox: a Lua state with a limit of memory (its allocator) and of instructions (its count hook), texts through
 * the caller's reader, and errors with the user's file and line.
 *
 * Invariant: nothing in the sandbox catches an error (no pcall, no coroutines), so a limit that is hit ends the
 * scenario.
 */
#include "sim/lua/loader.h"

#include <lualib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MEMORY ((size_t) 256 << 20)
#define DEFAULT_INSTRUCTIONS 200000000u
#define HOOK_EVERY 1000
#define NOTES_MAX 100000
#define FILES_MAX 100
#define TEXT_MAX ((size_t) 16 << 20)
#define REQUIRE_DEPTH 20

/* Keys of the registry. */
static const char KEY_NOTES = 0, KEY_MODULES = 0;

scn_loader_t *
scn_loader(lua_State *L)
{
    return *(scn_loader_t **) lua_getextraspace(L);
}

bool
scn_running(lua_State *L, const char **file, int *line)
{
    lua_Debug ar;

    for (int level = 0; lua_getstack(L, level, &ar) != 0; level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline > 0 && ar.source[0] == '@') {
            *file = ar.source + 1;
            *line = ar.currentline;
            return true;
        }
    }
    return false;
}

/* ---- memory and instructions ---- */

/* The name of a file that outlives the Lua state's own copy of it. */
static const char *
kept_name(scn_loader_t *ld, const char *name)
{
    for (size_t i = 0; i < ld->n_files; i++) {
        if (strcmp(ld->file[i].name, name) == 0) {
            return ld->file[i].name;
        }
    }
    return ld->scn->main_file;
}

static void
note_where_memory_ended(scn_loader_t *ld)
{
    const char *file;
    int line;

    if (ld->L != NULL && scn_running(ld->L, &file, &line)) {
        ld->memory_file = kept_name(ld, file);
        ld->memory_line = line;
    }
}

static void *
sandbox_allocate(void *ctx, void *block, size_t old_size, size_t new_size)
{
    scn_loader_t *ld = ctx;
    void *result;

    if (block == NULL) {
        old_size = 0; /* Lua tells the kind of the object instead */
    }
    if (new_size == 0) {
        free(block);
        ld->memory_used -= old_size;
        return NULL;
    }
    if (new_size > old_size && new_size - old_size > ld->limits.memory_bytes - ld->memory_used) {
        note_where_memory_ended(ld);
        return NULL;
    }
    result = realloc(block, new_size);
    if (result != NULL) {
        ld->memory_used = ld->memory_used - old_size + new_size;
    } else {
        ld->no_memory = true;
    }
    return result;
}

void
scn_charge(lua_State *L, double instructions)
{
    scn_loader_t *ld = scn_loader(L);
    char limit[32];

    if (instructions > 1e15) {
        instructions = 1e15;
    }
    ld->instructions += (uint64_t) instructions;
    if (ld->instructions > ld->limits.instructions) {
        scn_format((double) ld->limits.instructions, limit, sizeof(limit));
        luaL_error(L, "the scenario ran for more than %s instructions; does it loop for ever?", limit);
    }
}

static void
sandbox_hook(lua_State *L, lua_Debug *ar)
{
    (void) ar;
    scn_charge(L, HOOK_EVERY);
}

/* ---- errors ---- */

/* Drop the "short_src:line: " that Lua or error() put before a message, and take file and line from the level it
   names. */
static const char *
strip_place(lua_State *L, const char *message, const char **file, int *line)
{
    lua_Debug ar;
    char prefix[LUA_IDSIZE + 24];

    for (int level = 0; lua_getstack(L, level, &ar) != 0; level++) {
        lua_getinfo(L, "Sl", &ar);
        snprintf(prefix, sizeof(prefix), "%s:%d: ", ar.short_src, ar.currentline);
        if (ar.currentline > 0 && ar.source[0] == '@' && strncmp(message, prefix, strlen(prefix)) == 0) {
            *file = ar.source + 1;
            *line = ar.currentline;
            return message + strlen(prefix);
        }
    }
    return message;
}

int
scn_traceback(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    const char *message =
        lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "the scenario raised an error without words";
    const char *file = ld->context != NULL ? ld->context : ld->scn->main_file;
    int line = 0;

    if (lua_islightuserdata(L, 1)) {
        return 1; /* listed already */
    }
    scn_running(L, &file, &line);
    message = strip_place(L, message, &file, &line);
    scn_error(ld, file, line, "%s%.60s%s%s%s", ld->building != NULL ? "area \"" : "",
        ld->building != NULL ? ld->building : "", ld->building != NULL ? "\": " : "", message,
        strncmp(message, "stack overflow", 14) == 0 ? "; does a function call itself for ever?" : "");
    return 1;
}

int
scn_protected(scn_loader_t *ld, lua_CFunction function)
{
    int status;

    lua_settop(ld->L, 0);
    lua_pushcfunction(ld->L, scn_traceback);
    lua_pushcfunction(ld->L, function);
    status = lua_pcall(ld->L, 0, 0, 1);
    if (status == LUA_ERRMEM) {
        const char *file = ld->memory_file != NULL ? ld->memory_file : ld->scn->main_file;

        scn_error(ld, file, ld->memory_line, "the scenario needs more than %.0f MiB of memory",
            (double) ld->limits.memory_bytes / 1048576.0);
    } else if (status == LUA_ERRERR) {
        scn_error(ld, ld->scn->main_file, 0, "the scenario raised an error while another was reported");
    }
    lua_settop(ld->L, 0);
    if (ld->no_memory) {
        return SIM_ERR_NO_MEMORY;
    }
    return status == LUA_OK ? 0 : SIM_ERR_SCENARIO;
}

/* ---- texts ---- */

/* Relative, of letters, digits, _ - . and /, no part that begins with a dot. */
static bool
name_is_safe(const char *name)
{
    if (name[0] == '\0' || strlen(name) > 200) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        bool start = c == name || c[-1] == '/';

        if (start && (*c == '/' || *c == '.')) {
            return false;
        }
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./", *c) == NULL) {
            return false;
        }
    }
    return name[strlen(name) - 1] != '/';
}

static scn_file_t *
file_add(scn_loader_t *ld, const char *name)
{
    scn_file_t *file;

    if (ld->file == NULL) {
        ld->file = calloc(FILES_MAX, sizeof(*ld->file));
    }
    if (ld->file == NULL || ld->n_files == FILES_MAX) {
        return NULL;
    }
    file = &ld->file[ld->n_files];
    file->name = scn_strdup(ld, name);
    if (file->name != NULL) {
        ld->n_files++;
    }
    return file->name != NULL ? file : NULL;
}

/* A byte order mark is dropped; the text is ended by a zero. */
static int
file_fill(scn_loader_t *ld, scn_file_t *file)
{
    char *text = NULL, *ended;
    size_t len = 0;
    int ret = ld->reader->read(ld->reader->ctx, file->name, &text, &len);

    if (ret != 0) {
        free(text);
        return ret;
    }
    if (len > TEXT_MAX) {
        free(text);
        return SIM_ERR_FULL;
    }
    if (len >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        free(text);
        return SIM_ERR_BAD_PARAM;
    }
    ended = realloc(text, len + 1);
    if (ended == NULL) {
        free(text);
        ld->no_memory = true;
        return SIM_ERR_NO_MEMORY;
    }
    ended[len] = '\0';
    if (len >= 3 && memcmp(ended, "\xEF\xBB\xBF", 3) == 0) {
        len -= 3;
        memmove(ended, ended + 3, len + 1);
    }
    file->text = ended;
    file->len = len;
    return 0;
}

static const char *
read_sentence(int code)
{
    switch (code) {
    case SIM_ERR_NOT_FOUND:
        return "there is no such file";
    case SIM_ERR_FULL:
        return "the file is longer than 16 MiB";
    case SIM_ERR_BAD_PARAM:
        return "it is UTF-16: save it as UTF-8";
    case SIM_ERR_IO:
        return "it is not a plain file that may be read";
    case SIM_ERR_UNSUPPORTED:
        return "a scenario may read files in its own folder, with names of letters, digits, _ - . and /";
    case SIM_ERR_EXISTS:
        return "a scenario may read at most 100 files";
    default:
        return sim_strerror(code);
    }
}

const scn_file_t *
scn_try(scn_loader_t *ld, const char *name, int *code)
{
    scn_file_t *file;

    for (size_t i = 0; i < ld->n_files; i++) {
        if (strcmp(ld->file[i].name, name) == 0 && ld->file[i].text != NULL) {
            return &ld->file[i];
        }
    }
    *code = SIM_ERR_UNSUPPORTED;
    if (strcmp(name, ld->scn->main_file) != 0 && !name_is_safe(name)) {
        return NULL;
    }
    *code = SIM_ERR_EXISTS;
    file = file_add(ld, name);
    if (file == NULL) {
        return NULL;
    }
    *code = file_fill(ld, file);
    return *code == 0 ? file : NULL;
}

const scn_file_t *
scn_read(lua_State *L, const char *name)
{
    int code = 0;
    const scn_file_t *file = scn_try(scn_loader(L), name, &code);

    if (file == NULL && strcmp(name, scn_loader(L)->scn->main_file) == 0) {
        luaL_error(L, "cannot be read: %s", read_sentence(code));
    } else if (file == NULL) {
        luaL_error(L, "'%s' cannot be read: %s", name, read_sentence(code));
    }
    return file;
}

const scn_file_t *
scn_read_or_tell(lua_State *L, const char *name)
{
    scn_loader_t *ld = scn_loader(L);
    int code = 0, line = 0;
    const scn_file_t *file = scn_try(ld, name, &code);
    const char *where = ld->scn->main_file;

    if (file == NULL) {
        (void) scn_running(L, &where, &line);
        scn_error(ld, where, line, "'%s' cannot be read: %s", name, read_sentence(code));
    }
    return file;
}

static const char LUA_BYTECODE = '\x1b';

/* Syntax errors come as "[string]:line: text": say file and line as other errors do. */
static void
report_syntax(lua_State *L, const char *name)
{
    scn_loader_t *ld = scn_loader(L);
    const char *message = lua_tostring(L, -1), *colon = message;
    int line = 0, used = 0;

    while ((colon = strchr(colon, ':')) != NULL) {
        if (sscanf(colon, ":%d: %n", &line, &used) == 1 && used > 0) {
            message = colon + used;
            break;
        }
        colon++;
        line = 0;
    }
    scn_error(ld, name, line, "%s", message);
}

/* Raise an error whose message stands in the list already. */
static void
run_failed(lua_State *L)
{
    lua_pushlightuserdata(L, scn_loader(L));
    lua_error(L);
}

void
scn_sandbox_run(lua_State *L, const char *name, bool is_main)
{
    const scn_file_t *file = scn_read(L, name);
    int status;

    if (file->len > 0 && file->text[0] == LUA_BYTECODE) {
        luaL_error(L, "'%s' is compiled Lua; scenarios are text", name);
    }
    lua_pushfstring(L, "@%s", name);
    status = luaL_loadbufferx(L, file->text, file->len, lua_tostring(L, -1), "t");
    lua_remove(L, -2);
    if (status == LUA_ERRSYNTAX) {
        report_syntax(L, name);
        run_failed(L);
    } else if (status != LUA_OK) {
        luaL_error(L, "'%s': not enough memory to read it", name);
    }
    lua_call(L, 0, 1);
    if (!is_main && lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
}

/* ---- require ---- */

static void
module_file(lua_State *L, const char *module, char *name, size_t size)
{
    size_t n = 0;

    for (const char *c = module; *c != '\0' && n + 5 < size; c++) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", *c) == NULL) {
            luaL_error(L, "require \"%s\": the name of a module is letters, digits, _ and dots, such as \"lib.camhs\"",
                module);
        }
        name[n++] = *c == '.' ? '/' : *c;
    }
    snprintf(name + n, size - n, ".lua");
}

/* modules[name] is its value, or the light userdata of the loader while it runs. */
static int
sandbox_require(lua_State *L)
{
    scn_loader_t *ld = scn_loader(L);
    const char *module = luaL_checkstring(L, 1);
    char name[128];

    module_file(L, module, name, sizeof(name));
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &KEY_MODULES);
    if (lua_getfield(L, 2, name) == LUA_TLIGHTUSERDATA) {
        return luaL_error(L, "require \"%s\": the module requires itself, through others perhaps", module);
    }
    if (!lua_isnil(L, -1)) {
        return 1;
    }
    if (ld->requires >= REQUIRE_DEPTH) {
        return luaL_error(L, "require \"%s\": modules are nested more than %d deep", module, REQUIRE_DEPTH);
    }
    lua_pushlightuserdata(L, ld);
    lua_setfield(L, 2, name);
    ld->requires ++;
    scn_sandbox_run(L, name, false);
    ld->requires --;
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, name);
    return 1;
}

/* ---- notes ---- */

static void
note_add(lua_State *L, const scn_note_t *it)
{
    scn_loader_t *ld = scn_loader(L);

    if (ld->n_notes >= NOTES_MAX) {
        return;
    }
    if (ld->n_notes >= ld->note_capacity) {
        size_t capacity = ld->note_capacity > 0 ? 2 * ld->note_capacity : 64;
        scn_note_t *note = realloc(ld->note, capacity * sizeof(*note));

        if (note == NULL) {
            return;
        }
        ld->note = note;
        ld->note_capacity = capacity;
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &KEY_NOTES);
    lua_pushvalue(L, -2);
    lua_pushinteger(L, (lua_Integer) ld->n_notes);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    ld->note[ld->n_notes++] = *it;
}

void
scn_note_table(lua_State *L, const char *constructor)
{
    const char *file;
    int line;

    if (scn_running(L, &file, &line)) {
        note_add(L, &(scn_note_t){ kept_name(scn_loader(L), file), line, constructor, SIZE_MAX });
    }
}

void
scn_note_place(lua_State *L, const char *file, int line)
{
    note_add(L, &(scn_note_t){ kept_name(scn_loader(L), file), line, "", 0 });
}

const scn_note_t *
scn_noted(scn_loader_t *ld, int idx)
{
    lua_State *L = ld->L;
    scn_note_t *note = NULL;

    if (!lua_istable(L, idx)) {
        return NULL;
    }
    idx = lua_absindex(L, idx);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &KEY_NOTES);
    lua_pushvalue(L, idx);
    if (lua_rawget(L, -2) == LUA_TNUMBER) {
        note = &ld->note[lua_tointeger(L, -1)];
        if (note->node == SIZE_MAX) {
            note->node = scn_index_call(ld, note->file, note->line, note->name);
        }
    }
    lua_pop(L, 2);
    return note;
}

/* ---- the state ---- */

static void
registry_table(lua_State *L, const void *key, const char *mode)
{
    lua_newtable(L);
    if (mode != NULL) {
        lua_newtable(L);
        lua_pushstring(L, mode);
        lua_setfield(L, -2, "__mode");
        lua_setmetatable(L, -2);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

static int
sandbox_fill(lua_State *L)
{
    registry_table(L, &KEY_NOTES, "k");
    registry_table(L, &KEY_MODULES, NULL);
    scn_library_open(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_getmetatable(L, -1);
    lua_getfield(L, -1, "__index");
    lua_pushcfunction(L, sandbox_require);
    lua_setfield(L, -2, "require");
    return 0;
}

int
scn_sandbox_open(scn_loader_t *ld)
{
    if (ld->limits.memory_bytes == 0) {
        ld->limits.memory_bytes = DEFAULT_MEMORY;
    }
    if (ld->limits.instructions == 0) {
        ld->limits.instructions = DEFAULT_INSTRUCTIONS;
    }
    ld->L = lua_newstate(sandbox_allocate, ld);
    if (ld->L == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    *(scn_loader_t **) lua_getextraspace(ld->L) = ld;
    lua_sethook(ld->L, sandbox_hook, LUA_MASKCOUNT, HOOK_EVERY);
    return scn_protected(ld, sandbox_fill);
}

void
scn_sandbox_close(scn_loader_t *ld)
{
    lua_State *L = ld->L;

    ld->L = NULL;
    if (L != NULL) {
        lua_close(L);
    }
    for (size_t i = 0; i < ld->n_files; i++) {
        free(ld->file[i].name);
        free(ld->file[i].text);
        free(ld->file[i].line_start);
    }
    free(ld->file);
    free(ld->note);
    free(ld->node);
}
