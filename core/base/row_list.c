/* The array of row_list.h. */
#include "base/row_list.h"

#include "base/size.h"

#include <stdbool.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static bool grow(qsi_row_list *list)
{
    size_t room = list->room ? list->room * 2 : FIRST_ROOM;
    uint8_t *rows = qsi_array(room, list->row_bytes);
    if (!rows) return false;
    if (list->count) memcpy(rows, list->rows, list->count * list->row_bytes);
    qsi_array_free(list->rows);
    list->rows = rows;
    list->room = room;
    return true;
}

void *qsi_row_list_insert(qsi_row_list *list, size_t at)
{
    if (list->count == list->room && !grow(list)) return NULL;
    uint8_t *row = qsi_row_list_at(list, at);
    memmove(row + list->row_bytes, row, (list->count - at) * list->row_bytes);
    list->count++;
    return row;
}

void qsi_row_list_remove(qsi_row_list *list, size_t at)
{
    uint8_t *row = qsi_row_list_at(list, at);
    list->count--;
    memmove(row, row + list->row_bytes, (list->count - at) * list->row_bytes);
}

void qsi_row_list_free(qsi_row_list *list)
{
    qsi_array_free(list->rows);
}
