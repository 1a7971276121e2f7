/*
 * The most memory that the command holds while it runs one replication of ten years of Kent & Medway at full size: under 256 MiB,
 * so that a laptop can run as many as it has cores.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST_KIB (256L * 1024)

/* A sanitiser's own memory is not the program's. */
static int
is_sanitised(const char *weir)
{
    return strstr(weir, "asan/") != NULL || strstr(weir, "tsan/") != NULL;
}

static void
test_memory_ten_years(void **state)
{
    const char *given = getenv("WEIR"), *weir = given != NULL ? given : "./weir";
    char folder[] = "/tmp/weir-memory-XXXXXX", results[64];
    struct rusage used;
    int status;
    pid_t pid;

    (void) state;
    if (is_sanitised(weir)) {
        skip();
    }
    assert_non_null(mkdtemp(folder));
    (void) snprintf(results, sizeof(results), "%s/x.db", folder);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL) {
            _exit(126);
        }
        (void) execl(weir, weir, "run", "scenarios/kent_medway.lua", "--reps", "1", "--jobs", "1", "--set", "years=10",
            "--quiet", "--out", results, (char *) NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void) unlink(results);
    (void) rmdir(folder);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
    print_message("    %ld MiB\n", used.ru_maxrss / 1024);
    assert_true(used.ru_maxrss > 1024 && used.ru_maxrss < MOST_KIB);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_ten_years),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
