/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The buses of a guest.  QEMU has names for them, libvirt numbers, and libvirt's bus N
 * is "pci.N" in QEMU.  The first bus is "pci.0" or "pcie.0" by the machine's type, and
 * is meant without a name, too.
 */
#ifndef PCISLOT_BUS_H
#define PCISLOT_BUS_H

#include <stdbool.h>

#define BUS_TEXT	64

/*
 * bus_parse - take a bus from the command line: a name of QEMU's, or a number in decimal
 * or, after "0x", hexadecimal.  Writes its name, which is "" for number 0; false if @text
 * is neither.
 */
bool bus_parse(const char *text, char name[BUS_TEXT]);

/* bus_canonical - one name for the first bus, "", and the name itself for any other */
const char *bus_canonical(const char *name);

/* bus_equal - whether both are names of one bus */
bool bus_equal(const char *a, const char *b);

/* bus_number - the number of the bus in libvirt; false for a bus that is not libvirt's */
bool bus_number(const char *name, unsigned int *number);

#endif
