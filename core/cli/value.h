/* One value as a person writes it: 0.7265, -1.5, 1e-3, inf, -0, nan, or the bits of a float32, 0x3f39fbe7. */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether an argument is such a value, and so no option for all that it may begin with a minus. */
bool cli_is_number(const char *text);
/* Its float32, nearest even. NULL, or what is wrong with it. */
const char *cli_read_value(const char *text, uint32_t *f32_bits);

#endif
