/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: checks the properties when the device is created, and sets the
 * defaults that depend on other properties.
 *
 * Floor: 1
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"

#define VF_BAR_MIN (4 * KiB)
#define VF_BAR_MAX (1 * GiB)

/*
 * The VFs of all PFs of a machine: QEMU's memory map has room for 4,096 pieces,
 * and aborts if there are more.  A VF has two, the rest is for other devices.
 */
#define MACHINE_MAX_VFS (7 * SRIOV_EDU_MAX_VFS)

static const struct {
    const char *name;
    size_t offset;
    uint32_t min;
    uint32_t max;
} ranges[] = {
    { "total-vfs", offsetof(SriovEduProps, total_vfs), 1, SRIOV_EDU_MAX_VFS },
    { "vf-offset", offsetof(SriovEduProps, vf_offset), 1, 255 },
    { "vf-stride", offsetof(SriovEduProps, vf_stride), 0, 255 },
    { "vectors", offsetof(SriovEduProps, vectors), 1, SRIOV_EDU_MAX_VECTORS },
    { "vf-msix-max", offsetof(SriovEduProps, vf_msix_max), 1,
      SRIOV_EDU_MAX_VECTORS },
    { "vf-vectors", offsetof(SriovEduProps, vf_vectors), 1,
      SRIOV_EDU_MAX_VECTORS },
    { "vf-ready-ms", offsetof(SriovEduProps, vf_ready_ms), 0, 10000 },
    { "referee-slack-ms", offsetof(SriovEduProps, referee_slack_ms), 0, 1000 },
};

static bool props_check_ranges(const SriovEduProps *p, Error **errp)
{
    int i;

    for (i = 0; i < ARRAY_SIZE(ranges); i++) {
        uint32_t val = *(uint32_t *)((char *)p + ranges[i].offset);

        if (val < ranges[i].min || val > ranges[i].max) {
            error_setg(errp, "%s is %u, must be %u to %u", ranges[i].name, val,
                       ranges[i].min, ranges[i].max);
            return false;
        }
    }
    return true;
}

static bool props_check_bar(const char *name, uint64_t size, Error **errp)
{
    if (!is_power_of_2(size) || size < VF_BAR_MIN || size > VF_BAR_MAX) {
        error_setg(errp, "%s is %" PRIu64 ", must be a power of two from %u to"
                   " %u", name, size, (unsigned)VF_BAR_MIN,
                   (unsigned)VF_BAR_MAX);
        return false;
    }
    return true;
}

static bool props_check_vectors(SriovEduProps *p, Error **errp)
{
    uint32_t least = p->total_vfs * p->vf_vectors;

    if (p->vf_vectors > p->vf_msix_max) {
        error_setg(errp, "vf-vectors is %u, more than vf-msix-max, which is %u",
                   p->vf_vectors, p->vf_msix_max);
        return false;
    }
    if (p->vf_msix_max * PCI_MSIX_ENTRY_SIZE > p->vf_bar_size[1] / 2) {
        error_setg(errp, "vf-bar2-size is %" PRIu64 ", must be at least %"
                   PRIu64 " for vf-msix-max of %u", p->vf_bar_size[1],
                   pow2ceil(2 * p->vf_msix_max * PCI_MSIX_ENTRY_SIZE),
                   p->vf_msix_max);
        return false;
    }
    if (!p->vf_msix_total) {
        p->vf_msix_total = 2 * least;
    }
    if (p->vf_msix_total < least) {
        error_setg(errp, "vf-msix-total is %u, must be at least %u for %u VFs "
                   "with vf-vectors of %u", p->vf_msix_total, least,
                   p->total_vfs, p->vf_vectors);
        return false;
    }
    return true;
}

/* -1 stands for the default, which depends on another property. */
static bool props_check_or_default(const char *name, int32_t *val, int32_t max,
                                   Error **errp)
{
    if (*val == -1) {
        *val = max;
    }
    if (*val < 0 || *val > max) {
        error_setg(errp, "%s is %d, must be 0 to %d", name, *val, max);
        return false;
    }
    return true;
}

static bool props_check_vf_migration(SriovEduProps *p, Error **errp)
{
    if (!props_check_or_default("initial-vfs", &p->initial_vfs, p->total_vfs,
                                errp) ||
        !props_check_or_default("vf-migration-vector", &p->vf_migration_vector,
                                p->vectors - 1, errp)) {
        return false;
    }
    if (!p->vf_migration && p->initial_vfs != p->total_vfs) {
        error_setg(errp, "initial-vfs is %d, which is possible with"
                   " vf-migration=on only; total-vfs is %u", p->initial_vfs,
                   p->total_vfs);
        return false;
    }
    return true;
}

/* The devfn of VF @vf_id of the PF at @devfn (9.3.3.9, 9.3.3.10) */
static unsigned int props_vf_devfn(unsigned int devfn, unsigned int vf_offset,
                                   unsigned int vf_stride, unsigned int vf_id)
{
    return devfn + vf_offset + vf_id * vf_stride;
}

static bool props_check_bus(const SriovEduPf *pf, Error **errp)
{
    const SriovEduProps *p = &pf->props;
    unsigned int last = props_vf_devfn(pf->fn.pci.devfn, p->vf_offset,
                                       p->vf_stride, p->total_vfs - 1);

    if (!p->vf_stride && p->total_vfs > 1) {
        error_setg(errp, "vf-stride is 0, which is possible with one VF only;"
                   " total-vfs is %u", p->total_vfs);
        return false;
    }
    if (last >= PCI_DEVFN_MAX) {
        error_setg(errp, "the last VF would be at %u, beyond the end of the bus"
                   " at 255: the PF at %u plus vf-offset %u plus %u times"
                   " vf-stride %u", last, pf->fn.pci.devfn, p->vf_offset,
                   p->total_vfs - 1, p->vf_stride);
        return false;
    }
    return true;
}

static bool props_check_neighbours(const SriovEduPf *pf, Error **errp)
{
    const SriovEduProps *p = &pf->props;
    PCIBus *bus = pci_get_bus(&pf->fn.pci);
    unsigned int vf_id;

    for (vf_id = 0; vf_id < p->total_vfs; vf_id++) {
        unsigned int devfn = props_vf_devfn(pf->fn.pci.devfn, p->vf_offset,
                                            p->vf_stride, vf_id);
        PCIDevice *other = bus->devices[devfn];

        if (!other) {
            continue;
        }
        if (pci_is_vf(other)) {
            other = pcie_sriov_get_pf(other);
        }
        error_setg(errp, "VF %u would be at %02x.%x, which belongs to %s at"
                   " %02x.%x or to one of its VFs; choose another vf-offset or"
                   " vf-stride", vf_id, PCI_SLOT(devfn), PCI_FUNC(devfn),
                   other->name, PCI_SLOT(other->devfn),
                   PCI_FUNC(other->devfn));
        return false;
    }
    return true;
}

static int props_add_vfs_of(Object *obj, void *opaque)
{
    unsigned int *sum = opaque;

    if (object_dynamic_cast(obj, TYPE_SRIOV_EDU_PF) &&
        DEVICE(obj)->realized) {
        *sum += SRIOV_EDU_PF(obj)->props.total_vfs;
    }
    return 0;
}

static bool props_check_machine(const SriovEduPf *pf, Error **errp)
{
    unsigned int vfs = 0;

    object_child_foreach_recursive(object_get_root(), props_add_vfs_of, &vfs);
    if (vfs + pf->props.total_vfs > MACHINE_MAX_VFS) {
        error_setg(errp, "total-vfs is %u, but all PFs of a machine can have"
                   " %u VFs together, and the PFs before this one have %u",
                   pf->props.total_vfs, MACHINE_MAX_VFS, vfs);
        return false;
    }
    return true;
}

bool sriov_edu_props_check(SriovEduPf *pf, Error **errp)
{
    SriovEduProps *p = &pf->props;

    return props_check_ranges(p, errp) &&
           props_check_bar("vf-bar0-size", p->vf_bar_size[0], errp) &&
           props_check_bar("vf-bar2-size", p->vf_bar_size[1], errp) &&
           props_check_vectors(p, errp) &&
           props_check_vf_migration(p, errp) &&
           props_check_bus(pf, errp) &&
           props_check_neighbours(pf, errp) &&
           props_check_machine(pf, errp) &&
           sriov_edu_misbehave_parse(pf, errp);
}
