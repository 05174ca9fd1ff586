/* The kinds of file: those that are read, a row each, and those that are only known by name, with what converts
 * them. The content decides, not the name. */
#include "base/status.h"
#include "source/source.h"

#include <string.h>

/* Binary kinds first; a text is what looks like none of them. */
static const qsi_reader *const readers[] = {&qsi_reader_npy, &qsi_reader_safetensors};

enum { READERS = sizeof readers / sizeof *readers };

static const struct {
    const char *magic;
    size_t bytes;
    const char *advice;
} strangers[] = {
    {"PK\x03\x04", 4, "it is a zip archive, such as .npz or .pt: save one array of it with np.save"},
    {"\x89HDF", 4, "it is HDF5: read the array and save it with np.save"},
    {"PAR1", 4, "it is Parquet: read the column as an array and save it with np.save"},
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

static int fail_stranger(const qsi_head *head)
{
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (head->count >= strangers[i].bytes && !memcmp(head->bytes, strangers[i].magic, strangers[i].bytes))
            return qsi_fail_byte(0, "this file cannot be read: %s", strangers[i].advice);
    bool text = head->count > 0;
    for (size_t i = 0; i < head->count && i < QSI_MAGIC_BYTES; i++) {
        uint8_t c = head->bytes[i];
        text = text && (c >= 0x20 ? c < 0x7f : c == '\t' || c == '\n' || c == '\r');
    }
    return qsi_fail_byte(0, "this is not a file that can be read, which is %s or %s%s", readers[0]->title,
                         readers[1]->title,
                         text ? "; it looks like text: load the numbers and save them with np.save" : "");
}

const qsi_reader *qsi_reader_find(const qsi_head *head)
{
    for (size_t i = 0; i < READERS; i++)
        if (readers[i]->matches(head)) return readers[i];
    fail_stranger(head);
    return NULL;
}
