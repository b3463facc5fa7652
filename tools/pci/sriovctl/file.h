/* SPDX-License-Identifier: GPL-2.0-only */
/* Files and directories below the root, of any length */
#ifndef SRIOVCTL_FILE_H
#define SRIOVCTL_FILE_H

#include "names.h"
#include "root.h"

/* file_read - the whole file without its last newline, to be freed; NULL if unreadable */
__printf(1, 2)
char *file_read(const char *format, ...);

/* file_names - the entries of a directory that are not hidden, sorted */
__printf(1, 2)
struct names file_names(const char *format, ...);

/* file_link - the last component of a link's target, to be freed; NULL if none */
__printf(1, 2)
char *file_link(const char *format, ...);

/* file_exists - whether there is a file of any kind */
__printf(1, 2)
bool file_exists(const char *format, ...);

#endif
