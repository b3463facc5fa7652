// SPDX-License-Identifier: GPL-2.0-only
#include "bus.h"
#include "check.h"
#include "sysfs.h"
#include "use.h"

#include <stdlib.h>
#include <string.h>

#define CLASS_BASE(class)	((class) >> 16)
#define CLASS_BRIDGE		0x06

struct check {
	const struct slot *slot;	/* the array */
	unsigned int slots;
	const struct state *state;
	const char *qmp;
	struct report *report;
	/* the slot and function being checked */
	const struct slot *now;
	const struct function *fn;
	char name[BDF_TEXT];
	char group[SYSFS_TEXT];
	/* for a reset of the bus */
	unsigned int on_bus;
	char missing[BDF_TEXT];
};

static void check_kind(struct check *c)
{
	if (sysfs_is_bridge(&c->fn->host))
		report_refuse(c->report, c->now, c->fn->at,
			      "%s is a bridge, only endpoints can be given to a guest",
			      c->name);
}

static void check_use(struct check *c)
{
	const struct holding *holding = state_holder(c->state, &c->fn->host);
	char why[USE_TEXT];

	if (holding)
		report_refuse(c->report, c->now, c->fn->at,
			      "%s is in slot %02x of the guest at %s", c->name,
			      holding->vslot, holding->qmp);
	else if (use_of(&c->fn->host, why))
		report_refuse(c->report, c->now, c->fn->at, "%s is in use: %s",
			      c->name, why);
}

static bool in_any(const struct check *c, const struct bdf *host)
{
	unsigned int i;

	for (i = 0; i < c->slots; i++)
		if (slot_find(&c->slot[i], host))
			return true;
	return false;
}

/* Counts the functions on the bus, and takes the first that is in none of the slots. */
static void check_missing(const struct bdf *member, void *data)
{
	struct check *c = data;

	c->on_bus++;
	if (!*c->missing && !in_any(c, member))
		bdf_text(member, c->missing);
}

/*
 * "reset" exists if the kernel has a method to reset the function, which is a reset of
 * the bus for a function that is alone on one.  VFIO can also reset the bus below a
 * bridge if the guest has all functions on it.
 */
static void check_reset(struct check *c)
{
	if (sysfs_has(&c->fn->host, "reset"))
		return;
	*c->missing = '\0';
	c->on_bus = 0;
	if (!sysfs_is_on_root_bus(&c->fn->host))
		sysfs_bus(&c->fn->host, check_missing, c);
	if (c->on_bus < 2)
		report_refuse(c->report, c->now, c->fn->at,
			      "%s cannot be reset, so the guest would see the data of earlier users",
			      c->name);
	else if (*c->missing)
		report_refuse(c->report, c->now, c->fn->at,
			      "%s can be reset only with its bus: give %s as well",
			      c->name, c->missing);
}

/* Drivers that leave DMA to the owner of the group, as the kernel has them */
static bool leaves_dma(const char *driver)
{
	return !strcmp(driver, "pcieport") || !strcmp(driver, "pci-stub") ||
	       strstr(driver, "vfio");
}

/* Bridges of any kind, also to ISA, mostly have no driver and work without it. */
static void note_idle(struct check *c, const struct bdf *member, const char *name)
{
	if (CLASS_BASE(sysfs_number(member, "class", 0)) != CLASS_BRIDGE)
		report_note(c->report,
			    "%s has no driver; it is in IOMMU group %s, so the host cannot use it meanwhile",
			    name, c->group);
}

static void refuse_member(struct check *c, const struct bdf *member, const char *driver)
{
	char name[BDF_TEXT];
	unsigned int vf;
	struct bdf pf;

	bdf_text(member, name);
	if (sysfs_pf(&c->fn->host, &pf, &vf) && bdf_equal(&pf, member))
		report_refuse(c->report, c->now, c->fn->at,
			      "IOMMU group %s is not viable: %s, the PF of %s, is in it too: they are not isolated; ACS in the firmware or another slot may help",
			      c->group, name, c->name);
	else
		report_refuse(c->report, c->now, c->fn->at,
			      "IOMMU group %s is not viable: %s (driver %s) is in it too; give it as well, or unbind it",
			      c->group, name, driver);
}

/* A group goes to one guest as a whole; bridges stay with the host. */
static void check_member(const struct bdf *member, void *data)
{
	struct check *c = data;
	const struct holding *holding = state_holder(c->state, member);
	char driver[SYSFS_TEXT], name[BDF_TEXT];

	if (in_any(c, member))
		return;
	bdf_text(member, name);
	if (holding && (!c->qmp || strcmp(holding->qmp, c->qmp)))
		report_refuse(c->report, c->now, c->fn->at,
			      "IOMMU group %s is not complete: its member %s is with the guest at %s",
			      c->group, name, holding->qmp);
	else if (holding)
		return;
	else if (!sysfs_driver(member, driver))
		note_idle(c, member, name);
	else if (!leaves_dma(driver))
		refuse_member(c, member, driver);
}

/* Whether the group was checked for an earlier function of the slot */
static bool seen(const struct check *c)
{
	const struct function *fn;
	char group[SYSFS_TEXT];

	for (fn = c->now->fn; fn < c->fn; fn++)
		if (sysfs_link(&fn->host, "iommu_group", group) &&
		    !strcmp(group, c->group))
			return true;
	return false;
}

static void check_group(struct check *c)
{
	if (!sysfs_link(&c->fn->host, "iommu_group", c->group))
		report_refuse(c->report, c->now, c->fn->at,
			      "%s is not in an IOMMU group: is there an IOMMU, and is it enabled?",
			      c->name);
	else if (!seen(c))
		sysfs_group(&c->fn->host, check_member, c);
}

static void check_function(struct check *c)
{
	bdf_text(&c->fn->host, c->name);
	check_kind(c);
	check_use(c);
	check_reset(c);
	check_group(c);
}

/* Slots of one command line must not overlap. */
static void check_others(struct check *c)
{
	const struct slot *other;
	char name[BDF_TEXT];
	unsigned int i;

	for (other = c->slot; other < c->now; other++) {
		for (i = 0; i < c->now->fns; i++)
			if (slot_find(other, &c->now->fn[i].host))
				report_refuse(c->report, c->now, c->now->fn[i].at,
					      "%s is in \"%s\" already",
					      bdf_text(&c->now->fn[i].host, name),
					      other->text);
		if (c->now->vslot != NOTATION_ANY && c->now->vslot == other->vslot)
			report_refuse(c->report, c->now, c->now->vslot_at,
				      "slot %02x is for \"%s\" already",
				      c->now->vslot, other->text);
	}
}

/* QEMU may not have a slot yet that another pcislot works on or has prepared. */
static void check_vslot(struct check *c)
{
	if (c->qmp && c->now->vslot != NOTATION_ANY &&
	    state_find(c->state, c->qmp, c->now->bus, c->now->vslot))
		report_refuse(c->report, c->now, c->now->vslot_at,
			      "slot %02x of the guest is taken already", c->now->vslot);
}

void check_slots(const struct slot *slot, unsigned int slots,
		 const struct state *state, const char *qmp,
		 struct report *report)
{
	struct check c = { .slot = slot, .slots = slots, .state = state,
			   .qmp = qmp, .report = report };

	for (c.now = slot; c.now < slot + slots; c.now++) {
		check_others(&c);
		check_vslot(&c);
		for (c.fn = c.now->fn; c.fn < c.now->fn + c.now->fns; c.fn++)
			check_function(&c);
	}
}

void check_place(const struct slot *slot, struct report *report)
{
	if (*bus_canonical(slot->bus) && slot->vslot > 0)
		report_note(report,
			    "if bus %s is that of a PCI Express port, it has slot 00 only, not %02x",
			    slot->bus, slot->vslot);
}
