// SPDX-License-Identifier: GPL-2.0-only
/*
 * numvfs: writes a number to files, each from a thread of its own, all at once,
 * and prints how long that took and the CPU time that the whole system spent
 *
 * Usage: numvfs [-u FILE=VALUE] NUMBER FILE...
 *
 *   -u FILE=VALUE  it is not over before FILE reads VALUE
 *
 * Prints both times in nanoseconds.  CPU time is what all processes and kernel
 * threads together have taken, as work may be handed on to kernel threads.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES	64
#define UNTIL_S		60

static const char *number;
static pthread_barrier_t start;

static int64_t now(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		return 0;

	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* A process that ends in between took little: it is not waited for here. */
static int64_t cpu_time(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	clockid_t clock;
	int64_t sum = 0;

	if (!proc)
		err(1, "/proc");
	while ((entry = readdir(proc)))
		if (isdigit(entry->d_name[0]) &&
		    !clock_getcpuclockid(atoi(entry->d_name), &clock))
			sum += now(clock);
	closedir(proc);

	return sum;
}

static void *write_number(void *file)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0)
		err(1, "%s", (char *)file);
	pthread_barrier_wait(&start);
	if (write(fd, number, strlen(number)) < 0)
		err(1, "%s: %s", (char *)file, number);
	close(fd);

	return NULL;
}

static int reads(const char *file, const char *value)
{
	char text[64] = "";
	FILE *f = fopen(file, "r");

	if (!f)
		err(1, "%s", file);
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	text[strcspn(text, "\n")] = '\0';

	return !strcmp(text, value);
}

static void wait_until(char *file)
{
	const struct timespec tick = { .tv_nsec = 1000000 };
	int64_t end = now(CLOCK_MONOTONIC) + UNTIL_S * 1000000000LL;
	char *value = strchr(file, '=');

	if (!value)
		errx(2, "%s: no value", file);
	*value++ = '\0';
	while (!reads(file, value)) {
		if (now(CLOCK_MONOTONIC) > end)
			errx(1, "%s is not %s", file, value);
		nanosleep(&tick, NULL);
	}
}

static void measure(char **files, int nr, char *until)
{
	pthread_t thread[MAX_FILES];
	int64_t cpu, begin, end;
	int i;

	pthread_barrier_init(&start, NULL, nr + 1);
	for (i = 0; i < nr; i++)
		if (pthread_create(&thread[i], NULL, write_number, files[i]))
			errx(1, "no thread");

	cpu = cpu_time();
	begin = now(CLOCK_MONOTONIC);
	pthread_barrier_wait(&start);
	for (i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
	if (until)
		wait_until(until);
	end = now(CLOCK_MONOTONIC);
	cpu = cpu_time() - cpu;

	printf("%lld %lld\n", (long long)(end - begin), (long long)cpu);
}

int main(int argc, char **argv)
{
	char *until = NULL;
	int opt;

	while ((opt = getopt(argc, argv, "u:")) != -1) {
		if (opt != 'u')
			return 2;
		until = optarg;
	}
	if (argc - optind < 2 || argc - optind > MAX_FILES + 1) {
		fprintf(stderr, "usage: numvfs [-u FILE=VALUE] NUMBER FILE...\n");
		return 2;
	}
	number = argv[optind];
	measure(&argv[optind + 1], argc - optind - 1, until);

	return 0;
}
