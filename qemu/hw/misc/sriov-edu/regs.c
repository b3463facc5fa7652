/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: from an access to BAR 0 to the file that has the register.
 */

#include "qemu/osdep.h"
#include "sriov_edu.h"
#include "trace.h"

/* Widths other than 4 bytes are let through so that they are refused here. */
#define ANY_ACCESS { .min_access_size = 1, .max_access_size = 8, \
                     .unaligned = true }

static bool refused(SriovEduFunction *fn, const char *what, hwaddr addr,
                    unsigned int size)
{
    if (size == 4 && !(addr & 3)) {
        return false;
    }
    sriov_edu_guest_error(fn, "%s of %u bytes at 0x%" HWADDR_PRIx
                          " of BAR 0: registers have 4", what, size, addr);
    return true;
}

static uint32_t read_engine_page(SriovEduFunction *fn, hwaddr addr)
{
    switch (addr) {
    case SRIOV_EDU_INT_STATUS ... SRIOV_EDU_INT_COUNT:
        return sriov_edu_irq_read(fn, addr);
    case SRIOV_EDU_MBX_TX(0) ... SRIOV_EDU_MBX_RX_CTRL:
        return sriov_edu_is_vf(fn) ? sriov_edu_mailbox_read(fn, addr) : 0;
    default:
        return sriov_edu_engine_read(fn, addr);
    }
}

static bool write_engine_page(SriovEduFunction *fn, hwaddr addr, uint32_t val)
{
    switch (addr) {
    case SRIOV_EDU_INT_STATUS ... SRIOV_EDU_INT_COUNT:
        return sriov_edu_irq_write(fn, addr, val);
    case SRIOV_EDU_MBX_TX(0) ... SRIOV_EDU_MBX_RX_CTRL:
        return sriov_edu_is_vf(fn) && sriov_edu_mailbox_write(fn, addr, val);
    default:
        return sriov_edu_engine_write(fn, addr, val);
    }
}

static uint32_t read_pf_page(SriovEduPf *pf, hwaddr addr)
{
    switch (addr) {
    case SRIOV_EDU_REFEREE_CTRL ...
         SRIOV_EDU_REFEREE_COUNT(SRIOV_EDU_REF_KINDS - 1):
        return sriov_edu_referee_read(pf, addr);
    case SRIOV_EDU_MIGRATION_CMD ... SRIOV_EDU_MIGRATION_MESSAGES:
        return sriov_edu_master_read(pf, addr);
    default:
        return sriov_edu_mgmt_read(pf, addr);
    }
}

static bool write_pf_page(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    switch (addr) {
    case SRIOV_EDU_REFEREE_CTRL ...
         SRIOV_EDU_REFEREE_COUNT(SRIOV_EDU_REF_KINDS - 1):
        return sriov_edu_referee_write(pf, addr, val);
    case SRIOV_EDU_MIGRATION_CMD ... SRIOV_EDU_MIGRATION_MESSAGES:
        return sriov_edu_master_write(pf, addr, val);
    default:
        return sriov_edu_mgmt_write(pf, addr, val);
    }
}

static uint64_t regs_read(void *opaque, hwaddr addr, unsigned int size)
{
    SriovEduFunction *fn = opaque;
    uint32_t val = 0;

    sriov_edu_referee_access(fn);
    if (refused(fn, "read", addr, size)) {
        return 0;
    }
    if (addr < SRIOV_EDU_VF_REGS_SIZE) {
        val = read_engine_page(fn, addr);
    } else if (!sriov_edu_is_vf(fn)) {
        val = read_pf_page(fn->pf, addr);
    }
    trace_sriov_edu_mmio_read(sriov_edu_fn_number(fn), addr, val);
    return val;
}

static void regs_write(void *opaque, hwaddr addr, uint64_t val,
                       unsigned int size)
{
    SriovEduFunction *fn = opaque;
    bool taken = false;

    trace_sriov_edu_mmio_write(sriov_edu_fn_number(fn), addr, val);
    sriov_edu_referee_access(fn);
    if (refused(fn, "write", addr, size)) {
        return;
    }
    sriov_edu_migration_is_written(fn);
    if (addr < SRIOV_EDU_VF_REGS_SIZE) {
        taken = write_engine_page(fn, addr, val);
    } else if (!sriov_edu_is_vf(fn)) {
        taken = write_pf_page(fn->pf, addr, val);
    }
    if (!taken) {
        sriov_edu_guest_error(fn, "0x%" PRIx64 " written to 0x%" HWADDR_PRIx
                              " of BAR 0 has no effect", val, addr);
    }
}

const MemoryRegionOps sriov_edu_regs_ops = {
    .read = regs_read,
    .write = regs_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = ANY_ACCESS,
    .impl = ANY_ACCESS,
};

static uint64_t absent_read(void *opaque, hwaddr addr, unsigned int size)
{
    sriov_edu_referee_access(opaque);
    return UINT64_MAX;
}

static void absent_write(void *opaque, hwaddr addr, uint64_t val,
                         unsigned int size)
{
    sriov_edu_referee_access(opaque);
}

const MemoryRegionOps sriov_edu_absent_ops = {
    .read = absent_read,
    .write = absent_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = ANY_ACCESS,
    .impl = ANY_ACCESS,
};
