/* quantscope net: quantizes a network by recipes and measures it on samples. */
#include "cli/posix.h"

#include "cli/net.h"

#include "cli/asserts.h"
#include "cli/output.h"
#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_INPUTS = CLI_FIRST_OPTION,
    OPTION_LABELS,
    OPTION_CALIBRATE,
    OPTION_CALIBRATE_LABELS,
    OPTION_TRAIN,
    OPTION_TRAIN_LABELS,
    OPTION_NET,
    OPTION_INPUT,
    OPTION_SAMPLES,
    OPTION_SHARD,
    OPTION_SAVE,
    OPTION_RESUME,
    OPTION_CSV,
    OPTION_MD,
    OPTION_ASSERT,
    OPTION_TRY
};

static const cli_option options[] = {
    {OPTION_INPUTS, "inputs", "X.npy", "samples to measure on: the first axis is samples; uint8 are pixels"},
    {OPTION_LABELS, "labels", "Y.npy", "their classes, from 0; without them only answers that change are counted"},
    {'m', "method", "RECIPE", "what is done, as static:w=int4,a=int8; can be repeated"},
    {OPTION_CALIBRATE, "calibrate", "X.npy",
     "samples that ranges are taken from (default: those of --train, or --inputs)"},
    {OPTION_CALIBRATE_LABELS, "calibrate-labels", "Y.npy", "their classes, which recipes of mixed widths ask for"},
    {OPTION_TRAIN, "train", "X.npy", "samples to train on"},
    {OPTION_TRAIN_LABELS, "train-labels", "Y.npy", "their classes"},
    {OPTION_NET, "net", "CHAIN", "the layers in order, as 'fc1 relu fc2' (default: the file's metadata)"},
    {OPTION_INPUT, "input", "SHAPE", "of a sample, as 1x28x28/255; pixels are divided by the last number"},
    {OPTION_SAMPLES, "samples", "N", "measure on the first N samples (default: all)"},
    {OPTION_TRY, "try", NULL, "measure the remedies of what is found, too"},
    {OPTION_SHARD, "shard", "I/N", "do every N th recipe from number I (from 0) on; --save what was found out"},
    {OPTION_SAVE, "save", "FILE", "write the state at the end, or when Ctrl-C stops the work"},
    {OPTION_RESUME, "resume", "FILE", "go on from a saved state; can be repeated, to put shards together"},
    {CLI_JSON, "json", NULL, "print the report as JSON"},
    {OPTION_CSV, "csv", NULL, "print a row for each recipe as CSV"},
    {OPTION_MD, "md", NULL, "print the tables as Markdown"},
    {OPTION_ASSERT, "assert", "EXPR",
     "exit 1 unless it holds: RECIPE:FIGURE OP NUMBER, OP one of >= > <= < ==, FIGURE a key of the JSON; may be "
     "given "
     "often"},
    {0, NULL, NULL, NULL},
};

static volatile sig_atomic_t stopped;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

/* ------------------------------------------------------------------------------------------------- opening */

static int read_shard(const cli_args *args, size_t *shard, size_t *shards)
{
    const char *text = cli_last(args, OPTION_SHARD);
    char *slash, *end;
    *shard = 0;
    *shards = 1;
    if (!text) return CLI_DONE;
    unsigned long at = strtoul(text, &slash, 10), of = *slash == '/' ? strtoul(slash + 1, &end, 10) : 0;
    if (!of || at >= of || of > 65536 || *end || *text < '0' || *text > '9')
        return cli_fail_usage(NULL, "--shard '%s': write I/N, I from 0 to N - 1", text);
    *shard = at;
    *shards = of;
    return CLI_DONE;
}

static int read_options(const cli_args *args, cli_specs *recipes, cli_asserts *asserts, double *most)
{
    const char *given;
    if (!!cli_last(args, CLI_JSON) + !!cli_last(args, OPTION_CSV) + !!cli_last(args, OPTION_MD) > 1)
        return cli_fail_usage(&cli_net, "net: choose one of --json, --csv and --md");
    int status = cli_need(args, OPTION_INPUTS, &given);
    if (!status && !cli_last(args, OPTION_TRAIN) != !cli_last(args, OPTION_TRAIN_LABELS))
        return cli_fail_usage(&cli_net, "net: --train and --train-labels go together");
    if (!status) status = cli_whole(args, OPTION_SAMPLES, 1, 4294967294.0, 4294967294.0, most);
    if (!status) status = cli_recipes_read(args, 'm', recipes);
    asserts->kind = &cli_assert_recipes;
    if (!status) status = cli_asserts_read(args, OPTION_ASSERT, recipes, asserts);
    return status;
}

static int feed(const cli_args *args, qs_net *net, double most)
{
    static const struct {
        char samples, labels;
        const char *set;
    } sets[] = {{OPTION_INPUTS, OPTION_LABELS, "test"},
                {OPTION_CALIBRATE, OPTION_CALIBRATE_LABELS, "calibrate"},
                {OPTION_TRAIN, OPTION_TRAIN_LABELS, "train"}};
    int status = CLI_DONE;
    for (size_t s = 0; s < sizeof sets / sizeof *sets && !status; s++) {
        const char *samples = cli_last(args, sets[s].samples), *labels = cli_last(args, sets[s].labels);
        double limit = s ? 4294967294.0 : most;
        if (samples) status = cli_net_feed(net, sets[s].set, samples, limit);
        if (!status && labels) status = cli_net_labels(net, sets[s].set, labels, limit);
    }
    return status;
}

static int give_recipes(const cli_args *args, qs_net *net, const cli_specs *recipes)
{
    size_t length = 1, shard, shards;
    int status = read_shard(args, &shard, &shards);
    if (status) return status;
    for (size_t i = 0; i < recipes->count; i++) length += strlen(recipes->text[i]) + 1;
    char *lines = cli_alloc(length), *at = lines;
    *lines = 0;
    for (size_t i = 0; i < recipes->count; i++) at += sprintf(at, "%s\n", recipes->text[i]);
    if (qs_net_recipes(net, lines) || qs_net_shard(net, shard, shards)) status = cli_fail_core(NULL);
    free(lines);
    for (size_t i = 0; i < cli_count(args, OPTION_RESUME) && !status; i++) {
        const char *path = cli_nth(args, OPTION_RESUME, i);
        uint8_t *state = NULL;
        double bytes;
        status = cli_net_read(path, &state, &bytes);
        if (!status && qs_net_merge(net, state, (size_t)bytes)) status = cli_fail_data(path);
        free(state);
    }
    return status;
}

static int open_net(const cli_args *args, const cli_specs *recipes, double most, qs_net **net)
{
    const char *path = cli_nth(args, CLI_POSITIONAL, 0), *chain = cli_last(args, OPTION_NET);
    const char *input = cli_last(args, OPTION_INPUT);
    uint8_t *file = NULL;
    double bytes;
    *net = NULL;
    int status = cli_net_read(path, &file, &bytes);
    if (!status) *net = qs_net_open(file, bytes, chain ? chain : "", input ? input : "");
    free(file);
    if (!status && !*net) status = cli_fail_data(path);
    if (!status) status = feed(args, *net, most);
    if (!status) status = give_recipes(args, *net, recipes);
    return status;
}

/* ------------------------------------------------------------------------------------------------- the work */

static size_t show(const qs_net *net, cli_progress *progress)
{
    char *text, what[200];
    CLI_TEXT(text, qs_net_progress_json(net, dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    double at = cli_json_figure(json, 0, "result"), all = cli_json_figure(json, 0, "results");
    double part = cli_json_figure(json, 0, "done") / cli_json_figure(json, 0, "total");
    double epoch = cli_json_figure(json, 0, "epoch"), loss = cli_json_figure(json, 0, "loss");
    const char *recipe = cli_json_string(json, cli_json_get(json, 0, "recipe"));
    bool training = !strcmp(cli_json_string(json, cli_json_get(json, 0, "stage")), "train");
    if (training && loss == loss)
        snprintf(what, sizeof what, "epoch %.0f, loss %.4f  %.100s", epoch, loss, recipe);
    else
        snprintf(what, sizeof what, "%.100s", recipe);
    if (progress->on) cli_progress_show(progress, (at + (part == part ? part : 0)) / (all + 1), what);
    cli_json_free(json);
    free(text);
    return at < 0 ? 0 : (size_t)at;
}

static int save(const qs_net *net, const char *path)
{
    cli_output output;
    size_t bytes = qs_net_save(net, NULL, 0);
    uint8_t *state = cli_alloc(bytes);
    qs_net_save(net, state, bytes);
    int status = cli_output_open(&output, path);
    if (!status) status = cli_output_write(&output, state, bytes);
    if (!status) status = cli_output_close(&output);
    if (!status)
        status = cli_output_rename(&output);
    else
        cli_output_discard(&output);
    free(state);
    return status;
}

/* Until it is done, or Ctrl-C stops it; seconds of each recipe. */
static int work(const cli_args *args, qs_net *net, double *seconds, size_t most)
{
    const char *path = cli_last(args, OPTION_SAVE);
    cli_progress progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    struct sigaction old, action = {.sa_handler = on_stop};
    bool tries = cli_last(args, OPTION_TRY);
    int more = 1;
    if (path) sigaction(SIGINT, &action, &old);
    while (more > 0 && !stopped) {
        size_t at = show(net, &progress);
        double began = cli_seconds();
        more = qs_net_step(net, 4096);
        if (at < most) seconds[at] += cli_seconds() - began;
        if (more == 0 && tries) more = qs_net_try(net), tries = false;
    }
    cli_progress_end(&progress);
    if (path) sigaction(SIGINT, &old, NULL);
    int status = more < 0 ? cli_fail_core(cli_nth(args, CLI_POSITIONAL, 0)) : CLI_DONE;
    if (!status && path) status = save(net, path);
    if (!status && stopped) {
        cli_warn("stopped; go on with --resume '%s'", path);
        fflush(stdout);
        raise(SIGINT);
    }
    return status;
}

/* ------------------------------------------------------------------------------------------------- the report */

/* The report with its timing, which is this machine's. */
static char *with_timing(const qs_net *net, const double *seconds, const cli_specs *recipes)
{
    char *text, *all = NULL;
    size_t length;
    CLI_TEXT(text, qs_net_json(net, dst, cap));
    FILE *stream = open_memstream(&all, &length);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    text[strlen(text) - 1] = 0;
    fprintf(stream, "%s,\"timing\":{\"threads\":%d,\"results\":[", text, qs_threads(0));
    for (size_t i = 0; i < recipes->count; i++) {
        fprintf(stream, "%s{\"recipe\":", i ? "," : "");
        cli_json_print_text(stream, recipes->text[i]);
        fputs(",\"seconds\":", stream);
        cli_json_print_figure(stream, seconds[i]);
        fputs("}", stream);
    }
    fputs("]}}", stream);
    fclose(stream);
    free(text);
    return all;
}

static int print(const cli_args *args, const char *text, const cli_asserts *asserts)
{
    cli_json *report = cli_json_parse(text, strlen(text));
    if (cli_last(args, CLI_JSON))
        puts(text);
    else if (cli_last(args, OPTION_CSV))
        cli_net_csv(report);
    else
        cli_net_table(report, cli_last(args, OPTION_MD) ? CLI_MARKDOWN : CLI_ALIGNED);
    fflush(stdout);
    int problems = cli_net_problems(cli_nth(args, CLI_POSITIONAL, 0), report);
    int claims = cli_asserts_check(asserts, report);
    cli_json_free(report);
    return claims == CLI_USAGE ? claims : problems ? problems : claims;
}

static int run(const cli_args *args)
{
    cli_specs recipes = {.count = 0};
    cli_asserts asserts = {.count = 0};
    qs_net *net = NULL;
    double most = 0;
    int status = read_options(args, &recipes, &asserts, &most);
    double *seconds = cli_alloc((recipes.count + 1) * sizeof *seconds);
    memset(seconds, 0, (recipes.count + 1) * sizeof *seconds);
    if (!status) status = open_net(args, &recipes, most, &net);
    if (!status) status = work(args, net, seconds, recipes.count);
    if (!status) {
        char *text = with_timing(net, seconds, &recipes);
        status = print(args, text, &asserts);
        free(text);
    }
    qs_net_close(net);
    free(seconds);
    cli_asserts_free(&asserts);
    cli_specs_free(&recipes);
    return status;
}

const cli_command cli_net = {
    .name = "net",
    .summary = "quantizes a network by recipes and measures its answers",
    .usage = "FILE --inputs X.npy [--labels Y.npy] -m RECIPE...\n"
             "                      [--calibrate X.npy] [--train X.npy --train-labels Y.npy]\n"
             "                      [--net CHAIN] [--input SHAPE] [--samples N] [--try]\n"
             "                      [--shard I/N] [--save FILE] [--resume FILE]...\n"
             "                      [--assert EXPR]... [--json|--csv|--md]",
    .about = "FILE is a .safetensors file of linear and convolutional layers, NAME.weight and\n"
             "NAME.bias; its metadata \"net\" or --net names them in order, with relu and\n"
             "flatten between. Each RECIPE is METHOD:OPTION=VALUE,... :\n\n"
             "  weights   weights are coded, inputs of layers stay float32\n"
             "  static    inputs too, by ranges taken from calibration samples\n"
             "  dynamic   inputs by their own range (range=row or range=batch)\n"
             "  qat       trained on coded weights and inputs, straight through\n"
             "  lsq       trained, scales learned too;  bwn, twn: one and two bits\n"
             "  float     trained on without coding: the control, always beside training\n"
             "  mixed     bits for each layer within budget=BYTES\n"
             "  prune     the largest weights within bits=B a weight\n"
             "  gptq, awq, hqq, mse, rtn, smoothquant    how weights are rounded\n\n"
             "w=SPEC and a=SPEC say how weights and inputs are coded, LAYER.w=SPEC of one\n"
             "layer; a SPEC with options stands in brackets, w=(int4:per=row,range=mse).\n"
             "correct=bias, correct=cle; arithmetic=integer, fixed or saturate16.\n\n"
             "Results are compared with float32 sample by sample: lost were right before,\n"
             "gained are right now, and the change has a 95 % interval.\n",
    .options = options,
    .examples = "  quantscope net mlp.safetensors --inputs x.npy --labels y.npy \\\n"
                "      --calibrate c.npy -m static:w=int4,a=int8 -m weights:w=int4\n"
                "  quantscope net mlp.safetensors --inputs x.npy --labels y.npy \\\n"
                "      --train tx.npy --train-labels ty.npy -m qat:w=int2,a=int8,epochs=10\n",
    .positionals = 1,
    .run = run,
};
