// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random streams, wrong in random places and in parts of random sizes, for the reader in
 * stream.c.  What it makes of each is compared with what a second reader makes of the
 * same bytes in one piece, which is written after the description in stream.h.
 *
 * Usage: stream-test [STREAMS [SEED]]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#define STREAM	4096

/**
 * struct result - what a reader has made of a stream
 * @rc: 0 or an errno
 * @complete: it has an end, and nothing after that
 * @headers: how many headers, 0 or 1
 * @images: how many images were complete
 * @bytes: how many bytes of images there were
 * @sum: depends on all bytes of images and on where they were
 */
struct result {
	int rc;
	bool complete;
	unsigned int headers;
	unsigned int images;
	u64 bytes;
	u64 sum;
};

static u64 rotate(u64 sum)
{
	return sum << 7 | sum >> 57;
}

static void add_bytes(struct result *result, u64 pos, const u8 *buf, size_t len)
{
	size_t i;

	result->bytes += len;
	for (i = 0; i < len; i++)
		result->sum = rotate(result->sum) + buf[i] + (pos + i) * 31;
}

/*
 * The reader under test
 */
static int take_header(void *reader, const struct sriov_stream_header *header)
{
	struct result *result = reader;

	result->headers++;
	/* the kernel refuses a stream for another VF */
	return header->vendor == 0xbad ? -ENODEV : 0;
}

static int take_data(void *reader, u64 pos, const void *buf, size_t len)
{
	if (!len)
		abort();
	add_bytes(reader, pos, buf, len);
	return 0;
}

static int take_image_end(void *reader, u64 size)
{
	struct result *result = reader;

	result->images++;
	result->sum = rotate(result->sum) + size * 1000003;
	return 0;
}

static const struct sriov_stream_ops ops = {
	.header		= take_header,
	.data		= take_data,
	.image_end	= take_image_end,
};

static struct result read_in_parts(const u8 *buf, size_t len, size_t most)
{
	struct sriov_stream stream;
	struct result result = { };
	int rc;

	sriov_stream_init(&stream, &ops, &result);
	while (len && !result.rc) {
		size_t part = 1 + random() % most;

		if (part > len)
			part = len;
		/* memory of its own, so that a read beyond its end is found */
		u8 *copy = malloc(part);

		memcpy(copy, buf, part);
		result.rc = sriov_stream_feed(&stream, copy, part);
		free(copy);
		buf += part;
		len -= part;
	}
	rc = sriov_stream_feed(&stream, "", 0);
	if (rc != result.rc)
		abort();
	result.complete = sriov_stream_is_complete(&stream);
	return result;
}

/*
 * The second reader.  After an error, what it counts ends where the bytes do that the
 * first reader has passed on: at the head of the piece that is wrong.
 */
static u32 number(const u8 *buf)
{
	return buf[0] | buf[1] << 8 | buf[2] << 16 | (u32)buf[3] << 24;
}

static struct result read_at_once(const u8 *buf, size_t len)
{
	const size_t size = sizeof(struct sriov_stream_header);
	const u8 *end = buf + len;
	struct result result = { };
	bool in_image = false, complete = false;
	u64 pos = 0;

	if (len < size)
		return result;
	if (memcmp(buf, "SRIOVLIV", 8) || number(buf + 8) != 1 ||
	    number(buf + 12) != size || number(buf + 28)) {
		result.rc = -EINVAL;
		return result;
	}
	result.headers = 1;
	if (buf[16] == 0xad && buf[17] == 0x0b) {
		result.rc = -ENODEV;
		return result;
	}
	for (buf += size; end - buf >= 8; ) {
		u32 kind = number(buf), bytes = number(buf + 4);

		buf += 8;
		if (kind == 2 && in_image && bytes && bytes <= 65536) {
			size_t part = (size_t)(end - buf) < bytes ? (size_t)(end - buf) : bytes;

			add_bytes(&result, pos, buf, part);
			pos += part;
			buf += part;
		} else if (kind == 1 && !bytes) {
			in_image = true;
			complete = false;
			pos = 0;
		} else if (kind == 3 && !bytes && in_image && pos) {
			in_image = false;
			complete = true;
			take_image_end(&result, pos);
		} else {
			/* the end, or a piece that must not be here */
			result.complete = kind == 4 && !bytes && complete && buf == end;
			result.rc = result.complete ? 0 : -EINVAL;
			break;
		}
	}
	return result;
}

/*
 * Streams
 */
static size_t put_piece(u8 *buf, u32 kind, u32 len)
{
	struct sriov_stream_piece piece = {
		.kind = htole32(kind),
		.len = htole32(len),
	};
	u32 i;

	memcpy(buf, &piece, sizeof(piece));
	for (i = 0; kind == SRIOV_STREAM_DATA && i < len; i++)
		buf[sizeof(piece) + i] = random();
	return sizeof(piece) + (kind == SRIOV_STREAM_DATA ? len : 0);
}

/* A stream as it should be, with an image that breaks off now and then */
static size_t make_stream(u8 *buf)
{
	struct sriov_stream_header header = {
		.magic = htole64(SRIOV_STREAM_MAGIC),
		.version = htole32(SRIOV_STREAM_VERSION),
		.size = htole32(sizeof(header)),
		.vendor = htole16(random() % 50 ? 0x1af4 : 0xbad),
	};
	unsigned int images = 1 + random() % 3, pieces;
	size_t len = sizeof(header);

	memcpy(buf, &header, sizeof(header));
	while (images--) {
		len += put_piece(buf + len, SRIOV_STREAM_IMAGE, 0);
		for (pieces = random() % 5; pieces; pieces--)
			len += put_piece(buf + len, SRIOV_STREAM_DATA, 1 + random() % 100);
		if (!images || random() % 4)
			len += put_piece(buf + len, SRIOV_STREAM_IMAGE_END, 0);
	}
	return len + put_piece(buf + len, SRIOV_STREAM_END, 0);
}

/* Wrong bytes, an end that is too early, bytes that are too many */
static size_t mutate(u8 *buf, size_t len)
{
	unsigned int changes = random() % 4;

	while (changes--) {
		size_t at = random() % len;

		/* small numbers are what kinds and lengths are made of */
		buf[at] = random() % 2 ? random() % 6 : random();
	}
	switch (random() % 8) {
	case 0:
		return random() % (len + 1);
	case 1:
		buf[len] = random();
		return len + 1;
	default:
		return len;
	}
}

static bool is_same(const struct result *a, const struct result *b)
{
	return a->rc == b->rc && a->complete == b->complete &&
	       a->headers == b->headers && a->images == b->images &&
	       a->bytes == b->bytes && a->sum == b->sum;
}

static void print_result(const char *name, const struct result *r)
{
	printf("# %s: rc %d, complete %d, %u headers, %u images, %llu bytes, sum %llx\n",
	       name, r->rc, r->complete, r->headers, r->images,
	       (unsigned long long)r->bytes, (unsigned long long)r->sum);
}

int main(int argc, char **argv)
{
	unsigned long streams = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000, i;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	unsigned long complete = 0, wrong = 0, short_ones = 0;
	u8 buf[STREAM];

	printf("1..1\n# seed %u\n", seed);
	srandom(seed);
	for (i = 0; i < streams; i++) {
		size_t len = mutate(buf, make_stream(buf));
		struct result expected = read_at_once(buf, len);
		struct result found = read_in_parts(buf, len, 1 + random() % (len + 1));

		if (!is_same(&expected, &found)) {
			print_result("expected", &expected);
			print_result("found", &found);
			printf("not ok 1 stream %lu of seed %u\n", i, seed);
			return 1;
		}
		complete += found.complete;
		wrong += !!found.rc;
		short_ones += !found.complete && !found.rc;
	}
	printf("# %lu complete, %lu wrong, %lu too short\n", complete, wrong, short_ones);
	printf("%s 1 %lu streams\n", complete && wrong && short_ones ? "ok" : "not ok", streams);
	return !(complete && wrong && short_ones);
}
