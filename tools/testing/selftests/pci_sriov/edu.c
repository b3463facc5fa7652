// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <errno.h>
#include <sys/mman.h>

#include <linux/pci_regs.h>

#include "config_space.h"
#include "edu.h"

static int enable_memory(struct edu_map *map)
{
	int64_t command = config_read(map->fn, PCI_COMMAND, 2);
	int ret;

	map->enabled = false;
	if (command < 0)
		return command;
	if (command & PCI_COMMAND_MEMORY || sysfs_exists(map->fn->dir, "physfn"))
		return 0;

	ret = sysfs_write(map->fn->dir, "enable", "1");
	map->enabled = !ret;
	return ret;
}

static void disable_memory(struct edu_map *map)
{
	if (map->enabled)
		sysfs_write(map->fn->dir, "enable", "0");
}

int edu_map(struct edu_map *map, const struct pci_fn *fn)
{
	void *registers = NULL;
	int ret;

	map->fn = fn;
	ret = enable_memory(map);
	if (ret)
		return ret;

	ret = resource_map(fn, SRIOV_EDU_BAR_REGS, &registers, &map->size);
	map->registers = registers;
	if (ret)
		disable_memory(map);
	return ret;
}

void edu_unmap(struct edu_map *map)
{
	munmap((void *)map->registers, map->size);
	disable_memory(map);
}

uint32_t edu_read(const struct edu_map *map, unsigned int reg)
{
	return le32toh(map->registers[reg / sizeof(uint32_t)]);
}

void edu_write(const struct edu_map *map, unsigned int reg, uint32_t value)
{
	map->registers[reg / sizeof(uint32_t)] = htole32(value);
}

int edu_array_map(struct edu_array *array, const struct pci_fn *pf)
{
	int ret;

	ret = resource_map(pf, SRIOV_EDU_BAR_ARRAY, &array->bar, &array->size);
	if (ret)
		return ret;

	array->states = array->bar + SRIOV_EDU_ARRAY_OFFSET;
	array->words = array->bar + SRIOV_EDU_ARRAY_OFFSET;
	return 0;
}

void edu_array_unmap(struct edu_array *array)
{
	munmap(array->bar, array->size);
}

int64_t edu_peek(const struct pci_fn *fn, unsigned int reg)
{
	struct edu_map map;
	uint32_t value;

	if (edu_map(&map, fn))
		return -1;

	value = edu_read(&map, reg);
	edu_unmap(&map);
	return value;
}

int edu_poke(const struct pci_fn *fn, unsigned int reg, uint32_t value)
{
	struct edu_map map;
	int ret;

	ret = edu_map(&map, fn);
	if (ret)
		return ret;

	edu_write(&map, reg, value);
	edu_unmap(&map);
	return 0;
}

int edu_take_breaches(const struct pci_fn *pf)
{
	int count = edu_peek(pf, SRIOV_EDU_REFEREE_TOTAL);

	if (edu_poke(pf, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR))
		return -1;
	return count;
}
