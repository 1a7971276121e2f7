/* What each plan costs a year, against the share of referred children seen within 18 weeks. */
#include "plots/job.h"
#include "plots/place.h"
#include "plots/script.h"
#include "sim/store/split.h"

#include <math.h>
#include <stdlib.h>

/* The plot's area within the canvas, in pixels; the template has the same. */
#define LEFT 70.0
#define RIGHT (PLOT_WIDTH - 20)
#define TOP 98.0
#define BOTTOM (PLOT_HEIGHT - 88)
#define APART 8.0 /* between plans of like cost */

enum { SPENT, SEEN, SCHOOLS, COLUMNS };

typedef struct {
    double low, high, step;
} axis_t;

typedef struct {
    plot_value_t cost, seen; /* money in millions or thousands a year */
    double payer;            /* the commissioner's part; NaN when it is all of it */
    double aside;            /* added to the cost where it is drawn */
} point_t;

typedef struct {
    plot_job_t *job;
    size_t n;
    point_t *point;
    double (*best)[2]; /* cost and share of those that no other beats */
    size_t n_best;
    axis_t x, y;
    const char *unit;
    double per_unit;
    bool extra; /* beyond today's service, not all money */
} frontier_t;

/* A range that holds what is between least and most and, as shares of its length, some room below and above. */
static axis_t
axis(double least, double most, double span_least, double below, double above)
{
    double middle = (least + most) / 2, span = fmax(most - least, span_least), all = span / (1 - below - above);

    return (axis_t){ middle - span / 2 - below * all, middle + span / 2 + above * all, plot_step(all, 8) };
}

static double
least_of(const plot_value_t *value)
{
    return fmin(value->estimate, value->low);
}

static double
most_of(const plot_value_t *value)
{
    return fmax(value->estimate, value->high);
}

static double
label_width(const frontier_t *self, size_t i)
{
    return 0.56 * PLOT_TEXT * (double) plot_length(self->job->label[i]) + 4;
}

/* So much room a name needs to the right of its point. */
static double
widest(const frontier_t *self)
{
    double most = 0;

    for (size_t i = 0; i < self->n; i++) {
        most = fmax(most, label_width(self, i) + 16);
    }
    return most;
}

static void
make_axes(frontier_t *self)
{
    double x_least = INFINITY, x_most = -INFINITY, y_least = INFINITY, y_most = -INFINITY;

    for (size_t i = 0; i < self->n; i++) {
        const point_t *point = &self->point[i];

        x_least = fmin(x_least, fmin(least_of(&point->cost), point->payer));
        x_most = fmax(x_most, fmax(most_of(&point->cost), point->payer));
        y_least = fmin(y_least, least_of(&point->seen));
        y_most = fmax(y_most, most_of(&point->seen));
    }
    self->x =
        axis(x_least, x_most, x_most != 0 ? 0.05 * fabs(x_most) : 1, 0.03, fmin(widest(self) / (RIGHT - LEFT), 0.3));
    self->y = axis(y_least, y_most, 0.02, 0.06, 0.06);
    self->y.step = fmax(self->y.step, 0.01);
}

/* Money a year of one plan in pounds. */
static void
make_point(frontier_t *self, const plot_grid_t *grid, size_t plan, bool schools_pay)
{
    const plot_value_t *cost = plot_grid_at(grid, plan, SPENT, 0);
    double paid = schools_pay ? plot_grid_at(grid, plan, SCHOOLS, 0)->estimate / self->job->years : NAN;
    point_t *point = &self->point[plan];

    point->cost = (plot_value_t){ cost->estimate / self->job->years, cost->low / self->job->years,
        cost->high / self->job->years };
    point->seen = *plot_grid_at(grid, plan, SEEN, 0);
    point->payer = paid > 0 ? point->cost.estimate - paid : NAN;
}

static void
scale(frontier_t *self)
{
    double most = 0;

    for (size_t i = 0; i < self->n; i++) {
        most = fmax(most, fabs(self->point[i].cost.estimate));
    }
    self->per_unit = most >= 1e6 ? 1e6 : most >= 1e4 ? 1e3 : 1;
    self->unit = most >= 1e6 ? "£ million" : most >= 1e4 ? "£ thousand" : "£";
    for (size_t i = 0; i < self->n; i++) {
        point_t *point = &self->point[i];

        point->cost.estimate /= self->per_unit;
        point->cost.low /= self->per_unit;
        point->cost.high /= self->per_unit;
        point->payer /= self->per_unit;
    }
}

static bool
is_beaten(const frontier_t *self, size_t i)
{
    const point_t *a = &self->point[i];

    for (size_t j = 0; j < self->n; j++) {
        const point_t *b = &self->point[j];

        if (b->cost.estimate <= a->cost.estimate && b->seen.estimate >= a->seen.estimate &&
            (b->cost.estimate < a->cost.estimate || b->seen.estimate > a->seen.estimate || j < i)) {
            return true;
        }
    }
    return isnan(a->cost.estimate) || isnan(a->seen.estimate);
}

static int
by_cost(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* The frontier: each plan that no other beats, the cheapest first. */
static void
find_best(frontier_t *self)
{
    self->n_best = 0;
    for (size_t i = 0; i < self->n; i++) {
        if (!is_beaten(self, i)) {
            self->best[self->n_best][0] = self->point[i].cost.estimate;
            self->best[self->n_best++][1] = self->point[i].seen.estimate;
        }
    }
    qsort(self->best, self->n_best, sizeof(*self->best), by_cost);
}

/* ---- labels ---- */

static double
pixel_x(const frontier_t *self, double x)
{
    return LEFT + (x - self->x.low) / (self->x.high - self->x.low) * (RIGHT - LEFT);
}

/* Upwards, as labels are placed. */
static double
pixel_y(const frontier_t *self, double y)
{
    return (PLOT_HEIGHT - BOTTOM) + (y - self->y.low) / (self->y.high - self->y.low) * (BOTTOM - TOP);
}

static plot_box_t
box_of(const frontier_t *self, double x0, double x1, double y0, double y1, double around)
{
    return (plot_box_t){ pixel_x(self, x0) - around, pixel_x(self, x1) + around, pixel_y(self, y0) - around,
        pixel_y(self, y1) + around };
}

/* Whether two plans, the first drawn so far aside, would hide each other. */
static bool
hides(const frontier_t *self, const point_t *a, double aside, const point_t *b)
{
    double x = pixel_x(self, a->cost.estimate + aside) - pixel_x(self, b->cost.estimate + b->aside);
    double top = fmin(most_of(&a->seen), most_of(&b->seen)), bottom = fmax(least_of(&a->seen), least_of(&b->seen));

    return fabs(x) < APART - 1 && pixel_y(self, top) - pixel_y(self, bottom) > -APART;
}

/* Plans of like cost whose intervals overlap are drawn side by side: each as near to its cost as the earlier leave room. */
static void
set_aside(frontier_t *self, size_t i)
{
    double pixel = (self->x.high - self->x.low) / (RIGHT - LEFT);

    for (int slot = 0; slot <= 2 * (int) self->n; slot++) {
        double aside = APART * pixel * (slot % 2 != 0 ? (slot + 1) / 2 : -slot / 2);
        bool hidden = false;

        for (size_t j = 0; j < i && !hidden; j++) {
            hidden = hides(self, &self->point[i], aside, &self->point[j]);
        }
        if (!hidden) {
            self->point[i].aside = aside;
            return;
        }
    }
}

/* What a label should not cover: points, intervals, the commissioner's points and the lines to them. */
static size_t
obstacles_of(const frontier_t *self, const point_t *point, plot_box_t *box)
{
    double x = point->cost.estimate + point->aside, y = point->seen.estimate;
    size_t n = 0;

    if (isnan(x) || isnan(y)) {
        return 0;
    }
    box[n++] = box_of(self, x, x, y, y, 6);
    if (!isnan(point->seen.low)) {
        box[n++] = box_of(self, x, x, point->seen.low, point->seen.high, 2);
    }
    if (!isnan(point->cost.low)) {
        box[n++] = box_of(self, point->cost.low + point->aside, point->cost.high + point->aside, y, y, 2);
    }
    if (!isnan(point->payer)) {
        box[n++] = box_of(self, fmin(x, point->payer), fmax(x, point->payer), y, y, 5);
    }
    return n;
}

/* The grey line. */
static size_t
obstacles_of_steps(const frontier_t *self, plot_box_t *box)
{
    size_t n = 0;

    for (size_t i = 1; i < self->n_best; i++) {
        const double *a = self->best[i - 1], *b = self->best[i];

        box[n++] = box_of(self, a[0], b[0], a[1], a[1], 1);
        box[n++] = box_of(self, b[0], b[0], a[1], b[1], 1);
    }
    return n;
}

static int
place_labels(const frontier_t *self, plot_label_t *label)
{
    const plot_box_t area = { LEFT + 4, RIGHT - 2, PLOT_HEIGHT - BOTTOM + 4, PLOT_HEIGHT - TOP - 2 };
    plot_box_t *obstacle = calloc(6 * self->n, sizeof(*obstacle));
    size_t n = 0;

    if (obstacle == NULL) {
        return plot_fail(self->job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    for (size_t i = 0; i < self->n; i++) {
        n += obstacles_of(self, &self->point[i], obstacle + n);
        label[i] = (plot_label_t){ .x = pixel_x(self, self->point[i].cost.estimate + self->point[i].aside),
            .y = pixel_y(self, self->point[i].seen.estimate),
            .height = 17,
            .width = label_width(self, i) };
    }
    n += obstacles_of_steps(self, obstacle + n);
    plot_place(self->n, label, n, obstacle, &area);
    free(obstacle);
    return 0;
}

/* Of each plan's label: its place in pixels from the left and the top, and the point that it names. */
static const char *const FIELD[] = { "Name_x", "Name_y", "Name_left_of", "Name_far", "Point_x", "Point_y" };
#define N_FIELDS (sizeof(FIELD) / sizeof(FIELD[0]))

static int
put_labels(const frontier_t *self)
{
    plot_label_t *label = calloc(self->n, sizeof(*label));
    double *column = calloc(N_FIELDS * self->n, sizeof(*column));
    int ret = label == NULL || column == NULL
                  ? plot_fail(self->job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY))
                  : place_labels(self, label);

    for (size_t i = 0; ret == 0 && i < self->n; i++) {
        const double field[] = { label[i].at_x, PLOT_HEIGHT - label[i].at_y, label[i].left_of, label[i].far,
            self->point[i].cost.estimate + self->point[i].aside, self->point[i].seen.estimate };

        for (size_t f = 0; f < N_FIELDS; f++) {
            column[f * self->n + i] = field[f];
        }
    }
    for (size_t f = 0; ret == 0 && f < N_FIELDS; f++) {
        plot_let_numbers(self->job->script, FIELD[f], self->n, column + f * self->n);
    }
    free(label);
    free(column);
    return ret;
}

/* ---- data ---- */

/* A block a plan, and a last block with the frontier. */
static void
put_data(const frontier_t *self)
{
    FILE *out = self->job->data;

    (void) fprintf(out, "# %s a year\tlow\thigh\tseen within 18 weeks\tlow\thigh\tcommissioner's part\tdrawn aside\n",
        self->unit);
    for (size_t i = 0; i < self->n; i++) {
        const point_t *point = &self->point[i];

        (void) fprintf(out, "%s# %s\n%.10g", i > 0 ? "\n\n" : "", self->job->label[i], point->cost.estimate);
        plot_field(out, point->cost.low);
        plot_field(out, point->cost.high);
        plot_field(out, point->seen.estimate);
        plot_field(out, point->seen.low);
        plot_field(out, point->seen.high);
        plot_field(out, isnan(point->payer) ? point->cost.estimate : point->payer);
        plot_field(out, point->aside);
        (void) fputc('\n', out);
    }
    (void) fputs("\n\n# the frontier\n", out);
    for (size_t i = 0; i < self->n_best; i++) {
        (void) fprintf(out, "%.10g", self->best[i][0]);
        plot_field(out, self->best[i][1]);
        (void) fputc('\n', out);
    }
}

static void
put_axis(FILE *out, char name, const axis_t *axis_of)
{
    (void) fprintf(out, "%c_low = %.10g\n%c_top = %.10g\n%c_step = %.10g\n", name, axis_of->low, name, axis_of->high,
        name, axis_of->step);
}

static int
put_figure(frontier_t *self, const plot_grid_t *grid, bool schools_pay)
{
    bool paid = false, aside = false;

    for (size_t i = 0; i < self->n; i++) {
        make_point(self, grid, i, schools_pay);
        paid = paid || !isnan(self->point[i].payer);
    }
    scale(self);
    find_best(self);
    make_axes(self);
    for (size_t i = 0; i < self->n; i++) {
        set_aside(self, i);
        aside = aside || self->point[i].aside != 0;
    }
    put_axis(self->job->script, 'x', &self->x);
    put_axis(self->job->script, 'y', &self->y);
    (void) fprintf(self->job->script, "schools_pay = %d\nside_by_side = %d\n", paid, aside);
    (void) fprintf(self->job->script, "x_title = 'public money a year%s, schools'' payments included, %s'\n",
        self->extra ? " beyond today''s service" : "", self->unit);
    put_data(self);
    return put_labels(self);
}

/* Whether any plan spends money beyond today's service; where none does, it is all money that is drawn. */
static bool
spends_extra(plot_job_t *job)
{
    const plot_column_t column = { "extra_spent_pounds", "all" };
    plot_grid_t grid;
    bool spends = false;

    if (!plot_has(job, column.kpi, column.group) || plot_grid_init(&grid, job, &column, 1, "all") != 0) {
        return false;
    }
    for (size_t i = 0; i < job->n_plans; i++) {
        spends = spends || fabs(plot_grid_at(&grid, i, 0, 0)->estimate) > 0.0;
    }
    plot_grid_free(&grid);
    return spends;
}

int
plot_write_frontier(plot_job_t *job)
{
    if (store_is_split(job->results) && store_manifest(job->results, "target")[0] == '\0') {
        return plot_write_split(job); /* what a target takes has no objectives: its plans are drawn as any */
    }
    frontier_t self = { .job = job, .n = job->n_plans, .extra = spends_extra(job) };
    bool schools_pay = plot_has(job, "school_paid_pounds", "all");
    const plot_column_t column[COLUMNS] = {
        [SPENT] = { self.extra ? "extra_spent_pounds" : "cost_pounds", "all" },
        [SEEN] = { "cohort_seen_18w", "all" },
        [SCHOOLS] = { "school_paid_pounds", "all" },
    };
    plot_grid_t grid;
    int ret = plot_grid_init(&grid, job, column, schools_pay ? COLUMNS : SCHOOLS, "all");

    self.point = calloc(job->n_plans, sizeof(*self.point));
    self.best = calloc(job->n_plans, sizeof(*self.best));
    if (ret == 0 && (self.point == NULL || self.best == NULL)) {
        ret = plot_fail(job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    if (ret == 0) {
        ret = put_figure(&self, &grid, schools_pay);
    }
    free(self.point);
    free(self.best);
    plot_grid_free(&grid);
    return ret;
}
