/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the PCI shell that the PF and the VFs have in common.
 *
 * A function answers in configuration space from ready_at on, unless its PF is
 * told to keep it silent or it has migrated away; in its BARs it answers then,
 * and only in D0.  While it does not answer in its BARs, a region that reads as
 * all ones lies over them.
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include "hw/pci/pci.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "hw/pci/pcie_sriov.h"
#include "hw/qdev-properties.h"
#include "sriov_edu.h"
#include "trace.h"

#define PMCSR (SRIOV_EDU_CAP_PM + PCI_PM_CTRL)

void sriov_edu_guest_error(const SriovEduFunction *fn, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    if (!qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        return;
    }
    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (sriov_edu_is_vf(fn)) {
        qemu_log("sriov-edu: VF %u: %s\n", fn->vf_id, text);
    } else {
        qemu_log("sriov-edu: PF: %s\n", text);
    }
}

bool sriov_edu_in_d0(const SriovEduFunction *fn)
{
    return !(pci_get_word(fn->pci.config + PMCSR) & PCI_PM_CTRL_STATE_MASK);
}

bool sriov_edu_is_master(const SriovEduFunction *fn)
{
    return pci_get_word(fn->pci.config + PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/* Is the reset that goes on an FLR?  pcie.c keeps the bit set for its time. */
bool sriov_edu_in_flr(const SriovEduFunction *fn)
{
    return pci_get_word(fn->pci.config + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVCTL) &
           PCI_EXP_DEVCTL_BCR_FLR;
}

unsigned int sriov_edu_vectors(const SriovEduFunction *fn)
{
    return sriov_edu_is_vf(fn) ? fn->pf->vf[fn->vf_id].msix
                               : fn->pf->props.vectors;
}

static bool answers(const SriovEduFunction *fn)
{
    if (sriov_edu_is_vf(fn) &&
        sriov_edu_bit(fn->pf->misbehave.silent_vf, fn->vf_id)) {
        return false;
    }
    if (!sriov_edu_migration_exists(fn)) {
        return false;
    }
    return sriov_edu_now() >= fn->ready_at;
}

void sriov_edu_update_answer(SriovEduFunction *fn)
{
    bool absent = !answers(fn) || !sriov_edu_in_d0(fn);
    int i;

    for (i = 0; i < ARRAY_SIZE(fn->absent); i++) {
        memory_region_set_enabled(&fn->absent[i], absent);
    }
}

/* For QEMU, Bus Master Enable alone opens the way to memory. */
static void update_master(SriovEduFunction *fn)
{
    memory_region_set_enabled(&fn->pci.bus_master_enable_region,
                              sriov_edu_is_master(fn) && fn->pci.has_power &&
                              sriov_edu_migration_is_active(fn));
}

/* The function's migration state, or the whole of its state, is another. */
void sriov_edu_update_state(SriovEduFunction *fn)
{
    memory_region_transaction_begin();
    sriov_edu_update_answer(fn);
    update_master(fn);
    memory_region_transaction_commit();
}

static void ready(void *opaque)
{
    sriov_edu_update_answer(opaque);
}

void sriov_edu_not_ready(SriovEduFunction *fn, unsigned int ms)
{
    if (ms) {
        fn->ready_at = sriov_edu_now() + ms * SCALE_MS;
        timer_mod_ns(fn->ready_timer, fn->ready_at);
    }
    sriov_edu_update_answer(fn);
}

/*
 * Configuration space
 */

/* The PF's Next Function Number: only the machine as a whole knows it. */
static void update_ari_next(SriovEduFunction *fn)
{
    PCIBus *bus = pci_get_bus(&fn->pci);
    int devfn;

    if (sriov_edu_is_vf(fn)) {
        return;
    }
    for (devfn = fn->pci.devfn + 1; devfn < ARRAY_SIZE(bus->devices); devfn++) {
        if (bus->devices[devfn] && !pci_is_vf(bus->devices[devfn])) {
            break;
        }
    }
    /* On a root bus devices are not functions of each other. */
    if (devfn == ARRAY_SIZE(bus->devices) || pci_bus_is_root(bus)) {
        devfn = 0;
    }
    fn->pci.config[SRIOV_EDU_CAP_ARI + PCI_ARI_CAP + 1] = devfn;
}

static uint32_t hide(SriovEduFunction *fn, uint32_t addr, uint32_t val, int len)
{
    uint32_t mask = 0;

    memcpy(&mask, fn->hidden + addr, len);
    return val & ~le32_to_cpu(mask);
}

static uint32_t config_read(PCIDevice *pci, uint32_t addr, int len)
{
    SriovEduFunction *fn = SRIOV_EDU_FN(pci);
    uint32_t val = MAKE_64BIT_MASK(0, len * 8);

    sriov_edu_referee_config_read(fn, addr, len);
    if (answers(fn)) {
        update_ari_next(fn);
        val = hide(fn, addr, pci_default_read_config(pci, addr, len), len);
    }
    trace_sriov_edu_config_read(pci->devfn, addr, len, val);
    return val;
}

/*
 * D1 and D2 are not there: a write of one of them is discarded.  5.3.1.4: without
 * No_Soft_Reset, what comes from D3hot to D0 has lost its state.
 */
static void write_pm(SriovEduFunction *fn, uint16_t old)
{
    uint16_t new = pci_get_word(fn->pci.config + PMCSR);
    uint16_t state = new & PCI_PM_CTRL_STATE_MASK;

    if (state == 1 || state == 2) {
        pci_set_word(fn->pci.config + PMCSR, old);
    } else if (state != (old & PCI_PM_CTRL_STATE_MASK)) {
        if (!sriov_edu_is_vf(fn)) {
            sriov_edu_referee_d_state(fn->pf);
        }
        if (!state && !(new & PCI_PM_CTRL_NO_SOFT_RESET)) {
            pci_device_reset(&fn->pci);
        }
    }
    sriov_edu_update_answer(fn);
}

static void config_write(PCIDevice *pci, uint32_t addr, uint32_t val, int len)
{
    SriovEduFunction *fn = SRIOV_EDU_FN(pci);
    uint16_t pmcsr = pci_get_word(pci->config + PMCSR);

    trace_sriov_edu_config_write(pci->devfn, addr, len, val);
    sriov_edu_referee_access(fn);
    if (!answers(fn)) {
        return;
    }
    if (!sriov_edu_is_vf(fn) && sriov_edu_cap_covers(addr, len)) {
        sriov_edu_cap_write(fn->pf, addr, val, len);
        return;
    }
    sriov_edu_migration_is_written(fn);
    pci_default_write_config(pci, addr, val, len);
    pcie_aer_write_config(pci, addr, val, len);
    update_master(fn);
    if (ranges_overlap(addr, len, PMCSR, 2)) {
        write_pm(fn, pmcsr);
    }
    pcie_cap_flr_write_config(pci, addr, val, len);
}

static void init_pm(SriovEduFunction *fn)
{
    PCIDevice *pci = &fn->pci;
    bool keeps = sriov_edu_is_vf(fn) || fn->pf->props.no_soft_reset;

    pci_add_capability(pci, PCI_CAP_ID_PM, SRIOV_EDU_CAP_PM, PCI_PM_SIZEOF,
                       &error_abort);
    pci_set_word(pci->config + SRIOV_EDU_CAP_PM + PCI_PM_PMC, 3);
    pci_set_word(pci->config + PMCSR, keeps ? PCI_PM_CTRL_NO_SOFT_RESET : 0);
    pci_set_word(pci->wmask + PMCSR, PCI_PM_CTRL_STATE_MASK);
}

/*
 * ACS with no bit set says that the function does not talk to its neighbours,
 * so that an operating system may give VFs to different users.
 */
static void init_acs(PCIDevice *pci)
{
    pcie_add_capability(pci, PCI_EXT_CAP_ID_ACS, 1, SRIOV_EDU_CAP_ACS,
                        PCI_ACS_SIZEOF);
}

static bool init_config(SriovEduFunction *fn, Error **errp)
{
    PCIDevice *pci = &fn->pci;

    /* QEMU lets the guest write what no capability has claimed; we do not. */
    memset(pci->wmask + PCI_CONFIG_HEADER_SIZE, 0,
           PCIE_CONFIG_SPACE_SIZE - PCI_CONFIG_HEADER_SIZE);
    fn->hidden = g_malloc0(PCIE_CONFIG_SPACE_SIZE);

    init_pm(fn);
    pcie_endpoint_cap_init(pci, SRIOV_EDU_CAP_EXP);
    pcie_cap_deverr_init(pci);
    pcie_cap_flr_init(pci);
    if (pcie_aer_init(pci, PCI_ERR_VER, SRIOV_EDU_CAP_AER, PCI_ERR_SIZEOF,
                      errp) < 0) {
        return false;
    }
    pcie_ari_init(pci, SRIOV_EDU_CAP_ARI, 0);
    init_acs(pci);

    /* What the guest cannot write may differ all the same when it is loaded. */
    pci_set_word(pci->cmask + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVSTA, 0);
    pci_set_word(pci->cmask + SRIOV_EDU_CAP_ARI + PCI_ARI_CAP, 0);
    return true;
}

/*
 * BARs
 */

static void register_bar(SriovEduFunction *fn, int nr, MemoryRegion *mr)
{
    if (sriov_edu_is_vf(fn)) {
        pcie_sriov_vf_register_bar(&fn->pci, nr, mr);
    } else {
        pci_register_bar(&fn->pci, nr, PCI_BASE_ADDRESS_MEM_TYPE_64, mr);
    }
}

static void init_bar(SriovEduFunction *fn, int i, uint64_t size)
{
    memory_region_init(&fn->bar[i], OBJECT(fn), i ? "sriov-edu-msix"
                       : "sriov-edu-bar0", size);
    memory_region_init_io(&fn->absent[i], OBJECT(fn), &sriov_edu_absent_ops, fn,
                          "sriov-edu-absent", size);
    memory_region_add_subregion_overlap(&fn->bar[i], 0, &fn->absent[i], 1);
}

static void init_bars(SriovEduFunction *fn, const uint64_t *size)
{
    init_bar(fn, 0, size[0]);
    init_bar(fn, 1, size[1]);
    memory_region_init_io(&fn->regs, OBJECT(fn), &sriov_edu_regs_ops, fn,
                          "sriov-edu-regs", size[0]);
    memory_region_add_subregion(&fn->bar[0], 0, &fn->regs);
}

/* A region in a BAR holds a reference to its owner, who else is never freed. */
static void exit_bars(SriovEduFunction *fn)
{
    memory_region_del_subregion(&fn->bar[0], &fn->regs);
    memory_region_del_subregion(&fn->bar[0], &fn->absent[0]);
    memory_region_del_subregion(&fn->bar[1], &fn->absent[1]);
}

static bool init_msix(SriovEduFunction *fn, unsigned int vectors,
                      uint64_t size, Error **errp)
{
    unsigned int i;

    if (msix_init(&fn->pci, vectors, &fn->bar[1], SRIOV_EDU_BAR_MSIX, 0,
                  &fn->bar[1], SRIOV_EDU_BAR_MSIX, size / 2,
                  SRIOV_EDU_CAP_MSIX, errp) < 0) {
        return false;
    }
    for (i = 0; i < vectors; i++) {
        msix_vector_use(&fn->pci, i);
    }
    return true;
}

/*
 * @bar_size: of BAR 0 and BAR 2
 * @vectors: the most that the function will ever have
 */
bool sriov_edu_function_init(SriovEduFunction *fn, const uint64_t *bar_size,
                             unsigned int vectors, Error **errp)
{
    fn->flr_at = SRIOV_EDU_NEVER;
    init_bars(fn, bar_size);
    if (!init_config(fn, errp) ||
        !init_msix(fn, vectors, bar_size[1], errp)) {
        exit_bars(fn);
        pcie_aer_exit(&fn->pci);
        g_free(fn->hidden);
        return false;
    }
    fn->ready_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, ready, fn);
    sriov_edu_engine_init(fn);
    register_bar(fn, SRIOV_EDU_BAR_REGS, &fn->bar[0]);
    register_bar(fn, SRIOV_EDU_BAR_MSIX, &fn->bar[1]);
    return true;
}

void sriov_edu_function_exit(SriovEduFunction *fn)
{
    sriov_edu_engine_exit(fn);
    timer_free(fn->ready_timer);
    msix_uninit(&fn->pci, &fn->bar[1], &fn->bar[1]);
    exit_bars(fn);
    pcie_aer_exit(&fn->pci);
    g_free(fn->hidden);
}

void sriov_edu_function_reset(SriovEduFunction *fn)
{
    PCIDevice *pci = &fn->pci;

    sriov_edu_engine_reset(fn);
    sriov_edu_irq_reset(fn);
    pcie_cap_deverr_reset(pci);
    pci_word_test_and_clear_mask(pci->config + PMCSR, PCI_PM_CTRL_STATE_MASK);
    /* pci.c clears Bus Master Enable, but leaves the way to memory open. */
    memory_region_set_enabled(&pci->bus_master_enable_region, false);
    fn->flr_at = sriov_edu_in_flr(fn) ? sriov_edu_now() : SRIOV_EDU_NEVER;
    sriov_edu_update_answer(fn);
}

static void class_init(ObjectClass *class, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->vendor_id = SRIOV_EDU_VENDOR_ID;
    pc->class_id = SRIOV_EDU_CLASS;
    pc->config_read = config_read;
    pc->config_write = config_write;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo function_info = {
    .name = TYPE_SRIOV_EDU_FUNCTION,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(SriovEduFunction),
    .class_init = class_init,
    .abstract = true,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void register_types(void)
{
    type_register_static(&function_info);
}

type_init(register_types)
