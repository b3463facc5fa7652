// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: the file that user space writes a VF's state to
 *
 * Floor: 1
 *
 * It is not trusted.  A stream for another kind of VF is refused before the PF driver
 * has seen anything of it.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "live.h"

/**
 * struct sriov_live_load - a file that user space writes
 * @file: the file; its lock protects what follows
 * @ops: the PF driver's callbacks, while one is being called
 * @touched: the PF driver has got something
 * @stream: as far as it was read
 * @buf: a part of it
 */
struct sriov_live_load {
	struct sriov_live_file file;
	const struct pci_sriov_live_ops *ops;
	bool touched;
	struct sriov_stream stream;
	u8 buf[] __aligned(8);
};

#define LOAD_BUF	SRIOV_STREAM_MAX

static int sriov_live_load_same(struct sriov_live_load *load, const char *what,
				u64 theirs, u64 ours)
{
	if (theirs == ours)
		return 0;

	pci_info(load->file.v->vf, "cannot load the state: %s is %#llx there, %#llx here\n",
		 what, theirs, ours);
	return -EINVAL;
}

static int sriov_live_load_format(struct sriov_live_load *load, u32 format)
{
	if (format >= load->ops->oldest_format && format <= load->ops->format)
		return 0;

	return sriov_live_load_same(load, "format", format, load->ops->format);
}

static int sriov_live_load_compare(struct sriov_live_load *load,
				   const struct sriov_stream_header *theirs,
				   const struct sriov_stream_header *ours)
{
	const struct {
		const char *what;
		__le16 theirs;
		__le16 ours;
	} ids[] = {
		{ "Vendor ID", theirs->vendor, ours->vendor },
		{ "Device ID", theirs->pf_device, ours->pf_device },
		{ "VF Device ID", theirs->vf_device, ours->vf_device },
		{ "number of vectors", theirs->msix, ours->msix },
	};
	int i, rc = 0;

	for (i = 0; i < ARRAY_SIZE(ids) && !rc; i++)
		rc = sriov_live_load_same(load, ids[i].what,
					  le16_to_cpu(ids[i].theirs),
					  le16_to_cpu(ids[i].ours));
	for (i = 0; i < SRIOV_STREAM_BARS && !rc; i++)
		rc = sriov_live_load_same(load, "size of a BAR",
					  le64_to_cpu(theirs->bar[i]),
					  le64_to_cpu(ours->bar[i]));

	return rc;
}

/* Does the stream come from a VF like this one? */
static int sriov_live_load_header(void *reader,
				  const struct sriov_stream_header *theirs)
{
	struct sriov_live_load *load = reader;
	struct sriov_stream_header ours;
	int rc;

	rc = sriov_live_fill_header(load->file.v, load->ops, &ours);
	if (rc)
		return rc;
	rc = sriov_live_load_compare(load, theirs, &ours);
	if (rc)
		return rc;

	return sriov_live_load_format(load, le32_to_cpu(theirs->format));
}

static int sriov_live_load_data(void *reader, u64 pos, const void *buf,
				size_t len)
{
	struct sriov_live_load *load = reader;
	struct sriov_live_vf *v = load->file.v;

	load->touched = true;
	return load->ops->load(v->pf, v->vf_id, pos, buf, len);
}

static int sriov_live_load_image_end(void *reader, u64 size)
{
	struct sriov_live_load *load = reader;
	struct sriov_live_vf *v = load->file.v;

	return load->ops->loaded(v->pf, v->vf_id, size);
}

static const struct sriov_stream_ops sriov_live_load_ops = {
	.header		= sriov_live_load_header,
	.data		= sriov_live_load_data,
	.image_end	= sriov_live_load_image_end,
};

static int sriov_live_load_feed(struct sriov_live_load *load, size_t len)
{
	struct sriov_live_vf *v = load->file.v;
	int rc = -ENODEV;

	load->ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(load->ops))
		return PTR_ERR(load->ops);

	if (sriov_live_is_now(v, load->file.epoch))
		rc = sriov_stream_feed(&load->stream, load->buf, len);
	pci_sriov_live_end(v->vf);

	return rc;
}

static ssize_t sriov_live_load_write(struct file *filp, const char __user *buf,
				     size_t len, loff_t *pos)
{
	struct sriov_live_load *load = filp->private_data;
	size_t n, done = 0;
	int rc = 0;

	guard(mutex)(&load->file.lock);
	for (; done < len; done += n) {
		if (!load->file.v)
			return -ENODEV;
		n = min_t(size_t, len - done, LOAD_BUF);
		if (copy_from_user(load->buf, buf + done, n))
			rc = -EFAULT;
		else
			rc = sriov_live_load_feed(load, n);
		if (rc)
			return rc;
	}

	return done;
}

static const struct file_operations sriov_live_load_fops = {
	.owner		= THIS_MODULE,
	.write		= sriov_live_load_write,
	.release	= sriov_live_file_release,
};

/**
 * sriov_live_load_open - open a file to write a VF's state to
 * @v: the VF, stopped
 * @filp: the file, with a reference for the caller
 *
 * Context: &sriov_live_vf.state_lock held.
 * Return: the file, to be closed by sriov_live_load_close(); or an ERR_PTR of -ENOMEM,
 * -ENFILE.
 */
struct sriov_live_load *sriov_live_load_open(struct sriov_live_vf *v,
					     struct file **filp)
{
	struct sriov_live_load *load;

	lockdep_assert_held(&v->state_lock);

	load = kvzalloc(struct_size(load, buf, LOAD_BUF), GFP_KERNEL_ACCOUNT);
	if (!load)
		return ERR_PTR(-ENOMEM);

	sriov_stream_init(&load->stream, &sriov_live_load_ops, load);
	*filp = sriov_live_file_open(&load->file, v, "vfio-pci-sriov-load",
				     &sriov_live_load_fops, O_WRONLY);
	if (IS_ERR(*filp))
		return ERR_CAST(*filp);

	return load;
}

/**
 * sriov_live_load_finish - was all of a state written?
 * @load: the file
 * @touched: set to whether the VF may have got something of it
 *
 * Context: &sriov_live_vf.state_lock held.
 * Return: 0; -EINVAL if the stream is not complete, or was wrong; an error of the PF
 * driver.
 */
int sriov_live_load_finish(struct sriov_live_load *load, bool *touched)
{
	lockdep_assert_held(&load->file.v->state_lock);

	guard(mutex)(&load->file.lock);
	*touched = load->touched;
	if (sriov_stream_is_complete(&load->stream))
		return 0;
	return load->stream.rc ?: -EINVAL;
}

/**
 * sriov_live_load_close - end the use of a file; user space may have it for longer
 * @load: the file, or NULL
 *
 * Context: &sriov_live_vf.state_lock held.
 */
void sriov_live_load_close(struct sriov_live_load *load)
{
	if (load)
		sriov_live_file_close(&load->file);
}
