/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes in sysfs.  A file is given by its directory and its name; a failure
 * returns the negative errno from the kernel.
 */
#ifndef PCI_SRIOV_SYSFS_H
#define PCI_SRIOV_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SYSFS_PATH_LEN	256

bool sysfs_exists(const char *dir, const char *name);

/* Reads an attribute without its newline; returns the length. */
int sysfs_read(const char *dir, const char *name, char *buf, size_t size);

/* Reads a number, in C's notation or (attributes without 0x) in hexadecimal. */
long long sysfs_read_number(const char *dir, const char *name);
long long sysfs_read_hex(const char *dir, const char *name);

/* Writes exactly these bytes in one write(); returns 0. */
int sysfs_write_bytes(const char *dir, const char *name, const void *buf,
		      size_t len);
int sysfs_write(const char *dir, const char *name, const char *text);
int sysfs_write_number(const char *dir, const char *name, long long number);

/* The last component of a symbolic link's target; returns its length. */
int sysfs_link(const char *dir, const char *name, char *buf, size_t size);

/* Distinguishes a device from a later one of the same name; 0 if it does not exist. */
ino_t sysfs_identity(const char *dir);

#endif
