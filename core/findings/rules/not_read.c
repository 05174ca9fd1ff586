/* Tensors of a file that are left out: of a type that is not read, or of rows too long. Readers know them by name;
 * the rule is here for its words. */
#include "findings/rules/rules.h"

const qsi_rule qsi_rule_not_read = {
    .id = "not-read",
    .level = QSI_WARNING,
    .title = "Tensors that are not read",
    .meaning =
        "The file holds tensors of a type that is not read, such as packed codes or ids, or rows too long to be "
        "coded. No figure is of them.",
    .decided = "The reader of the file names the tensor and the reason.",
};

size_t qs_unread_json(const char *problem, char *dst, size_t cap)
{
    qsi_findings found = {.count = 0};
    qsi_json json = qsi_json_start(dst, cap);
    qsi_finding *f = qsi_finding_add(&found, &qsi_rule_not_read, "%s", problem);
    qsi_finding_remedy(f, "convert it, or take its bytes as they are");
    qsi_finding_json(f, &json);
    qsi_findings_close(&found);
    return qsi_json_end(&json);
}
