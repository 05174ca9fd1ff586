/*
 * The stops of the slider that goes from float32 to one bit, and where formats of so many bits are used. Queries
 * stay float32 at every stop, so only what is stored changes.
 */
#include "spec/describe.h"

/* use and source: of those that a short summary compares; NULL where a stop is not among them. */
static const struct {
    const char *spec, *use, *source;
} stops[] = {
    {"f32", "what embedding models return; an index without compression", "IEEE 754-2019 binary32"},
    {"f16", "half-precision vectors: pgvector halfvec, faiss SQfp16", "pgvector README, Half-Precision Vectors"},
    {"int8:map=offset,per=dim", "scalar quantization: faiss SQ8, Qdrant, Lucene",
     "faiss wiki, The index factory; Qdrant documentation, Quantization"},
    {"int7:map=offset,per=dim", NULL, NULL},
    {"int6:map=offset,per=dim", NULL, NULL},
    {"int5:map=offset,per=dim", NULL, NULL},
    {"int4:map=offset,per=dim", "scalar quantization to half a byte: faiss SQ4", "faiss wiki, The index factory"},
    {"int3:map=offset,per=dim", NULL, NULL},
    {"int2:map=offset,per=dim", NULL, NULL},
    {"binary:query=f32", "a first search, before rescoring: pgvector, Qdrant",
     "pgvector README, Binary Quantization; Qdrant documentation, Quantization"},
};

static const char opening[] = "int4:map=offset,per=dim";

void qsi_stops_json(qsi_json *json)
{
    qsi_json_key(json, "stops");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        qsi_json_open(json, '{');
        qsi_json_key(json, "spec");
        qsi_json_text(json, stops[i].spec);
        if (stops[i].use) {
            qsi_json_key(json, "use");
            qsi_json_text(json, stops[i].use);
            qsi_json_key(json, "source");
            qsi_json_text(json, stops[i].source);
        }
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    qsi_json_key(json, "stop");
    qsi_json_text(json, opening);
}
