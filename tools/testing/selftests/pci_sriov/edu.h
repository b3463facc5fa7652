/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sriov-edu: the registers of its functions (<linux/sriov_edu_regs.h>), through
 * resource0 in sysfs.
 */
#ifndef PCI_SRIOV_EDU_H
#define PCI_SRIOV_EDU_H

#include <stdint.h>

#include <linux/sriov_edu_regs.h>

#include "pf.h"

/**
 * struct edu_map - the registers of one function, mapped
 * @registers: BAR 0; volatile, because programs have no readl() for device memory
 * @size: of BAR 0, bytes
 * @fn: the function
 * @enabled: edu_map() has enabled memory decoding
 */
struct edu_map {
	volatile uint32_t *registers;
	size_t size;
	const struct pci_fn *fn;
	bool enabled;
};

/*
 * Maps the registers, and enables memory decoding if it is off (except for a VF,
 * whose PF controls it).  Returns 0 or a negative errno.
 */
int edu_map(struct edu_map *map, const struct pci_fn *fn);
void edu_unmap(struct edu_map *map);

uint32_t edu_read(const struct edu_map *map, unsigned int reg);
void edu_write(const struct edu_map *map, unsigned int reg, uint32_t value);

/**
 * struct edu_array - a PF's VF Migration State Array, mapped
 * @states: a byte for each VF
 * @words: the same bytes as words
 * @bar: BAR 2
 * @size: of BAR 2, bytes
 */
struct edu_array {
	volatile uint8_t *states;
	volatile uint32_t *words;
	void *bar;
	size_t size;
};

/* Returns 0 or a negative errno. */
int edu_array_map(struct edu_array *array, const struct pci_fn *pf);
void edu_array_unmap(struct edu_array *array);

/* A single access to a function that is not mapped; the read is -1 on error. */
int64_t edu_peek(const struct pci_fn *fn, unsigned int reg);
int edu_poke(const struct pci_fn *fn, unsigned int reg, uint32_t value);

/* Reads and clears the count of a PF's referee; negative if that fails. */
int edu_take_breaches(const struct pci_fn *pf);

#endif
