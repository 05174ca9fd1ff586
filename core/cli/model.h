/* What a path opens as: a file, or a list of files or of tensors that the core opens in its place. */
#ifndef CLI_MODEL_H
#define CLI_MODEL_H

/* *text: such a list, which is to be opened over files beside *beside; NULL: path is opened itself, or what *beside
 * then names. free() both. Returns an exit code. */
int cli_model_find(const char *path, char **text, char **beside);

#endif
