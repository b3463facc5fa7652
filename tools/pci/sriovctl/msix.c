// SPDX-License-Identifier: GPL-2.0-only
#include "msix.h"
#include "root.h"

#include <fcntl.h>
#include <unistd.h>

#define CONFIG		256
#define CAPABILITY_LIST	0x34	/* PCI_CAPABILITY_LIST */
#define MSIX_CAPABILITY	0x11	/* PCI_CAP_ID_MSIX */
#define TABLE_SIZE	0x7ff	/* PCI_MSIX_FLAGS_QSIZE */
#define LONGEST		48	/* capabilities of 4 bytes, if a device links them in a circle */

long msix_size(const struct bdf *bdf)
{
	char path[ROOT_PATH], text[BDF_TEXT];
	unsigned char config[CONFIG];
	unsigned int at;
	int fd, i;
	ssize_t length;

	root_path(path, "/sys/bus/pci/devices/%s/config", bdf_text(bdf, text));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = pread(fd, config, sizeof(config), 0);
	close(fd);
	if (length != CONFIG)	/* only root reads more than the header */
		return -1;
	at = config[CAPABILITY_LIST] & ~3u;
	for (i = 0; at && i < LONGEST; i++, at = config[at + 1] & ~3u)
		if (config[at] == MSIX_CAPABILITY)
			return ((config[at + 2] | config[at + 3] << 8) & TABLE_SIZE) + 1;
	return -1;
}
