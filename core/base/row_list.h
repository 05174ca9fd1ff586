/* A growing array of rows of equal size, 8-byte aligned: insert and remove anywhere. */
#ifndef QSI_ROW_LIST_H
#define QSI_ROW_LIST_H

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_row_list {
    size_t row_bytes; /* a multiple of 8 */
    size_t count, room;
    uint8_t *rows;
} qsi_row_list;

static inline void *qsi_row_list_at(const qsi_row_list *list, size_t at)
{
    return list->rows + at * list->row_bytes;
}

/* A new row before row at; its bytes are not set. NULL with the error set where there is no memory. */
void *qsi_row_list_insert(qsi_row_list *list, size_t at);
void qsi_row_list_remove(qsi_row_list *list, size_t at);
void qsi_row_list_free(qsi_row_list *list);

#endif
