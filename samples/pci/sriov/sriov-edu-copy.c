// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 0
 *
 * sriov-edu-copy - have functions of sriov-edu copy data, and check the results
 *
 * Each function has threads of its own, and all threads start together.  Every copy
 * uses different data.  The program checks the result, its CRC-32 and the bytes
 * around it, and that the number of each function's interrupts equals the number of
 * its copies.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/sriov_edu.h>

#define MAX_LEN		1048576UL
#define MAX_THREADS	256
#define MAX_COPIES	1000000000UL
#define GUARD		64	/* bytes on each side of the destination */
#define GUARD_BYTE	0xa5

struct options {
	unsigned long len;
	unsigned long copies;
	unsigned long threads;
	bool crc_only;
	bool quiet;
};

/* A function under test.  The lock protects the counts of its threads. */
struct function {
	const char *path;
	int fd;
	struct sriov_edu_info before;
	struct sriov_edu_info after;
	pthread_mutex_t lock;
	unsigned long done;
	unsigned long failed;
	char error[160];	/* the first error */
};

struct worker {
	pthread_t thread;
	struct function *fn;
	const struct options *options;
	__u32 seed;
	__u8 *src;
	__u8 *room;		/* guard, destination, guard */
};

static pthread_barrier_t start_line;
static __u32 crc_table[256];

static void make_crc_table(void)
{
	__u32 crc;
	int i, bit;

	for (i = 0; i < 256; i++) {
		crc = i;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		crc_table[i] = crc;
	}
}

static __u32 crc32(const __u8 *data, size_t len)
{
	__u32 crc = ~0U;

	while (len--)
		crc = crc >> 8 ^ crc_table[(crc ^ *data++) & 0xff];
	return ~crc;
}

/* xorshift: data that differs between copies and is reproducible from the seed */
static void fill(__u8 *data, size_t len, __u32 *seed)
{
	size_t i;

	for (i = 0; i < len; i++) {
		*seed ^= *seed << 13;
		*seed ^= *seed >> 17;
		*seed ^= *seed << 5;
		data[i] = *seed;
	}
}

static bool all_bytes_are(const __u8 *data, size_t len, __u8 byte)
{
	while (len--)
		if (*data++ != byte)
			return false;
	return true;
}

/* Returns NULL, or a description of the error in the result */
static const char *check(const struct worker *worker,
			 const struct sriov_edu_copy *copy)
{
	const struct options *options = worker->options;
	const __u8 *dst = worker->room + GUARD;

	if (copy->crc != crc32(worker->src, options->len))
		return "wrong CRC";
	if (!all_bytes_are(worker->room, GUARD, GUARD_BYTE) ||
	    !all_bytes_are(dst + options->len, GUARD, GUARD_BYTE))
		return "bytes outside of the destination were written";
	if (options->crc_only)
		return NULL;
	if (memcmp(dst, worker->src, options->len))
		return "data differs from its source";
	return NULL;
}

static void note(struct function *fn, const char *error)
{
	pthread_mutex_lock(&fn->lock);
	if (!error)
		fn->done++;
	else if (!fn->failed++)
		snprintf(fn->error, sizeof(fn->error), "%s", error);
	pthread_mutex_unlock(&fn->lock);
}

static bool copy_once(struct worker *worker)
{
	const struct options *options = worker->options;
	struct sriov_edu_copy copy = { .len = options->len };
	char text[160];
	const char *error = NULL;

	fill(worker->src, options->len, &worker->seed);
	memset(worker->room, GUARD_BYTE, options->len + 2 * GUARD);
	copy.src = (uintptr_t)worker->src;
	if (!options->crc_only)
		copy.dst = (uintptr_t)worker->room + GUARD;

	if (!ioctl(worker->fn->fd, SRIOV_EDU_IOC_COPY, &copy)) {
		error = check(worker, &copy);
	} else {
		snprintf(text, sizeof(text), "%s (device error %u)",
			 strerror(errno), copy.error);
		error = text;
	}
	note(worker->fn, error);
	return !error;
}

/* Stop at the first error: the next would most likely be the same */
static void *work(void *arg)
{
	struct worker *worker = arg;
	unsigned long i;

	pthread_barrier_wait(&start_line);
	for (i = 0; i < worker->options->copies; i++)
		if (!copy_once(worker))
			break;
	return NULL;
}

static int open_function(struct function *fn, const char *path)
{
	fn->path = path;
	pthread_mutex_init(&fn->lock, NULL);

	fn->fd = open(path, O_RDWR | O_CLOEXEC);
	if (fn->fd < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	if (ioctl(fn->fd, SRIOV_EDU_IOC_INFO, &fn->before)) {
		fprintf(stderr, "%s: SRIOV_EDU_IOC_INFO: %s\n", path,
			strerror(errno));
		return -1;
	}
	return 0;
}

/* Each completed copy must have caused exactly one interrupt */
static void check_interrupts(struct function *fn)
{
	unsigned long long seen;

	if (ioctl(fn->fd, SRIOV_EDU_IOC_INFO, &fn->after)) {
		note(fn, strerror(errno));
		return;
	}
	seen = fn->after.interrupts - fn->before.interrupts;
	if (!fn->failed && seen != fn->done) {
		char text[160];

		snprintf(text, sizeof(text), "%llu interrupts for %lu copies",
			 seen, fn->done);
		note(fn, text);
	}
}

static const char *plural(unsigned long n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void print_function(const struct function *fn,
			   const struct options *options)
{
	unsigned long seen = fn->after.interrupts - fn->before.interrupts;
	char name[16] = "PF";

	if (fn->before.vf_id >= 0)
		snprintf(name, sizeof(name), "VF %d", fn->before.vf_id);

	if (fn->failed)
		printf("%s: %s: FAILED after %lu good copies: %s\n", fn->path,
		       name, fn->done, fn->error);
	else if (!options->quiet)
		printf("%s: %s: ok, %lu %s of %lu %s, %lu %s\n",
		       fn->path, name, fn->done,
		       options->crc_only ? plural(fn->done, "CRC", "CRCs") :
					   plural(fn->done, "copy", "copies"),
		       options->len, plural(options->len, "byte", "bytes"),
		       seen, plural(seen, "interrupt", "interrupts"));
}

static void *allocate(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (!memory) {
		fprintf(stderr, "sriov-edu-copy: out of memory\n");
		exit(2);
	}
	return memory;
}

static struct worker *make_workers(struct function *fns, int num_fns,
				   const struct options *options)
{
	unsigned long i, num = num_fns * options->threads;
	struct worker *workers = allocate(num, sizeof(*workers));

	for (i = 0; i < num; i++) {
		workers[i].fn = &fns[i / options->threads];
		workers[i].options = options;
		workers[i].seed = time(NULL) * 2654435761U + i + 1 ?: 1;
		workers[i].src = allocate(1, options->len);
		workers[i].room = allocate(1, options->len + 2 * GUARD);
	}
	return workers;
}

static void run(struct worker *workers, unsigned long num)
{
	unsigned long i;
	int rc;

	pthread_barrier_init(&start_line, NULL, num);
	for (i = 0; i < num; i++) {
		rc = pthread_create(&workers[i].thread, NULL, work,
				    &workers[i]);
		if (rc) {
			fprintf(stderr, "sriov-edu-copy: thread %lu: %s\n", i,
				strerror(rc));
			exit(2);
		}
	}
	for (i = 0; i < num; i++)
		pthread_join(workers[i].thread, NULL);
}

static int copy_on_all(char **paths, int num_fns, const struct options *options)
{
	struct function *fns = allocate(num_fns, sizeof(*fns));
	int i, status = 0;

	for (i = 0; i < num_fns; i++)
		if (open_function(&fns[i], paths[i]))
			return 2;

	run(make_workers(fns, num_fns, options), num_fns * options->threads);

	for (i = 0; i < num_fns; i++) {
		check_interrupts(&fns[i]);
		print_function(&fns[i], options);
		if (fns[i].failed)
			status = 1;
	}
	return status;
}

static void print_usage(FILE *out)
{
	fputs("usage: sriov-edu-copy [options] DEVICE...\n"
	      "\n"
	      "Have functions of sriov-edu copy data in parallel, and check the data, its\n"
	      "CRC-32 and the number of interrupts.  DEVICE is /dev/sriov-edu/<pci name>.\n"
	      "\n"
	      "  -l, --length=N    bytes per copy, 1 to 1048576 (default 4096)\n"
	      "  -n, --copies=N    copies per thread (default 1)\n"
	      "  -t, --threads=N   threads per function, 1 to 256 (default 1)\n"
	      "  -c, --crc-only    compute the CRC and copy nothing\n"
	      "  -q, --quiet       print only failures\n"
	      "  -h, --help        print this text\n"
	      "\n"
	      "Exit status: 0 all copies passed, 1 a function failed, 2 not started.\n",
	      out);
}

static unsigned long number(const char *text, const char *what,
			    unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || *end || end == text || *text == '-' || !value ||
	    value > max) {
		fprintf(stderr, "sriov-edu-copy: %s must be 1 to %lu, not '%s'\n",
			what, max, text);
		exit(2);
	}
	return value;
}

static const struct option long_options[] = {
	{ "length",	required_argument,	NULL, 'l' },
	{ "copies",	required_argument,	NULL, 'n' },
	{ "threads",	required_argument,	NULL, 't' },
	{ "crc-only",	no_argument,		NULL, 'c' },
	{ "quiet",	no_argument,		NULL, 'q' },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static void parse(int argc, char **argv, struct options *options)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "l:n:t:cqh", long_options,
				  NULL)) != -1) {
		switch (opt) {
		case 'l':
			options->len = number(optarg, "length", MAX_LEN);
			break;
		case 'n':
			options->copies = number(optarg, "copies", MAX_COPIES);
			break;
		case 't':
			options->threads = number(optarg, "threads",
						  MAX_THREADS);
			break;
		case 'c':
			options->crc_only = true;
			break;
		case 'q':
			options->quiet = true;
			break;
		case 'h':
			print_usage(stdout);
			exit(0);
		default:
			print_usage(stderr);
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct options options = { .len = 4096, .copies = 1, .threads = 1 };

	parse(argc, argv, &options);
	if (optind == argc) {
		print_usage(stderr);
		return 2;
	}
	make_crc_table();
	return copy_on_all(&argv[optind], argc - optind, &options);
}
