/* Every split that was tried, one objective against another: the frontier, and the splits that have a name. */
#include "plots/job.h"
#include "plots/place.h"
#include "plots/script.h"
#include "sim/store/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The plot's area within the canvas, in pixels; the template has the same. */
#define LEFT 70.0
#define RIGHT (PLOT_WIDTH - 20)
#define TOP 98.0
#define BOTTOM (PLOT_HEIGHT - 88)
#define FAR 2.0 /* spans of the frontier: what is farther from it is left out of the axes */

typedef struct {
    char label[40]; /* "" = not named */
    plot_value_t x, y;
    bool on_frontier, chosen;
} point_t;

typedef struct {
    double low, high;
} axis_t;

typedef struct {
    plot_job_t *job;
    size_t n, room;
    point_t *point;
    bool single; /* one objective: against the money of the first line */
    bool share_x, share_y;
    char x_name[160], y_name[160];
    axis_t x, y;
    size_t n_outside;
    int error;
} plane_t;

/* ---- reading ---- */

static const store_field_t *
field(const store_field_t *row, size_t n, const char *name)
{
    static const store_field_t NONE = { .text = "" };

    for (size_t i = 0; i < n; i++) {
        if (strcmp(row[i].name, name) == 0) {
            return &row[i];
        }
    }
    return &NONE;
}

static const char *
text_of(const store_field_t *row, size_t n, const char *name)
{
    const char *text = field(row, n, name)->text;

    return text != NULL ? text : "";
}

static double
number_of(const store_field_t *row, size_t n, const char *name)
{
    return field(row, n, name)->number;
}

static void
name_axis(char *name, size_t size, const char *kpi, const char *group)
{
    bool all = strcmp(group, "all") == 0;

    (void) snprintf(name, size, "%s%s%s", kpi, all ? "" : ", ", all ? "" : group);
}

/* "chosen equal" -> "chosen, equal"; what is run is called present. */
static void
name_point(point_t *point, const char *roles)
{
    size_t used = 0;

    point->chosen = strstr(roles, "chosen") != NULL;
    for (const char *word = roles; *word != '\0';) {
        size_t n = strcspn(word, " ");
        bool now = n == 7 && strncmp(word, "current", n) == 0, need = n == 4 && strncmp(word, "need", n) == 0;

        used += (size_t) snprintf(point->label + used, sizeof(point->label) - used, "%s%.*s", used > 0 ? ", " : "",
            now    ? 7
            : need ? 7
                   : (int) n,
            now    ? "present"
            : need ? "by need"
                   : word);
        used = used < sizeof(point->label) ? used : sizeof(point->label) - 1;
        word += n + strspn(word + n, " ");
    }
}

static int
take_row(void *ctx, const store_field_t *row, size_t n)
{
    plane_t *self = ctx;
    point_t *point;

    if (self->n == self->room) {
        point = realloc(self->point, (2 * self->room + 32) * sizeof(*point));
        if (point == NULL) {
            return SIM_ERR_NO_MEMORY;
        }
        self->point = point;
        self->room = 2 * self->room + 32;
    }
    point = &self->point[self->n++];
    memset(point, 0, sizeof(*point));
    name_point(point, text_of(row, n, "roles"));
    point->on_frontier = number_of(row, n, "on_frontier") != 0;
    self->single = isnan(number_of(row, n, "y"));
    point->x = (plot_value_t){ number_of(row, n, "x"), number_of(row, n, "x_low"), number_of(row, n, "x_high") };
    point->y = (plot_value_t){ number_of(row, n, "y"), number_of(row, n, "y_low"), number_of(row, n, "y_high") };
    name_axis(self->x_name, sizeof(self->x_name), text_of(row, n, "x_kpi"), text_of(row, n, "x_group"));
    name_axis(self->y_name, sizeof(self->y_name), text_of(row, n, "y_kpi"), text_of(row, n, "y_group"));
    self->share_x = strcmp(text_of(row, n, "x_unit"), "share") == 0;
    self->share_y = strcmp(text_of(row, n, "y_unit"), "share") == 0;
    if (self->single) {
        point->y = point->x;
        point->x = (plot_value_t){ number_of(row, n, "pounds") / 1000, NAN, NAN };
        memcpy(self->y_name, self->x_name, sizeof(self->y_name));
        (void) snprintf(self->x_name, sizeof(self->x_name), "money of %.60s, £ thousand a year",
            text_of(row, n, "line"));
        self->share_y = self->share_x;
        self->share_x = false;
    }
    self->job->reps =
        number_of(row, n, "reps") > self->job->reps ? (uint32_t) number_of(row, n, "reps") : self->job->reps;
    return 0;
}

/* ---- axes ---- */

static void
widen(axis_t *axis, const plot_value_t *value)
{
    axis->low = fmin(axis->low, fmin(value->estimate, value->low));
    axis->high = fmax(axis->high, fmax(value->estimate, value->high));
}

static bool
is_within(const axis_t *axis, double value, double spans)
{
    double more = spans * (axis->high - axis->low);

    return value >= axis->low - more && value <= axis->high + more;
}

/* The frontier, the chosen and the present split; then what else is not too far from them. */
static void
make_axes(plane_t *self)
{
    axis_t x = { INFINITY, -INFINITY }, y = x;

    for (size_t i = 0; i < self->n; i++) {
        const point_t *point = &self->point[i];

        if (point->on_frontier || point->chosen || strstr(point->label, "present") != NULL) {
            widen(&x, &point->x);
            widen(&y, &point->y);
        }
    }
    self->x = x;
    self->y = y;
    for (size_t i = 0; i < self->n; i++) {
        const point_t *point = &self->point[i];
        double spans = point->label[0] != '\0' ? FAR : FAR / 4;

        if (is_within(&x, point->x.estimate, spans) && is_within(&y, point->y.estimate, spans)) {
            widen(&self->x, &point->x);
            widen(&self->y, &point->y);
        }
    }
}

static void
pad(axis_t *axis, bool share)
{
    double span = fmax(axis->high - axis->low, share ? 0.01 : 1e-9 + 0.02 * fabs(axis->high));
    double middle = (axis->high + axis->low) / 2;

    axis->low = middle - 0.57 * span;
    axis->high = middle + 0.57 * span;
}

static bool
is_shown(const plane_t *self, const point_t *point)
{
    return is_within(&self->x, point->x.estimate, 0) && is_within(&self->y, point->y.estimate, 0);
}

/* ---- labels ---- */

static double
pixel(const axis_t *axis, double value, double from, double to)
{
    return from + (value - axis->low) / (axis->high - axis->low) * (to - from);
}

static plot_box_t
around(const plane_t *self, const point_t *point, double by)
{
    double x = pixel(&self->x, point->x.estimate, LEFT, RIGHT);
    double y = pixel(&self->y, point->y.estimate, PLOT_HEIGHT - BOTTOM, PLOT_HEIGHT - TOP);

    return (plot_box_t){ x - by, x + by, y - by, y + by };
}

/* Of each label: its place in pixels from the left and the top, and the point that it names. */
static const char *const FIELD[] = { "Name_x", "Name_y", "Name_left_of", "Name_far", "Point_x", "Point_y" };
#define N_FIELDS (sizeof(FIELD) / sizeof(FIELD[0]))

static void
put_labels(const plane_t *self, size_t n_named, const size_t *named, const plot_label_t *label)
{
    double column[32];

    (void) fprintf(self->job->script, "n_named = %zu\narray Name[n_named] = [", n_named);
    for (size_t i = 0; i < n_named; i++) {
        (void) fputs(i > 0 ? ", " : "", self->job->script);
        plot_quote(self->job->script, self->point[named[i]].label);
    }
    (void) fputs("]\n", self->job->script);
    for (size_t f = 0; f < N_FIELDS; f++) {
        for (size_t i = 0; i < n_named; i++) {
            const point_t *point = &self->point[named[i]];
            const double of[] = { label[i].at_x, PLOT_HEIGHT - label[i].at_y, label[i].left_of, label[i].far,
                point->x.estimate, point->y.estimate };

            column[i] = of[f];
        }
        plot_let_numbers(self->job->script, FIELD[f], n_named, column);
    }
}

/* The point and, of one that has them drawn, its intervals. */
static size_t
obstacles_of(const plane_t *self, const point_t *point, plot_box_t *box)
{
    plot_box_t at = around(self, point, 5);
    size_t n = 0;

    box[n++] = at;
    if (point->on_frontier || point->label[0] != '\0') {
        double x = (at.left + at.right) / 2, y = (at.bottom + at.top) / 2;

        if (!isnan(point->x.low)) {
            box[n++] = (plot_box_t){ pixel(&self->x, point->x.low, LEFT, RIGHT),
                pixel(&self->x, point->x.high, LEFT, RIGHT), y - 2, y + 2 };
        }
        if (!isnan(point->y.low)) {
            box[n++] =
                (plot_box_t){ x - 2, x + 2, pixel(&self->y, point->y.low, PLOT_HEIGHT - BOTTOM, PLOT_HEIGHT - TOP),
                    pixel(&self->y, point->y.high, PLOT_HEIGHT - BOTTOM, PLOT_HEIGHT - TOP) };
        }
    }
    return n;
}

static int
place_labels(plane_t *self)
{
    const plot_box_t area = { LEFT + 4, RIGHT - 2, PLOT_HEIGHT - BOTTOM + 4, PLOT_HEIGHT - TOP - 2 };
    plot_box_t *obstacle = calloc(3 * self->n + 1, sizeof(*obstacle));
    plot_label_t label[8];
    size_t n_named = 0, n = 0, named[8];

    if (obstacle == NULL) {
        return plot_fail(self->job->fault, SIM_ERR_NO_MEMORY, "%s", sim_strerror(SIM_ERR_NO_MEMORY));
    }
    for (size_t i = 0; i < self->n; i++) {
        const point_t *point = &self->point[i];
        plot_box_t box = around(self, point, 5);

        if (!is_shown(self, point)) {
            self->n_outside++;
            continue;
        }
        n += obstacles_of(self, point, obstacle + n);
        if (point->label[0] != '\0' && n_named < 8) {
            label[n_named] = (plot_label_t){ .x = box.left + 5,
                .y = box.bottom + 5,
                .height = 17,
                .width = 0.56 * PLOT_TEXT * (double) strlen(point->label) + 4 };
            named[n_named++] = i;
        }
    }
    plot_place(n_named, label, n, obstacle, &area);
    free(obstacle);
    put_labels(self, n_named, named, label);
    return 0;
}

/* ---- data ---- */

static int
by_x(const void *a, const void *b)
{
    const point_t *x = a, *y = b;

    return (x->x.estimate > y->x.estimate) - (x->x.estimate < y->x.estimate);
}

/* Blocks: what was tried, the frontier, those with a name, the chosen. */
static void
put_data(const plane_t *self)
{
    static const char *const BLOCK[] = { "tried", "frontier", "named", "chosen" };

    for (int block = 0; block < 4; block++) {
        (void) fprintf(self->job->data, "%s# %s\t%s\tlow\thigh\t%s\tlow\thigh\n", block > 0 ? "\n\n" : "", BLOCK[block],
            self->x_name, self->y_name);
        for (size_t i = 0; i < self->n; i++) {
            const point_t *point = &self->point[i];
            const bool in[] = { is_shown(self, point), point->on_frontier,
                point->label[0] != '\0' && is_shown(self, point), point->chosen };

            if (in[block]) {
                (void) fprintf(self->job->data, "%.10g", point->x.estimate);
                plot_field(self->job->data, point->x.low);
                plot_field(self->job->data, point->x.high);
                plot_field(self->job->data, point->y.estimate);
                plot_field(self->job->data, point->y.low);
                plot_field(self->job->data, point->y.high);
                (void) fputc('\n', self->job->data);
            }
        }
    }
}

static void
put_script(const plane_t *self)
{
    FILE *out = self->job->script;

    plot_let(out, "x_low", self->x.low);
    plot_let(out, "x_top", self->x.high);
    plot_let(out, "y_low", self->y.low);
    plot_let(out, "y_top", self->y.high);
    plot_let(out, "share_x", self->share_x);
    plot_let(out, "share_y", self->share_y);
    plot_let(out, "n_outside", (double) self->n_outside);
    plot_let_text(out, "x_title", self->x_name);
    plot_let_text(out, "y_title", self->y_name);
}

int
plot_write_split(plot_job_t *job)
{
    plane_t self = { .job = job };
    int ret;

    job->template = "split";
    (void) snprintf(job->title, sizeof(job->title), "Splits of the money: what each gives");
    ret = store_rows(job->results, "candidate_plane", take_row, &self);
    if (ret != 0) {
        ret = plot_fail(job->fault, ret, "%s", sim_strerror(ret));
    } else {
        qsort(self.point, self.n, sizeof(*self.point), by_x);
        make_axes(&self);
        pad(&self.x, self.share_x);
        pad(&self.y, self.share_y);
        ret = place_labels(&self);
    }
    if (ret == 0) {
        put_script(&self);
        put_data(&self);
    }
    free(self.point);
    return ret;
}
