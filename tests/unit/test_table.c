/* What a terminal is shown: numbers by their unit, tables within the page, words that are nearly right. */
#include "sim/cli/cli.h"
#include "sim/cli/export.h"
#include "sim/cli/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_table_value(void **state)
{
    static const struct {
        const char *unit;
        double value;
        const char *text;
    } row[] = {
        { "share", 0.4567, "45.7%" },
        { "share", -0.0001, "0.0%" },
        { "pounds", 37000000.0, "37.00m" },
        { "pounds", 95238.4, "95,238" },
        { "pounds", -1234.0, "-1,234" },
        { "spells", 12675.4, "12,675" },
        { "spells", 999.6, "1,000" },
        { "spells", 123.4, "123" },
        { "days", 12.34, "12.3" },
        { "days", 1.234, "1.23" },
        { "days", 0.01234, "0.0123" },
        { "days", 0.0, "0.0" },
        { "days", NAN, "-" },
    };
    char text[64];

    (void) state;
    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        cli_format_value(text, sizeof(text), row[i].unit, row[i].value);
        assert_string_equal(text, row[i].text);
    }
}

static void
test_table_interval(void **state)
{
    char text[160];

    (void) state;
    cli_format_interval(text, sizeof(text), "share", 0.452, 0.441, 0.463);
    assert_string_equal(text, "45.2% (44.1 to 46.3)");
    cli_format_interval(text, sizeof(text), "share", 0.9, 0.7, 1.1);
    assert_string_equal(text, "90.0% (70.0 to 100.0)");
    cli_format_interval(text, sizeof(text), "days", 12.0, NAN, NAN);
    assert_string_equal(text, "12.0");
    cli_format_difference(text, sizeof(text), "share", 0.0257, 0.0102, 0.0413);
    assert_string_equal(text, "+2.57 (1.02 to 4.13)");
    cli_format_difference(text, sizeof(text), "crises", -0.6, -1.21, 0.0149);
    assert_string_equal(text, "-0.60 (-1.21 to 0.01)");
    cli_format_difference(text, sizeof(text), "spells", -21.2, -26.9, 15.4);
    assert_string_equal(text, "-21.2 (-26.9 to 15.4)");
}

/* The printed text of a table, in a buffer of the caller's. */
static void
print_to(const cli_table_t *table, size_t page, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");

    assert_non_null(out);
    assert_int_equal(cli_table_print(table, page, out), 0);
    assert_int_equal(fclose(out), 0);
}

static void
test_table_print(void **state)
{
    static const char *const CELL[] = { "plan", "a", "bb", "none", "1.0", "2", "h\xc3\xa9", "10", "3" };
    cli_table_t table;
    char text[512];

    (void) state;
    cli_table_init(&table, 3);
    for (size_t i = 0; i < sizeof(CELL) / sizeof(CELL[0]); i++) {
        cli_table_add(&table, "%s", CELL[i]);
    }
    print_to(&table, 120, text, sizeof(text));
    assert_string_equal(text, "plan    a  bb\nnone  1.0   2\nh\xc3\xa9     10   3\n");
    print_to(&table, 12, text, sizeof(text));
    assert_string_equal(text, "plan    a\nnone  1.0\nh\xc3\xa9     10\n\nplan  bb\nnone   2\nh\xc3\xa9     3\n");
    cli_table_free(&table);
}

static void
test_table_wrapped(void **state)
{
    char text[128];
    FILE *out = fmemopen(text, sizeof(text), "w");

    (void) state;
    assert_non_null(out);
    cli_print_wrapped("of all those referred most are seen", 12, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "of all those\nreferred\nmost are\nseen\n");
}

static void
test_table_nearest(void **state)
{
    static const char *const NAME[] = { "run", "compare", "export", "evidence" };

    (void) state;
    assert_string_equal(cli_nearest("comprae", NAME, 4), "compare");
    assert_string_equal(cli_nearest("exprot", NAME, 4), "export");
    assert_string_equal(cli_nearest("rn", NAME, 4), "run");
    assert_null(cli_nearest("frobnicate", NAME, 4));
    assert_null(cli_nearest("run", NAME, 0));
    assert_null(cli_nearest("a word that is longer than any that can be meant, so long that nobody looks at it", NAME,
        4));
}

static void
test_table_list(void **state)
{
    (void) state;
    assert_true(cli_list_has(NULL, "a"));
    assert_true(cli_list_has("a,bc,d", "a") && cli_list_has("a,bc,d", "bc") && cli_list_has("a,bc,d", "d"));
    assert_false(cli_list_has("a,bc,d", "b"));
    assert_false(cli_list_has("", "b"));
}

/* Shortest decimals read back as the same double. */
static void
test_table_shortest(void **state)
{
    static const double value[] = { 0.1, 1.0 / 3.0, 1e300, 5e-324, 123456789.123456789, -2.5 };
    char text[32];

    (void) state;
    for (size_t i = 0; i < sizeof(value) / sizeof(value[0]); i++) {
        cli_shortest(text, sizeof(text), value[i]);
        assert_true(strtod(text, NULL) == value[i]);
    }
    cli_shortest(text, sizeof(text), 0.1);
    assert_string_equal(text, "0.1");
    cli_shortest(text, sizeof(text), -0.0);
    assert_string_equal(text, "0");
    cli_shortest(text, sizeof(text), NAN);
    assert_string_equal(text, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_value),
        cmocka_unit_test(test_table_interval),
        cmocka_unit_test(test_table_print),
        cmocka_unit_test(test_table_wrapped),
        cmocka_unit_test(test_table_nearest),
        cmocka_unit_test(test_table_list),
        cmocka_unit_test(test_table_shortest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
