// SPDX-License-Identifier: GPL-2.0-only
/*
 * power: what the stories power-off and unplug need besides a shell
 *
 * Usage: power next KERNEL INITRD COMMAND-LINE
 *        power hold GROUP FUNCTION SECONDS
 *
 * "next" starts another kernel as reboot(8) would with kexec.  "hold" keeps a function
 * open by VFIO, whose driver then cannot be unbound.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int next(const char *kernel, const char *initrd, const char *command_line)
{
	int kernel_fd = open(kernel, O_RDONLY | O_CLOEXEC);
	int initrd_fd = open(initrd, O_RDONLY | O_CLOEXEC);

	if (kernel_fd < 0)
		return fail(kernel);
	if (initrd_fd < 0)
		return fail(initrd);
	if (syscall(SYS_kexec_file_load, kernel_fd, initrd_fd,
		    strlen(command_line) + 1, command_line, 0L))
		return fail("kexec_file_load");
	sync();
	reboot(LINUX_REBOOT_CMD_KEXEC);
	return fail("reboot");
}

static int hold(const char *group_name, const char *function, unsigned int seconds)
{
	int container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	int group = open(group_name, O_RDWR | O_CLOEXEC);
	int device;

	if (container < 0)
		return fail("/dev/vfio/vfio");
	if (group < 0)
		return fail(group_name);
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		return fail("VFIO_GROUP_SET_CONTAINER");
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_NOIOMMU_IOMMU))
		return fail("VFIO_SET_IOMMU");
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, function);
	if (device < 0)
		return fail("VFIO_GROUP_GET_DEVICE_FD");
	puts("held");
	fflush(stdout);
	sleep(seconds);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "next"))
		return next(argv[2], argv[3], argv[4]);
	if (argc == 5 && !strcmp(argv[1], "hold"))
		return hold(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	fprintf(stderr, "usage: power next KERNEL INITRD COMMAND-LINE\n"
			"       power hold GROUP FUNCTION SECONDS\n");
	return 2;
}
