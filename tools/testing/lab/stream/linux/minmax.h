/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STREAM_LINUX_MINMAX_H
#define STREAM_LINUX_MINMAX_H

#define min(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a < _b ? _a : _b; })
#define min_t(type, a, b) min((type)(a), (type)(b))

#endif
