// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks invariants of the notation's parser for any input: it does not crash or
 * access memory out of bounds (the sanitizers check this), an error points into the
 * text, and a result is within the limits that its users rely on.
 *
 * Built with clang's libFuzzer this searches for inputs that break them.  Built with
 * REPLAY it reads inputs from a file, one a line, tries them and a fixed set of
 * mutations of each, and prints TAP.
 */
#include "notation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "# %s: \"%s\"\n", what, text);
	abort();
}

static void check_item(const struct item *item, const char *text)
{
	must(item->base.dev < BDF_DEVS && item->base.fn < BDF_FNS, "address", text);
	must(item->vfn >= NOTATION_ANY && item->vfn < BDF_FNS, "vfn", text);
	must(item->first <= item->last, "range", text);
	must(item->last - item->first < BDF_FNS, "length of a range", text);
	must(item->vfs || item->last < BDF_FNS, "function", text);
	must(item->at >= 0 && item->at < (long)strlen(text), "place", text);
}

static void check_success(const struct notation *notation, const char *text)
{
	unsigned int i;

	must(notation->items && notation->items <= BDF_FNS, "items", text);
	for (i = 0; i < notation->items; i++)
		check_item(&notation->item[i], text);
	must(notation->vslot >= NOTATION_ANY && notation->vslot < BDF_DEVS,
	     "virtual slot", text);
	must(notation->options <= NOTATION_OPTIONS, "options", text);
	for (i = 0; i < notation->options; i++)
		must(*notation->option[i].key && *notation->option[i].value,
		     "option", text);
}

/* A copy of exactly that size, so that the sanitizer detects any access beyond it */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text = malloc(size + 1);
	struct notation notation;
	struct err err = { .at = -2 };

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (!notation_parse(text, &notation, &err))
		check_success(&notation, text);
	else
		must(err.at >= 0 && err.at <= (long)strlen(text) && *err.text,
		     "place of an error", text);
	free(text);
	return 0;
}

#ifdef REPLAY
#define MUTATIONS	20000	/* of each line */
#define LONGEST		128

static unsigned int next(unsigned int *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Change, remove or insert one byte, mostly one with a meaning in the notation */
static size_t mutate(char *text, size_t length, unsigned int *seed)
{
	static const char meaningful[] = "0123456789abf.,:-=@*/pf:";
	size_t at = length ? next(seed) % length : 0;
	char byte = next(seed) % 8 ? meaningful[next(seed) % (sizeof(meaningful) - 1)] :
				     (char)next(seed);

	switch (next(seed) % 3) {
	case 0:
		if (!length)
			return 0;
		memmove(text + at, text + at + 1, length - at - 1);
		return length - 1;
	case 1:
		if (length == LONGEST)
			return length;
		memmove(text + at + 1, text + at, length - at);
		length++;
	}
	if (length)
		text[at] = byte;
	return length;
}

static void replay(const char *line, unsigned int *seed)
{
	char text[LONGEST];
	size_t length = 0;
	int i;

	LLVMFuzzerTestOneInput((const unsigned char *)line, strlen(line));
	for (i = 0; i < MUTATIONS; i++) {
		if (!(i % 8))
			length = snprintf(text, sizeof(text), "%s", line);
		length = mutate(text, length, seed);
		LLVMFuzzerTestOneInput((const unsigned char *)text, length);
	}
}

int main(int argc, char **argv)
{
	FILE *corpus = argc == 2 ? fopen(argv[1], "r") : NULL;
	unsigned long lines = 0;
	unsigned int seed = 2463534242u;
	char line[LONGEST];

	if (!corpus)
		return 2;
	printf("1..1\n");
	while (fgets(line, sizeof(line), corpus)) {
		line[strcspn(line, "\n")] = '\0';
		replay(line, &seed);
		lines++;
	}
	fclose(corpus);
	printf("%sok 1 fuzz: %lu notations and %d mutations of each\n",
	       lines > 10 ? "" : "not ", lines, MUTATIONS);
	return lines <= 10;
}
#endif
