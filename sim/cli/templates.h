/* Where the templates of figures and of the report are. */
#ifndef CLI_TEMPLATES_H
#define CLI_TEMPLATES_H

#include <stddef.h>

/** The folder plots/ beside the program, else where it was installed. */
void cli_find_templates(char *directory, size_t size);

#endif
