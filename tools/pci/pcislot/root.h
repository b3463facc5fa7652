/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one root below which all of the system is looked at: "" on a real machine,
 * a directory with sys/, proc/, dev/ and run/ in a test.
 */
#ifndef PCISLOT_ROOT_H
#define PCISLOT_ROOT_H

#include "compiler.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define ROOT_PATH	1024

/* root_set - @dir must stay; the root is "" until then */
void root_set(const char *dir);

/* root_path - the whole path of what has the path @format below the root */
__printf(2, 3)
void root_path(char path[ROOT_PATH], const char *format, ...);
void root_vpath(char path[ROOT_PATH], const char *format, va_list args);

#endif
