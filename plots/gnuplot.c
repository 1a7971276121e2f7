#include "plots/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: input becomes standard input, and all that is said goes to output. Only calls that are safe after a
   fork. */
static void
become_gnuplot(int input, int output, int report)
{
    static const char *const WORD[] = { "gnuplot", "--default-settings", "-", NULL };
    char *argv[4] = { NULL };
    ssize_t told;

    memcpy(argv, WORD, sizeof(WORD));
    if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0) {
        (void) execvp(argv[0], argv);
    }
    told = write(report, "x", 1);
    _exit(told == 1 ? 127 : 126);
}

/* Whether it began: the report, which exec closes, ends without a byte. An exit status could be that of a tool we run
   under. */
static bool
has_begun(int report)
{
    char byte;
    ssize_t n;

    do {
        n = read(report, &byte, 1);
    } while (n < 0 && errno == EINTR);
    return n == 0;
}

/* A socket, because a write to a pipe that gnuplot has left would end us by a signal. */
static void
feed(int to, const char *script, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(to, script, n, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return;
        }
        script += sent;
        n -= (size_t) sent;
    }
}

static int
await(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return SIM_ERR_IO;
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : SIM_ERR_IO;
}

static void
listen_back(FILE *output, char *said, size_t size)
{
    size_t n;

    rewind(output);
    n = fread(said, 1, size - 1, output);
    said[n] = '\0';
}

/* Two ends each: a socket for the script, and a pipe for the report. */
typedef struct {
    int script[2], report[2];
    FILE *output;
} wires_t;

static int
wires_open(wires_t *self)
{
    *self = (wires_t){ { -1, -1 }, { -1, -1 }, tmpfile() };
    return self->output == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, self->script) != 0 || pipe(self->report) != 0 ||
                   fcntl(self->report[1], F_SETFD, FD_CLOEXEC) != 0 || fcntl(self->script[0], F_SETFD, FD_CLOEXEC) != 0
               ? SIM_ERR_IO
               : 0;
}

static void
wires_close_one(int *end)
{
    if (*end >= 0) {
        (void) close(*end);
    }
    *end = -1;
}

static void
wires_close(wires_t *self)
{
    for (int i = 0; i < 2; i++) {
        wires_close_one(&self->script[i]);
        wires_close_one(&self->report[i]);
    }
    if (self->output != NULL) {
        (void) fclose(self->output);
    }
}

/* In the parent. */
static int
converse(wires_t *wires, pid_t child, const char *script, size_t n, char *said, size_t size)
{
    bool begun;
    int ret;

    wires_close_one(&wires->script[1]);
    wires_close_one(&wires->report[1]);
    begun = has_begun(wires->report[0]);
    if (begun) {
        feed(wires->script[0], script, n);
    }
    wires_close_one(&wires->script[0]);
    ret = await(child);
    listen_back(wires->output, said, size);
    return begun ? ret : SIM_ERR_UNSUPPORTED;
}

int
plot_gnuplot(const char *script, size_t n, char *said, size_t size)
{
    wires_t wires;
    int ret = wires_open(&wires);
    pid_t child = ret == 0 ? fork() : -1;

    said[0] = '\0';
    if (child < 0) {
        (void) snprintf(said, size, "%s", strerror(errno));
        ret = SIM_ERR_IO;
    } else if (child == 0) {
        become_gnuplot(wires.script[1], fileno(wires.output), wires.report[1]);
    } else {
        ret = converse(&wires, child, script, n, said, size);
    }
    wires_close(&wires);
    return ret;
}
