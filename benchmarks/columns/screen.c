/* The thesis of benchmarks/columns by hand, on columns of doubles in which a missing figure is NaN: rows [from, to), block by block.
   Conditions are 1, 0 or 2 (unknown); of a table 0 is undecided, 1 the last word, 2 + k row k. */
#include <math.h>
#include <pthread.h>
#include <stdint.h>

enum { INPUTS = 20, METRICS = 15, CONDITIONS = 12, TABLES = 3, LINES = 4, BLOCK = 2048 };

typedef struct {
    const double *const *in;
    double *const *metrics;
    int8_t *const *conditions;
    int8_t *const *tables;
    double *score;
    long from, to;
} Part;

static void metric(int n, const Part *p, long s, int size, double *restrict out) {
    const double *restrict a = p->in[n % INPUTS] + s, *restrict b = p->in[(n * 3 + 1) % INPUTS] + s;
    const double *restrict c = p->in[(n * 7 + 2) % INPUTS] + s;
    switch (n % 5) {
    case 0: for (int r = 0; r < size; r++) out[r] = a[r] + b[r]; break;
    case 1: for (int r = 0; r < size; r++) out[r] = a[r] - b[r]; break;
    case 2: for (int r = 0; r < size; r++) out[r] = a[r] * b[r]; break;
    case 3: for (int r = 0; r < size; r++) out[r] = b[r] != 0 ? a[r] / b[r] : NAN; break;
    default: for (int r = 0; r < size; r++) out[r] = c[r] != 0 ? (a[r] + b[r]) / c[r] : NAN;
    }
}

static void *part(void *given) {
    const Part *p = given;
    static const double weights[] = {1, -2, 3, -1, 2, -3, 1, -2, 3, -1, 2, -3};
    double points[BLOCK], unknown[BLOCK];
    for (long s = p->from; s < p->to; s += BLOCK) {
        int size = p->to - s < BLOCK ? (int)(p->to - s) : BLOCK;
        for (int n = 0; n < METRICS; n++) metric(n, p, s, size, p->metrics[n] + s);
        for (int r = 0; r < size; r++) points[r] = unknown[r] = 0;
        for (int n = 0; n < CONDITIONS; n++) {
            const double *restrict x = p->metrics[n] + s, *restrict y = p->in[(n * 5 + 3) % INPUTS] + s;
            int8_t *restrict c = p->conditions[n] + s;
            double above = n + 1, below = 40 - n, weight = weights[n];
            for (int r = 0; r < size; r++) {
                int yes = (x[r] > above) & (y[r] < below), no = (x[r] <= above) | (y[r] >= below);
                c[r] = (int8_t)(yes ? 1 : no ? 0 : 2);
                points[r] += yes ? weight : 0;
                unknown[r] += !(yes | no);
            }
        }
        double *restrict score = p->score + s;
        for (int r = 0; r < size; r++) score[r] = unknown[r] == 0 ? points[r] / 24 : NAN;
        for (int n = 0; n < TABLES; n++) {
            int8_t *restrict said = p->tables[n] + s;
            for (int r = 0; r < size; r++) said[r] = 1;
            for (int k = LINES - 1; k >= 0; k--) {
                const int8_t *restrict a = p->conditions[4 * n + k] + s, *restrict b = p->conditions[(4 * n + k + 1) % CONDITIONS] + s;
                for (int r = 0; r < size; r++) {
                    int yes = (a[r] == 1) & (b[r] == 0), no = (a[r] == 0) | (b[r] == 1);
                    said[r] = (int8_t)(yes ? k + 2 : no ? said[r] : 0);
                }
            }
        }
    }
    return 0;
}

int screen(const double *const *in, double *const *metrics, int8_t *const *conditions, int8_t *const *tables, double *score, long rows) {
    long half = rows / 2 / BLOCK * BLOCK;
    Part parts[2] = {{in, metrics, conditions, tables, score, 0, half}, {in, metrics, conditions, tables, score, half, rows}};
    pthread_t other;
    if (pthread_create(&other, 0, part, &parts[1])) return 1;
    part(&parts[0]);
    return pthread_join(other, 0);
}
