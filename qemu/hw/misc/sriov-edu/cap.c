/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the SR-IOV capability.
 *
 * Floor: 4
 *
 * QEMU has the VFs (hw/pci/pcie_sriov.c), created with the PF, and a function
 * that enables or disables one of them.  What it does with the registers is not
 * what this device does: it takes any NumVFs, also from a snapshot, for the size
 * of its array.  So no write by the guest reaches it: this file handles each
 * register by itself, enforces the rules, notifies the referee, and enables the
 * VFs.  In QEMU's copy of config space
 *
 * - SR-IOV Control, SR-IOV Status and NumVFs are always 0; the PF has the values
 *   (SriovEduPf.ctrl, .num_vfs);
 * - VF Migration State Array Offset is 0, as QEMU clears it with a BAR that the
 *   capability does not have;
 * - VF Stride is not 0, as it is used as a divisor.
 *
 * QEMU maps a VF's memory by Memory Space Enable of the VF, which by the
 * specification is VF MSE's purpose: see cap_set_vf_mse().
 */

#include "qemu/osdep.h"
#include "qemu/range.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"
#include "trace.h"

#define VF_BAR_TYPE (PCI_BASE_ADDRESS_MEM_TYPE_64 | \
                     PCI_BASE_ADDRESS_MEM_PREFETCH)
#define VF_BAR(nr)  (PCI_SRIOV_BAR + 4 * (nr))
#define CAP_INTR_SHIFT 21    /* VF Migration Interrupt Message Number */

static const int vf_bar_nr[] = { SRIOV_EDU_BAR_REGS, SRIOV_EDU_BAR_MSIX };

static uint8_t *cap_regs(SriovEduPf *pf)
{
    return pf->fn.pci.config + SRIOV_EDU_CAP_SRIOV;
}

static uint8_t *cap_wmask(SriovEduPf *pf)
{
    return pf->fn.pci.wmask + SRIOV_EDU_CAP_SRIOV;
}

static bool cap_vf_enable(SriovEduPf *pf)
{
    return sriov_edu_ctrl_has(pf, PCI_SRIOV_CTRL_VFE);
}

static bool cap_vf_mse(SriovEduPf *pf)
{
    return sriov_edu_ctrl_has(pf, PCI_SRIOV_CTRL_MSE);
}

bool sriov_edu_cap_covers(uint32_t addr, int len)
{
    return addr >= SRIOV_EDU_CAP_SRIOV &&
           ranges_overlap(addr, len, SRIOV_EDU_CAP_SRIOV,
                          PCI_EXT_CAP_SRIOV_SIZEOF);
}

static uint32_t cap_array_offset(const SriovEduPf *pf)
{
    if (!pf->props.vf_migration) {
        return 0;
    }
    if (pf->misbehave.array_no_bar) {
        return SRIOV_EDU_ARRAY_OFFSET | 4;
    }
    if (pf->misbehave.array_beyond) {
        return SRIOV_EDU_MSIX_AND_ARRAY_SIZE | SRIOV_EDU_BAR_ARRAY;
    }
    return SRIOV_EDU_ARRAY_OFFSET | SRIOV_EDU_BAR_ARRAY;
}

/* The 32-bit register at @offset of the capability */
static uint32_t cap_reg(SriovEduPf *pf, unsigned int offset)
{
    uint32_t val = pci_get_long(cap_regs(pf) + offset);

    switch (offset) {
    case PCI_SRIOV_CTRL:
        return pf->ctrl;
    case PCI_SRIOV_NUM_VF:
        return val | pf->num_vfs;
    case PCI_SRIOV_VFM:
        return cap_array_offset(pf);
    default:
        return val;
    }
}

static uint32_t cap_reg_wmask(SriovEduPf *pf, unsigned int offset)
{
    uint32_t wmask = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE |
                     PCI_SRIOV_CTRL_ARI;

    switch (offset) {
    case PCI_SRIOV_CTRL:
        if (pf->props.vf_migration) {
            wmask |= PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR;
        }
        return pf->misbehave.vfe_stuck ? wmask & ~PCI_SRIOV_CTRL_VFE : wmask;
    case PCI_SRIOV_NUM_VF:
        return pf->misbehave.numvfs_stuck ? 0 : UINT16_MAX;
    default:
        return pci_get_long(cap_wmask(pf) + offset);
    }
}

static uint32_t cap_reg_w1cmask(SriovEduPf *pf, unsigned int offset)
{
    return offset == PCI_SRIOV_CTRL && pf->props.vf_migration
           ? PCI_SRIOV_STATUS_VFM << 16 : 0;
}

/* As pci_default_read_config(), where sriov_edu_cap_covers() is true */
uint32_t sriov_edu_cap_read(SriovEduPf *pf, uint32_t addr, int len)
{
    uint32_t val = 0;
    int i;

    for (i = 0; i < len; i++) {
        uint32_t offset = addr + i - SRIOV_EDU_CAP_SRIOV;
        uint32_t reg = offset < PCI_EXT_CAP_SRIOV_SIZEOF
                       ? cap_reg(pf, offset & ~3u) : 0;

        val |= (reg >> offset % 4 * 8 & 0xff) << i * 8;
    }
    return val;
}

/*
 * The VFs
 */

static SriovEduFunction *cap_vf(SriovEduPf *pf, unsigned int vf_id)
{
    return SRIOV_EDU_FN(pf->fn.pci.exp.sriov_pf.vf[vf_id]);
}

static void cap_size_bar_of_vf(SriovEduFunction *vf, int i, uint64_t size)
{
    PCIIORegion *region = &vf->pci.io_regions[vf_bar_nr[i]];

    if (region->size != size) {
        region->size = size;
        memory_region_set_size(&vf->bar[i], size);
    }
}

/*
 * 9.3.3.13: a VF BAR is a multiple of System Page Size, which changes only when
 * no VF is enabled, so that none of these BARs is mapped.
 */
static void cap_size_vf_bars(SriovEduPf *pf)
{
    uint64_t page = (uint64_t)cap_reg(pf, PCI_SRIOV_SYS_PGSIZE) << 12;
    unsigned int vf_id;
    int i;

    for (i = 0; i < ARRAY_SIZE(vf_bar_nr); i++) {
        uint8_t *bar = cap_regs(pf) + VF_BAR(vf_bar_nr[i]);
        uint64_t size = MAX(pf->props.vf_bar_size[i], page);

        pci_set_quad(cap_wmask(pf) + VF_BAR(vf_bar_nr[i]), ~(size - 1));
        pci_set_quad(bar, (pci_get_quad(bar) & ~(size - 1)) | VF_BAR_TYPE);
        for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
            cap_size_bar_of_vf(cap_vf(pf, vf_id), i, size);
        }
    }
}

/*
 * QEMU maps a VF's BARs by the VF's Memory Space Enable.  So that bit is set in
 * the VF as a copy of VF MSE; the guest can neither read nor write it.
 */
static void cap_set_vf_mse(SriovEduFunction *vf, bool mse)
{
    uint8_t *command = vf->pci.config + PCI_COMMAND;

    if (mse) {
        pci_word_test_and_set_mask(command, PCI_COMMAND_MEMORY);
    } else {
        pci_word_test_and_clear_mask(command, PCI_COMMAND_MEMORY);
    }
    /* This changes no bit, but makes QEMU update the mappings of the BARs. */
    pci_default_write_config(&vf->pci, PCI_COMMAND, pci_get_word(command), 2);
    sriov_edu_fn_update_master(vf);
}

static void cap_update_mse(SriovEduPf *pf)
{
    SriovEduFunction *vf;
    unsigned int vf_id;

    memory_region_transaction_begin();
    for (vf_id = 0; (vf = sriov_edu_vf(pf, vf_id)); vf_id++) {
        cap_set_vf_mse(vf, cap_vf_mse(pf));
    }
    memory_region_transaction_commit();
}

static void cap_enable_vfs(SriovEduPf *pf)
{
    unsigned int vf_id;

    if (pf->num_vfs > pf->props.total_vfs) {
        return;
    }
    /* One change of the memory map instead of several for each VF */
    memory_region_transaction_begin();
    for (vf_id = 0; vf_id < pf->num_vfs; vf_id++) {
        SriovEduFunction *vf = cap_vf(pf, vf_id);

        pci_set_enabled(&vf->pci, true);    /* resets it */
        sriov_edu_irq_update_table_size(vf);
        sriov_edu_fn_not_ready(vf, pf->props.vf_ready_ms);
    }
    trace_sriov_edu_vfs(pf->fn.pci.devfn, vf_id);
    cap_update_mse(pf);
    memory_region_transaction_commit();
}

static void cap_disable_vfs(SriovEduPf *pf)
{
    SriovEduFunction *vf;
    unsigned int vf_id;

    if (!sriov_edu_vf(pf, 0)) {
        return;
    }
    memory_region_transaction_begin();
    for (vf_id = 0; (vf = sriov_edu_vf(pf, vf_id)); vf_id++) {
        pci_set_enabled(&vf->pci, false);
        sriov_edu_mgmt_vf_disabled(pf, vf_id);
        sriov_edu_live_vf_disabled(pf, vf_id);
    }
    trace_sriov_edu_vfs(pf->fn.pci.devfn, 0);
    memory_region_transaction_commit();
}

/*
 * Registers.  @old is a register's value, @new what the write makes of it: only
 * writable bits are changed, and RW1C bits that were written as 1 are cleared.
 */

/* 9.3.3.3.5: only the lowest numbered PF of a device has this bit. */
static bool cap_has_ari_hierarchy(SriovEduPf *pf)
{
    PCIBus *bus = pci_get_bus(&pf->fn.pci);
    int first = pci_bus_is_root(bus) ? PCI_DEVFN(PCI_SLOT(pf->fn.pci.devfn), 0)
                                     : 0;
    int devfn;

    for (devfn = first; devfn < pf->fn.pci.devfn; devfn++) {
        PCIDevice *other = bus->devices[devfn];

        if (other && !pci_is_vf(other) && other->exp.sriov_cap) {
            return false;
        }
    }
    return true;
}

static uint32_t cap_check_ari(SriovEduPf *pf, uint32_t old, uint32_t new)
{
    if (!((old ^ new) & PCI_SRIOV_CTRL_ARI)) {
        return new;
    }
    if (old & new & PCI_SRIOV_CTRL_VFE) {
        sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_ARI_LOCKED);
    } else if (cap_has_ari_hierarchy(pf)) {
        return new;
    }
    return new ^ PCI_SRIOV_CTRL_ARI;
}

/* @val: SR-IOV Control, and SR-IOV Status in the upper half */
static bool cap_wants_message(uint32_t val)
{
    const uint32_t both = PCI_SRIOV_CTRL_INTR | PCI_SRIOV_STATUS_VFM << 16;

    return (val & both) == both;
}

/* 9.3.3.3.3, 9.3.3.4.1: a message is sent when both bits become set. */
static void cap_check_message(SriovEduPf *pf, uint32_t old, uint32_t new)
{
    if (cap_wants_message(new) && !cap_wants_message(old)) {
        sriov_edu_vf_migration_message(pf);
    }
}

void sriov_edu_cap_set_vf_migration_status(SriovEduPf *pf)
{
    uint32_t old = pf->ctrl;

    pf->ctrl |= PCI_SRIOV_STATUS_VFM << 16;
    cap_check_message(pf, old, pf->ctrl);
}

static void cap_write_ctrl(SriovEduPf *pf, uint32_t old, uint32_t new)
{
    new = cap_check_ari(pf, old, new);
    pf->ctrl = new;
    if (~old & new & PCI_SRIOV_CTRL_VFE) {
        if (!pf->num_vfs || pf->num_vfs > pf->props.total_vfs) {
            sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_NUMVFS_RANGE);
        }
        sriov_edu_referee_vf_enable(pf, true);
        sriov_edu_vf_migration_begin(pf);
        cap_enable_vfs(pf);
    } else if (old & ~new & PCI_SRIOV_CTRL_VFE) {
        sriov_edu_referee_vf_enable(pf, false);
        cap_disable_vfs(pf);
    }
    if ((old ^ new) & PCI_SRIOV_CTRL_MSE) {
        cap_update_mse(pf);
    }
    /* Last, as the guest can direct its messages to this very register. */
    cap_check_message(pf, old, new);
}

static void cap_write_num_vfs(SriovEduPf *pf, uint32_t new)
{
    if (cap_vf_enable(pf)) {
        sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_NUMVFS_LOCKED);
        return;
    }
    pf->num_vfs = new;
}

static void cap_write_page_size(SriovEduPf *pf, uint32_t new)
{
    uint32_t supported = pf->misbehave.no_page_size ? 0
                         : pci_get_long(cap_regs(pf) + PCI_SRIOV_SUP_PGSIZE);

    if (cap_vf_enable(pf)) {
        sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_PGSIZE_LOCKED);
        return;
    }
    if (!is_power_of_2(new) || !(new & supported)) {
        sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_PGSIZE_RANGE);
        return;
    }
    pci_set_long(cap_regs(pf) + PCI_SRIOV_SYS_PGSIZE, new);
    cap_size_vf_bars(pf);
}

static void cap_write_bar(SriovEduPf *pf, unsigned int offset, uint32_t new)
{
    if (cap_vf_mse(pf)) {
        sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_BAR_LOCKED);
        return;
    }
    pci_set_long(cap_regs(pf) + offset, new);
}

void sriov_edu_cap_write(SriovEduPf *pf, uint32_t addr, uint32_t val, int len)
{
    unsigned int offset = addr - SRIOV_EDU_CAP_SRIOV;
    unsigned int shift = offset % 4 * 8;
    uint32_t mask = MAKE_64BIT_MASK(shift, len * 8);
    uint32_t old, new, wmask;

    offset &= ~3u;
    old = cap_reg(pf, offset);
    wmask = mask & cap_reg_wmask(pf, offset);
    new = (old & ~wmask) | (val << shift & wmask);
    new &= ~(val << shift & mask & cap_reg_w1cmask(pf, offset));

    switch (offset) {
    case PCI_SRIOV_CTRL:
        cap_write_ctrl(pf, old, new);
        break;
    case PCI_SRIOV_NUM_VF:
        if (mask & UINT16_MAX) {    /* not only Function Dependency Link */
            cap_write_num_vfs(pf, new);
        }
        break;
    case PCI_SRIOV_SYS_PGSIZE:
        /* As written, since a value with read-only bits set is invalid too. */
        new = (old & ~mask) | (val << shift & mask);
        cap_write_page_size(pf, new);
        break;
    case VF_BAR(0) ... VF_BAR(PCI_SRIOV_NUM_BARS - 1):
        cap_write_bar(pf, offset, new);
        break;
    }
}

/*
 * The capability as a whole
 */

static void cap_hide(SriovEduPf *pf, unsigned int offset, unsigned int len)
{
    memset(pf->fn.hidden + SRIOV_EDU_CAP_SRIOV + offset, 0xff, len);
}

static void cap_init_misbehave(SriovEduPf *pf)
{
    const SriovEduMisbehave *m = &pf->misbehave;

    if (m->zero_offset) {
        cap_hide(pf, PCI_SRIOV_VF_OFFSET, 2);
    }
    if (m->zero_stride || !pf->props.vf_stride) {
        cap_hide(pf, PCI_SRIOV_VF_STRIDE, 2);
    }
    if (m->no_page_size) {
        cap_hide(pf, PCI_SRIOV_SUP_PGSIZE, 4);
    }
}

static void cap_init_vf_migration(SriovEduPf *pf)
{
    pci_set_long(cap_regs(pf) + PCI_SRIOV_CAP,
                 PCI_SRIOV_CAP_VFM |
                 pf->props.vf_migration_vector << CAP_INTR_SHIFT);
    if (pf->misbehave.initial_beyond) {
        pci_set_word(cap_regs(pf) + PCI_SRIOV_INITIAL_VF,
                     pf->props.total_vfs + 1);
    }
}

bool sriov_edu_cap_init(SriovEduPf *pf, Error **errp)
{
    PCIDevice *pci = &pf->fn.pci;
    const SriovEduProps *p = &pf->props;
    int i;

    if (!pcie_sriov_pf_init(pci, SRIOV_EDU_CAP_SRIOV, TYPE_SRIOV_EDU_VF,
                            SRIOV_EDU_VF_DEVICE_ID, p->initial_vfs,
                            p->total_vfs, p->vf_offset, MAX(p->vf_stride, 1),
                            errp)) {
        return false;
    }
    pci_set_byte(cap_regs(pf) + PCI_SRIOV_FUNC_LINK, pci->devfn);
    for (i = 0; i < ARRAY_SIZE(vf_bar_nr); i++) {
        pcie_sriov_pf_init_vf_bar(pci, vf_bar_nr[i], VF_BAR_TYPE,
                                  p->vf_bar_size[i]);
    }
    cap_init_misbehave(pf);
    if (p->vf_migration) {
        cap_init_vf_migration(pf);
    }
    return true;
}

void sriov_edu_cap_exit(SriovEduPf *pf)
{
    cap_disable_vfs(pf);
    pcie_sriov_pf_exit(&pf->fn.pci);
}

void sriov_edu_cap_reset(SriovEduPf *pf)
{
    int i;

    cap_disable_vfs(pf);
    pf->ctrl = 0;
    pf->num_vfs = 0;
    pci_set_long(cap_regs(pf) + PCI_SRIOV_SYS_PGSIZE, 1);
    for (i = 0; i < ARRAY_SIZE(vf_bar_nr); i++) {
        pci_set_quad(cap_regs(pf) + VF_BAR(vf_bar_nr[i]), 0);
    }
    cap_size_vf_bars(pf);
    sriov_edu_vf_migration_reset(pf);
}

/*
 * Before config space is loaded.  Bytes of config space that are not writable
 * must be in the stream what they are here.  QEMU makes Control and NumVFs
 * writable at each reset, and after loading acts on them.
 */
void sriov_edu_cap_prepare_load(SriovEduPf *pf)
{
    sriov_edu_cap_reset(pf);
    pci_set_word(cap_wmask(pf) + PCI_SRIOV_CTRL, 0);
    pci_set_word(cap_wmask(pf) + PCI_SRIOV_NUM_VF, 0);
}

/*
 * After all of the PF has been loaded.  Enables its VFs, whose own state comes
 * next.  Returns false if no write by a guest leads to this state.
 */
bool sriov_edu_cap_loaded(SriovEduPf *pf)
{
    uint32_t page_size = cap_reg(pf, PCI_SRIOV_SYS_PGSIZE);
    uint32_t ctrl_bits = cap_reg_wmask(pf, PCI_SRIOV_CTRL) |
                         cap_reg_w1cmask(pf, PCI_SRIOV_CTRL);

    if (!is_power_of_2(page_size) ||
        !(page_size & cap_reg(pf, PCI_SRIOV_SUP_PGSIZE)) ||
        pf->ctrl & ~ctrl_bits) {
        return false;
    }
    cap_size_vf_bars(pf);
    if (cap_vf_enable(pf)) {
        cap_enable_vfs(pf);
    }
    return true;
}

/* misbehave=vf-has-sriov: an SR-IOV capability, which a VF must not have */
void sriov_edu_cap_init_in_vf(SriovEduFunction *vf)
{
    uint8_t *c = vf->pci.config + SRIOV_EDU_CAP_SRIOV;

    pcie_add_capability(&vf->pci, PCI_EXT_CAP_ID_SRIOV, 1, SRIOV_EDU_CAP_SRIOV,
                        PCI_EXT_CAP_SRIOV_SIZEOF);
    pci_set_word(c + PCI_SRIOV_INITIAL_VF, 1);
    pci_set_word(c + PCI_SRIOV_TOTAL_VF, 1);
    pci_set_word(c + PCI_SRIOV_VF_OFFSET, 1);
    pci_set_word(c + PCI_SRIOV_VF_STRIDE, 1);
    pci_set_word(c + PCI_SRIOV_VF_DID, SRIOV_EDU_VF_DEVICE_ID);
    pci_set_long(c + PCI_SRIOV_SUP_PGSIZE, SRIOV_SUP_PGSIZE_MINREQ);
    pci_set_long(c + PCI_SRIOV_SYS_PGSIZE, 1);
    /* Software that checks nothing else takes this for a PF's capability. */
    pci_set_word(vf->pci.wmask + SRIOV_EDU_CAP_SRIOV + PCI_SRIOV_NUM_VF,
                 0xffff);
}
