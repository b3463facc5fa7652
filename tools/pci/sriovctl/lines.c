// SPDX-License-Identifier: GPL-2.0-only
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS	" \t"

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

const struct entry *lines_find(const struct lines *lines, const char *section, const char *key)
{
	size_t i;

	for (i = 0; i < lines->entries; i++)
		if (!strcmp(lines->entry[i].section, section) && same(lines->entry[i].key, key))
			return &lines->entry[i];
	return NULL;
}

static char *part(const char *text, size_t length)
{
	char *copy = strndup(text, length);

	if (!copy)
		abort();
	return copy;
}

/* Takes @section and @key. */
static bool add(struct lines *lines, char *section, char *key, struct place at,
		struct place value, char why[WHY])
{
	const struct entry *before = lines_find(lines, section, key);
	struct entry *more;

	if (before)
		snprintf(why, WHY, "%.64s is in line %zu already", key ? key : section,
			 before->at.line);
	more = reallocarray(lines->entry, lines->entries + 1, sizeof(*more));
	if (!more)
		abort();
	lines->entry = more;
	more[lines->entries++] = (struct entry){ section, key, at, value };
	return !before;
}

static bool section_line(struct lines *lines, const char *line, struct place *at, char why[WHY])
{
	size_t length = strcspn(line, "]"), rest;

	if (!line[length]) {
		snprintf(why, WHY, "the \"]\" is missing");
		at->column += length;
		return false;
	}
	rest = length + 1 + strspn(line + length + 1, BLANKS);
	if (line[rest]) {
		snprintf(why, WHY, "a section has a line of its own");
		at->column += rest;
		return false;
	}
	return add(lines, part(line + 1, length - 1), NULL, *at, *at, why);
}

static bool key_line(struct lines *lines, const char *section, const char *line,
		     struct place *at, char why[WHY])
{
	size_t equal = strcspn(line, "="), length = strcspn(line, BLANKS "=");
	struct place value = *at;

	if (!line[equal] || length + strspn(line + length, BLANKS) != equal || !length) {
		snprintf(why, WHY, "this is neither a section nor NAME=VALUE");
		return false;
	}
	if (!section) {
		snprintf(why, WHY, "%.*s is outside of a section; [PF] must come first",
			 length < 64 ? (int)length : 64, line);
		return false;
	}
	value.column += equal + 1 + strspn(line + equal + 1, BLANKS);
	return add(lines, part(section, strlen(section)), part(line, length), *at, value, why);
}

/* A line that begins with a blank would continue the one before. */
static bool one_line(struct lines *lines, const char *section, const char *line,
		     struct place *at, char why[WHY])
{
	size_t blanks = strspn(line, BLANKS), i;

	if (!line[blanks] || line[0] == '#')
		return true;
	for (i = 0; line[i]; i++) {
		if ((unsigned char)line[i] >= ' ' || line[i] == '\t')
			continue;
		at->column += i;
		snprintf(why, WHY, "there is a control character");
		return false;
	}
	if (blanks) {
		snprintf(why, WHY, "a line must not begin with a blank");
		return false;
	}
	return line[0] == '[' ? section_line(lines, line, at, why) :
				key_line(lines, section, line, at, why);
}

bool lines_scan(struct lines *lines, const char *text, struct place *at, char why[WHY])
{
	const char *section = NULL;
	size_t number = 1, length;
	bool right = true;
	char *line;

	for (; right && *text; text += length + !!text[length]) {
		length = strcspn(text, "\n");
		line = part(text, length);
		*at = (struct place){ number++, 1 };
		right = one_line(lines, section, line, at, why);
		if (line[0] == '[' && right)
			section = lines->entry[lines->entries - 1].section;
		free(line);
	}
	return right;
}

void lines_free(struct lines *lines)
{
	size_t i;

	for (i = 0; i < lines->entries; i++) {
		free(lines->entry[i].section);
		free(lines->entry[i].key);
	}
	free(lines->entry);
	*lines = (struct lines){};
}
