/* The kinds of file: those that are read, a row each, and those that are only known by name, with what converts
 * them. The content decides; the name does where the content has no mark and fits it. */
#include "base/status.h"
#include "source/source.h"

#include <string.h>

/* Binary kinds first; a text is what looks like none of them. */
static const qsi_reader *const readers[] = {&qsi_reader_npy, &qsi_reader_safetensors, &qsi_reader_gguf,
                                            &qsi_reader_npz, &qsi_reader_list,        &qsi_reader_index,
                                            &qsi_reader_bin, &qsi_reader_fvecs,       &qsi_reader_text};

enum { READERS = sizeof readers / sizeof *readers };

typedef struct stranger {
    const char *magic;
    size_t bytes;
    const char *advice;
} stranger;

static const stranger strangers[] = {
    {"\x89HDF", 4, "it is HDF5: np.save('x.npy', h5py.File(f)['train'][:])"},
    {"PAR1", 4, "it is Parquet: np.save('x.npy', np.stack(pandas.read_parquet(f)['embedding']))"},
    {"ARROW1", 6,
     "it is Arrow IPC (Feather): np.save('x.npy', np.stack(pyarrow.feather.read_table(f)['embedding']))"},
    {"\xff\xff\xff\xff", 4,
     "it is an Arrow IPC stream: np.save('x.npy', np.stack(pyarrow.ipc.open_stream(f).read_all()['embedding']))"},
    {"\x28\xb5\x2f\xfd", 4, "it is packed by zstd: unzstd FILE"},
    {"\xfd"
     "7zXZ",
     5, "it is packed by xz: unxz FILE"},
    {"BZh", 3, "it is packed by bzip2: bunzip2 FILE"},
    {"\x80\x02", 2,
     "it is a pickle, which can run code and is never loaded: load it where you trust it, and np.save"},
    {"\x80\x03", 2,
     "it is a pickle, which can run code and is never loaded: load it where you trust it, and np.save"},
    {"\x80\x04", 2,
     "it is a pickle, which can run code and is never loaded: load it where you trust it, and np.save"},
    {"\x80\x05", 2,
     "it is a pickle, which can run code and is never loaded: load it where you trust it, and np.save"},
    {"ggml", 4, "it is a GGML file, older than GGUF: convert it with llama.cpp's convert_llama_ggml_to_gguf.py"},
    {"lmgg", 4, "it is a GGML file, older than GGUF: convert it with llama.cpp's convert_llama_ggml_to_gguf.py"},
    {"tjgg", 4, "it is a GGML file, older than GGUF: convert it with llama.cpp's convert_llama_ggml_to_gguf.py"},
    {"FUGG", 4, "it is a big-endian GGUF: convert it with gguf-py's gguf_convert_endian.py"},
    {"SQLite f", 8, "it is an SQLite database: select the vectors and np.save them"},
    {"MATLAB 5", 8, "it is a MATLAB file: np.save('x.npy', scipy.io.loadmat(f)['name'])"},
    {"%PDF", 4, "it is a PDF"},
    {"IxF", 3, "it is a faiss index: np.save('x.npy', faiss.read_index(f).reconstruct_n())"},
};

static const stranger *find_stranger(const qsi_head *head)
{
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (head->count >= strangers[i].bytes && !memcmp(head->bytes, strangers[i].magic, strangers[i].bytes))
            return &strangers[i];
    return NULL;
}

static int fail_stranger(const stranger *known)
{
    if (known) return qsi_fail_byte(0, "this file cannot be read: %s", known->advice);
    return qsi_fail_byte(
        0, "this is no file of vectors or weights that is known: .npy, .npz, .safetensors, GGUF, .fvecs, "
           ".bvecs, .ivecs, .fbin, .u8bin, .i8bin, CSV, JSON and GloVe are read; raw values with --dtype "
           "and --dim");
}

const qsi_reader *qsi_reader_find(const qsi_head *head)
{
    for (size_t i = 0; i < READERS; i++)
        if (readers[i]->named && readers[i]->named(head)) return readers[i];
    const stranger *known = find_stranger(head);
    for (size_t i = 0; i < READERS && !known; i++)
        if (readers[i]->matches(head)) return readers[i];
    fail_stranger(known);
    return NULL;
}
