/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the SR-IOV capability.
 *
 * Floor: 4
 *
 * QEMU creates and removes the VFs (hw/pci/pcie_sriov.c), but acts on any value
 * that is written.  So no write by the guest reaches it directly: this file
 * handles each register by itself, enforces the rules, notifies the referee,
 * and calls QEMU only to create or remove VFs.  It makes up for what QEMU 7.2
 * does otherwise:
 *
 * - NumVFs is cleared with VF Enable;
 * - a VF's memory is mapped by Memory Space Enable of the VF, which by the
 *   specification is VF MSE's purpose: see cap_set_vf_mse();
 * - a reference to each VF is never dropped, so memory use would grow each time
 *   that a guest toggles VF Enable;
 * - VF Stride is used as a divisor, so it must not be 0 in QEMU's copy of
 *   config space.
 */

#include "qemu/osdep.h"
#include "qemu/range.h"
#include "hw/pci/pci.h"
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

static uint8_t *cap_w1cmask(SriovEduPf *pf)
{
    return pf->fn.pci.w1cmask + SRIOV_EDU_CAP_SRIOV;
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

/* 9.3.3.13: a VF BAR is a multiple of System Page Size. */
uint64_t sriov_edu_cap_vf_bar_size(SriovEduPf *pf, int i)
{
    uint64_t page = (uint64_t)pci_get_long(cap_regs(pf) + PCI_SRIOV_SYS_PGSIZE)
                    << 12;

    return MAX(pf->props.vf_bar_size[i], page);
}

static void cap_size_vf_bars(SriovEduPf *pf)
{
    uint64_t wmask;
    int i;

    for (i = 0; i < ARRAY_SIZE(vf_bar_nr); i++) {
        uint8_t *bar = cap_regs(pf) + VF_BAR(vf_bar_nr[i]);

        wmask = ~(sriov_edu_cap_vf_bar_size(pf, i) - 1);
        pci_set_quad(cap_wmask(pf) + VF_BAR(vf_bar_nr[i]), wmask);
        pci_set_quad(bar, (pci_get_quad(bar) & wmask) | VF_BAR_TYPE);
    }
}

/*
 * Creating and removing VFs
 */

/* Returns how many of @num VFs precede the first whose devfn is taken. */
static unsigned int cap_free_devfns(SriovEduPf *pf, unsigned int num)
{
    PCIBus *bus = pci_get_bus(&pf->fn.pci);
    unsigned int devfn = pf->fn.pci.devfn + pf->props.vf_offset;
    unsigned int i;

    for (i = 0; i < num; i++, devfn += pf->props.vf_stride) {
        if (bus->devices[devfn] ||
            bus->slot_reserved_mask & (1u << PCI_SLOT(devfn))) {
            break;
        }
    }
    return i;
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
}

static void cap_update_mse(SriovEduPf *pf)
{
    unsigned int i;

    memory_region_transaction_begin();
    for (i = 0; i < pcie_sriov_num_vfs(&pf->fn.pci); i++) {
        cap_set_vf_mse(sriov_edu_vf(pf, i), cap_vf_mse(pf));
    }
    memory_region_transaction_commit();
}

static void cap_create_vfs(SriovEduPf *pf)
{
    PCIDevice *pci = &pf->fn.pci;
    unsigned int num = pci_get_word(cap_regs(pf) + PCI_SRIOV_NUM_VF);
    unsigned int num_free;

    if (!num || num > pf->props.total_vfs) {
        return;
    }
    num_free = cap_free_devfns(pf, num);
    if (num_free < num) {
        sriov_edu_guest_error(&pf->fn, "only %u of %u VFs created: another"
                              " device has the Routing ID of the next",
                              num_free, num);
    }
    if (!num_free) {
        return;
    }
    /* One change of the memory map instead of several for each VF */
    memory_region_transaction_begin();
    /* QEMU creates NumVFs of them. */
    pci_set_word(cap_regs(pf) + PCI_SRIOV_NUM_VF, num_free);
    pcie_sriov_config_write(pci, SRIOV_EDU_CAP_SRIOV + PCI_SRIOV_CTRL,
                            PCI_SRIOV_CTRL_VFE, 2);
    pci_set_word(cap_regs(pf) + PCI_SRIOV_NUM_VF, num);
    trace_sriov_edu_vfs(pci->devfn, pcie_sriov_num_vfs(pci));
    cap_update_mse(pf);
    memory_region_transaction_commit();
}

static void cap_remove_vfs(SriovEduPf *pf)
{
    PCIDevice *pci = &pf->fn.pci;
    unsigned int num_vfs = pci_get_word(cap_regs(pf) + PCI_SRIOV_NUM_VF);
    unsigned int num = pcie_sriov_num_vfs(pci);
    g_autofree PCIDevice **vf = NULL;
    unsigned int i;

    if (!num) {
        return;
    }
    memory_region_transaction_begin();
    vf = g_memdup2(pci->exp.sriov_pf.vf, num * sizeof(*vf));
    pcie_sriov_config_write(pci, SRIOV_EDU_CAP_SRIOV + PCI_SRIOV_CTRL, 0, 2);
    pci_set_word(cap_regs(pf) + PCI_SRIOV_NUM_VF, num_vfs);
    trace_sriov_edu_vfs(pci->devfn, 0);
    for (i = 0; i < num; i++) {
        sriov_edu_mgmt_vf_removed(pf, i);
        object_unref(OBJECT(vf[i]));
    }
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
    if (old & PCI_SRIOV_CTRL_VFE) {
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
    uint32_t old = pci_get_long(cap_regs(pf) + PCI_SRIOV_CTRL);
    uint32_t new = old | PCI_SRIOV_STATUS_VFM << 16;

    pci_set_long(cap_regs(pf) + PCI_SRIOV_CTRL, new);
    cap_check_message(pf, old, new);
}

static void cap_write_ctrl(SriovEduPf *pf, uint32_t old, uint32_t new)
{
    uint16_t num_vfs = pci_get_word(cap_regs(pf) + PCI_SRIOV_NUM_VF);

    new = cap_check_ari(pf, old, new);
    pci_set_long(cap_regs(pf) + PCI_SRIOV_CTRL, new);
    if (~old & new & PCI_SRIOV_CTRL_VFE) {
        if (!num_vfs || num_vfs > pf->props.total_vfs) {
            sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_NUMVFS_RANGE);
        }
        sriov_edu_referee_vf_enable(pf, true);
        sriov_edu_vf_migration_begin(pf);
        cap_create_vfs(pf);
    } else if (old & ~new & PCI_SRIOV_CTRL_VFE) {
        sriov_edu_referee_vf_enable(pf, false);
        cap_remove_vfs(pf);
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
    pci_set_long(cap_regs(pf) + PCI_SRIOV_NUM_VF, new);
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
    old = pci_get_long(cap_regs(pf) + offset);
    wmask = mask & pci_get_long(cap_wmask(pf) + offset);
    new = (old & ~wmask) | (val << shift & wmask);
    new &= ~(val << shift & mask & pci_get_long(cap_w1cmask(pf) + offset));

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

    if (m->vfe_stuck) {
        pci_word_test_and_clear_mask(cap_wmask(pf) + PCI_SRIOV_CTRL,
                                     PCI_SRIOV_CTRL_VFE);
    }
    if (m->numvfs_stuck) {
        pci_set_word(cap_wmask(pf) + PCI_SRIOV_NUM_VF, 0);
    }
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
    const SriovEduMisbehave *m = &pf->misbehave;

    pci_set_long(cap_regs(pf) + PCI_SRIOV_CAP,
                 PCI_SRIOV_CAP_VFM |
                 pf->props.vf_migration_vector << CAP_INTR_SHIFT);
    pci_set_long(cap_regs(pf) + PCI_SRIOV_VFM,
                 SRIOV_EDU_ARRAY_OFFSET | SRIOV_EDU_BAR_ARRAY);
    pci_word_test_and_set_mask(cap_wmask(pf) + PCI_SRIOV_CTRL,
                               PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR);
    pci_set_word(cap_w1cmask(pf) + PCI_SRIOV_STATUS, PCI_SRIOV_STATUS_VFM);

    if (m->array_no_bar) {
        pci_set_long(cap_regs(pf) + PCI_SRIOV_VFM, SRIOV_EDU_ARRAY_OFFSET | 4);
    }
    if (m->array_beyond) {
        pci_set_long(cap_regs(pf) + PCI_SRIOV_VFM,
                     SRIOV_EDU_MSIX_AND_ARRAY_SIZE | SRIOV_EDU_BAR_ARRAY);
    }
    if (m->initial_beyond) {
        pci_set_word(cap_regs(pf) + PCI_SRIOV_INITIAL_VF,
                     pf->props.total_vfs + 1);
    }
}

void sriov_edu_cap_init(SriovEduPf *pf)
{
    PCIDevice *pci = &pf->fn.pci;
    const SriovEduProps *p = &pf->props;
    int i;

    pcie_sriov_pf_init(pci, SRIOV_EDU_CAP_SRIOV, TYPE_SRIOV_EDU_VF,
                       SRIOV_EDU_VF_DEVICE_ID, p->initial_vfs, p->total_vfs,
                       p->vf_offset, MAX(p->vf_stride, 1));
    pci_set_byte(cap_regs(pf) + PCI_SRIOV_FUNC_LINK, pci->devfn);
    for (i = 0; i < ARRAY_SIZE(vf_bar_nr); i++) {
        pcie_sriov_pf_init_vf_bar(pci, vf_bar_nr[i], VF_BAR_TYPE,
                                  p->vf_bar_size[i]);
    }
    cap_init_misbehave(pf);
    if (p->vf_migration) {
        cap_init_vf_migration(pf);
    }
}

void sriov_edu_cap_exit(SriovEduPf *pf)
{
    cap_remove_vfs(pf);
    pcie_sriov_pf_exit(&pf->fn.pci);
}

void sriov_edu_cap_reset(SriovEduPf *pf)
{
    int i;

    cap_remove_vfs(pf);
    pci_set_long(cap_regs(pf) + PCI_SRIOV_CTRL, 0);     /* and SR-IOV Status */
    pci_set_word(cap_regs(pf) + PCI_SRIOV_NUM_VF, 0);
    pci_set_long(cap_regs(pf) + PCI_SRIOV_SYS_PGSIZE, 1);
    for (i = 0; i < ARRAY_SIZE(vf_bar_nr); i++) {
        pci_set_quad(cap_regs(pf) + VF_BAR(vf_bar_nr[i]), 0);
    }
    cap_size_vf_bars(pf);
    sriov_edu_vf_migration_reset(pf);
}

/* The capability has been loaded from a snapshot: create its VFs. */
void sriov_edu_cap_loaded(SriovEduPf *pf)
{
    cap_size_vf_bars(pf);
    if (cap_vf_enable(pf)) {
        cap_create_vfs(pf);
    }
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
