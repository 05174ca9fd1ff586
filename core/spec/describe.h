/* Parts of answers: the JSON of a format, shared by all that hold one, and the stops from float32 to one bit. */
#ifndef QSI_DESCRIBE_H
#define QSI_DESCRIBE_H

#include "base/json.h"
#include "spec/spec.h"

/* The members of a format's object, without its braces. */
void qsi_format_json(qsi_json *json, const qsi_format *format);
/* The members "stops" and "stop": from float32 to one bit. */
void qsi_stops_json(qsi_json *json);

#endif
