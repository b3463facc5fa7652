// SPDX-License-Identifier: GPL-2.0-only
#include "bus.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUS_MAX		0xff
#define BUS_LIBVIRT	"pci."

/* digits - a number with at least one digit, and nothing after it */
static bool digits(const char *text, int base, unsigned long *number)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return false;
	*number = strtoul(text, &end, base);
	return !*end && *number <= BUS_MAX;
}

/* A decimal number with a leading zero is refused: it would be octal in libvirt's XML. */
static bool plain(const char *text, unsigned long *number)
{
	if (!strncmp(text, "0x", 2))
		return digits(text + 2, 16, number);
	return (*text != '0' || !text[1]) && digits(text, 10, number);
}

/* The name becomes part of other names and of the output formats. */
static bool named(const char *text)
{
	size_t i = 0;

	while (isalnum((unsigned char)text[i]) || (text[i] && strchr("._-", text[i])))
		i++;
	return i && !text[i] && i < BUS_TEXT;
}

bool bus_parse(const char *text, char name[BUS_TEXT])
{
	unsigned long number;

	if (!isdigit((unsigned char)*text)) {
		if (named(text))
			snprintf(name, BUS_TEXT, "%s", text);
		return named(text);
	}
	if (!plain(text, &number))
		return false;
	*name = '\0';
	if (number)
		snprintf(name, BUS_TEXT, BUS_LIBVIRT "%lu", number);
	return true;
}

const char *bus_canonical(const char *name)
{
	return name && strcmp(name, "pcie.0") && strcmp(name, "pci.0") ? name : "";
}

bool bus_equal(const char *a, const char *b)
{
	return !strcmp(bus_canonical(a), bus_canonical(b));
}

bool bus_number(const char *name, unsigned int *number)
{
	unsigned long value = 0;

	name = bus_canonical(name);
	if (*name && (strncmp(name, BUS_LIBVIRT, strlen(BUS_LIBVIRT)) ||
		      !plain(name + strlen(BUS_LIBVIRT), &value)))
		return false;
	*number = value;
	return true;
}
