// SPDX-License-Identifier: GPL-2.0-only
#include "notation.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#define SEG_DIGITS	8
#define BUS_DIGITS	2
#define DEV_DIGITS	2
#define VF_MAX		65535	/* TotalVFs has 16 bits */

struct cursor {
	const char *text;
	long at;
	struct bdf base;	/* of the current element */
	bool vfs;
	struct notation *out;
	struct err *err;
};

static char peek(const struct cursor *c)
{
	return c->text[c->at];
}

static bool accept(struct cursor *c, char wanted)
{
	if (peek(c) != wanted)
		return false;
	c->at++;
	return true;
}

static int expect(struct cursor *c, char wanted, const char *where)
{
	if (accept(c, wanted))
		return 0;
	return err_at(c->err, c->at, "'%c' is missing %s", wanted, where);
}

/* The number of hexadecimal digits at the cursor */
static int hex_digits(const struct cursor *c)
{
	int count = 0;

	while (isxdigit((unsigned char)c->text[c->at + count]))
		count++;
	return count;
}

/* hex - a number of up to @digits digits that is no greater than @max */
static int hex(struct cursor *c, const char *what, int digits, unsigned int max,
	       unsigned int *out)
{
	int count = hex_digits(c);
	unsigned int value = 0;
	int i;

	if (!count)
		return err_at(c->err, c->at, "a %s number is missing", what);
	if (count > digits)
		return err_at(c->err, c->at + digits,
			      "too many digits for a %s number", what);
	for (i = 0; i < count; i++) {
		char digit = tolower((unsigned char)c->text[c->at + i]);

		value = value << 4 | (isdigit((unsigned char)digit) ?
				      digit - '0' : digit - 'a' + 10);
	}
	if (value > max)
		return err_at(c->err, c->at, "there is no %s %.*s, the last is %x",
			      what, count, c->text + c->at, max);
	c->at += count;
	*out = value;
	return 0;
}

static int function_number(struct cursor *c, unsigned int *out)
{
	if (!isdigit((unsigned char)peek(c)))
		return err_at(c->err, c->at, "a function number is missing");
	if (peek(c) > '7' || isalnum((unsigned char)c->text[c->at + 1]))
		return err_at(c->err, c->at,
			      "not a function number: a device has 0 to 7");
	*out = peek(c) - '0';
	c->at++;
	return 0;
}

static int vf_number(struct cursor *c, unsigned int *out)
{
	long begin = c->at;
	unsigned int value = 0;

	while (isdigit((unsigned char)peek(c))) {
		value = value * 10 + (peek(c) - '0');
		if (value > VF_MAX)
			return err_at(c->err, begin, "no PF has that many VFs");
		c->at++;
	}
	if (c->at == begin)
		return err_at(c->err, c->at, "a VF's number is missing");
	*out = value;
	return 0;
}

static int number(struct cursor *c, unsigned int *out)
{
	return c->vfs ? vf_number(c, out) : function_number(c, out);
}

/* bus_and_device - SEG, BUS and DEV, of which the first two may be missing */
static int bus_and_device(struct cursor *c)
{
	bool bus_given = c->text[c->at + hex_digits(c)] == ':';
	struct bdf *base = &c->base;
	unsigned int value;
	struct cursor ahead = *c;

	if (bus_given) {
		base->segment = 0;
		ahead.at += hex_digits(c) + 1;
		if (ahead.text[ahead.at + hex_digits(&ahead)] == ':') {
			if (hex(c, "segment", SEG_DIGITS, UINT_MAX, &base->segment))
				return -1;
			c->at++;
		}
		if (hex(c, "bus", BUS_DIGITS, UCHAR_MAX, &value))
			return -1;
		base->bus = value;
		c->at++;
	}
	if (hex(c, "device", DEV_DIGITS, BDF_DEVS - 1, &value) ||
	    expect(c, '.', "between device and function"))
		return -1;
	base->dev = value;
	return 0;
}

static bool at_pf(const struct cursor *c)
{
	return !strncmp(c->text + c->at, "pf:", 3);
}

static int element_head(struct cursor *c)
{
	unsigned int fn;

	c->vfs = at_pf(c);
	if (!c->vfs)
		return bus_and_device(c);
	c->at += 3;
	if (c->text[c->at + hex_digits(c)] != ':')
		return err_at(c->err, c->at, "the PF's bus is missing");
	if (bus_and_device(c) || function_number(c, &fn) ||
	    expect(c, '/', "between the PF and its VFs' numbers"))
		return -1;
	c->base.fn = fn;
	return 0;
}

/* Whether an element begins here, rather than an item of the current one */
static bool at_element(const struct cursor *c)
{
	int digits = hex_digits(c);
	char next = c->text[c->at + digits];

	return at_pf(c) || (digits && (next == ':' || next == '.'));
}

static int range_end(struct cursor *c, struct item *item)
{
	long at = c->at;

	if (number(c, &item->last))
		return -1;
	if (item->last < item->first)
		return err_at(c->err, at, "the range runs backwards");
	if (item->last - item->first >= BDF_FNS)
		return err_at(c->err, at, "a slot has no more than %d functions",
			      BDF_FNS);
	if (peek(c) == '=')
		return err_at(c->err, c->at,
			      "a range cannot go to one function of the guest");
	return 0;
}

static int vfn(struct cursor *c, struct item *item)
{
	unsigned int value;

	if (function_number(c, &value))
		return -1;
	item->vfn = value;
	return 0;
}

static int numbers(struct cursor *c, struct item *item)
{
	if (accept(c, '*')) {
		item->all = true;
		return 0;
	}
	if (number(c, &item->first))
		return -1;
	item->last = item->first;
	if (accept(c, '-'))
		return range_end(c, item);
	if (accept(c, '='))
		return vfn(c, item);
	return 0;
}

static int item(struct cursor *c)
{
	struct notation *out = c->out;
	struct item *item;

	if (out->items == BDF_FNS)
		return err_at(c->err, c->at, "a slot has no more than %d functions",
			      BDF_FNS);
	item = &out->item[out->items++];
	*item = (struct item){ .base = c->base, .vfs = c->vfs,
			       .vfn = NOTATION_ANY, .at = c->at };
	return numbers(c, item);
}

/* After a comma: whether functions follow, rather than options */
static bool at_functions(const struct cursor *c)
{
	return at_element(c) || isdigit((unsigned char)peek(c)) || peek(c) == '*';
}

static int functions(struct cursor *c)
{
	if (element_head(c) || item(c))
		return -1;
	while (peek(c) == ',') {
		c->at++;
		if (!at_functions(c)) {
			c->at--;
			return 0;
		}
		if (at_element(c) && element_head(c))
			return -1;
		if (item(c))
			return -1;
	}
	return 0;
}

static int vslot(struct cursor *c)
{
	unsigned int value;

	c->out->vslot_at = c->at;
	if (hex(c, "virtual slot", DEV_DIGITS, BDF_DEVS - 1, &value))
		return -1;
	c->out->vslot = value;
	return 0;
}

static bool in_key(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* No character that has a meaning in a shell, JSON or XML */
static bool in_value(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-_.:/+", c));
}

static int word(struct cursor *c, const char *what, bool (*belongs)(char),
		char *out, size_t size)
{
	size_t length = 0;

	while (belongs(c->text[c->at + length]))
		length++;
	if (!length)
		return err_at(c->err, c->at, "%s is missing", what);
	if (length >= size)
		return err_at(c->err, c->at, "%s is too long", what);
	memcpy(out, c->text + c->at, length);
	out[length] = '\0';
	c->at += length;
	return 0;
}

static int one_option(struct cursor *c)
{
	struct option_given *option;

	if (c->out->options == NOTATION_OPTIONS)
		return err_at(c->err, c->at, "too many options");
	option = &c->out->option[c->out->options++];
	option->at = c->at;
	if (word(c, "an option's name", in_key, option->key, sizeof(option->key)) ||
	    expect(c, '=', "after an option's name"))
		return -1;
	return word(c, "an option's value", in_value, option->value,
		    sizeof(option->value));
}

static int whole(struct cursor *c)
{
	if (functions(c))
		return -1;
	c->out->vslot_at = c->at;
	if (accept(c, '@') && vslot(c))
		return -1;
	while (accept(c, ','))
		if (one_option(c))
			return -1;
	if (peek(c))
		return err_at(c->err, c->at, "not understood from here on");
	return 0;
}

int notation_parse(const char *text, struct notation *out, struct err *err)
{
	struct cursor c = { .text = text, .out = out, .err = err };

	memset(out, 0, sizeof(*out));
	out->vslot = NOTATION_ANY;
	return whole(&c);
}

int notation_parse_vslot(const char *text, int *number, struct err *err)
{
	struct notation out;
	struct cursor c = { .text = text, .out = &out, .err = err };

	if (expect(&c, '@', "before a virtual slot") || vslot(&c))
		return -1;
	if (peek(&c))
		return err_at(err, c.at, "not understood from here on");
	*number = out.vslot;
	return 0;
}
