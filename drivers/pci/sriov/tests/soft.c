// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: config accesses to software functions
 *
 * Everything here runs under soft_host.lock.
 */
#include <linux/delay.h>

#include "soft.h"

/* Sec 9.3.3.3.1: no read of the capability for that long after VF Enable is cleared */
#define RULE_DISABLE_US	(1000 * USEC_PER_MSEC)
/* A write may take that long on its way to the function. */
#define WRITE_MS	3

/**
 * soft_get32 - a register's value, as the function sees it
 * @fn: the function
 * @where: where the register is in config space
 *
 * Return: the value.
 */
u32 soft_get32(struct soft_fn *fn, int where)
{
	return fn->now[where / 4];
}

/**
 * soft_get16 - a register's value, as the function sees it
 * @fn: the function
 * @where: where the register is in config space
 *
 * Return: the value.
 */
u16 soft_get16(struct soft_fn *fn, int where)
{
	return soft_get32(fn, where) >> 8 * (where & 3);
}

static void soft_init(struct soft_fn *fn, int where, u32 val, u32 mask)
{
	struct soft_reg *reg = &fn->reg[where / 4];
	int shift = 8 * (where & 3);

	reg->reset &= ~(mask << shift);
	reg->reset |= (val & mask) << shift;
	fn->now[where / 4] = reg->reset;
}

/**
 * soft_init8 - change what a register is after reset
 * @fn: the function
 * @where: where the register is in config space
 * @val: the new value
 */
void soft_init8(struct soft_fn *fn, int where, u8 val)
{
	soft_init(fn, where, val, U8_MAX);
}

/**
 * soft_init16 - change what a register is after reset
 * @fn: the function
 * @where: where the register is in config space
 * @val: the new value
 */
void soft_init16(struct soft_fn *fn, int where, u16 val)
{
	soft_init(fn, where, val, U16_MAX);
}

/**
 * soft_init32 - change what a register is after reset
 * @fn: the function
 * @where: where the register is in config space
 * @val: the new value
 */
void soft_init32(struct soft_fn *fn, int where, u32 val)
{
	soft_init(fn, where, val, U32_MAX);
}

/**
 * soft_init_rw - change which bits of a register can be written
 * @fn: the function
 * @where: where the register is in config space, a multiple of 4
 * @mask: the bits
 */
void soft_init_rw(struct soft_fn *fn, int where, u32 mask)
{
	fn->reg[where / 4].rw = mask;
}

static u8 soft_bus(struct soft_fn *fn)
{
	return fn->port ? soft_get16(fn->port, PCI_SECONDARY_BUS) & 0xff :
			  fn->host->busn.start;
}

/**
 * soft_rid - Routing ID of a function
 * @fn: the function
 *
 * Return: bus, device and function number.
 */
u16 soft_rid(struct soft_fn *fn)
{
	return PCI_DEVID(soft_bus(fn), fn->devfn);
}

/**
 * soft_break_rule - software did what the specification forbids
 * @fn: to which function
 * @rule: what it did; the first one is remembered
 */
void soft_break_rule(struct soft_fn *fn, const char *rule)
{
	if (!fn->host->broken_rule)
		fn->host->broken_rule = rule;
}

static bool soft_within(struct soft_fn *fn, unsigned int us)
{
	return fn->changed_at &&
	       ktime_before(ktime_get(), ktime_add_us(fn->changed_at, us));
}

static bool soft_settling(struct soft_fn *fn)
{
	return !fn->vfe && soft_within(fn, RULE_DISABLE_US);
}

static void soft_route(struct soft_fn *fn)
{
	u16 offset = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET);
	u16 stride = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE);

	if (!fn->route)
		return;

	fn->route(soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_NUM_VF), &offset,
		  &stride);
	fn->now[(SOFT_SRIOV + PCI_SRIOV_VF_OFFSET) / 4] =
		(u32)stride << 16 | offset;
}

/**
 * soft_fn_reset - Function Level Reset
 * @fn: the function
 */
void soft_fn_reset(struct soft_fn *fn)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(fn->reg); i++)
		if (!fn->keeps || i < SOFT_SRIOV / 4)
			fn->now[i] = fn->reg[i].reset;
	if (fn->keeps)
		return;

	soft_rebar_reset(fn);
	fn->vfe = false;
	fn->changed_at = 0;
	soft_route(fn);
}

/* Sec 9.2.1.2; the Routing IDs of VFs do not wrap around. */
static int soft_vf_id(struct soft_fn *fn, u16 rid)
{
	u16 offset = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_VF_OFFSET);
	u16 stride = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_VF_STRIDE);
	u16 num_vfs = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_NUM_VF);
	int first = soft_rid(fn) + offset;

	if (!fn->vfe || rid < first)
		return -1;
	if (rid == first)
		return num_vfs ? 0 : -1;
	if (!stride || (rid - first) % stride || (rid - first) / stride >= num_vfs)
		return -1;

	return (rid - first) / stride;
}

/* Sec 6.13: without ARI Forwarding, Device 0 alone should be below a port. */
static bool soft_passes(struct soft_fn *port, u16 rid)
{
	u32 buses = soft_get32(port, PCI_PRIMARY_BUS);
	u8 secondary = buses >> 8, subordinate = buses >> 16;
	u8 bus = PCI_BUS_NUM(rid);

	if (!secondary || bus < secondary || bus > subordinate)
		return false;

	return bus != secondary || !PCI_SLOT(rid & 0xff) || port->lenient ||
	       (soft_get16(port, SOFT_EXP + PCI_EXP_DEVCTL2) &
		PCI_EXP_DEVCTL2_ARI);
}

/* The function at a Routing ID; @vf_id is -1 for a PF. */
static struct soft_fn *soft_lookup(struct soft_host *host, u16 rid, int *vf_id)
{
	struct soft_fn *fn;

	list_for_each_entry(fn, &host->fns, node) {
		if (fn->gone || (fn->port && !soft_passes(fn->port, rid)))
			continue;
		*vf_id = soft_vf_id(fn, rid);
		if (*vf_id >= 0 || soft_rid(fn) == rid)
			return fn;
	}

	return NULL;
}

static bool soft_rrs_visible(struct soft_fn *fn)
{
	return fn->port && (soft_get16(fn->port, SOFT_EXP + PCI_EXP_RTCTL) &
			    PCI_EXP_RTCTL_RRS_SVE);
}

static u32 soft_vf_read(struct soft_fn *fn, unsigned int vf_id, int where)
{
	struct soft_vf *vf = vf_id < fn->nr_vf ? &fn->vf[vf_id] : NULL;
	const struct soft_reg *reg = vf && vf->reg ? vf->reg : fn->vf_reg;
	u32 val = where < SOFT_CONFIG ? reg[where / 4].reset : 0;

	if (soft_within(fn, fn->enable_us))
		soft_break_rule(fn, "a VF was read too soon after VF Enable was set");

	if (vf && vf->left) {
		if (vf->left != SOFT_NEVER)
			vf->left--;
		/* sec 2.3.2: Request Retry Status, if the port shows it */
		return where == PCI_VENDOR_ID && soft_rrs_visible(fn) ?
		       0xffff0001 : ~0;
	}

	if (vf && where == PCI_COMMAND)
		val |= vf->command;
	/* a VF is what its PF is */
	if (where == SOFT_EXP && reg == fn->vf_reg)
		val = soft_get32(fn, where);

	return val;
}

static u32 soft_fn_read(struct soft_fn *fn, int where)
{
	if (where >= SOFT_SRIOV && where < SOFT_REBAR && soft_settling(fn))
		soft_break_rule(fn, "the capability was read too soon after VF Enable was cleared");

	return where < SOFT_CONFIG ? soft_get32(fn, where) : 0;
}

static void soft_vf_write(struct soft_fn *fn, unsigned int vf_id, int where,
			  u32 val, u32 lanes)
{
	struct soft_vf *vf = vf_id < fn->nr_vf ? &fn->vf[vf_id] : NULL;
	u32 mask = lanes & PCI_COMMAND_MASTER;

	if (soft_within(fn, fn->enable_us))
		soft_break_rule(fn, "a VF was written too soon after VF Enable was set");

	if (!vf || vf->left)
		return;

	if (where == PCI_COMMAND)
		vf->command = (vf->command & ~mask) | (val & mask);
	if (where == SOFT_EXP + PCI_EXP_DEVCTL && val & PCI_EXP_DEVCTL_BCR_FLR) {
		vf->command = 0;
		vf->left = vf->deaf_flr;
		vf->flrs++;
	}
}

static void soft_set_vfe(struct soft_fn *fn, bool vfe)
{
	unsigned int vf_id;

	mdelay(WRITE_MS);
	fn->vfe = vfe;
	fn->changed_at = ktime_get();
	for (vf_id = 0; vf_id < fn->nr_vf; vf_id++) {
		fn->vf[vf_id].command = 0;
		fn->vf[vf_id].left = fn->vf[vf_id].deaf;
	}
}

/* Sec 9.3.3: what may not be changed while VFs are enabled */
static void soft_judge(struct soft_fn *fn, int where, u32 old)
{
	u32 changed = old ^ soft_get32(fn, where);

	switch (where - SOFT_SRIOV) {
	case PCI_SRIOV_CTRL:
		if (changed & PCI_SRIOV_CTRL_ARI)
			soft_break_rule(fn, "ARI was changed with VF Enable set");
		break;
	case PCI_SRIOV_NUM_VF:
		soft_break_rule(fn, "NumVFs was written with VF Enable set");
		break;
	case PCI_SRIOV_SYS_PGSIZE:
		if (changed)
			soft_break_rule(fn, "page size changed with VF Enable set");
		break;
	case PCI_SRIOV_BAR ... PCI_SRIOV_VFM - 1:
		if (changed)
			soft_break_rule(fn, "a VF BAR was changed with VF Enable set");
		break;
	}
}

static void soft_sriov_written(struct soft_fn *fn, int where, u32 old)
{
	u16 total = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_TOTAL_VF);
	/* a bit that is stuck enables nothing */
	u32 ctrl = soft_get16(fn, SOFT_SRIOV + PCI_SRIOV_CTRL) &
		   fn->reg[(SOFT_SRIOV + PCI_SRIOV_CTRL) / 4].rw;
	bool vfe = ctrl & PCI_SRIOV_CTRL_VFE;

	if (fn->vfe)
		soft_judge(fn, where, old);
	if (vfe != fn->vfe)
		soft_set_vfe(fn, vfe);
	if (where == SOFT_SRIOV + PCI_SRIOV_NUM_VF) {
		if (soft_get16(fn, where) > total)
			soft_break_rule(fn, "NumVFs is more than TotalVFs");
		soft_route(fn);
	}
}

static void soft_fn_write(struct soft_fn *fn, int where, u32 val, u32 lanes)
{
	struct soft_reg *reg = &fn->reg[where / 4];
	u32 *now = &fn->now[where / 4], old, rw;

	if (where >= SOFT_CONFIG)
		return;

	if (where == SOFT_EXP + PCI_EXP_DEVCTL &&
	    (val & lanes & PCI_EXP_DEVCTL_BCR_FLR)) {
		if (soft_settling(fn))
			soft_break_rule(fn, "PF reset too soon after VF Enable was cleared");
		soft_fn_reset(fn);
		return;
	}

	old = *now;
	rw = reg->rw & lanes;
	*now = (old & ~rw) | (val & rw);
	*now &= ~(val & lanes & reg->w1c);
	if (where >= SOFT_REBAR)
		soft_rebar_written(fn, where);
	else if (where > SOFT_SRIOV)
		soft_sriov_written(fn, where, old);
}

static struct soft_host *soft_host_of(struct pci_bus *bus)
{
	return container_of(bus->sysdata, struct soft_host, sysdata);
}

/* The bytes of a dword that an access is about */
static u32 soft_lanes(int where, int size)
{
	return GENMASK(8 * size - 1, 0) << 8 * (where & 3);
}

static int soft_read(struct pci_bus *bus, unsigned int devfn, int where,
		     int size, u32 *val)
{
	struct soft_host *host = soft_host_of(bus);
	u16 rid = PCI_DEVID(bus->number, devfn);
	u32 dword = ~0, lanes = soft_lanes(where, size);
	unsigned long flags;
	struct soft_fn *fn;
	int vf_id;

	raw_spin_lock_irqsave(&host->lock, flags);
	host->reads++;
	fn = soft_lookup(host, rid, &vf_id);
	if (fn)
		dword = vf_id < 0 ? soft_fn_read(fn, where & ~3) :
				    soft_vf_read(fn, vf_id, where & ~3);
	raw_spin_unlock_irqrestore(&host->lock, flags);

	*val = (dword & lanes) >> 8 * (where & 3);
	return PCIBIOS_SUCCESSFUL;
}

static int soft_write(struct pci_bus *bus, unsigned int devfn, int where,
		      int size, u32 val)
{
	struct soft_host *host = soft_host_of(bus);
	u16 rid = PCI_DEVID(bus->number, devfn);
	u32 lanes = soft_lanes(where, size);
	unsigned long flags;
	struct soft_fn *fn;
	int vf_id;

	val <<= 8 * (where & 3);

	raw_spin_lock_irqsave(&host->lock, flags);
	host->writes++;
	fn = soft_lookup(host, rid, &vf_id);
	if (fn && vf_id < 0)
		soft_fn_write(fn, where & ~3, val, lanes);
	else if (fn)
		soft_vf_write(fn, vf_id, where & ~3, val, lanes);
	raw_spin_unlock_irqrestore(&host->lock, flags);

	return PCIBIOS_SUCCESSFUL;
}

struct pci_ops soft_ops = {
	.read = soft_read,
	.write = soft_write,
};
