/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The root of all paths that pcislot uses: "" on a real machine, a directory with
 * sys/, proc/, dev/ and run/ in a test.
 */
#ifndef PCISLOT_ROOT_H
#define PCISLOT_ROOT_H

#include "compiler.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define ROOT_PATH	1024

/* root_set - set the root to @dir, which is not copied; the default is "" */
void root_set(const char *dir);

/* root_path - the full path of @format below the root */
__printf(2, 3)
void root_path(char path[ROOT_PATH], const char *format, ...);
void root_vpath(char path[ROOT_PATH], const char *format, va_list args);

#endif
