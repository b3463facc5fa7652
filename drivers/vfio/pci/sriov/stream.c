// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: reading a stream
 *
 * Floor: 0
 *
 *	header --> piece <--+--> DATA --+
 *		     |	    |	        |
 *		     |	    +-----------+
 *		     +--> END
 *
 * The stream comes from user space, and is not trusted.  It arrives in parts of any
 * size; nothing is kept but the head of a piece, so that there is no limit to the size
 * of a state and nothing is allocated.  This file uses nothing of the kernel but types,
 * errnos, memcpy() and byte order, so that it can be tested in user space.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "stream.h"

/**
 * sriov_stream_init - begin to read a stream
 * @stream: the stream
 * @ops: what to do with it
 * @reader: for @ops
 */
void sriov_stream_init(struct sriov_stream *stream,
		       const struct sriov_stream_ops *ops, void *reader)
{
	memset(stream, 0, sizeof(*stream));
	stream->ops = ops;
	stream->reader = reader;
}

/* Copies what is missing of a head.  Returns how many bytes of @buf it has taken. */
static size_t sriov_stream_collect(struct sriov_stream *stream, void *head,
				   size_t size, const void *buf, size_t len)
{
	len = min(len, size - stream->have);
	memcpy(head + stream->have, buf, len);
	stream->have += len;
	return len;
}

static int sriov_stream_header(struct sriov_stream *stream)
{
	const struct sriov_stream_header *header = &stream->header;

	if (le64_to_cpu(header->magic) != SRIOV_STREAM_MAGIC ||
	    le32_to_cpu(header->version) != SRIOV_STREAM_VERSION ||
	    le32_to_cpu(header->size) != sizeof(*header) || header->needs)
		return -EINVAL;

	stream->have = 0;
	stream->stage = SRIOV_STREAM_IN_PIECE;
	return stream->ops->header(stream->reader, header);
}

static int sriov_stream_begin_data(struct sriov_stream *stream, u32 len)
{
	if (!stream->in_image || !len || len > SRIOV_STREAM_MAX)
		return -EINVAL;

	stream->left = len;
	stream->stage = SRIOV_STREAM_IN_DATA;
	return 0;
}

static int sriov_stream_piece(struct sriov_stream *stream)
{
	u32 kind = le32_to_cpu(stream->piece.kind);
	u32 len = le32_to_cpu(stream->piece.len);

	stream->have = 0;
	if (kind == SRIOV_STREAM_DATA)
		return sriov_stream_begin_data(stream, len);
	if (len)
		return -EINVAL;

	switch (kind) {
	case SRIOV_STREAM_IMAGE:
		stream->in_image = true;
		stream->complete = false;
		stream->pos = 0;
		return 0;
	case SRIOV_STREAM_IMAGE_END:
		if (!stream->in_image || !stream->pos)
			return -EINVAL;
		stream->in_image = false;
		stream->complete = true;
		return stream->ops->image_end(stream->reader, stream->pos);
	case SRIOV_STREAM_END:
		if (!stream->complete)
			return -EINVAL;
		stream->stage = SRIOV_STREAM_AT_END;
		return 0;
	default:
		return -EINVAL;
	}
}

static int sriov_stream_data(struct sriov_stream *stream, const void *buf,
			     size_t len)
{
	int rc;

	rc = stream->ops->data(stream->reader, stream->pos, buf, len);
	if (rc)
		return rc;

	stream->pos += len;
	stream->left -= len;
	if (!stream->left)
		stream->stage = SRIOV_STREAM_IN_PIECE;
	return 0;
}

/* Reads from @buf what belongs together, and stores how many bytes that were. */
static int sriov_stream_part(struct sriov_stream *stream, const void *buf,
			     size_t len, size_t *used)
{
	switch (stream->stage) {
	case SRIOV_STREAM_IN_HEADER:
		*used = sriov_stream_collect(stream, &stream->header,
					     sizeof(stream->header), buf, len);
		if (stream->have < sizeof(stream->header))
			return 0;
		return sriov_stream_header(stream);
	case SRIOV_STREAM_IN_PIECE:
		*used = sriov_stream_collect(stream, &stream->piece,
					     sizeof(stream->piece), buf, len);
		if (stream->have < sizeof(stream->piece))
			return 0;
		return sriov_stream_piece(stream);
	case SRIOV_STREAM_IN_DATA:
		*used = min_t(size_t, len, stream->left);
		return sriov_stream_data(stream, buf, *used);
	case SRIOV_STREAM_AT_END:
		break;
	}

	return -EINVAL;
}

/**
 * sriov_stream_feed - read the next part of a stream
 * @stream: the stream
 * @buf: the part
 * @len: its length
 *
 * Return: 0; -EINVAL if this is not a stream; an error of &sriov_stream.ops.  After an
 * error the stream has ended, and it is returned again.
 */
int sriov_stream_feed(struct sriov_stream *stream, const void *buf, size_t len)
{
	size_t used = 0;

	while (len && !stream->rc) {
		stream->rc = sriov_stream_part(stream, buf, len, &used);
		buf += used;
		len -= used;
	}

	return stream->rc;
}

/**
 * sriov_stream_is_complete - was all of a stream read?
 * @stream: the stream
 *
 * Return: true if its end was read, and there was no error.
 */
bool sriov_stream_is_complete(const struct sriov_stream *stream)
{
	return stream->stage == SRIOV_STREAM_AT_END && !stream->rc;
}
