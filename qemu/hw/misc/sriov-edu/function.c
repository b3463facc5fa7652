/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the PCI shell that the PF and the VFs have in common, which is
 * configuration space, BARs and MSI-X; and their abstract QOM type.
 *
 * Floor: 7
 */

#include "qemu/osdep.h"
#include "qemu/range.h"
#include "qapi/error.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/msix.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "hw/pci/pcie_sriov.h"
#include "sriov_edu.h"
#include "trace.h"

/*
 * Configuration space
 */

/* The PF's Next Function Number depends on what else is on its bus. */
static void function_update_ari_next(SriovEduFunction *fn)
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

static uint32_t function_config_read(PCIDevice *pci, uint32_t addr, int len)
{
    SriovEduFunction *fn = SRIOV_EDU_FN(pci);
    uint32_t val = MAKE_64BIT_MASK(0, len * 8);
    uint32_t hidden = 0;

    sriov_edu_referee_config_read(fn, addr, len);
    if (sriov_edu_fn_answers(fn)) {
        function_update_ari_next(fn);
        memcpy(&hidden, fn->hidden + addr, len);
        if (!sriov_edu_is_vf(fn) && sriov_edu_cap_covers(addr, len)) {
            val = sriov_edu_cap_read(fn->pf, addr, len);
        } else {
            val = pci_default_read_config(pci, addr, len);
        }
        val &= ~le32_to_cpu(hidden);
    }
    trace_sriov_edu_config_read(pci->devfn, addr, len, val);
    return val;
}

/*
 * The device has neither D1 nor D2: a write of one of them is discarded.
 * 5.3.1.4: without No_Soft_Reset, a function that returns to D0 is reset.
 */
static void function_write_pm(SriovEduFunction *fn, uint16_t old)
{
    uint16_t new = pci_get_word(fn->pci.config + SRIOV_EDU_PMCSR);
    uint16_t state = new & PCI_PM_CTRL_STATE_MASK;

    if (state == 1 || state == 2) {
        pci_set_word(fn->pci.config + SRIOV_EDU_PMCSR, old);
    } else if (state != (old & PCI_PM_CTRL_STATE_MASK)) {
        if (!sriov_edu_is_vf(fn)) {
            sriov_edu_referee_d_state(fn->pf);
        }
        if (!state && !(new & PCI_PM_CTRL_NO_SOFT_RESET)) {
            pci_device_reset(&fn->pci);
        }
    }
    sriov_edu_fn_update_master(fn);
}

static void function_config_write(PCIDevice *pci, uint32_t addr, uint32_t val,
                                  int len)
{
    SriovEduFunction *fn = SRIOV_EDU_FN(pci);
    uint16_t pmcsr = pci_get_word(pci->config + SRIOV_EDU_PMCSR);

    trace_sriov_edu_config_write(pci->devfn, addr, len, val);
    sriov_edu_referee_access(fn);
    if (!sriov_edu_fn_answers(fn)) {
        return;
    }
    if (!sriov_edu_is_vf(fn) && sriov_edu_cap_covers(addr, len)) {
        sriov_edu_cap_write(fn->pf, addr, val, len);
        return;
    }
    sriov_edu_vf_migration_fn_written(fn);
    pci_default_write_config(pci, addr, val, len);
    pcie_aer_write_config(pci, addr, val, len);
    sriov_edu_fn_update_master(fn);
    if (ranges_overlap(addr, len, SRIOV_EDU_PMCSR, 2)) {
        function_write_pm(fn, pmcsr);
    }
    pcie_cap_flr_write_config(pci, addr, val, len);
}

static void function_init_pm(SriovEduFunction *fn)
{
    PCIDevice *pci = &fn->pci;
    bool keeps = sriov_edu_is_vf(fn) || fn->pf->props.no_soft_reset;

    pci_add_capability(pci, PCI_CAP_ID_PM, SRIOV_EDU_CAP_PM, PCI_PM_SIZEOF,
                       &error_abort);
    pci_set_word(pci->config + SRIOV_EDU_CAP_PM + PCI_PM_PMC, 3);
    pci_set_word(pci->config + SRIOV_EDU_PMCSR,
                 keeps ? PCI_PM_CTRL_NO_SOFT_RESET : 0);
    pci_set_word(pci->wmask + SRIOV_EDU_PMCSR, PCI_PM_CTRL_STATE_MASK);
}

static bool function_init_config(SriovEduFunction *fn, Error **errp)
{
    PCIDevice *pci = &fn->pci;

    /* By default, QEMU lets the guest write bytes that are in no capability. */
    memset(pci->wmask + PCI_CONFIG_HEADER_SIZE, 0,
           PCIE_CONFIG_SPACE_SIZE - PCI_CONFIG_HEADER_SIZE);

    function_init_pm(fn);
    pcie_endpoint_cap_init(pci, SRIOV_EDU_CAP_EXP);
    pcie_cap_deverr_init(pci);
    pcie_cap_flr_init(pci);
    if (pcie_aer_init(pci, PCI_ERR_VER, SRIOV_EDU_CAP_AER, PCI_ERR_SIZEOF,
                      errp) < 0) {
        return false;
    }
    pcie_ari_init(pci, SRIOV_EDU_CAP_ARI);
    /*
     * ACS with no bit set: the function does not access its neighbours, so an
     * operating system may assign VFs to different users.
     */
    pcie_add_capability(pci, PCI_EXT_CAP_ID_ACS, 1, SRIOV_EDU_CAP_ACS,
                        PCI_ACS_SIZEOF);

    /* Read-only to the guest, but may differ between a snapshot's two sides. */
    pci_set_word(pci->cmask + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVSTA, 0);
    pci_set_word(pci->cmask + SRIOV_EDU_CAP_ARI + PCI_ARI_CAP, 0);
    return true;
}

/*
 * BARs
 */

/* MSI-X table and PBA are not mapped: accesses come through bar[1]. */
static void function_init_bars(SriovEduFunction *fn, const uint64_t *size)
{
    memory_region_init_io(&fn->bar[0], OBJECT(fn), &sriov_edu_regs_ops, fn,
                          "sriov-edu-regs", size[0]);
    memory_region_init_io(&fn->bar[1], OBJECT(fn), &sriov_edu_vectors_ops, fn,
                          "sriov-edu-msix", size[1]);
    memory_region_init(&fn->vectors, OBJECT(fn), "sriov-edu-vectors", size[1]);
}

static void function_register_bars(SriovEduFunction *fn)
{
    uint8_t type = PCI_BASE_ADDRESS_MEM_TYPE_64;

    if (sriov_edu_is_vf(fn)) {
        type |= PCI_BASE_ADDRESS_MEM_PREFETCH;
    }
    pci_register_bar(&fn->pci, SRIOV_EDU_BAR_REGS, type, &fn->bar[0]);
    pci_register_bar(&fn->pci, SRIOV_EDU_BAR_MSIX, type, &fn->bar[1]);
}

static bool function_init_msix(SriovEduFunction *fn, unsigned int vectors,
                               uint64_t size, Error **errp)
{
    unsigned int i;

    if (msix_init(&fn->pci, vectors, &fn->vectors, SRIOV_EDU_BAR_MSIX, 0,
                  &fn->vectors, SRIOV_EDU_BAR_MSIX, size / 2,
                  SRIOV_EDU_CAP_MSIX, errp) < 0) {
        return false;
    }
    /* The guard is for accesses from outside: bar[1] has it. */
    fn->pci.msix_table_mmio.disable_reentrancy_guard = true;
    fn->pci.msix_pba_mmio.disable_reentrancy_guard = true;
    for (i = 0; i < vectors; i++) {
        msix_vector_use(&fn->pci, i);
    }
    return true;
}

/*
 * @bar_size: the sizes of BAR 0 and BAR 2
 * @vectors: the greatest number of MSI-X vectors that the function can have
 */
bool sriov_edu_function_init(SriovEduFunction *fn, const uint64_t *bar_size,
                             unsigned int vectors, Error **errp)
{
    function_init_bars(fn, bar_size);
    fn->hidden = g_malloc0(PCIE_CONFIG_SPACE_SIZE);
    if (!function_init_config(fn, errp) ||
        !function_init_msix(fn, vectors, bar_size[1], errp)) {
        pcie_aer_exit(&fn->pci);
        g_free(fn->hidden);
        return false;
    }
    fn->flr_at = SRIOV_EDU_NEVER;
    sriov_edu_engine_init(fn);
    function_register_bars(fn);
    return true;
}

void sriov_edu_function_exit(SriovEduFunction *fn)
{
    sriov_edu_engine_exit(fn);
    msix_uninit(&fn->pci, &fn->vectors, &fn->vectors);
    pcie_aer_exit(&fn->pci);
    g_free(fn->hidden);
}

void sriov_edu_function_reset(SriovEduFunction *fn)
{
    PCIDevice *pci = &fn->pci;

    sriov_edu_engine_reset(fn);
    sriov_edu_irq_reset(fn);
    pcie_cap_deverr_reset(pci);
    pci_set_word(pci->config + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVCTL2, 0);
    pci_word_test_and_clear_mask(pci->config + SRIOV_EDU_PMCSR,
                                 PCI_PM_CTRL_STATE_MASK);
    /* pci.c clears Bus Master Enable, but leaves this region enabled. */
    memory_region_set_enabled(&pci->bus_master_enable_region, false);
    fn->flr_at = sriov_edu_fn_in_flr(fn) ? sriov_edu_now() : SRIOV_EDU_NEVER;
}

static void function_class_init(ObjectClass *class, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);

    pc->vendor_id = SRIOV_EDU_VENDOR_ID;
    pc->class_id = SRIOV_EDU_CLASS;
    pc->config_read = function_config_read;
    pc->config_write = function_config_write;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo function_info = {
    .name = TYPE_SRIOV_EDU_FUNCTION,
    .parent = TYPE_PCI_DEVICE,
    .instance_size = sizeof(SriovEduFunction),
    .class_init = function_class_init,
    .abstract = true,
    .interfaces = (InterfaceInfo[]) {
        { INTERFACE_PCIE_DEVICE },
        { }
    },
};

static void function_register_types(void)
{
    type_register_static(&function_info);
}

type_init(function_register_types)
