/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the region of the VF Migration State Array (9.3.3.15.1), which is
 * in the PF's BAR 2 and has a byte for each of TotalVFs.
 *
 * Floor: 6
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "sriov_edu.h"

#define STATE_MASK 3            /* the other bits are reserved */

static uint64_t array_read(void *opaque, hwaddr vf_id, unsigned int size)
{
    SriovEduPf *pf = opaque;
    uint8_t val;

    if (!sriov_edu_fn_answers_in_bars(&pf->fn)) {
        return UINT64_MAX;
    }
    if (vf_id >= pf->props.total_vfs) {
        return 0;
    }
    sriov_edu_referee_array_read(pf);
    val = sriov_edu_vf_migration_state(pf, vf_id);
    sriov_edu_master_saw(pf, vf_id, false);
    return val;
}

static void array_write(void *opaque, hwaddr vf_id, uint64_t val,
                        unsigned int size)
{
    SriovEduPf *pf = opaque;

    if (!sriov_edu_fn_answers_in_bars(&pf->fn)) {
        return;
    }
    if (vf_id >= pf->props.total_vfs) {
        sriov_edu_guest_error(&pf->fn, "state written for VF %" HWADDR_PRIu
                              ", but TotalVFs is %u", vf_id,
                              pf->props.total_vfs);
        return;
    }
    sriov_edu_vf_migration_write_state(pf, vf_id, val & STATE_MASK);
    sriov_edu_master_saw(pf, vf_id, true);
}

/* QEMU splits wider accesses into bytes, in ascending order. */
static const MemoryRegionOps array_ops = {
    .read = array_read,
    .write = array_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 1, .unaligned = true },
};

void sriov_edu_array_init(SriovEduPf *pf)
{
    memory_region_init_io(&pf->array, OBJECT(pf), &array_ops, pf,
                          "sriov-edu-array", SRIOV_EDU_ARRAY_SIZE);
    memory_region_add_subregion(&pf->fn.bar[1], SRIOV_EDU_ARRAY_OFFSET,
                                &pf->array);
}

/* A subregion holds a reference to its owner, which keeps the latter alive. */
void sriov_edu_array_exit(SriovEduPf *pf)
{
    memory_region_del_subregion(&pf->fn.bar[1], &pf->array);
}
