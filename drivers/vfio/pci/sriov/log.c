// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: the log of pages that a VF writes
 *
 * Floor: 1
 *
 * User space copies a guest's memory while the guest runs, and copies again what has
 * been written since.  It detects the processor's writes by itself; those of a device
 * only the device can report, if there is no IOMMU that does.
 */
#include <linux/interval_tree.h>
#include <linux/iova_bitmap.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "live.h"

static struct pci_sriov_live_range *
sriov_live_log_ranges(struct rb_root_cached *tree, u32 nodes)
{
	struct pci_sriov_live_range *ranges;
	struct interval_tree_node *node;
	u32 i = 0;

	ranges = kcalloc(nodes, sizeof(*ranges), GFP_KERNEL);
	if (!ranges)
		return NULL;

	for (node = interval_tree_iter_first(tree, 0, ULONG_MAX); node;
	     node = interval_tree_iter_next(node, 0, ULONG_MAX)) {
		ranges[i].iova = node->start;
		ranges[i].length = node->last - node->start + 1;
		i++;
	}

	return ranges;
}

/**
 * sriov_live_log_start - begin a log
 * @v: the VF
 * @tree: ranges that are of interest, at least one
 * @nodes: how many
 * @page_size: which size of page is preferred; set to the one in use
 *
 * Context: &sriov_live_vf.state_lock held.
 * Return: 0; -EBUSY if there is one; -ENOMEM; -ENODEV without a PF driver; an error of
 * the PF driver.
 */
int sriov_live_log_start(struct sriov_live_vf *v, struct rb_root_cached *tree,
			 u32 nodes, u64 *page_size)
{
	const struct pci_sriov_live_ops *ops;
	struct pci_sriov_live_range *ranges;
	int rc;

	lockdep_assert_held(&v->state_lock);

	if (v->log_page)
		return -EBUSY;

	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	if (ops->log_ranges && nodes > ops->log_ranges) {
		vfio_combine_iova_ranges(tree, nodes, ops->log_ranges);
		nodes = ops->log_ranges;
	}

	rc = -ENOMEM;
	ranges = sriov_live_log_ranges(tree, nodes);
	if (!ranges)
		goto end;

	rc = ops->log_start(v->pf, v->vf_id, ranges, nodes, page_size);
	if (!rc && !is_power_of_2(*page_size)) {
		ops->log_stop(v->pf, v->vf_id);
		rc = -EIO;
	}
	if (!rc)
		v->log_page = *page_size;
	kfree(ranges);
end:
	pci_sriov_live_end(v->vf);
	return rc;
}

/**
 * sriov_live_log_stop - end a log
 * @v: the VF
 *
 * Context: &sriov_live_vf.state_lock held.
 */
void sriov_live_log_stop(struct sriov_live_vf *v)
{
	const struct pci_sriov_live_ops *ops;

	lockdep_assert_held(&v->state_lock);

	if (!v->log_page)
		return;

	v->log_page = 0;
	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return;

	ops->log_stop(v->pf, v->vf_id);
	pci_sriov_live_end(v->vf);
}

static int sriov_live_log_read_some(struct sriov_live_vf *v, u64 iova,
				    unsigned int pages, unsigned long *map)
{
	const struct pci_sriov_live_ops *ops;
	int rc;

	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	bitmap_zero(map, pages);
	rc = ops->log_read(v->pf, v->vf_id, iova, pages, map);
	pci_sriov_live_end(v->vf);

	return rc;
}

/**
 * sriov_live_log_read - which pages were written?
 * @v: the VF
 * @iova: from which address on
 * @length: how many bytes of addresses
 * @dirty: gets the pages that were written
 *
 * Context: &sriov_live_vf.state_lock held.
 * Return: 0; -EINVAL without a log; -ENOMEM; an error of the PF driver.
 */
int sriov_live_log_read(struct sriov_live_vf *v, u64 iova, u64 length,
			struct iova_bitmap *dirty)
{
	u64 first = iova, last = iova + length - 1;
	unsigned long *map;
	int rc = 0;

	lockdep_assert_held(&v->state_lock);

	if (!v->log_page)
		return -EINVAL;

	map = bitmap_alloc(PCI_SRIOV_LIVE_LOG_PAGES, GFP_KERNEL);
	if (!map)
		return -ENOMEM;

	length += iova & (v->log_page - 1);
	iova &= ~(v->log_page - 1);
	while (length && !rc) {
		u64 left = DIV_ROUND_UP_ULL(length, v->log_page);
		unsigned int begin, end;
		unsigned int pages = min_t(u64, left, PCI_SRIOV_LIVE_LOG_PAGES);
		u64 bytes = pages * v->log_page;

		rc = sriov_live_log_read_some(v, iova, pages, map);
		if (rc)
			break;
		for_each_set_bitrange(begin, end, map, pages) {
			u64 from = max(first, iova + begin * v->log_page);
			u64 to = min(last, iova + end * v->log_page - 1);

			iova_bitmap_set(dirty, from, to - from + 1);
		}
		iova += bytes;
		length -= min(length, bytes);
	}

	bitmap_free(map);
	return rc;
}
