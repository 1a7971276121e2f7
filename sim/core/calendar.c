/*
 * Dates are converted through the count of days since 0000-03-01 (a year that starts in March ends with its leap day).
 *
 * Bank holidays follow the rules of the 1971 Act in every year; proclaimed changes are known from 2011 to 2026. A
 * holiday that falls on a weekend is kept on its substitute day, and only the substitute is a bank holiday here.
 *
 * School terms, by rule:
 *   autumn  from the first weekday on or after 2 September to the Friday on or before 22 December;
 *           half-term is the last Monday-to-Friday week that lies wholly in October (Monday 21 to 27 October);
 *   spring  from the Monday 17 days after autumn's end; half-term is the week whose Monday is 12 to 18 February;
 *           ends before the two weeks of Easter holiday, those that hold Good Friday and Easter Monday;
 *   summer  from the Monday after Easter week to the last weekday on or before 22 July; half-term is the week of the
 *           last Monday of May.
 * Weekends and bank holidays are never school days; a term that would start on one starts on the next school day. That
 * makes 192 to 197 days a year; the five training days, which each school sets for itself, are among them.
 *
 * References: Meeus, Astronomical Algorithms (1991), chapter 8 (Easter); gov.uk/bank-holidays.
 */
#include "sim/core/calendar.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_YEAR 1900
#define LAST_YEAR 2199
#define ONE_OFF_LAST 2023
#define MAX_DAYS (200 * 366)
#define DAYS_PER_ERA 146097      /* 400 years */
#define MARCH_ERA_TO_1970 719468 /* days from 0000-03-01 to 1970-01-01 */

enum { MONDAY = 0, TUESDAY = 1, FRIDAY = 4, SATURDAY = 5 };

/* Proclaimed changes: a day given, or one taken because it was moved. */
static const struct {
    sim_date_t date;
    bool holiday;
} ONE_OFF[] = {
    { { 2011, 4, 29 }, true },                                                      /* royal wedding */
    { { 2012, 5, 28 }, false }, { { 2012, 6, 4 }, true }, { { 2012, 6, 5 }, true }, /* Diamond Jubilee */
    { { 2020, 5, 4 }, false }, { { 2020, 5, 8 }, true },                            /* VE Day, 75 years */
    { { 2022, 5, 30 }, false }, { { 2022, 6, 2 }, true }, { { 2022, 6, 3 }, true }, /* Platinum Jubilee */
    { { 2022, 9, 19 }, true },                                                      /* state funeral */
    { { 2023, 5, 8 }, true },                                                       /* coronation */
};

static bool
leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return DAYS[month - 1] + (month == 2 && leap_year(year) ? 1 : 0);
}

bool
sim_date_valid(sim_date_t date)
{
    return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

int64_t
sim_date_serial(sim_date_t date)
{
    int64_t year = (int64_t) date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - MARCH_ERA_TO_1970;
}

sim_date_t
sim_date_from_serial(int64_t serial)
{
    int64_t days = serial + MARCH_ERA_TO_1970;
    int64_t era = floor_div(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    sim_date_t date;

    date.day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1);
    date.month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    date.year = (int) (year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
    return date;
}

static bool
year_in_range(sim_date_t date)
{
    return date.year >= FIRST_YEAR && date.year <= LAST_YEAR;
}

/* n digits as a number, or -1. */
static int
parse_digits(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

int
sim_date_parse(const char *text, sim_date_t *date)
{
    sim_date_t read;

    if (strlen(text) != strlen("2025-09-01") || text[4] != '-' || text[7] != '-') {
        return SIM_ERR_BAD_PARAM;
    }
    read.year = parse_digits(text, 4);
    read.month = parse_digits(text + 5, 2);
    read.day = parse_digits(text + 8, 2);
    if (!year_in_range(read) || !sim_date_valid(read)) {
        return SIM_ERR_BAD_PARAM;
    }
    *date = read;
    return 0;
}

static int
weekday_of(int64_t serial)
{
    return (int) (serial + 3 - 7 * floor_div(serial + 3, 7)); /* 1970-01-01 was a Thursday */
}

int
sim_date_weekday(sim_date_t date)
{
    return weekday_of(sim_date_serial(date));
}

/* The given weekday on or before a date, as a serial. */
static int64_t
last_before(int year, int month, int day, int weekday)
{
    int64_t serial = sim_date_serial((sim_date_t){ year, month, day });

    return serial - (weekday_of(serial) - weekday + 7) % 7;
}

sim_date_t
sim_date_easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int g = (b - (b + 8) / 25 + 1) / 3;
    int h = (19 * a + b - b / 4 - g + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;

    return (sim_date_t){ year, n / 31, n % 31 + 1 };
}

static bool
new_year_holiday(sim_date_t date, int weekday)
{
    return date.month == 1 && (date.day == 1 || (date.day <= 3 && weekday == MONDAY));
}

/* 27 and 28 December stand in for 25 and 26 when those fall on a weekend. */
static bool
christmas_holiday(sim_date_t date, int weekday)
{
    bool stands_in = weekday == MONDAY || weekday == TUESDAY;

    return date.month == 12 && (date.day == 25 || date.day == 26 || ((date.day == 27 || date.day == 28) && stands_in));
}

/* The first and last day of a term, the Monday of its half-term, and its first school day. */
typedef struct {
    int64_t first, last, half_term, first_school_day;
} term_t;

/* What the days of a calendar year have in common. */
typedef struct {
    int year;
    int64_t easter;
    term_t spring, summer, autumn;
} year_t;

static bool
easter_holiday(int64_t serial, const year_t *year)
{
    return serial == year->easter - 2 || serial == year->easter + 1;
}

/* Early May, spring and summer holidays: the first Monday of May, the last of May and of August. */
static bool
monday_holiday(sim_date_t date, int weekday)
{
    bool first = date.day <= 7, last = date.day > 31 - 7;

    return weekday == MONDAY && ((date.month == 5 && (first || last)) || (date.month == 8 && last));
}

static bool
bank_holiday(sim_date_t date, int64_t serial, const year_t *year)
{
    int weekday = weekday_of(serial);

    if (weekday >= SATURDAY) {
        return false;
    }
    for (size_t i = 0; date.year <= ONE_OFF_LAST && i < sizeof(ONE_OFF) / sizeof(ONE_OFF[0]); i++) {
        const sim_date_t *d = &ONE_OFF[i].date;

        if (d->year == date.year && d->month == date.month && d->day == date.day) {
            return ONE_OFF[i].holiday;
        }
    }
    return new_year_holiday(date, weekday) || christmas_holiday(date, weekday) || easter_holiday(serial, year) ||
           monday_holiday(date, weekday);
}

static int64_t
easter_of(int year)
{
    return sim_date_serial(sim_date_easter(year));
}

bool
sim_date_bank_holiday(sim_date_t date)
{
    const year_t year = { .year = date.year, .easter = easter_of(date.year) };

    return bank_holiday(date, sim_date_serial(date), &year);
}

static int64_t
autumn_end(int year)
{
    return last_before(year, 12, 22, FRIDAY);
}

static bool
in_term(const term_t *term, const year_t *year, sim_date_t date, int64_t serial)
{
    bool half_term = serial >= term->half_term && serial < term->half_term + 7;

    return serial >= term->first && serial <= term->last && !half_term && weekday_of(serial) < SATURDAY &&
           !bank_holiday(date, serial, year);
}

static void
find_first(term_t *term, const year_t *year)
{
    term->first_school_day = term->first;
    while (!in_term(term, year, sim_date_from_serial(term->first_school_day), term->first_school_day)) {
        term->first_school_day++;
    }
}

static year_t
year_of(int number)
{
    int64_t easter = easter_of(number);
    year_t year = {
        .year = number,
        .easter = easter,
        .spring = { .first = autumn_end(number - 1) + 17, .last = easter - 9, last_before(number, 2, 18, MONDAY) },
        .summer = { .first = easter + 8,
            sim_date_serial((sim_date_t){ number, 7, 22 }),
            last_before(number, 5, 31, MONDAY) },
        .autumn = { .first = sim_date_serial((sim_date_t){ number, 9, 2 }),
            autumn_end(number),
            last_before(number, 10, 27, MONDAY) },
    };

    find_first(&year.spring, &year);
    find_first(&year.summer, &year);
    find_first(&year.autumn, &year);
    return year;
}

/* The term of a date, or the one whose first day is the next to come in its calendar year. */
static const term_t *
term_of(const year_t *year, sim_date_t date, int64_t serial)
{
    return date.month >= 8 ? &year->autumn : serial <= year->spring.last ? &year->spring : &year->summer;
}

bool
sim_date_school_day(sim_date_t date)
{
    const year_t year = year_of(date.year);
    int64_t serial = sim_date_serial(date);

    return in_term(term_of(&year, date, serial), &year, date, serial);
}

static uint8_t
day_flags(sim_date_t date, int64_t serial, const year_t *year)
{
    const term_t *term = term_of(year, date, serial);
    unsigned flags = 0;

    if (weekday_of(serial) >= SATURDAY) {
        flags |= SIM_DAY_WEEKEND;
    } else if (bank_holiday(date, serial, year)) {
        flags |= SIM_DAY_BANK_HOLIDAY;
    } else {
        flags |= SIM_DAY_WORKING;
    }
    if (in_term(term, year, date, serial)) {
        flags |= SIM_DAY_SCHOOL | (serial == term->first_school_day ? SIM_DAY_TERM_START : 0u);
    }
    return (uint8_t) flags;
}

static sim_date_t
next_day(sim_date_t date)
{
    if (date.day < days_in_month(date.year, date.month)) {
        return (sim_date_t){ date.year, date.month, date.day + 1 };
    }
    return date.month < 12 ? (sim_date_t){ date.year, date.month + 1, 1 } : (sim_date_t){ date.year + 1, 1, 1 };
}

static size_t
months_between(sim_date_t from, sim_date_t to)
{
    return (size_t) ((to.year - from.year) * 12 + to.month - from.month);
}

static void
fill_days(sim_calendar_t *self)
{
    sim_date_t date = self->start;
    year_t year = year_of(date.year);
    size_t month = 0;

    for (size_t day = 0; day < self->n_days + SIM_CALENDAR_AHEAD; day++, date = next_day(date)) {
        int64_t serial = self->start_serial + (int64_t) day;

        if (date.year != year.year) {
            year = year_of(date.year);
        }
        self->flags[day] = day_flags(date, serial, &year);
        if (date.day == 1 && day > 0 && day < self->n_days) {
            self->month_first[++month] = (int32_t) day;
        }
        if (day < self->n_days) {
            self->month_of[day] = (uint16_t) month;
        }
    }
    self->month_first[self->n_months] = (int32_t) self->n_days;
}

int
sim_calendar_init(sim_calendar_t *self, sim_date_t start, size_t n_days)
{
    memset(self, 0, sizeof(*self));
    if (!sim_date_valid(start) || !year_in_range(start) || n_days < 1 || n_days > MAX_DAYS) {
        return SIM_ERR_BAD_PARAM;
    }
    self->start = start;
    self->start_serial = sim_date_serial(start);
    self->n_days = n_days;
    self->n_months = months_between(start, sim_date_from_serial(self->start_serial + (int64_t) n_days - 1)) + 1;
    self->flags = malloc((n_days + SIM_CALENDAR_AHEAD) * sizeof(*self->flags));
    self->month_first = calloc(self->n_months + 1, sizeof(*self->month_first));
    self->month_of = malloc(n_days * sizeof(*self->month_of));
    if (self->flags == NULL || self->month_first == NULL || self->month_of == NULL) {
        return SIM_ERR_NO_MEMORY;
    }
    fill_days(self);
    return 0;
}

void
sim_calendar_free(sim_calendar_t *self)
{
    free(self->flags);
    free(self->month_first);
    free(self->month_of);
    memset(self, 0, sizeof(*self));
}

sim_date_t
sim_calendar_date(const sim_calendar_t *self, long day)
{
    return sim_date_from_serial(self->start_serial + day);
}

long
sim_calendar_next(const sim_calendar_t *self, long day, int flag)
{
    long n_days = (long) self->n_days;

    for (day = day > 0 ? day : 0; day < n_days; day++) {
        if (sim_calendar_is(self, day, flag)) {
            return day;
        }
    }
    return n_days;
}

long
sim_calendar_count(const sim_calendar_t *self, long from, long to, int flag)
{
    long count = 0;

    from = from > 0 ? from : 0;
    to = to < (long) self->n_days ? to : (long) self->n_days;
    for (long day = from; day < to; day++) {
        count += sim_calendar_is(self, day, flag);
    }
    return count;
}
