/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PCISLOT_COMPILER_H
#define PCISLOT_COMPILER_H

/* The kernel's name for it: argument @a is a format, from @b on are its own */
#ifndef __printf
#define __printf(a, b) __attribute__((format(printf, a, b)))
#endif

#define BIT(n)		(1u << (n))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
