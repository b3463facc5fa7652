/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live migration of VFs: the stream that leads from the source to the destination
 *
 * A header, images of the VF's state, and an end.  Each image replaces the one before:
 * with pre-copy there are several, and one may break off.  In detail:
 *
 *	struct sriov_stream_header
 *	IMAGE  DATA...  IMAGE_END	any number of times; without IMAGE_END an
 *					image is void, but not the last one
 *	END				at least one image before, nothing afterwards
 *
 * All of these but the header are pieces: a struct sriov_stream_piece, and, for DATA, as
 * many bytes as its length is.  All numbers are little endian.
 */
#ifndef _VFIO_PCI_SRIOV_STREAM_H
#define _VFIO_PCI_SRIOV_STREAM_H

#include <linux/types.h>

#define SRIOV_STREAM_MAGIC	0x56494c564f495253ull	/* "SRIOVLIV" */
#define SRIOV_STREAM_VERSION	1
#define SRIOV_STREAM_BARS	6

/**
 * struct sriov_stream_header - what a stream is for
 * @magic: SRIOV_STREAM_MAGIC
 * @version: SRIOV_STREAM_VERSION; of all that is described here
 * @size: of this struct
 * @vendor: Vendor ID of the PF
 * @pf_device: Device ID of the PF
 * @vf_device: VF Device ID
 * @msix: Table Size of the VF, as a number of vectors; 0 without MSI-X
 * @format: of the PF driver's state
 * @needs: features of the stream that a reader must know; none exist yet
 * @bar: sizes of the VF's BARs
 */
struct sriov_stream_header {
	__le64 magic;
	__le32 version;
	__le32 size;
	__le16 vendor;
	__le16 pf_device;
	__le16 vf_device;
	__le16 msix;
	__le32 format;
	__le32 needs;
	__le64 bar[SRIOV_STREAM_BARS];
};

enum sriov_stream_kind {
	SRIOV_STREAM_IMAGE = 1,
	SRIOV_STREAM_DATA,
	SRIOV_STREAM_IMAGE_END,
	SRIOV_STREAM_END,
};

/**
 * struct sriov_stream_piece - the head of a piece
 * @kind: enum sriov_stream_kind
 * @len: bytes that follow; 1 to SRIOV_STREAM_MAX with DATA, else 0
 */
struct sriov_stream_piece {
	__le32 kind;
	__le32 len;
};

#define SRIOV_STREAM_MAX	65536

/**
 * struct sriov_stream_ops - what a reader does with a stream
 * @header: may it be loaded?
 * @data: bytes of an image; @pos is 0 with the first ones
 * @image_end: an image is complete
 *
 * Each returns 0, or a negative errno, which ends the stream.
 */
struct sriov_stream_ops {
	int (*header)(void *reader, const struct sriov_stream_header *header);
	int (*data)(void *reader, u64 pos, const void *buf, size_t len);
	int (*image_end)(void *reader, u64 size);
};

enum sriov_stream_stage {
	SRIOV_STREAM_IN_HEADER,
	SRIOV_STREAM_IN_PIECE,
	SRIOV_STREAM_IN_DATA,
	SRIOV_STREAM_AT_END,
};

/**
 * struct sriov_stream - a stream as far as it was read
 * @ops: what to do with it
 * @reader: passed to @ops
 * @stage: what the next byte belongs to
 * @in_image: an image has begun, and has not ended
 * @complete: an image is complete, and none has begun since
 * @rc: why the stream ended before its end, or 0
 * @pos: position in the image
 * @left: bytes that are left of DATA
 * @have: bytes in @header or @piece
 * @header: as far as it was read
 * @piece: likewise
 */
struct sriov_stream {
	const struct sriov_stream_ops *ops;
	void *reader;
	enum sriov_stream_stage stage;
	bool in_image;
	bool complete;
	int rc;
	u64 pos;
	u32 left;
	size_t have;
	struct sriov_stream_header header;
	struct sriov_stream_piece piece;
};

void sriov_stream_init(struct sriov_stream *stream,
		       const struct sriov_stream_ops *ops, void *reader);
int sriov_stream_feed(struct sriov_stream *stream, const void *buf, size_t len);
bool sriov_stream_is_complete(const struct sriov_stream *stream);

#endif /* _VFIO_PCI_SRIOV_STREAM_H */
