// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sriov-edu function's character device, /dev/sriov-edu/<pci name>.
 *
 * A file can outlive the driver that made the device: the driver only takes
 * the name away and says STOP_GONE, and the file keeps what it needs to answer
 * ENODEV, which is &struct sriov_edu_fn and this module.
 *
 * Data goes through a buffer per call.  It is filled and emptied without a
 * lock, and mapped for the device only while the engine is held, see engine.c.
 */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "engine.h"

/*
 * misc_open() holds off misc_deregister() while this runs, so the driver's own
 * reference is still there.
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

static int chardev_check(const struct sriov_edu_copy *copy)
{
	if (!copy->len || copy->len > SRIOV_EDU_MAX_LEN || copy->flags)
		return -EINVAL;
	return 0;
}

static int chardev_do_copy(struct sriov_edu_fn *fn, void *src, void *dst,
			   struct sriov_edu_copy *copy)
{
	int err;

	if (copy_from_user(src, u64_to_user_ptr(copy->src), copy->len))
		return -EFAULT;

	err = sriov_edu_engine_copy(fn, src, dst, copy);
	if (err)
		return err;

	if (dst && copy_to_user(u64_to_user_ptr(copy->dst), dst, copy->len))
		return -EFAULT;
	return 0;
}

/* The destination is cleared: what the device leaves out must not be secrets */
static int chardev_with_buffers(struct sriov_edu_fn *fn,
				struct sriov_edu_copy *copy)
{
	void *src, *dst = NULL;
	int err = -ENOMEM;

	src = alloc_pages_exact(copy->len, GFP_KERNEL_ACCOUNT);
	if (!src)
		return err;

	if (copy->dst) {
		dst = alloc_pages_exact(copy->len,
					GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!dst)
			goto free_src;
	}

	err = chardev_do_copy(fn, src, dst, copy);

	if (dst)
		free_pages_exact(dst, copy->len);
free_src:
	free_pages_exact(src, copy->len);
	return err;
}

/* The device's own error code goes back too, above all when there is one */
static long chardev_copy(struct sriov_edu_fn *fn, void __user *arg)
{
	struct sriov_edu_copy copy;
	int err;

	if (copy_from_user(&copy, arg, sizeof(copy)))
		return -EFAULT;

	err = chardev_check(&copy);
	if (err)
		return err;

	copy.crc = 0;
	copy.error = SRIOV_EDU_OK;
	err = chardev_with_buffers(fn, &copy);
	if (err == -ERESTARTSYS)
		return err;
	if (copy_to_user(arg, &copy, sizeof(copy)))
		return -EFAULT;
	return err;
}

static long chardev_info(struct sriov_edu_fn *fn, void __user *arg)
{
	struct sriov_edu_info info = {};
	int err;

	err = sriov_edu_engine_info(fn, &info);
	if (err)
		return err;
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
 * sriov_edu_fn_publish - make the character device
 * @fn: the function
 *
 * The last step of probe, for programs can be there at once.
 *
 * Return: 0, or what misc_register() says.
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
 * sriov_edu_fn_unpublish - take the character device's name away
 * @fn: the function
 *
 * The first step of remove: nobody can open it any more.  Who has it open keeps
 * it open.
 */
void sriov_edu_fn_unpublish(struct sriov_edu_fn *fn)
{
	misc_deregister(&fn->misc);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_unpublish);
