// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target for configuration files: with libFuzzer, or with -DREPLAY a program that
 * parses the files of a corpus and mutations of them, and prints TAP.
 *
 * Whatever a file contains, it is either taken, and all that was set is in its range,
 * or it is refused with a reason and a line that it has.
 */
#include "conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void must(bool right, const char *what, const unsigned char *data, size_t size)
{
	if (right)
		return;
	fprintf(stderr, "%s, of:\n%.*s\n", what, (int)size, (const char *)data);
	abort();
}

static bool in_range(const struct wish *wish)
{
	unsigned int id;

	if (wish->num_vfs > VFS_MOST || wish->hw_num_vfs > VFS_MOST || wish->autoprobe > 1)
		return false;
	for (id = 0; id < wish->vfs; id++) {
		const struct vf_wish *vf = &wish->vf[id];

		if (vf->net.vlan > 4094 || vf->net.qos > 7 || vf->net.link > LINK_DISABLE ||
		    vf->msix > 2048 || (vf->net.mac[0] & 1) || strchr(vf->driver, '/'))
			return false;
	}
	return true;
}

/* "PATH:LINE:COLUMN: ...", or "PATH: ..." */
static bool has_place(const char *text, const char *path, const unsigned char *data, size_t size)
{
	size_t line, column, lines = 1, i;

	if (strncmp(text, path, strlen(path)) || strlen(text) < strlen(path) + 4)
		return false;
	if (sscanf(text + strlen(path), ":%zu:%zu:", &line, &column) != 2)
		return true;
	for (i = 0; i < size; i++)
		lines += data[i] == '\n';
	return line >= 1 && line <= lines && column >= 1 && column <= size + 1;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	int fd = memfd_create("conf", MFD_CLOEXEC);
	struct conf conf = {};
	struct report report = {};
	char path[64];
	size_t i;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	conf.path = path;
	wish_init(&conf.wish);
	conf_parse(&conf, path, &report);
	close(fd);
	if (report.status == STATUS_DONE) {
		must(in_range(&conf.wish), "a value out of range", data, size);
		conf_check(&conf, &report);
	}
	must((report.status == STATUS_DONE) == !report.remarks, "a status without a reason", data,
	     size);
	for (i = 0; i < report.remarks; i++) {
		must(has_place(report.remark[i].text, path, data, size), report.remark[i].text,
		     data, size);
		free(report.remark[i].text);
	}
	free(report.remark);
	match_free(&conf.match);
	wish_free(&conf.wish);
	return 0;
}

#ifdef REPLAY
#define MUTATIONS	1000	/* of each file */
#define LONGEST		1024

static unsigned int next(unsigned int *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Change, remove, insert or repeat a few bytes, mostly those with a meaning */
static size_t mutate(unsigned char *text, size_t length, unsigned int *seed)
{
	static const char meaningful[] = "0123456789[]=#\"-\n \tPFVabf:\\";
	size_t at = length ? next(seed) % length : 0, some = 1 + next(seed) % 8;
	unsigned char byte = next(seed);

	if (next(seed) % 8)
		byte = meaningful[byte % (sizeof(meaningful) - 1)];
	if (some > length - at)
		some = length - at;
	switch (next(seed) % 4) {
	case 0:
		memmove(text + at, text + at + some, length - at - some);
		return length - some;
	case 1:
		if (length + some > LONGEST)
			return length;
		memmove(text + at + some, text + at, length - at);
		return length + some;
	case 2:
		if (length == LONGEST)
			return length;
		memmove(text + at + 1, text + at, length - at);
		length++;
		break;
	}
	if (length)
		text[at] = byte;
	return length;
}

static void replay(const unsigned char *file, size_t size, unsigned int *seed)
{
	unsigned char text[LONGEST];
	size_t length = 0;
	int i;

	LLVMFuzzerTestOneInput(file, size);
	for (i = 0; i < MUTATIONS; i++) {
		if (!(i % 8)) {
			memcpy(text, file, size);
			length = size;
		}
		length = mutate(text, length, seed);
		LLVMFuzzerTestOneInput(text, length);
	}
}

int main(int argc, char **argv)
{
	unsigned char file[LONGEST];
	unsigned int seed = 2463534242u;
	size_t size;
	int i;

	printf("1..1\n");
	for (i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "r");

		size = in ? fread(file, 1, sizeof(file), in) : 0;
		if (in)
			fclose(in);
		if (size)
			replay(file, size, &seed);
	}
	printf("%sok 1 fuzz: %d files and %d mutations of each\n", argc > 3 ? "" : "not ",
	       argc - 1, MUTATIONS);
	return argc <= 3;
}
#endif
