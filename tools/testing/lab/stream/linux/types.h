/* SPDX-License-Identifier: GPL-2.0-only */
/* What stream.c has of the kernel, for user space */
#ifndef STREAM_LINUX_TYPES_H
#define STREAM_LINUX_TYPES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef uint16_t __le16;
typedef uint32_t __le32;
typedef uint64_t __le64;

#define le32_to_cpu	le32toh
#define le64_to_cpu	le64toh

#endif
