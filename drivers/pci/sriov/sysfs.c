// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: sysfs files, described in Documentation/ABI/testing/sysfs-bus-pci
 *
 * Floor: 13
 *
 * Parse, check the range, take the PF's lock, print.  Whether a request is allowed
 * is decided in the files below.
 *
 * No read waits for an operation.  A write to a PF's file may wait for the PF's
 * lock, because no holder of that waits for files of the PF to be closed.  A write
 * to a VF's file must not: the holder may be removing that VF and waiting for this
 * very write.  It restarts the system call instead.
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/kstrtox.h>
#include <linux/sched/signal.h>

#include "../pci.h"
#include "sriov.h"

static struct pci_sriov *dev_to_sriov(struct device *dev)
{
	return to_pci_dev(dev)->sriov;
}

static ssize_t sriov_totalvfs_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", pci_sriov_get_totalvfs(to_pci_dev(dev)));
}
static DEVICE_ATTR_RO(sriov_totalvfs);

static ssize_t sriov_numvfs_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_to_sriov(dev)->published));
}

#ifdef CONFIG_PCI_MSI
static ssize_t sriov_vf_total_msix_show(struct device *dev,
					struct device_attribute *attr,
					char *buf)
{
	u32 total;
	int rc;

	rc = sriov_msix_get_total(dev_to_sriov(dev), &total);
	return rc ?: sysfs_emit(buf, "%u\n", total);
}
static DEVICE_ATTR_RO(sriov_vf_total_msix);
#endif

static ssize_t sriov_numvfs_store(struct device *dev,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	struct pci_dev *pf = to_pci_dev(dev);
	u16 num_vfs;
	int rc;

	if (kstrtou16(buf, 0, &num_vfs) < 0)
		return -EINVAL;

	if (num_vfs > pci_sriov_get_totalvfs(pf))
		return -ERANGE;

	if (device_lock_interruptible(dev))
		return -ERESTARTSYS;
	rc = sriov_numvfs_set(pf->sriov, num_vfs);
	device_unlock(dev);

	return rc < 0 ? rc : count;
}
static DEVICE_ATTR_RW(sriov_numvfs);

static ssize_t sriov_hw_numvfs_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(dev_to_sriov(dev)->policy.hw_numvfs));
}

static ssize_t sriov_hw_numvfs_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	u16 num_vfs;
	int rc;

	if (kstrtou16(buf, 0, &num_vfs) < 0)
		return -EINVAL;

	if (num_vfs > pci_sriov_get_totalvfs(to_pci_dev(dev)))
		return -ERANGE;

	if (device_lock_interruptible(dev))
		return -ERESTARTSYS;
	rc = sriov_hw_numvfs_set(dev_to_sriov(dev), num_vfs);
	device_unlock(dev);

	return rc ?: count;
}
static DEVICE_ATTR_RW(sriov_hw_numvfs);

static ssize_t sriov_show_vfs(struct device *dev, char *buf, bool offline)
{
	struct pci_sriov *sriov = dev_to_sriov(dev);
	unsigned int nr = sriov->cap.total_vfs;
	unsigned long *vfs = bitmap_zalloc(nr, GFP_KERNEL);
	ssize_t len;

	if (!vfs)
		return -ENOMEM;

	sriov_slots_list(sriov, offline, vfs);
	/* a truncated list would look complete */
	len = snprintf(NULL, 0, "%*pbl\n", nr, vfs) < PAGE_SIZE ?
		      sysfs_emit(buf, "%*pbl\n", nr, vfs) : -EFBIG;
	bitmap_free(vfs);
	return len;
}

static ssize_t sriov_store_vf(struct device *dev, const char *buf,
			      size_t count, bool online)
{
	u16 vf_id;
	int rc;

	if (kstrtou16(buf, 0, &vf_id) < 0)
		return -EINVAL;

	if (device_lock_interruptible(dev))
		return -ERESTARTSYS;
	rc = sriov_set_online(dev_to_sriov(dev), vf_id, online);
	device_unlock(dev);

	return rc ?: count;
}

static ssize_t sriov_vf_online_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	return sriov_show_vfs(dev, buf, false);
}

static ssize_t sriov_vf_online_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	return sriov_store_vf(dev, buf, count, true);
}
static DEVICE_ATTR_RW(sriov_vf_online);

static ssize_t sriov_vf_offline_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	return sriov_show_vfs(dev, buf, true);
}

static ssize_t sriov_vf_offline_store(struct device *dev,
				      struct device_attribute *attr,
				      const char *buf, size_t count)
{
	return sriov_store_vf(dev, buf, count, false);
}
static DEVICE_ATTR_RW(sriov_vf_offline);

static ssize_t sriov_offset_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_to_sriov(dev)->offset));
}
static DEVICE_ATTR_RO(sriov_offset);

static ssize_t sriov_stride_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_to_sriov(dev)->stride));
}
static DEVICE_ATTR_RO(sriov_stride);

static ssize_t sriov_vf_device_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%x\n", dev_to_sriov(dev)->cap.vf_device);
}
static DEVICE_ATTR_RO(sriov_vf_device);

static ssize_t sriov_drivers_autoprobe_show(struct device *dev,
					    struct device_attribute *attr,
					    char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(dev_to_sriov(dev)->policy.autoprobe));
}

static ssize_t sriov_drivers_autoprobe_store(struct device *dev,
					     struct device_attribute *attr,
					     const char *buf, size_t count)
{
	bool autoprobe;

	if (kstrtobool(buf, &autoprobe) < 0)
		return -EINVAL;

	pci_vf_drivers_autoprobe(to_pci_dev(dev), autoprobe);
	return count;
}
static DEVICE_ATTR_RW(sriov_drivers_autoprobe);

static ssize_t sriov_drivers_parallel_probe_show(struct device *dev,
						 struct device_attribute *attr,
						 char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(dev_to_sriov(dev)->policy.parallel_probe));
}

static ssize_t sriov_drivers_parallel_probe_store(struct device *dev,
						  struct device_attribute *attr,
						  const char *buf, size_t count)
{
	bool parallel;

	if (kstrtobool(buf, &parallel) < 0)
		return -EINVAL;

	WRITE_ONCE(dev_to_sriov(dev)->policy.parallel_probe, parallel);
	return count;
}
static DEVICE_ATTR_RW(sriov_drivers_parallel_probe);

static struct attribute *sriov_pf_dev_attrs[] = {
	&dev_attr_sriov_totalvfs.attr,
	&dev_attr_sriov_numvfs.attr,
	&dev_attr_sriov_hw_numvfs.attr,
	&dev_attr_sriov_vf_online.attr,
	&dev_attr_sriov_vf_offline.attr,
	&dev_attr_sriov_offset.attr,
	&dev_attr_sriov_stride.attr,
	&dev_attr_sriov_vf_device.attr,
	&dev_attr_sriov_drivers_autoprobe.attr,
	&dev_attr_sriov_drivers_parallel_probe.attr,
#ifdef CONFIG_PCI_MSI
	&dev_attr_sriov_vf_total_msix.attr,
#endif
	NULL,
};

static umode_t sriov_pf_attrs_are_visible(struct kobject *kobj,
					  struct attribute *a, int n)
{
	return dev_is_pf(kobj_to_dev(kobj)) ? a->mode : 0;
}

const struct attribute_group sriov_pf_dev_attr_group = {
	.attrs = sriov_pf_dev_attrs,
	.is_visible = sriov_pf_attrs_are_visible,
};

#ifdef CONFIG_PCI_MSI
static ssize_t sriov_vf_msix_count_store(struct device *dev,
					 struct device_attribute *attr,
					 const char *buf, size_t count)
{
	struct pci_dev *vf = to_pci_dev(dev);
	struct pci_dev *pf = pci_physfn(vf);
	int vectors, rc;

	if (kstrtoint(buf, 0, &vectors) < 0 || vectors < 0)
		return -EINVAL;

	if (!device_trylock(&pf->dev)) {
		/* not too soon again */
		fsleep(USEC_PER_MSEC);
		return restart_syscall();
	}
	rc = sriov_msix_set_vf_count(pf->sriov, vf, vectors);
	device_unlock(&pf->dev);

	return rc ?: count;
}
static DEVICE_ATTR_WO(sriov_vf_msix_count);
#endif

static struct attribute *sriov_vf_dev_attrs[] = {
#ifdef CONFIG_PCI_MSI
	&dev_attr_sriov_vf_msix_count.attr,
#endif
	NULL,
};

static umode_t sriov_vf_attrs_are_visible(struct kobject *kobj,
					  struct attribute *a, int n)
{
	return to_pci_dev(kobj_to_dev(kobj))->is_virtfn ? a->mode : 0;
}

const struct attribute_group sriov_vf_dev_attr_group = {
	.attrs = sriov_vf_dev_attrs,
	.is_visible = sriov_vf_attrs_are_visible,
};
