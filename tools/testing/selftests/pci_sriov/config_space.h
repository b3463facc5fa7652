/* SPDX-License-Identifier: GPL-2.0-only */
/* A function's configuration space and resources, through sysfs. */
#ifndef PCI_SRIOV_CONFIG_SPACE_H
#define PCI_SRIOV_CONFIG_SPACE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "pf.h"

/* The first of the PF's VF BARs in its resource file, after six BARs and a ROM */
#define PCI_VF_BAR_FIRST	7
#define PCI_BARS		6

struct pci_range {
	unsigned long long start;
	unsigned long long end;
	unsigned long long flags;
};

/* Reads 1, 2 or 4 bytes; negative errno if it cannot be read. */
int64_t config_read(const struct pci_fn *fn, unsigned int offset,
		    unsigned int size);

/* Writes two bytes; 0 or negative errno. */
int config_write_word(const struct pci_fn *fn, unsigned int offset,
		      uint16_t word);

/* The offset of a capability, or 0. */
unsigned int config_find_cap(const struct pci_fn *fn, unsigned int id);
unsigned int config_find_ext_cap(const struct pci_fn *fn, unsigned int id);

/* A word of the PF's SR-IOV capability (PCI_SRIOV_*). */
int64_t config_read_sriov(const struct pci_fn *pf, unsigned int reg);

/**
 * struct config_reader - a program that reads config space again and again
 * @fn: of which function
 * @stop: set to end the thread
 * @reads: how often it has read
 */
struct config_reader {
	pthread_t thread;
	const struct pci_fn *fn;
	atomic_bool stop;
	int reads;
};

/* 0 or negative errno */
int config_reader_start(struct config_reader *reader, const struct pci_fn *fn);

/* How often it has read */
int config_reader_stop(struct config_reader *reader);

/* One line of the function's resource file. */
int resource_read(const struct pci_fn *fn, unsigned int index,
		  struct pci_range *range);

/* Maps that resource; 0 or negative errno. */
int resource_map(const struct pci_fn *fn, unsigned int index, void **address,
		 size_t *size);

#endif
