/* Dates, bank holidays, school days and the calendar of a run. */
#include "sim/core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define N_OF(x) (sizeof(x) / sizeof((x)[0]))

static sim_date_t
date_of(const char *text)
{
    sim_date_t date = { 0, 0, 0 };

    assert_int_equal(sim_date_parse(text, &date), 0);
    return date;
}

static bool
same_date(sim_date_t a, sim_date_t b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void
test_date_parse(void **state)
{
    sim_date_t date = date_of("2025-09-01");

    (void) state;
    assert_int_equal(date.year, 2025);
    assert_int_equal(date.month, 9);
    assert_int_equal(date.day, 1);
    assert_true(same_date(date_of("2024-02-29"), (sim_date_t){ 2024, 2, 29 }));
    assert_true(same_date(date_of("1900-01-01"), (sim_date_t){ 1900, 1, 1 }));
    assert_true(same_date(date_of("2199-12-31"), (sim_date_t){ 2199, 12, 31 }));
}

static void
test_date_parse_errors(void **state)
{
    static const char *const BAD[] = { "2025-02-30", "25-1-1", "", "2025-09-01x", "2025-09-1", "2025/09/01",
        "2025-13-01", "2025-00-10", "2025-01-00", "2025-01-32", "1899-12-31", "2200-01-01", "2023-02-29", "1900-02-29",
        "2025-+9-01", " 2025-09-1", "2025-09 01", "2025-0a-01", "-025-09-01", "20250901" };
    sim_date_t date = { 1, 2, 3 };

    (void) state;
    for (size_t i = 0; i < N_OF(BAD); i++) {
        assert_int_equal(sim_date_parse(BAD[i], &date), SIM_ERR_BAD_PARAM);
        assert_true(same_date(date, (sim_date_t){ 1, 2, 3 }));
    }
}

static void
test_date_valid(void **state)
{
    (void) state;
    assert_true(sim_date_valid((sim_date_t){ 2000, 2, 29 }));
    assert_true(sim_date_valid((sim_date_t){ 2024, 2, 29 }));
    assert_false(sim_date_valid((sim_date_t){ 1900, 2, 29 }));
    assert_false(sim_date_valid((sim_date_t){ 2100, 2, 29 }));
    assert_false(sim_date_valid((sim_date_t){ 2025, 2, 29 }));
    assert_false(sim_date_valid((sim_date_t){ 2025, 4, 31 }));
    assert_false(sim_date_valid((sim_date_t){ 2025, 0, 1 }));
    assert_false(sim_date_valid((sim_date_t){ 2025, 13, 1 }));
    assert_false(sim_date_valid((sim_date_t){ 2025, 1, -1 }));
}

static sim_date_t
day_after(sim_date_t date)
{
    date.day++;
    if (!sim_date_valid(date)) {
        date.day = 1;
        date.month++;
    }
    if (date.month == 13) {
        date.month = 1;
        date.year++;
    }
    return date;
}

/* Every day from 1900 to 2199, counted one by one. 1900-01-01 is 25,567 days before 1970 and was a Monday. */
static void
test_date_serial_round_trip(void **state)
{
    sim_date_t date = { 1900, 1, 1 };
    int64_t serial = -25567;

    (void) state;
    for (; date.year < 2200; serial++) {
        assert_int_equal(sim_date_serial(date), serial);
        assert_true(same_date(sim_date_from_serial(serial), date));
        assert_int_equal(sim_date_weekday(date), (serial + 25567) % 7);
        date = day_after(date);
    }
    assert_int_equal(serial, 84006); /* 2200-01-01: 300 years of 365 days and 73 leap days */
}

static void
test_date_known_days(void **state)
{
    (void) state;
    assert_int_equal(sim_date_serial(date_of("1970-01-01")), 0);
    assert_int_equal(sim_date_serial(date_of("2000-03-01")), 11017);
    assert_int_equal(sim_date_serial((sim_date_t){ 1, 1, 1 }), -719162);
    assert_true(same_date(sim_date_from_serial(-719162), (sim_date_t){ 1, 1, 1 }));
    assert_int_equal(sim_date_weekday(date_of("1970-01-01")), 3); /* Thursday */
    assert_int_equal(sim_date_weekday(date_of("1945-05-08")), 1); /* VE Day, Tuesday */
    assert_int_equal(sim_date_weekday(date_of("1969-07-20")), 6); /* Moon landing, Sunday */
    assert_int_equal(sim_date_weekday(date_of("2000-01-01")), 5);
    assert_int_equal(sim_date_weekday(date_of("2022-09-19")), 0);
    assert_int_equal(sim_date_weekday(date_of("2025-09-01")), 0);
    assert_int_equal(sim_date_weekday(date_of("2024-02-29")), 3);
}

static void
test_date_easter(void **state)
{
    static const char *const SUNDAY[] = {
        "1913-03-23",
        "1943-04-25",
        "1954-04-18",
        "1961-04-02",
        "1981-04-19",
        "2000-04-23",
        "2001-04-15",
        "2002-03-31",
        "2003-04-20",
        "2004-04-11",
        "2005-03-27",
        "2006-04-16",
        "2007-04-08",
        "2008-03-23",
        "2009-04-12",
        "2010-04-04",
        "2011-04-24",
        "2012-04-08",
        "2013-03-31",
        "2014-04-20",
        "2015-04-05",
        "2016-03-27",
        "2017-04-16",
        "2018-04-01",
        "2019-04-21",
        "2020-04-12",
        "2021-04-04",
        "2022-04-17",
        "2023-04-09",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2031-04-13",
        "2032-03-28",
        "2033-04-17",
        "2034-04-09",
        "2035-03-25",
        "2036-04-13",
        "2037-04-05",
        "2038-04-25",
        "2039-04-10",
        "2040-04-01",
        "2049-04-18",
        "2160-03-23",
    };

    (void) state;
    for (size_t i = 0; i < N_OF(SUNDAY); i++) {
        sim_date_t date = date_of(SUNDAY[i]);

        assert_true(same_date(sim_date_easter(date.year), date));
    }
    for (int year = 1900; year < 2200; year++) {
        sim_date_t easter = sim_date_easter(year);

        assert_int_equal(sim_date_weekday(easter), 6);
        assert_in_range(easter.month * 100 + easter.day, 322, 425);
    }
}

/* As published for England and Wales (gov.uk/bank-holidays and The Gazette), month and day. */
static const struct {
    int year;
    const char *days;
} PUBLISHED[] = {
    { 2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27 " },
    { 2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26 " },
    { 2013, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26 " },
    { 2014, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26 " },
    { 2015, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28 " },
    { 2016, "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27 " },
    { 2017, "01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26 " },
    { 2018, "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26 " },
    { 2019, "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26 " },
    { 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28 " },
    { 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28 " },
    { 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27 " },
    { 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26 " },
    { 2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26 " },
    { 2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26 " },
    { 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28 " },
};

static void
list_holidays(int year, char *text, size_t size)
{
    int64_t end = sim_date_serial((sim_date_t){ year + 1, 1, 1 });
    size_t length = 0;

    text[0] = '\0';
    for (int64_t serial = sim_date_serial((sim_date_t){ year, 1, 1 }); serial < end; serial++) {
        sim_date_t date = sim_date_from_serial(serial);

        if (sim_date_bank_holiday(date)) {
            length += (size_t) snprintf(text + length, size - length, "%02d-%02d ", date.month, date.day);
            assert_true(length < size);
        }
    }
}

static void
test_bank_holidays_published(void **state)
{
    char text[128];

    (void) state;
    for (size_t i = 0; i < N_OF(PUBLISHED); i++) {
        list_holidays(PUBLISHED[i].year, text, sizeof(text));
        assert_string_equal(text, PUBLISHED[i].days);
    }
}

static void
test_bank_holidays_by_rule(void **state)
{
    char text[128];

    (void) state;
    for (int year = 2027; year < 2200; year++) {
        list_holidays(year, text, sizeof(text));
        assert_int_equal(strlen(text), 8 * strlen("01-01 "));
    }
}

static long
school_days_of_year(int year)
{
    int64_t end = sim_date_serial((sim_date_t){ year + 1, 9, 1 });
    long n = 0;

    for (int64_t serial = sim_date_serial((sim_date_t){ year, 9, 1 }); serial < end; serial++) {
        n += sim_date_school_day(sim_date_from_serial(serial));
    }
    return n;
}

/* The rule gives 192 (2022-23, with its two extra bank holidays) to 197 days. */
static void
test_school_days_of_a_year(void **state)
{
    (void) state;
    for (int year = 2015; year <= 2040; year++) {
        assert_in_range(school_days_of_year(year), 187, 197);
    }
    assert_int_equal(school_days_of_year(2022), 192);
    assert_int_equal(school_days_of_year(2015), 197);
}

static void
test_school_day_known(void **state)
{
    static const struct {
        const char *date;
        bool school;
    } CASES[] = {
        { "2025-09-01", false },
        { "2025-09-02", true },
        { "2025-10-24", true },
        { "2025-10-27", false },
        { "2024-09-02", true },
        { "2024-10-18", true },
        { "2024-10-21", false },
        { "2024-10-25", false },
        { "2024-10-28", true },
        { "2024-12-20", true },
        { "2024-12-23", false },
        { "2025-01-03", false },
        { "2025-01-06", true },
        { "2025-02-14", true },
        { "2025-02-17", false },
        { "2025-02-21", false },
        { "2025-02-24", true },
        { "2025-04-11", true },
        { "2025-04-14", false },
        { "2025-04-18", false },
        { "2025-04-25", false },
        { "2025-04-28", true },
        { "2025-05-05", false },
        { "2025-05-23", true },
        { "2025-05-26", false },
        { "2025-05-30", false },
        { "2025-06-02", true },
        { "2025-07-22", true },
        { "2025-07-23", false },
        { "2025-08-20", false },
        { "2025-03-08", false },
        { "2022-09-19", false },
        { "2023-01-02", false },
        { "2023-01-03", true },
        { "2023-05-08", false },
        { "2022-06-02", false },
        { "2024-02-12", false },
        { "2024-02-16", false },
        { "2024-02-19", true },
    };

    (void) state;
    for (size_t i = 0; i < N_OF(CASES); i++) {
        if (sim_date_school_day(date_of(CASES[i].date)) != CASES[i].school) {
            fail_msg("%s", CASES[i].date);
        }
    }
}

/* Months of a calendar against a walk from day to day. */
static void
check_months(const sim_calendar_t *calendar)
{
    size_t month = 0;

    assert_int_equal(calendar->month_first[0], 0);
    for (long day = 0; day < (long) calendar->n_days; day++) {
        if (day > 0 && sim_calendar_date(calendar, day).day == 1) {
            month++;
            assert_int_equal(calendar->month_first[month], day);
        }
        assert_int_equal(sim_calendar_month(calendar, (double) day), month);
        assert_int_equal(sim_calendar_month(calendar, (double) day + 0.999), month);
    }
    assert_int_equal(month + 1, calendar->n_months);
    assert_int_equal(calendar->month_first[calendar->n_months], calendar->n_days);
    assert_int_equal(sim_calendar_month(calendar, (double) calendar->n_days), month);
    assert_int_equal(sim_calendar_month(calendar, 1e300), month);
}

static void
test_calendar_months(void **state)
{
    static const char *const START[] = { "2025-09-01", "2024-01-31", "2023-12-31", "2025-02-15" };
    sim_calendar_t calendar;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, date_of("2025-09-01"), 3652), 0);
    assert_int_equal(calendar.n_months, 120);
    assert_int_equal(calendar.month_first[1], 30);
    assert_int_equal(calendar.month_first[6], 181);  /* 2026-03-01 */
    assert_int_equal(calendar.month_first[30], 912); /* 2028-03-01, after a leap day */
    assert_int_equal(calendar.month_first[119], 3652 - 31);
    assert_true(same_date(sim_calendar_date(&calendar, 3651), date_of("2035-08-31")));
    sim_calendar_free(&calendar);
    for (size_t i = 0; i < N_OF(START); i++) {
        for (size_t n_days = 1; n_days < 4000; n_days += 333) {
            assert_int_equal(sim_calendar_init(&calendar, date_of(START[i]), n_days), 0);
            check_months(&calendar);
            sim_calendar_free(&calendar);
        }
    }
}

/* Flags against the rules for single dates; each weekday is either worked or a bank holiday. */
static void
test_calendar_flags(void **state)
{
    sim_calendar_t calendar;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, date_of("2011-03-04"), 20 * 365), 0);
    for (long day = 0; day < (long) calendar.n_days; day++) {
        sim_date_t date = sim_calendar_date(&calendar, day);
        bool weekend = sim_date_weekday(date) >= 5;
        bool holiday = sim_date_bank_holiday(date);

        assert_int_equal(sim_calendar_is(&calendar, day, SIM_DAY_WEEKEND), weekend);
        assert_int_equal(sim_calendar_is(&calendar, day, SIM_DAY_BANK_HOLIDAY), holiday);
        assert_int_equal(sim_calendar_is(&calendar, day, SIM_DAY_WORKING), !weekend && !holiday);
        assert_int_equal(sim_calendar_is(&calendar, day, SIM_DAY_SCHOOL), sim_date_school_day(date));
    }
    assert_false(sim_calendar_is(&calendar, -1, SIM_DAY_WORKING | SIM_DAY_WEEKEND | SIM_DAY_BANK_HOLIDAY));
    for (long day = 20 * 365; day < 20 * 365 + SIM_CALENDAR_AHEAD; day++) { /* appointments are made beyond the end */
        assert_int_equal(sim_calendar_is(&calendar, day, SIM_DAY_SCHOOL),
            sim_date_school_day(sim_calendar_date(&calendar, day)));
    }
    assert_false(sim_calendar_is(&calendar, 20 * 365 + SIM_CALENDAR_AHEAD,
        SIM_DAY_WORKING | SIM_DAY_WEEKEND | SIM_DAY_BANK_HOLIDAY));
    sim_calendar_free(&calendar);
}

static void
test_calendar_term_starts(void **state)
{
    static const char *const START[] = { "2021-09-02", "2022-01-04", "2022-04-25", "2022-09-02", "2023-01-03",
        "2023-04-17", "2023-09-04", "2024-01-08", "2024-04-08", "2024-09-02", "2025-01-06", "2025-04-28", "2025-09-02",
        "2026-01-05", "2026-04-13" };
    sim_calendar_t calendar;
    long day = -1;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, date_of("2021-09-01"), 5 * 365 + 1), 0);
    for (size_t i = 0; i < N_OF(START); i++) {
        day = sim_calendar_next(&calendar, day + 1, SIM_DAY_TERM_START);
        assert_true(same_date(sim_calendar_date(&calendar, day), date_of(START[i])));
        assert_true(sim_calendar_is(&calendar, day, SIM_DAY_SCHOOL));
    }
    assert_int_equal(sim_calendar_next(&calendar, day + 1, SIM_DAY_TERM_START), 5 * 365 + 1);
    sim_calendar_free(&calendar);
    /* Easter 2038 is so late that the Monday after the holiday is the early May bank holiday. */
    assert_int_equal(sim_calendar_init(&calendar, date_of("2038-05-01"), 30), 0);
    assert_int_equal(sim_calendar_next(&calendar, 0, SIM_DAY_TERM_START), 3);
    sim_calendar_free(&calendar);
}

static void
test_calendar_next_and_count(void **state)
{
    sim_calendar_t calendar;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, date_of("2025-12-24"), 15), 0); /* a Wednesday, to 7 January */
    assert_int_equal(sim_calendar_next(&calendar, 0, SIM_DAY_WORKING), 0);
    assert_int_equal(sim_calendar_next(&calendar, 1, SIM_DAY_WORKING), 5); /* Monday 29 December */
    assert_int_equal(sim_calendar_next(&calendar, -7, SIM_DAY_BANK_HOLIDAY), 1);
    assert_int_equal(sim_calendar_next(&calendar, 3, SIM_DAY_BANK_HOLIDAY), 8);
    assert_int_equal(sim_calendar_next(&calendar, 9, SIM_DAY_BANK_HOLIDAY), 15);
    assert_int_equal(sim_calendar_next(&calendar, 99, SIM_DAY_WORKING), 15);
    assert_int_equal(sim_calendar_count(&calendar, 0, 15, SIM_DAY_WORKING), 8);
    assert_int_equal(sim_calendar_count(&calendar, -5, 99, SIM_DAY_WORKING), 8);
    assert_int_equal(sim_calendar_count(&calendar, 1, 5, SIM_DAY_WORKING), 0);
    assert_int_equal(sim_calendar_count(&calendar, 5, 6, SIM_DAY_WORKING), 1);
    assert_int_equal(sim_calendar_count(&calendar, 6, 5, SIM_DAY_WORKING), 0);
    assert_int_equal(sim_calendar_count(&calendar, 0, 15, SIM_DAY_WEEKEND | SIM_DAY_BANK_HOLIDAY), 7);
    sim_calendar_free(&calendar);
}

static void
test_calendar_errors(void **state)
{
    sim_calendar_t calendar;

    (void) state;
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 2, 29 }, 10), SIM_ERR_BAD_PARAM);
    sim_calendar_free(&calendar);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 1899, 12, 31 }, 10), SIM_ERR_BAD_PARAM);
    sim_calendar_free(&calendar);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 9, 1 }, 0), SIM_ERR_BAD_PARAM);
    sim_calendar_free(&calendar);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2025, 9, 1 }, 200 * 366 + 1), SIM_ERR_BAD_PARAM);
    sim_calendar_free(&calendar);
    sim_calendar_free(&calendar);
    assert_int_equal(sim_calendar_init(&calendar, (sim_date_t){ 2199, 12, 31 }, 200 * 366), 0);
    assert_int_equal(sim_calendar_month(&calendar, -1), 0);
    sim_calendar_free(&calendar);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_parse),
        cmocka_unit_test(test_date_parse_errors),
        cmocka_unit_test(test_date_valid),
        cmocka_unit_test(test_date_serial_round_trip),
        cmocka_unit_test(test_date_known_days),
        cmocka_unit_test(test_date_easter),
        cmocka_unit_test(test_bank_holidays_published),
        cmocka_unit_test(test_bank_holidays_by_rule),
        cmocka_unit_test(test_school_days_of_a_year),
        cmocka_unit_test(test_school_day_known),
        cmocka_unit_test(test_calendar_months),
        cmocka_unit_test(test_calendar_flags),
        cmocka_unit_test(test_calendar_term_starts),
        cmocka_unit_test(test_calendar_next_and_count),
        cmocka_unit_test(test_calendar_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
