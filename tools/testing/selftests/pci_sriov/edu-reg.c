// SPDX-License-Identifier: GPL-2.0-only
/*
 * edu-reg: reads or writes one register of a sriov-edu function, for shell scripts and
 * for interactive use.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edu.h"

static int bad_usage(void)
{
	fprintf(stderr, "usage: edu-reg DOMAIN:BUS:DEVICE.FUNCTION OFFSET [VALUE]\n");
	return 2;
}

static int parse(const char *text, uint32_t *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 0);
	return errno || end == text || *end;
}

int main(int argc, char **argv)
{
	struct edu_map map;
	struct pci_fn fn;
	uint32_t reg;
	uint32_t value = 0;
	int ret;

	if (argc < 3 || argc > 4 || parse(argv[2], &reg) ||
	    (argc == 4 && parse(argv[3], &value)))
		return bad_usage();

	pci_fn_init(&fn, argv[1]);
	ret = edu_map(&map, &fn);
	if (ret) {
		fprintf(stderr, "edu-reg: %s: %s\n", fn.name, strerror(-ret));
		return 1;
	}

	if (reg % sizeof(value) || reg > map.size - sizeof(value)) {
		fprintf(stderr, "edu-reg: %s has no register 0x%x\n", fn.name, reg);
		ret = 1;
	} else if (argc == 4) {
		edu_write(&map, reg, value);
	} else {
		printf("0x%08x\n", edu_read(&map, reg));
	}
	edu_unmap(&map);
	return ret;
}
