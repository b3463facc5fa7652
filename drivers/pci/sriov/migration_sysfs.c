// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: sriov_migration/ in sysfs, described in
 * Documentation/ABI/testing/sysfs-bus-pci
 *
 * Floor: 1
 *
 * No read waits for anything.
 */
#include <linux/sysfs.h>

#include "../pci.h"
#include "sriov.h"

static ssize_t sriov_count_show(struct device *dev, char *buf,
				enum sriov_migration_count what)
{
	struct sriov_migration *m = to_pci_dev(dev)->sriov->migration;

	return sysfs_emit(buf, "%lu\n", READ_ONCE(m->count[what]));
}

#define SRIOV_COUNT_ATTR(_name, _what)					\
static ssize_t _name##_show(struct device *dev,				\
			    struct device_attribute *attr, char *buf)	\
{									\
	return sriov_count_show(dev, buf, _what);			\
}									\
static DEVICE_ATTR_RO(_name)

SRIOV_COUNT_ATTR(arrived, SRIOV_COUNT_ARRIVED);
SRIOV_COUNT_ATTR(left, SRIOV_COUNT_LEFT);
SRIOV_COUNT_ATTR(retracted, SRIOV_COUNT_RETRACTED);
SRIOV_COUNT_ATTR(cancelled, SRIOV_COUNT_CANCELLED);
SRIOV_COUNT_ATTR(failed, SRIOV_COUNT_FAILED);

static ssize_t last_event_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct sriov_migration *m = to_pci_dev(dev)->sriov->migration;
	struct timespec64 ts = ktime_to_timespec64(READ_ONCE(m->last_event));

	return sysfs_emit(buf, "%lld.%09ld\n", (s64)ts.tv_sec, ts.tv_nsec);
}
static DEVICE_ATTR_RO(last_event);

static struct attribute *sriov_migration_attrs[] = {
	&dev_attr_arrived.attr,
	&dev_attr_left.attr,
	&dev_attr_retracted.attr,
	&dev_attr_cancelled.attr,
	&dev_attr_failed.attr,
	&dev_attr_last_event.attr,
	NULL,
};

static bool sriov_migration_group_visible(struct kobject *kobj)
{
	struct pci_dev *pf = to_pci_dev(kobj_to_dev(kobj));

	return pf->is_physfn && pf->sriov->migration;
}

DEFINE_SIMPLE_SYSFS_GROUP_VISIBLE(sriov_migration);

const struct attribute_group sriov_migration_group = {
	.name = "sriov_migration",
	.attrs = sriov_migration_attrs,
	.is_visible = SYSFS_GROUP_VISIBLE(sriov_migration),
};

/* The file is removed before its VF's struct is freed. */
static ssize_t sriov_vf_state_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct sriov_migration_vf *v =
		container_of(attr, struct sriov_migration_vf, attr);

	return sysfs_emit(buf, "%s\n",
			  sriov_migration_state_name(READ_ONCE(v->state)));
}

static int sriov_migration_add_file(struct sriov_migration_vf *v)
{
	struct device_attribute *attr = &v->attr;

	snprintf(v->name, sizeof(v->name), "vf%u_state", v->vf_id);
	sysfs_attr_init(&attr->attr);
	attr->attr.name = v->name;
	attr->attr.mode = 0444;
	attr->show = sriov_vf_state_show;
	return sysfs_add_file_to_group(&v->sriov->pf->dev.kobj, &attr->attr,
				       sriov_migration_group.name);
}

static void sriov_migration_remove_file(struct sriov_migration_vf *v)
{
	if (v->attr.attr.name)
		sysfs_remove_file_from_group(&v->sriov->pf->dev.kobj,
					     &v->attr.attr,
					     sriov_migration_group.name);
	v->attr.attr.name = NULL;
}

/**
 * sriov_migration_add_files - add a file for each VF
 * @m: the PF's
 *
 * Return: 0 or -ENOMEM; sriov_migration_remove_files() is to be called in any
 * case.
 */
int sriov_migration_add_files(struct sriov_migration *m)
{
	unsigned int vf_id;
	int rc;

	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++) {
		rc = sriov_migration_add_file(&m->vfs[vf_id]);
		if (rc) {
			m->vfs[vf_id].attr.attr.name = NULL;
			return rc;
		}
	}

	return 0;
}

/**
 * sriov_migration_remove_files - undo sriov_migration_add_files()
 * @m: the PF's
 */
void sriov_migration_remove_files(struct sriov_migration *m)
{
	unsigned int vf_id;

	for (vf_id = 0; vf_id < m->nr_vfs; vf_id++)
		sriov_migration_remove_file(&m->vfs[vf_id]);
}

/**
 * sriov_migration_notify - wake up programs that poll the file of a VF's state
 * @m: the PF's
 * @vf_id: number of the VF
 */
void sriov_migration_notify(struct sriov_migration *m, unsigned int vf_id)
{
	sysfs_notify(&m->sriov->pf->dev.kobj, sriov_migration_group.name,
		     m->vfs[vf_id].name);
}
