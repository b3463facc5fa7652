// SPDX-License-Identifier: GPL-2.0-only
/*
 * softpf: the host bridge
 *
 * Created when the module is loaded, removed when it is unloaded.  The accesses to
 * its PFs and VFs are counted in debugfs, in softpf/.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "softpf.h"

#define SOFTPF_DOMAIN	0x20000		/* ACPI's are 16 bits, VMD's follow */
#define SOFTPF_MEM_SIZE	SZ_1G

static unsigned int pfs = 1;
module_param(pfs, uint, 0444);
MODULE_PARM_DESC(pfs, "how many PFs");

static unsigned int total_vfs = 256;
module_param(total_vfs, uint, 0444);
MODULE_PARM_DESC(total_vfs, "TotalVFs of each");

static unsigned int rtr_ms;
module_param(rtr_ms, uint, 0444);
MODULE_PARM_DESC(rtr_ms, "VF enable time stated by Readiness Time Reporting, at most 16; 0: no such capability");

static unsigned int slack_us;
module_param(slack_us, uint, 0444);
MODULE_PARM_DESC(slack_us, "how much too early an access is not counted as forbidden");

static struct softpf_host *softpf;
static struct dentry *debugfs;

static int softpf_histogram_show(struct seq_file *file, void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(softpf->stats.vf_reg); i++)
		if (softpf->stats.vf_reg[i])
			seq_printf(file, "%03x %u\n", 4 * i,
				   softpf->stats.vf_reg[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(softpf_histogram);

static void softpf_debugfs(void)
{
	struct softpf_stats *stats = &softpf->stats;

	debugfs = debugfs_create_dir("softpf", NULL);
	debugfs_create_ulong("pf_reads", 0400, debugfs, &stats->pf_reads);
	debugfs_create_ulong("vf_reads", 0400, debugfs, &stats->vf_reads);
	debugfs_create_ulong("pf_writes", 0400, debugfs, &stats->pf_writes);
	debugfs_create_ulong("vf_writes", 0400, debugfs, &stats->vf_writes);
	debugfs_create_ulong("broken", 0400, debugfs, &stats->broken);
	debugfs_create_file("histogram", 0400, debugfs, NULL,
			    &softpf_histogram_fops);
}

static int softpf_scan(void)
{
	struct pci_host_bridge *bridge = softpf->bridge;
	int rc;

	bridge->sysdata = &softpf->sysdata;
	bridge->ops = &softpf_ops;
	pci_add_resource(&bridge->windows, &softpf->busn);
	pci_add_resource(&bridge->windows, &softpf->mem);

	pci_lock_rescan_remove();
	rc = pci_scan_root_bus_bridge(bridge);
	if (!rc) {
		softpf->bus = bridge->bus;
		pci_bus_size_bridges(softpf->bus);
		pci_bus_assign_resources(softpf->bus);
		pci_bus_add_devices(softpf->bus);
	}
	pci_unlock_rescan_remove();

	return rc;
}

static int softpf_host_add(void)
{
	int rc;

	softpf->mem.name = "softpf memory";
	softpf->mem.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 |
			    IORESOURCE_PREFETCH;
	rc = allocate_resource(&iomem_resource, &softpf->mem, SOFTPF_MEM_SIZE,
			       SZ_4G, iomem_resource.end, SOFTPF_MEM_SIZE,
			       NULL, NULL);
	if (rc)
		return rc;

	softpf->bridge = pci_alloc_host_bridge(0);
	rc = softpf->bridge ? softpf_scan() : -ENOMEM;
	if (!rc)
		return 0;

	if (softpf->bridge)
		pci_free_host_bridge(softpf->bridge);
	release_resource(&softpf->mem);
	return rc;
}

static void softpf_host_remove(void)
{
	pci_lock_rescan_remove();
	pci_stop_root_bus(softpf->bus);
	pci_remove_root_bus(softpf->bus);
	pci_unlock_rescan_remove();
	pci_free_host_bridge(softpf->bridge);
	release_resource(&softpf->mem);
}

static struct softpf_host *softpf_make(void)
{
	struct softpf_host *host = kvzalloc(sizeof(*host), GFP_KERNEL);
	unsigned int i;

	if (!host)
		return NULL;

	host->sysdata.domain = SOFTPF_DOMAIN;
	host->sysdata.node = NUMA_NO_NODE;
	host->busn.name = "softpf bus numbers";
	host->busn.end = 255;
	host->busn.flags = IORESOURCE_BUS;
	raw_spin_lock_init(&host->lock);
	host->nr_pfs = pfs;
	host->vf_buses = DIV_ROUND_UP(total_vfs, 256);
	host->ready_ms = rtr_ms ?: 100;
	host->slack_us = slack_us;

	softpf_init_vfs(rtr_ms);
	for (i = 0; i < pfs; i++)
		softpf_init_pf(host, i, total_vfs);

	return host;
}

static int __init softpf_module_init(void)
{
	int rc;

	if (!pfs || pfs > SOFTPF_MAX_PFS || !total_vfs || rtr_ms > 16 ||
	    pfs * DIV_ROUND_UP(total_vfs, 256) > 255)
		return -EINVAL;

	softpf = softpf_make();
	if (!softpf)
		return -ENOMEM;

	rc = softpf_host_add();
	if (rc)
		goto free;

	softpf_debugfs();
	rc = softpf_register_drivers(debugfs);
	if (rc)
		goto remove;

	return 0;

remove:
	debugfs_remove(debugfs);
	softpf_host_remove();
free:
	kvfree(softpf);
	return rc;
}
module_init(softpf_module_init);

static void __exit softpf_module_exit(void)
{
	softpf_unregister_drivers();
	debugfs_remove(debugfs);
	softpf_host_remove();
	kvfree(softpf);
}
module_exit(softpf_module_exit);

MODULE_DESCRIPTION("SR-IOV Physical Functions made of software");
MODULE_LICENSE("GPL");
