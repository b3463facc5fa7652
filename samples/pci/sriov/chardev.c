// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 2
 *
 * A sriov-edu function's character device, /dev/sriov-edu/<pci name>.
 *
 * An open file can outlive the driver that registered the device.  Unbinding the
 * driver removes the name and sets STOP_GONE; the file holds what it needs to
 * return ENODEV, that is &struct sriov_edu_fn and this module.
 *
 * Each call copies its data through a buffer of its own.  The buffer is accessed
 * without a lock, and mapped for the device only under the engine's lock, see
 * engine.c.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "engine.h"

/*
 * misc_open() keeps misc_deregister() waiting while this runs, so the driver still
 * holds its reference.
 */
static int chardev_open(struct inode *inode, struct file *file)
{
	struct sriov_edu_fn *fn = container_of(file->private_data,
					       struct sriov_edu_fn, misc);

	kref_get(&fn->ref);
	file->private_data = fn;
	return 0;
}

static int chardev_release(struct inode *inode, struct file *file)
{
	sriov_edu_fn_put(file->private_data);
	return 0;
}

static int chardev_do_copy(struct sriov_edu_fn *fn, void *src, void *dst,
			   struct sriov_edu_copy *copy)
{
	int rc;

	if (copy_from_user(src, u64_to_user_ptr(copy->src), copy->len))
		return -EFAULT;

	rc = sriov_edu_engine_copy(fn, src, dst, copy);
	if (rc)
		return rc;

	if (dst && copy_to_user(u64_to_user_ptr(copy->dst), dst, copy->len))
		return -EFAULT;
	return 0;
}

/* Clear the destination: bytes that the device does not write must not leak data */
static int chardev_with_buffers(struct sriov_edu_fn *fn,
				struct sriov_edu_copy *copy)
{
	void *src, *dst = NULL;
	int rc = -ENOMEM;

	src = alloc_pages_exact(copy->len, GFP_KERNEL_ACCOUNT);
	if (!src)
		return rc;

	if (copy->dst) {
		dst = alloc_pages_exact(copy->len,
					GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!dst)
			goto free_src;
	}

	rc = chardev_do_copy(fn, src, dst, copy);

	if (dst)
		free_pages_exact(dst, copy->len);
free_src:
	free_pages_exact(src, copy->len);
	return rc;
}

/* Return the device's error code also if the copy failed */
static long chardev_copy(struct sriov_edu_fn *fn, void __user *arg)
{
	struct sriov_edu_copy copy;
	int rc;

	if (copy_from_user(&copy, arg, sizeof(copy)))
		return -EFAULT;

	if (!copy.len || copy.len > SRIOV_EDU_MAX_LEN || copy.flags)
		return -EINVAL;

	copy.crc = 0;
	copy.error = SRIOV_EDU_OK;
	rc = chardev_with_buffers(fn, &copy);
	if (rc == -ERESTARTSYS)
		return rc;
	if (copy_to_user(arg, &copy, sizeof(copy)))
		return -EFAULT;
	return rc;
}

static long chardev_info(struct sriov_edu_fn *fn, void __user *arg)
{
	struct sriov_edu_info info = {};
	int rc;

	rc = sriov_edu_engine_info(fn, &info);
	if (rc)
		return rc;
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long chardev_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	struct sriov_edu_fn *fn = file->private_data;

	switch (cmd) {
	case SRIOV_EDU_IOC_COPY:
		return chardev_copy(fn, (void __user *)arg);
	case SRIOV_EDU_IOC_INFO:
		return chardev_info(fn, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations chardev_fops = {
	.owner		= THIS_MODULE,
	.open		= chardev_open,
	.release	= chardev_release,
	.unlocked_ioctl	= chardev_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

/**
 * sriov_edu_fn_publish - register the character device
 * @fn: the function
 *
 * This must be the last step of probe, because programs can open the device at
 * once.
 *
 * Return: 0, or an error of misc_register().
 */
int sriov_edu_fn_publish(struct sriov_edu_fn *fn)
{
	snprintf(fn->misc_name, sizeof(fn->misc_name), "sriov-edu-%s",
		 pci_name(fn->pci));
	snprintf(fn->node_name, sizeof(fn->node_name), "sriov-edu/%s",
		 pci_name(fn->pci));
	fn->misc.minor = MISC_DYNAMIC_MINOR;
	fn->misc.name = fn->misc_name;
	fn->misc.nodename = fn->node_name;
	fn->misc.fops = &chardev_fops;
	fn->misc.parent = &fn->pci->dev;
	return misc_register(&fn->misc);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_publish);

/**
 * sriov_edu_fn_unpublish - unregister the character device
 * @fn: the function
 *
 * This must be the first step of remove.  The device cannot be opened afterwards;
 * open files stay open.
 */
void sriov_edu_fn_unpublish(struct sriov_edu_fn *fn)
{
	misc_deregister(&fn->misc);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_unpublish);
