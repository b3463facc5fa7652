// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: the file that user space reads a VF's state from
 *
 * Floor: 1
 *
 *	header --> between --> in an image --> between --> ... --> end
 *
 * It makes the stream as it is read, a piece at a time.  In pre-copy a new image begins
 * when the PF driver has something that has changed, until then there is nothing
 * to read.  When the VF was stopped there is one image more, which is the last.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "live.h"

enum sriov_live_save_stage {
	SAVE_HEADER,
	SAVE_BETWEEN,
	SAVE_IMAGE,
	SAVE_END,
};

/**
 * struct sriov_live_save - a file that user space reads
 * @file: the file; its lock protects what follows
 * @rc: why there is no more to read, or 0
 * @stage: what is in @buf
 * @images: how many images are complete
 * @last: the VF is stopped
 * @last_begun: and that image has begun
 * @pos: position in the image
 * @fill: bytes in @buf
 * @taken: as many of them were read
 * @buf: a piece
 */
struct sriov_live_save {
	struct sriov_live_file file;
	int rc;
	enum sriov_live_save_stage stage;
	unsigned int images;
	bool last;
	bool last_begun;
	u64 pos;
	size_t fill;
	size_t taken;
	u8 buf[] __aligned(8);
};

#define SAVE_BUF	(sizeof(struct sriov_stream_piece) + SRIOV_STREAM_MAX)

static void sriov_live_save_piece(struct sriov_live_save *save,
				  enum sriov_stream_kind kind, size_t len)
{
	struct sriov_stream_piece *piece = (void *)save->buf;

	piece->kind = cpu_to_le32(kind);
	piece->len = cpu_to_le32(len);
	save->fill = sizeof(*piece) + len;
}

/**
 * sriov_live_fill_header - describe what a stream of a VF is for
 * @v: the VF
 * @ops: its PF driver's callbacks
 * @header: is filled in
 *
 * Return: 0 or -ENODEV if the VF does not answer.
 */
int sriov_live_fill_header(struct sriov_live_vf *v,
			   const struct pci_sriov_live_ops *ops,
			   struct sriov_stream_header *header)
{
	int bar, msix = pci_msix_vec_count(v->vf);

	if (msix > 0 && !pci_device_is_present(v->vf))
		return -ENODEV;

	memset(header, 0, sizeof(*header));
	header->magic = cpu_to_le64(SRIOV_STREAM_MAGIC);
	header->version = cpu_to_le32(SRIOV_STREAM_VERSION);
	header->size = cpu_to_le32(sizeof(*header));
	header->vendor = cpu_to_le16(v->pf->vendor);
	header->pf_device = cpu_to_le16(v->pf->device);
	header->vf_device = cpu_to_le16(v->vf->device);
	header->msix = cpu_to_le16(max(msix, 0));
	header->format = cpu_to_le32(ops->format);
	for (bar = 0; bar < SRIOV_STREAM_BARS; bar++)
		header->bar[bar] = cpu_to_le64(pci_resource_len(v->vf, bar));
	return 0;
}

static int sriov_live_save_header(struct sriov_live_save *save,
				  const struct pci_sriov_live_ops *ops)
{
	int rc = sriov_live_fill_header(save->file.v, ops, (void *)save->buf);

	if (rc)
		return rc;

	save->fill = sizeof(struct sriov_stream_header);
	save->stage = SAVE_BETWEEN;
	return 0;
}

static int sriov_live_save_between(struct sriov_live_save *save,
				   const struct pci_sriov_live_ops *ops)
{
	struct sriov_live_vf *v = save->file.v;
	ssize_t changed = 1;

	if (save->last && save->last_begun) {
		sriov_live_save_piece(save, SRIOV_STREAM_END, 0);
		save->stage = SAVE_END;
		return 0;
	}
	if (!save->last && save->images)
		changed = ops->changed(v->pf, v->vf_id);
	if (changed < 0)
		return changed;
	if (!changed)
		return -ENOMSG;

	save->last_begun = save->last;
	save->pos = 0;
	sriov_live_save_piece(save, SRIOV_STREAM_IMAGE, 0);
	save->stage = SAVE_IMAGE;
	return 0;
}

static int sriov_live_save_image(struct sriov_live_save *save,
				 const struct pci_sriov_live_ops *ops)
{
	struct sriov_live_vf *v = save->file.v;
	ssize_t len;

	/* the last image ends one of pre-copy that is not complete */
	if (save->last && !save->last_begun)
		return sriov_live_save_between(save, ops);

	len = ops->save(v->pf, v->vf_id, save->pos,
			save->buf + sizeof(struct sriov_stream_piece),
			SRIOV_STREAM_MAX);
	if (len < 0)
		return len;
	if (len > SRIOV_STREAM_MAX || (!len && !save->pos))
		return -EIO;

	if (len) {
		save->pos += len;
		sriov_live_save_piece(save, SRIOV_STREAM_DATA, len);
	} else {
		save->images++;
		save->stage = SAVE_BETWEEN;
		sriov_live_save_piece(save, SRIOV_STREAM_IMAGE_END, 0);
	}
	return 0;
}

/* Return: 0 with a piece in the buffer; -ENOMSG if there is none yet; an errno. */
static int sriov_live_save_next(struct sriov_live_save *save)
{
	struct sriov_live_vf *v = save->file.v;
	const struct pci_sriov_live_ops *ops;
	int rc = 0;

	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	if (!sriov_live_is_now(v, save->file.epoch))
		rc = -ENODEV;
	else if (save->stage == SAVE_HEADER)
		rc = sriov_live_save_header(save, ops);
	else if (save->stage == SAVE_BETWEEN)
		rc = sriov_live_save_between(save, ops);
	else
		rc = sriov_live_save_image(save, ops);
	pci_sriov_live_end(v->vf);

	return rc;
}

/* Return: how many bytes can be read, 0 at the end, or an errno. */
static ssize_t sriov_live_save_fill(struct sriov_live_save *save)
{
	int rc;

	if (!save->file.v)
		return -ENODEV;
	if (save->taken < save->fill)
		return save->fill - save->taken;
	if (save->rc || save->stage == SAVE_END)
		return save->rc;

	save->taken = 0;
	save->fill = 0;
	rc = sriov_live_save_next(save);
	if (rc) {
		if (rc != -ENOMSG)
			save->rc = rc;
		return rc;
	}

	return save->fill;
}

static ssize_t sriov_live_save_read(struct file *filp, char __user *buf,
				    size_t len, loff_t *pos)
{
	struct sriov_live_save *save = filp->private_data;
	size_t done = 0;
	ssize_t n = 0;

	guard(mutex)(&save->file.lock);
	while (done < len) {
		n = sriov_live_save_fill(save);
		if (n <= 0)
			break;
		n = min_t(size_t, n, len - done);
		if (copy_to_user(buf + done, save->buf + save->taken, n)) {
			n = -EFAULT;
			break;
		}
		save->taken += n;
		done += n;
	}

	return done ?: n;
}

/* What is left of the first image counts as initial, all later ones as dirty. */
static int sriov_live_save_left(struct sriov_live_save *save,
				struct vfio_precopy_info *info)
{
	struct sriov_live_vf *v = save->file.v;
	const struct pci_sriov_live_ops *ops;
	ssize_t left;

	if (!v)
		return -ENODEV;
	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	if (save->last || !sriov_live_is_now(v, save->file.epoch)) {
		left = -EINVAL;
	} else if (save->images && save->stage != SAVE_IMAGE) {
		left = ops->changed(v->pf, v->vf_id);
	} else {
		left = ops->state_size(v->pf, v->vf_id);
		if (left > 0)
			left = max_t(s64, left - save->pos, 1);
	}
	pci_sriov_live_end(v->vf);
	if (left < 0)
		return left;

	left += save->fill - save->taken;
	info->initial_bytes = save->images ? 0 : left;
	info->dirty_bytes = save->images ? left : 0;
	return 0;
}

static long sriov_live_save_ioctl(struct file *filp, unsigned int cmd,
				  unsigned long arg)
{
	const size_t size = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct sriov_live_save *save = filp->private_data;
	struct vfio_precopy_info info = { };
	int rc;

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(&info, (void __user *)arg, size))
		return -EFAULT;
	if (info.argsz < size)
		return -EINVAL;

	info.flags = 0;
	scoped_guard(mutex, &save->file.lock)
		rc = sriov_live_save_left(save, &info);
	if (rc)
		return rc;

	return copy_to_user((void __user *)arg, &info, size) ? -EFAULT : 0;
}

static const struct file_operations sriov_live_save_fops = {
	.owner		= THIS_MODULE,
	.read		= sriov_live_save_read,
	.unlocked_ioctl	= sriov_live_save_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.release	= sriov_live_file_release,
};

/**
 * sriov_live_save_open - open a file to read a VF's state from
 * @v: the VF
 * @last: it is stopped
 * @filp: the file, with a reference for the caller
 *
 * Context: &sriov_live_vf.state_lock held.
 * Return: the file, to be closed by sriov_live_save_close(); or an ERR_PTR of -ENOMEM,
 * -ENFILE.
 */
struct sriov_live_save *sriov_live_save_open(struct sriov_live_vf *v, bool last,
					     struct file **filp)
{
	struct sriov_live_save *save;

	lockdep_assert_held(&v->state_lock);

	save = kvzalloc(struct_size(save, buf, SAVE_BUF), GFP_KERNEL_ACCOUNT);
	if (!save)
		return ERR_PTR(-ENOMEM);

	save->last = last;
	*filp = sriov_live_file_open(&save->file, v, "vfio-pci-sriov-save",
				     &sriov_live_save_fops, O_RDONLY);
	if (IS_ERR(*filp))
		return ERR_CAST(*filp);

	return save;
}

/**
 * sriov_live_save_last - the VF was stopped: the next image is the last
 * @save: the file
 *
 * Context: &sriov_live_vf.state_lock held.
 */
void sriov_live_save_last(struct sriov_live_save *save)
{
	lockdep_assert_held(&save->file.v->state_lock);

	guard(mutex)(&save->file.lock);
	save->last = true;
}

/**
 * sriov_live_save_close - end the use of a file; user space may have it for longer
 * @save: the file, or NULL
 *
 * Context: &sriov_live_vf.state_lock held.
 */
void sriov_live_save_close(struct sriov_live_save *save)
{
	if (save)
		sriov_live_file_close(&save->file);
}

/**
 * sriov_live_save_size - how much there is to read when the VF is stopped
 * @v: the VF
 *
 * Return: bytes, or an errno.
 */
ssize_t sriov_live_save_size(struct sriov_live_vf *v)
{
	const struct pci_sriov_live_ops *ops;
	ssize_t size;

	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	size = ops->state_size(v->pf, v->vf_id);
	pci_sriov_live_end(v->vf);
	if (size <= 0)
		return size ?: -EIO;

	/* a header, IMAGE, IMAGE_END, END, and DATA as often as needed */
	return sizeof(struct sriov_stream_header) + size +
	       (3 + DIV_ROUND_UP(size, SRIOV_STREAM_MAX)) *
	       sizeof(struct sriov_stream_piece);
}
