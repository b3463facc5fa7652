// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: what the files for saving and for loading have in common
 *
 * Floor: 0
 *
 * A file is open by user space and by the VF, and is freed when both have closed it.
 * User space may have it for longer; it is of no use then.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/slab.h>

#include "live.h"

static void sriov_live_file_free(struct kref *ref)
{
	struct sriov_live_file *file =
		container_of(ref, struct sriov_live_file, ref);

	mutex_destroy(&file->lock);
	kvfree(file);
}

/**
 * sriov_live_file_open - open a file
 * @file: the first member of what is allocated by kvzalloc() for it; freed with the
 *	file, or if this fails
 * @v: the VF
 * @name: what it is called in /proc/PID/fd
 * @fops: its operations; &file.private_data is @file
 * @flags: O_RDONLY or O_WRONLY
 *
 * Context: &sriov_live_vf.state_lock held.
 * Return: the file, with a reference for the caller, or an ERR_PTR of -ENOMEM, -ENFILE.
 * The VF closes it by sriov_live_file_close().
 */
struct file *sriov_live_file_open(struct sriov_live_file *file,
				  struct sriov_live_vf *v, const char *name,
				  const struct file_operations *fops, int flags)
{
	struct file *filp;

	lockdep_assert_held(&v->state_lock);

	filp = anon_inode_getfile(name, fops, file, flags);
	if (IS_ERR(filp)) {
		kvfree(file);
		return filp;
	}

	stream_open(filp->f_inode, filp);
	kref_init(&file->ref);
	kref_get(&file->ref);
	mutex_init(&file->lock);
	file->v = v;
	file->epoch = sriov_live_now(v);
	return filp;
}

/**
 * sriov_live_file_release - &file_operations.release
 * @inode: unused
 * @filp: the file
 *
 * Return: 0
 */
int sriov_live_file_release(struct inode *inode, struct file *filp)
{
	struct sriov_live_file *file = filp->private_data;

	kref_put(&file->ref, sriov_live_file_free);
	return 0;
}

/**
 * sriov_live_file_close - the VF does not use a file any more
 * @file: the file
 *
 * Context: &sriov_live_vf.state_lock held.
 */
void sriov_live_file_close(struct sriov_live_file *file)
{
	lockdep_assert_held(&file->v->state_lock);

	scoped_guard(mutex, &file->lock)
		file->v = NULL;
	kref_put(&file->ref, sriov_live_file_free);
}
