// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme-virt: NVMe's command Virtualization Management, by which a PF's controller
 * shares out queues and interrupts, and takes its VFs' controllers online
 *
 * Usage: nvme-virt DEVICE keep|assign CONTROLLER queues|interrupts NUMBER
 *        nvme-virt DEVICE online|offline CONTROLLER
 *
 *   keep     so many of those that can be shared stay with the PF, from when it
 *            is reset the next time
 *   assign   so many go to a VF that is offline
 *   online   the VF can be used
 *   offline  it cannot, and has given back what it was assigned
 *
 * nvme-cli's virt-mgmt does the same, with 8 MB of libraries that the VM has no other
 * use for.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/nvme_ioctl.h>

/* NVM Express Base Specification, "Virtualization Management command" */
#define VIRTUALIZATION_MANAGEMENT	0x1c
#define DW10_RESOURCE_SHIFT		8
#define DW10_CONTROLLER_SHIFT		16
#define STATUS_CODE			0x7ff	/* with its type, without what to do */

struct word {
	const char *word;
	unsigned int value;
};

static const struct word actions[] = {
	{ "keep", 1 }, { "offline", 7 }, { "assign", 8 }, { "online", 9 }, { }
};

static const struct word resources[] = {
	{ "queues", 0 }, { "interrupts", 1 }, { }
};

static const struct word refusals[] = {
	{ "there is no such controller", 0x11f },
	{ "the controller is not in a state for this", 0x120 },
	{ "more than one controller can have", 0x121 },
	{ "there are not so many left", 0x122 },
	{ }
};

static void bad_usage(void)
{
	fputs("usage: nvme-virt DEVICE keep|assign CONTROLLER queues|interrupts NUMBER\n"
	      "       nvme-virt DEVICE online|offline CONTROLLER\n", stderr);
	exit(2);
}

static unsigned int value_of(const struct word *words, const char *word)
{
	for (; words->word; words++)
		if (!strcmp(words->word, word))
			return words->value;
	bad_usage();
	return 0;	/* not reached */
}

static unsigned int number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end || value > 0xffff)
		bad_usage();
	return value;
}

static const char *refusal(unsigned int status)
{
	const struct word *words = refusals;

	while (words->word && words->value != (status & STATUS_CODE))
		words++;
	return words->word ? words->word : "no reason known here";
}

/* command_of - what is shared out has a number, what is taken online has none */
static struct nvme_admin_cmd command_of(int words, char **word)
{
	struct nvme_admin_cmd command = { .opcode = VIRTUALIZATION_MANAGEMENT };

	if (words < 2 || words != (strstr(word[0], "line") ? 2 : 4))
		bad_usage();
	command.cdw10 = value_of(actions, word[0]) |
			number(word[1]) << DW10_CONTROLLER_SHIFT;
	if (words == 4) {
		command.cdw10 |= value_of(resources, word[2]) << DW10_RESOURCE_SHIFT;
		command.cdw11 = number(word[3]);
	}
	return command;
}

int main(int argc, char **argv)
{
	struct nvme_admin_cmd command = command_of(argc - 2, argv + 2);
	int fd = open(argv[1], O_RDWR), status;

	if (fd < 0)
		err(1, "%s", argv[1]);
	status = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command);
	if (status < 0)
		err(1, "%s", argv[1]);
	if (status)
		errx(1, "%s: refused with status %#x: %s", argv[1], status,
		     refusal(status));
	return 0;
}
