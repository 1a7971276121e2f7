#include "plots/gnuplot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT_START 127

/* In the child: input becomes standard input, output the rest. Only calls that are safe after a fork. */
static void
become_gnuplot(const char *directory, int input, int output)
{
    static const char *const argv[] = { "gnuplot", "--default-settings", "-", NULL };
    char *word[4] = { NULL };

    memcpy(word, argv, sizeof(argv));
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0
        || (directory[0] != '\0' && chdir(directory) != 0)) {
        _exit(CANNOT_START);
    }
    (void) execvp(word[0], word);
    _exit(CANNOT_START);
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
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START) {
        return SIM_ERR_UNSUPPORTED;
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

int
plot_gnuplot(const char *directory, const char *script, size_t n, char *said, size_t size)
{
    int pair[2] = { -1, -1 }, ret = SIM_ERR_IO;
    FILE *output = tmpfile();
    pid_t child = -1;

    said[0] = '\0';
    if (output != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
        child = fork();
    }
    if (child == 0) {
        (void) close(pair[0]);
        become_gnuplot(directory, pair[1], fileno(output));
    }
    if (child > 0) {
        (void) close(pair[1]);
        pair[1] = -1;
        feed(pair[0], script, n);
        (void) shutdown(pair[0], SHUT_WR);
        ret = await(child);
        listen_back(output, said, size);
    }
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0) {
            (void) close(pair[i]);
        }
    }
    if (output != NULL) {
        (void) fclose(output);
    }
    return ret;
}
