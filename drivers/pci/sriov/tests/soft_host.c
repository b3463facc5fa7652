// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: a host bridge with software functions
 *
 * The host bridge is made and found as any other, in a domain above those that
 * ACPI can number.  Its memory windows are real addresses that nothing else
 * uses; no test accesses them.
 */
#include <linux/ioport.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "../../pci.h"
#include "../sriov.h"
#include "soft.h"

#define SOFT_MEM_SIZE	SZ_512M
#define SOFT_MEM_BASE	SZ_2G		/* on the bus */
#define SOFT_PREF_SIZE	(64ULL * SZ_1G)

/* As many VFs of a PF as a test may want to be deaf or otherwise itself */
#define SOFT_VFS	4096

static int soft_free_domain(void)
{
	struct pci_bus *bus = NULL;
	int domain = 0xffff;

	while ((bus = pci_find_next_bus(bus)))
		domain = max(domain, pci_domain_nr(bus));

	return domain + 1;
}

static void soft_window(struct soft_host *host, struct resource *res,
			const char *name, resource_size_t size,
			unsigned long flags)
{
	int rc;

	res->name = name;
	res->flags = IORESOURCE_MEM | flags;
	rc = allocate_resource(&iomem_resource, res, size, SZ_4G,
			       iomem_resource.end, size, NULL, NULL);
	KUNIT_ASSERT_EQ_MSG(host->test, rc, 0, "no room for %s", name);
}

static void soft_host_remove_bus(struct soft_host *host)
{
	if (!host->bus)
		return;

	pci_lock_rescan_remove();
	pci_stop_root_bus(host->bus);
	pci_remove_root_bus(host->bus);
	pci_unlock_rescan_remove();
}

/**
 * soft_forget - drop the deadline after VF Enable was cleared
 * @fn: a function that goes and never comes back
 *
 * What is found next is another device, even if it has the same place.
 */
void soft_forget(struct soft_fn *fn)
{
	if (fn->dev && fn->dev->is_physfn)
		atomic64_set(&fn->dev->sriov->settled_at, 0);
}

struct soft_mem {
	struct list_head node;
	u64 data[];
};

/**
 * soft_alloc - memory that lives as long as the host
 * @host: the host
 * @size: how many bytes; they are 0
 *
 * KUnit would free it before the host goes, and the PCI core with it, because
 * it undoes first what was done last.
 *
 * Return: the memory; a failure ends the test.
 */
void *soft_alloc(struct soft_host *host, size_t size)
{
	struct soft_mem *mem = kzalloc(size_add(sizeof(*mem), size), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(host->test, mem);
	list_add(&mem->node, &host->mems);

	return mem->data;
}

static void soft_free_all(struct soft_host *host)
{
	struct soft_mem *mem, *next;

	list_for_each_entry_safe(mem, next, &host->mems, node)
		kfree(mem);
}

/* What every test expects at its end, and the end of it all. */
static void soft_host_destroy(void *data)
{
	struct soft_host *host = data;
	struct soft_fn *fn;

	list_for_each_entry(fn, &host->fns, node) {
		soft_forget(fn);
		pci_dev_put(fn->dev);
	}
	soft_host_remove_bus(host);
	if (host->bridge)
		pci_free_host_bridge(host->bridge);

	list_for_each_entry(fn, &host->fns, node)
		if (!fn->gone)
			KUNIT_EXPECT_FALSE_MSG(host->test, fn->vfe,
					       "VF Enable is left set");
	KUNIT_EXPECT_NULL_MSG(host->test, host->broken_rule, "%s",
			      host->broken_rule);

	soft_log_end(host);
	KUNIT_EXPECT_FALSE_MSG(host->test, host->splat,
			       "the kernel reports a bug");
	if (host->mem.parent)
		release_resource(&host->mem);
	if (host->pref.parent)
		release_resource(&host->pref);
	soft_free_all(host);
}

static struct soft_host *soft_host_create_as(struct kunit *test, u8 last_bus,
					     u64 pref_size)
{
	struct soft_host *host = kunit_kzalloc(test, sizeof(*host), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, host);
	host->test = test;
	host->sysdata.domain = soft_free_domain();
	host->sysdata.node = NUMA_NO_NODE;
	host->busn.name = "soft bus numbers";
	host->busn.end = last_bus;
	host->busn.flags = IORESOURCE_BUS;
	raw_spin_lock_init(&host->lock);
	INIT_LIST_HEAD(&host->fns);
	INIT_LIST_HEAD(&host->mems);

	KUNIT_ASSERT_EQ(test, soft_log_begin(host), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, soft_host_destroy,
							host), 0);
	soft_window(host, &host->mem, "soft memory", SOFT_MEM_SIZE, 0);
	soft_window(host, &host->pref, "soft prefetchable memory",
		    pref_size, IORESOURCE_PREFETCH | IORESOURCE_MEM_64);
	return host;
}

/**
 * soft_host_create - make a host bridge, without functions
 * @test: the test that it is for; it goes when the test ends
 * @last_bus: its last bus number; the first one is 0
 *
 * Return: the bridge; a failure ends the test.
 */
struct soft_host *soft_host_create(struct kunit *test, u8 last_bus)
{
	return soft_host_create_as(test, last_bus, SOFT_PREF_SIZE);
}

/**
 * soft_host_create_large - the same with 256 buses and a window of another size
 * @test: the test that it is for
 * @pref_size: bytes for prefetchable BARs, a power of two
 *
 * Return: the bridge; a failure ends the test.
 */
struct soft_host *soft_host_create_large(struct kunit *test, u64 pref_size)
{
	return soft_host_create_as(test, 255, pref_size);
}

static void soft_host_register(struct soft_host *host)
{
	struct pci_host_bridge *bridge = pci_alloc_host_bridge(0);

	KUNIT_ASSERT_NOT_NULL(host->test, bridge);
	host->bridge = bridge;
	bridge->sysdata = &host->sysdata;
	bridge->ops = &soft_ops;
	bridge->busnr = host->busn.start;
	pci_add_resource(&bridge->windows, &host->busn);
	pci_add_resource_offset(&bridge->windows, &host->mem,
				host->mem.start - SOFT_MEM_BASE);
	pci_add_resource(&bridge->windows, &host->pref);

	KUNIT_ASSERT_EQ(host->test, pci_scan_root_bus_bridge(bridge), 0);
	host->bus = bridge->bus;
}

/**
 * soft_host_scan - let the PCI core find what is there, or what is new
 * @host: the host bridge
 */
void soft_host_scan(struct soft_host *host)
{
	pci_lock_rescan_remove();
	if (host->bus)
		pci_scan_child_bus(host->bus);
	else
		soft_host_register(host);
	if (host->optional) {
		pci_assign_unassigned_root_bus_resources(host->bus);
	} else {
		pci_bus_size_bridges(host->bus);
		pci_bus_assign_resources(host->bus);
	}
	pci_bus_add_devices(host->bus);
	pci_unlock_rescan_remove();
}

/*
 * A message is printed by a thread, which compares its level with the console's only
 * then.
 */
static void soft_set_loglevel(int loglevel)
{
	pr_flush(1000, true);
	console_loglevel = loglevel;
}

/**
 * soft_hush - keep the console quiet, while the kernel makes much noise
 *
 * Return: for soft_unhush().
 */
int soft_hush(void)
{
	int loglevel = console_loglevel;

	soft_set_loglevel(CONSOLE_LOGLEVEL_MIN);
	return loglevel;
}

/**
 * soft_unhush - let the console speak again
 * @loglevel: what soft_hush() returned
 */
void soft_unhush(int loglevel)
{
	soft_set_loglevel(loglevel);
}

static struct soft_fn *soft_fn_create(struct soft_host *host, u8 devfn,
				      const struct soft_reg *reg)
{
	struct soft_fn *fn = soft_alloc(host, sizeof(*fn));

	fn->host = host;
	fn->devfn = devfn;
	memcpy(fn->reg, reg, sizeof(fn->reg));
	soft_fn_reset(fn);
	list_add_tail(&fn->node, &host->fns);

	return fn;
}

/**
 * soft_port_create - make a Root Port
 * @host: where
 * @devfn: where on the root bus
 *
 * Return: the port; a failure ends the test.
 */
struct soft_fn *soft_port_create(struct soft_host *host, u8 devfn)
{
	return soft_fn_create(host, devfn, soft_port_regs);
}

/**
 * soft_vf_total - set TotalVFs, InitialVFs and the function dependency
 * @pf: a PF, before the scan
 * @total_vfs: the number
 */
void soft_vf_total(struct soft_fn *pf, u16 total_vfs)
{
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_TOTAL_VF, total_vfs);
	soft_init16(pf, SOFT_SRIOV + PCI_SRIOV_INITIAL_VF, total_vfs);
}

/**
 * soft_pf_create - make a PF
 * @host: where
 * @port: the Root Port above, or NULL
 * @devfn: where on its bus
 * @total_vfs: TotalVFs
 *
 * Its VFs have a VF BAR 0 of 4 KiB.
 *
 * Return: the PF; a failure ends the test.
 */
struct soft_fn *soft_pf_create(struct soft_host *host, struct soft_fn *port,
			       u8 devfn, u16 total_vfs)
{
	struct soft_fn *pf = soft_fn_create(host, devfn, soft_pf_regs);

	pf->port = port;
	pf->vf_reg = soft_vf_regs;
	pf->enable_us = 100 * USEC_PER_MSEC;
	pf->nr_vf = min(total_vfs, SOFT_VFS);
	pf->vf = soft_alloc(host, array_size(pf->nr_vf, sizeof(*pf->vf)));

	soft_vf_total(pf, total_vfs);
	soft_vf_bar(pf, 0, SZ_4K, 0);
	soft_init8(pf, SOFT_SRIOV + PCI_SRIOV_FUNC_LINK,
		   port ? devfn : PCI_FUNC(devfn));
	if (port)
		soft_init16(pf, SOFT_EXP + PCI_EXP_FLAGS,
			    2 | PCI_EXP_TYPE_ENDPOINT << 4);
	return pf;
}

/**
 * soft_pf_only - a host bridge with 256 buses, and a PF at 00:00.0, found
 * @test: the test that they are for
 * @total_vfs: TotalVFs
 *
 * Return: the PF; a failure ends the test.
 */
struct soft_fn *soft_pf_only(struct kunit *test, u16 total_vfs)
{
	struct soft_host *host = soft_host_create(test, 255);
	struct soft_fn *pf = soft_pf_create(host, NULL, 0, total_vfs);

	soft_host_scan(host);
	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_ASSERT_TRUE(test, pf->dev->is_physfn);
	return pf;
}

/**
 * soft_vf_bar - give VFs a BAR, or take it away
 * @pf: a PF, before the scan
 * @bar: number of the BAR
 * @size: bytes, or 0 for no BAR
 * @type: PCI_BASE_ADDRESS_MEM_TYPE_64 and PCI_BASE_ADDRESS_MEM_PREFETCH
 */
void soft_vf_bar(struct soft_fn *pf, int bar, u64 size, u32 type)
{
	int where = SOFT_SRIOV + PCI_SRIOV_BAR + 4 * bar;
	u64 mask = size ? ~(size - 1) : 0;

	soft_init32(pf, where, size ? type : 0);
	soft_init_rw(pf, where, lower_32_bits(mask) & ~0xf);
	if ((type & PCI_BASE_ADDRESS_MEM_TYPE_64) &&
	    bar < PCI_SRIOV_NUM_BARS - 1)
		soft_init_rw(pf, where + 4, upper_32_bits(mask));
}

/**
 * soft_find - the device with a Routing ID
 * @host: where
 * @rid: the Routing ID
 *
 * Return: the device, with a reference that the caller gives back, or NULL.
 */
struct pci_dev *soft_find(struct soft_host *host, u16 rid)
{
	struct pci_bus *bus = pci_find_bus(host->sysdata.domain,
					   PCI_BUS_NUM(rid));

	return bus ? pci_get_slot(bus, rid & 0xff) : NULL;
}

/**
 * soft_dev - what the PCI core has made of a function
 * @fn: the function
 *
 * Return: the device, which keeps until the test ends or soft_remove(), or
 * NULL.
 */
struct pci_dev *soft_dev(struct soft_fn *fn)
{
	if (!fn->dev)
		fn->dev = soft_find(fn->host, soft_rid(fn));

	return fn->dev;
}

/**
 * soft_remove - remove a function from the PCI core, as its "remove" file does
 * @fn: the function, which can be found again
 */
void soft_remove(struct soft_fn *fn)
{
	pci_stop_and_remove_bus_device_locked(soft_dev(fn));
	pci_dev_put(fn->dev);
	fn->dev = NULL;
}

/*
 * What the device decodes: the lowest address bit that can be written.  Of one that
 * Enhanced Allocation describes nothing can be written.
 */
static u64 soft_vf_bar_size(struct soft_fn *pf, int bar)
{
	const struct soft_reg *reg = &pf->reg[(SOFT_SRIOV + PCI_SRIOV_BAR) / 4];
	u64 mask = reg[bar].rw & ~0xf;

	if (reg[bar].reset & PCI_BASE_ADDRESS_MEM_TYPE_64)
		mask |= (u64)reg[bar + 1].rw << 32;

	return mask & -mask;
}

static void soft_expect_vf_bars(struct soft_fn *pf, struct pci_dev *vf,
				unsigned int vf_id)
{
	struct kunit *test = pf->host->test;
	int bar;

	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++) {
		struct resource *all = &pf->dev->resource[PCI_IOV_RESOURCES + bar];
		struct resource *res = &vf->resource[bar];
		u64 size = soft_vf_bar_size(pf, bar);

		if (!all->flags)
			continue;
		if (all->flags & IORESOURCE_PCI_FIXED)
			size = div_u64(resource_size(all),
				       pf->dev->sriov->cap.total_vfs);
		KUNIT_EXPECT_PTR_EQ(test, res->parent, all);
		KUNIT_EXPECT_EQ(test, (u64)res->start, all->start + vf_id * size);
		KUNIT_EXPECT_EQ(test, (u64)resource_size(res), size);
	}
}

static void soft_expect_vf_links(struct soft_fn *pf, struct pci_dev *vf,
				 unsigned int vf_id)
{
	struct kunit *test = pf->host->test;
	struct kernfs_node *link;
	char name[16];

	snprintf(name, sizeof(name), "virtfn%u", vf_id);
	link = kernfs_find_and_get(pf->dev->dev.kobj.sd, name);
	KUNIT_EXPECT_NOT_NULL_MSG(test, link, "no %s", name);
	if (link)
		KUNIT_EXPECT_PTR_EQ(test, link->symlink.target_kn,
				    vf->dev.kobj.sd);
	kernfs_put(link);

	link = kernfs_find_and_get(vf->dev.kobj.sd, "physfn");
	KUNIT_EXPECT_NOT_NULL_MSG(test, link, "no physfn");
	kernfs_put(link);
}

static void soft_expect_vf(struct soft_fn *pf, unsigned int vf_id, u16 rid)
{
	struct kunit *test = pf->host->test;
	struct pci_dev *vf = soft_find(pf->host, rid);

	KUNIT_EXPECT_NOT_NULL_MSG(test, vf, "no VF %u at %04x", vf_id, rid);
	if (!vf)
		return;

	KUNIT_EXPECT_TRUE(test, vf->is_virtfn);
	KUNIT_EXPECT_PTR_EQ(test, pci_physfn(vf), pf->dev);
	KUNIT_EXPECT_EQ(test, pci_iov_vf_id(vf), vf_id);
	KUNIT_EXPECT_EQ(test, pci_iov_virtfn_bus(pf->dev, vf_id), rid >> 8);
	KUNIT_EXPECT_EQ(test, pci_iov_virtfn_devfn(pf->dev, vf_id), rid & 0xff);
	KUNIT_EXPECT_EQ(test, vf->vendor, SOFT_VENDOR);
	KUNIT_EXPECT_EQ(test, vf->device,
			soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_VF_DID));
	KUNIT_EXPECT_EQ(test, vf->subsystem_device, 0x3333);
	KUNIT_EXPECT_EQ(test, vf->revision, 3);
	KUNIT_EXPECT_EQ(test, vf->cfg_size, PCI_CFG_SPACE_EXP_SIZE);
	KUNIT_EXPECT_TRUE(test, vf->no_command_memory);
	KUNIT_EXPECT_EQ(test, vf->pin, 0);
	soft_expect_vf_bars(pf, vf, vf_id);
	soft_expect_vf_links(pf, vf, vf_id);
	pci_dev_put(vf);
}

/* Devices of the domain that are VFs */
static unsigned int soft_count_vfs(struct soft_host *host)
{
	struct pci_dev *dev = NULL;
	unsigned int count = 0;

	for_each_pci_dev(dev)
		count += pci_domain_nr(dev->bus) == host->sysdata.domain &&
			 dev->is_virtfn;

	return count;
}

/**
 * soft_expect_vfs - expect that a PF has VFs, and that they are as they must be
 * @pf: the PF, the only one of its host with VFs
 * @num_vfs: how many; all of them are expected
 */
void soft_expect_vfs(struct soft_fn *pf, unsigned int num_vfs)
{
	u16 offset = soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET);
	u16 stride = soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE);
	u16 ctrl = soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_CTRL);
	struct kunit *test = pf->host->test;
	unsigned int vf_id;

	KUNIT_EXPECT_TRUE(test, pf->vfe);
	KUNIT_EXPECT_TRUE(test, ctrl & PCI_SRIOV_CTRL_MSE);
	KUNIT_EXPECT_EQ(test, soft_get16(pf, SOFT_SRIOV + PCI_SRIOV_NUM_VF),
			num_vfs);
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), num_vfs);
	KUNIT_EXPECT_EQ(test, soft_count_vfs(pf->host), num_vfs);
	for (vf_id = 0; vf_id < num_vfs; vf_id++)
		soft_expect_vf(pf, vf_id,
			       soft_rid(pf) + offset + vf_id * stride);
}

/**
 * soft_set_numvfs - what a write to sriov_numvfs does
 * @pf: PF
 * @num_vfs: the number that is written
 *
 * Context: Process context.  Takes and releases @pf's device lock.
 * Return: what sriov_numvfs_set() returned.
 */
int soft_set_numvfs(struct soft_fn *pf, u16 num_vfs)
{
	int rc;

	device_lock(&pf->dev->dev);
	rc = sriov_numvfs_set(pf->dev->sriov, num_vfs);
	device_unlock(&pf->dev->dev);
	return rc;
}

/**
 * soft_set_online - bring a VF online, or take it offline, as its file does
 * @pf: PF
 * @vf_id: number of the VF
 * @online: whether it is to be online
 *
 * Context: Process context.  Takes and releases @pf's device lock.
 * Return: what sriov_set_online() returned.
 */
int soft_set_online(struct soft_fn *pf, unsigned int vf_id, bool online)
{
	int rc;

	device_lock(&pf->dev->dev);
	rc = sriov_set_online(pf->dev->sriov, vf_id, online);
	device_unlock(&pf->dev->dev);
	return rc;
}

/**
 * soft_disable - pci_disable_sriov() as within a write to sriov_numvfs
 * @pf: PF
 *
 * So it does not wait for the second after VF Enable was cleared.
 */
void soft_disable(struct soft_fn *pf)
{
	struct pci_sriov *sriov = pf->dev->sriov;

	WRITE_ONCE(sriov->configuring, current);
	pci_disable_sriov(pf->dev);
	WRITE_ONCE(sriov->configuring, NULL);
}

/* Those bits of a register of the capability that can be written */
static u32 soft_writable(struct soft_fn *pf, int where)
{
	where += SOFT_SRIOV;
	return soft_get32(pf, where) & pf->reg[where / 4].rw;
}

/**
 * soft_expect_off - expect that a PF has no VFs, and nothing is left of any
 * @pf: the PF, the only one of its host
 */
void soft_expect_off(struct soft_fn *pf)
{
	struct kunit *test = pf->host->test;
	struct kernfs_node *link;
	struct pci_bus *bus;
	int bar;

	KUNIT_EXPECT_FALSE(test, pf->vfe);
	KUNIT_EXPECT_EQ(test, soft_writable(pf, PCI_SRIOV_NUM_VF), 0);
	KUNIT_EXPECT_EQ(test, soft_writable(pf, PCI_SRIOV_CTRL) &
			PCI_SRIOV_CTRL_MSE, 0);
	KUNIT_EXPECT_EQ(test, pci_num_vf(pf->dev), 0);
	KUNIT_EXPECT_EQ(test, soft_count_vfs(pf->host), 0);
	list_for_each_entry(bus, &pf->dev->bus->children, node)
		KUNIT_EXPECT_NOT_NULL_MSG(test, bus->self, "bus %02x is left",
					  bus->number);

	link = kernfs_find_and_get(pf->dev->dev.kobj.sd, "virtfn0");
	KUNIT_EXPECT_NULL(test, link);
	kernfs_put(link);
	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++)
		KUNIT_EXPECT_NULL_MSG(test,
				      pf->dev->resource[PCI_IOV_RESOURCES + bar].child,
				      "memory of VF BAR %d is still in use", bar);
}

/**
 * soft_expect_refused - expect that a function exists, but is not a PF
 * @pf: what would have been a PF
 * @why: the message about it, or NULL if having no VFs is not an error
 */
void soft_expect_refused(struct soft_fn *pf, const char *why)
{
	struct kunit *test = pf->host->test;
	int bar;

	KUNIT_ASSERT_NOT_NULL(test, soft_dev(pf));
	KUNIT_EXPECT_FALSE(test, pf->dev->is_physfn);
	KUNIT_EXPECT_EQ(test, pci_sriov_get_totalvfs(pf->dev), 0);
	KUNIT_EXPECT_EQ(test, pci_enable_sriov(pf->dev, 1), SOFT_NO_PF);
	KUNIT_EXPECT_EQ(test, soft_writable(pf, PCI_SRIOV_NUM_VF), 0);
	for (bar = 0; bar < PCI_SRIOV_NUM_BARS; bar++)
		KUNIT_EXPECT_EQ(test,
				pf->dev->resource[PCI_IOV_RESOURCES + bar].flags,
				0);
	if (why)
		soft_expect_said(pf->host, why);
	else
		KUNIT_EXPECT_FALSE(test, soft_said(pf->host, "SR-IOV"));
}
