/* The answers of a job in the report: how many are right, what changed against float32, and each run of training.
 */
#include "net/report.h"

#include "net/job.h"

#include <math.h>

void qsi_report_figure(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_figure(json, value);
}

static void interval(qsi_json *json, const char *key, double low, double high)
{
    qsi_json_key(json, key);
    qsi_json_open(json, '[');
    qsi_json_figure(json, low);
    qsi_json_figure(json, high);
    qsi_json_close(json, ']');
}

/* Wilson's interval of a share, 95 %. */
static void wilson(qsi_json *json, double right, double n)
{
    const double z = 1.95996;
    double p = right / n, middle = p + z * z / (2 * n), wide = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    interval(json, "accuracy_ci95", (middle - wide) / (1 + z * z / n), (middle + wide) / (1 + z * z / n));
}

/* Answers whose greatest output has an equal, as outputs of 8 bits often do: the lower class is taken. */
static double ties(const qsi_job *job)
{
    size_t classes = job->net->chain.classes;
    double count = 0;
    for (size_t i = 0; i < job->net->sets[QSI_SET_TEST].count; i++) {
        const float *y = job->outputs + i * classes;
        size_t best = qsi_answer(y, classes), c = best + 1;
        while (c < classes && y[c] != y[best]) c++;
        count += c < classes;
    }
    return count;
}

void qsi_accuracy_json(const qsi_job *job, qsi_json *json)
{
    const qsi_samples *test = &job->net->sets[QSI_SET_TEST];
    double n = (double)test->labelled;
    qsi_json_key(json, "right");
    if (test->labelled)
        qsi_json_whole(json, job->runs[0].right);
    else
        qsi_json_null(json);
    qsi_json_key(json, "ties");
    qsi_json_whole(json, ties(job));
    qsi_report_figure(json, "accuracy", job->runs[0].right / n);
    wilson(json, job->runs[0].right, n);
    qsi_report_figure(json, "cross_entropy", job->runs[0].cross_entropy);
}

void qsi_change_json(const qsi_job *job, qsi_json *json)
{
    const qsi_samples *test = &job->net->sets[QSI_SET_TEST];
    bool labelled = test->labelled > 0;
    double n = (double)test->count;
    qsi_report_figure(json, "agree", job->agree / n);
    const char *const keys[] = {"lost", "gained"};
    const double counts[] = {job->lost, job->gained};
    for (int i = 0; i < 2; i++) {
        qsi_json_key(json, keys[i]);
        if (labelled)
            qsi_json_whole(json, counts[i]);
        else
            qsi_json_null(json);
    }
    qsi_report_figure(json, "change", labelled ? (job->gained - job->lost) / n : NAN);
    interval(json, "change_ci95", labelled ? job->change_low : NAN, labelled ? job->change_high : NAN);
}

void qsi_runs_json(const qsi_job *job, qsi_json *json)
{
    double n = (double)job->net->sets[QSI_SET_TEST].labelled, sum = 0, squares = 0, least = INFINITY,
           most = -INFINITY;
    size_t runs = qsi_job_runs(job);
    qsi_json_key(json, "seeds");
    qsi_json_open(json, '{');
    for (size_t r = 0; r < runs; r++) {
        double a = job->runs[r].right / n;
        sum += a;
        least = fmin(least, a);
        most = fmax(most, a);
    }
    for (size_t r = 0; r < runs; r++) {
        double d = job->runs[r].right / n - sum / (double)runs;
        squares += d * d;
    }
    qsi_report_figure(json, "mean", sum / (double)runs);
    qsi_report_figure(json, "sd", runs > 1 ? sqrt(squares / (double)(runs - 1)) : NAN);
    qsi_report_figure(json, "min", least);
    qsi_report_figure(json, "max", most);
    qsi_json_key(json, "runs");
    qsi_json_open(json, '[');
    for (size_t r = 0; r < runs; r++) {
        qsi_json_open(json, '{');
        qsi_json_key(json, "seed");
        qsi_json_whole(json, job->runs[r].seed);
        qsi_report_figure(json, "accuracy", job->runs[r].right / n);
        qsi_report_figure(json, "cross_entropy", job->runs[r].cross_entropy);
        qsi_report_figure(json, "loss", job->runs[r].loss);
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}
