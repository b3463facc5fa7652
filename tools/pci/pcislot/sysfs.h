/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI functions in sysfs, independent of slots and guests. */
#ifndef PCISLOT_SYSFS_H
#define PCISLOT_SYSFS_H

#include "bdf.h"

#include <stdbool.h>
#include <stddef.h>

#define SYSFS_TEXT	128	/* an attribute's value, or a name */

bool sysfs_exists(const struct bdf *bdf);

/* sysfs_has - whether there is an attribute or a link of that name */
bool sysfs_has(const struct bdf *bdf, const char *name);

/* sysfs_read - read an attribute, without its newline; false if there is none */
bool sysfs_read(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT]);

/*
 * sysfs_is_bridge - whether its config header is that of a bridge, or, where its config
 * space cannot be read, its class
 */
bool sysfs_is_bridge(const struct bdf *bdf);

/* sysfs_is_on_root_bus - whether no bridge is above it */
bool sysfs_is_on_root_bus(const struct bdf *bdf);

/* sysfs_number - an attribute that is a number, @otherwise if there is none */
long sysfs_number(const struct bdf *bdf, const char *name, long otherwise);

/* sysfs_link - the last component of a link's target; false if there is none */
bool sysfs_link(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT]);

/* sysfs_driver - the name of its driver; false if it has none */
bool sysfs_driver(const struct bdf *bdf, char text[SYSFS_TEXT]);

/* sysfs_vfio - whether it has a driver of VFIO, vfio-pci or a variant of it */
bool sysfs_vfio(const struct bdf *bdf);

/* sysfs_child - the name of an entry in a directory of it; false if there is none */
bool sysfs_child(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT]);

/* sysfs_vf - the address of VF number @vf of @pf; false if there is none */
bool sysfs_vf(const struct bdf *pf, unsigned int vf, struct bdf *out);

/* sysfs_pf - the PF of @bdf and the VF's number; false if @bdf is not a VF */
bool sysfs_pf(const struct bdf *bdf, struct bdf *pf, unsigned int *vf);

/* sysfs_driver_exists - whether there is a PCI driver of that name */
bool sysfs_driver_exists(const char *driver);

/* sysfs_driver_of - the PCI driver of a module; false if it is not loaded */
bool sysfs_driver_of(const char *module, char driver[SYSFS_TEXT]);

/*
 * sysfs_node - identifies a function as long as it exists: one that was removed and made
 * anew at its address has another number.  0 if there is none.
 */
unsigned long sysfs_node(const struct bdf *bdf);

/* sysfs_write - write @text to a function's attribute; 0 or an errno */
int sysfs_write(const struct bdf *bdf, const char *name, const char *text);

/* sysfs_write_driver - write @bdf to bind or unbind of @driver; 0 or an errno */
int sysfs_write_driver(const char *driver, const char *name,
		       const struct bdf *bdf);

/* sysfs_bus - call @each for all functions on the bus of @bdf */
void sysfs_bus(const struct bdf *bdf,
	       void (*each)(const struct bdf *member, void *data), void *data);

/* sysfs_group - call @each for all members of the IOMMU group of @bdf */
void sysfs_group(const struct bdf *bdf,
		 void (*each)(const struct bdf *member, void *data), void *data);

#endif
