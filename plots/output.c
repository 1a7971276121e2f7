#include "plots/output.h"

#include "plots/job.h"
#include "sim/store/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
plot_text_open(plot_text_t *self, plot_fault_t *fault)
{
    self->stream = open_memstream(&self->text, &self->n);
    return self->stream != NULL ? 0 : plot_fail(fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
}

int
plot_text_close(plot_text_t *self, plot_fault_t *fault)
{
    bool whole = self->stream != NULL && !ferror(self->stream);

    if (self->stream != NULL && fclose(self->stream) != 0) {
        whole = false;
    }
    self->stream = NULL;
    return whole ? 0 : plot_fail(fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
}

void
plot_text_free(plot_text_t *self)
{
    if (self->stream != NULL) {
        (void) fclose(self->stream);
    }
    free(self->text);
}

char *
plot_join(const char *a, size_t n, const char *b, const char *c)
{
    size_t size = n + strlen(b) + strlen(c) + 1;
    char *text = malloc(size);

    if (text != NULL) {
        (void) snprintf(text, size, "%.*s%s%s", (int) n, a, b, c);
    }
    return text;
}

int
plot_copy_file(const char *directory, const char *name, FILE *out, plot_fault_t *fault)
{
    char *path = plot_join(directory, strlen(directory), "/", name);
    FILE *file = path == NULL ? NULL : fopen(path, "r");
    char block[4096];
    size_t n;
    int ret = 0;

    if (file == NULL) {
        ret = plot_fail(fault, SIM_ERR_IO, "cannot read the template %s: %s", path == NULL ? name : path,
            strerror(errno));
    } else {
        while ((n = fread(block, 1, sizeof(block), file)) > 0) {
            (void) fwrite(block, 1, n, out);
        }
        if (ferror(file)) {
            ret = plot_fail(fault, SIM_ERR_IO, "cannot read the template %s: %s", path, strerror(errno));
        }
        (void) fclose(file);
    }
    free(path);
    return ret;
}

int
plot_check_absent(const char *path, plot_fault_t *fault)
{
    struct stat info;

    return lstat(path, &info) != 0
               ? 0
               : plot_fail(fault, SIM_ERR_EXISTS, "%s: exists already (--force overwrites it)", path);
}

/* Give a temporary file its name. Without force, a name that was taken meanwhile is an error too. */
int
plot_place_file(const char *temporary, const char *path, bool force, plot_fault_t *fault)
{
    int error = force ? (rename(temporary, path) == 0 ? 0 : errno) : (link(temporary, path) == 0 ? 0 : errno);
    struct stat info;

    if (!force && error != 0 && error != EEXIST && lstat(path, &info) != 0) {
        /* where links are not to be had */
        error = rename(temporary, path) == 0 ? 0 : errno;
    }
    if (error == 0) {
        (void) unlink(temporary);
        return 0;
    }
    return plot_fail(fault, error == EEXIST ? SIM_ERR_EXISTS : SIM_ERR_IO, "%s: %s", path, strerror(error));
}

int
plot_write_text(const char *path, const plot_text_t *text, bool force, plot_fault_t *fault)
{
    char *temporary = NULL;
    int error = store_make_temporary(path, &temporary), ret = 0;
    FILE *file = error == 0 ? fopen(temporary, "wb") : NULL;

    if (file == NULL) {
        ret = plot_fail(fault, SIM_ERR_IO, "%s: %s", path, strerror(error != 0 ? error : errno));
    } else {
        size_t n = fwrite(text->text, 1, text->n, file);

        if (fclose(file) != 0 || n != text->n) {
            ret = plot_fail(fault, SIM_ERR_IO, "%s: %s", path, strerror(errno));
        }
    }
    if (ret == 0) {
        ret = plot_place_file(temporary, path, force, fault);
    }
    if (ret != 0 && temporary != NULL) {
        (void) unlink(temporary);
    }
    free(temporary);
    return ret;
}
