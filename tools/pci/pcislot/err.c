// SPDX-License-Identifier: GPL-2.0-only
#include "err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *err, enum status status, const char *format, ...)
{
	va_list args;

	err->status = status;
	err->at = ERR_NOWHERE;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int err_at(struct err *err, long at, const char *format, ...)
{
	va_list args;

	err->status = STATUS_USAGE;
	err->at = at;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

int err_point(struct err *err, long at)
{
	err->at = at;
	return -1;
}
