/* The JSON of a format, shared by the answers that hold one. */
#ifndef QSI_DESCRIBE_H
#define QSI_DESCRIBE_H

#include "base/json.h"
#include "spec/spec.h"

/* The members of a format's object, without its braces. */
void qsi_format_json(qsi_json *json, const qsi_format *format);

#endif
