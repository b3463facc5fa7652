/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the data structures and functions that its files share.
 *
 * The contract of the device is Documentation/misc-devices/sriov-edu.rst.
 * Section numbers in all files are those of the PCI Express Base Specification,
 * revision 6.0.
 *
 * A PF and each of its VFs is a SriovEduFunction.  The files are on floors: one
 * uses the functions of lower floors, never those of a higher one.
 *
 *   8  pf                  vf
 *   7  function: config space, BARs            vmstate
 *   6  regs: BARs          array: VF Migration State Array
 *   5  vf_migration_master: the device's other master
 *   4  cap: the SR-IOV capability, which enables and disables VFs
 *      live: live migration of VFs
 *   3  engine              mgmt: the PF's registers for VFs
 *   2  mailbox             vf_migration: its state machine
 *   1  irq                 referee             props
 *   0  fn: facts about a function              rtr         misbehave
 *      pages: sets of pages
 *
 * QEMU creates TotalVFs VFs with the PF and removes them with it.  VF Enable
 * enables NumVFs of them (cap.c); a VF that is not enabled has no memory, is not
 * found by config cycles, and is reset when it is enabled.  sriov_edu_vf() finds
 * an enabled VF, or returns NULL.  State that outlives VF Enable is in the PF.
 *
 * All code runs under the big QEMU lock.  DMA accesses RAM only (engine.c), but
 * an MSI-X message goes wherever the guest directs it, for example to SR-IOV
 * Control in the PF's config space.  So a function that sends one must not
 * depend on VF Enable afterwards.
 */
#ifndef HW_MISC_SRIOV_EDU_H
#define HW_MISC_SRIOV_EDU_H

#include "hw/pci/pci_device.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "qom/object.h"
#include "standard-headers/linux/sriov_edu_regs.h"

#define TYPE_SRIOV_EDU_FUNCTION "sriov-edu-function"
#define TYPE_SRIOV_EDU_PF       "sriov-edu"
#define TYPE_SRIOV_EDU_VF       "sriov-edu-vf"

typedef struct SriovEduFunction SriovEduFunction;
typedef struct SriovEduPf SriovEduPf;

DECLARE_INSTANCE_CHECKER(SriovEduFunction, SRIOV_EDU_FN,
                         TYPE_SRIOV_EDU_FUNCTION)
DECLARE_INSTANCE_CHECKER(SriovEduPf, SRIOV_EDU_PF, TYPE_SRIOV_EDU_PF)

#define SRIOV_EDU_MAX_VECTORS  256     /* INT_VECTOR has a byte for each bit */
#define SRIOV_EDU_MSIX_SIZE    (8 * KiB)        /* the PF's BAR 2 */
/*
 * BAR 2 with VF Migration: the array has 8 KiB of its own behind the PBA, which
 * is in the middle.
 */
#define SRIOV_EDU_MSIX_AND_ARRAY_SIZE (32 * KiB)
#define SRIOV_EDU_ARRAY_SIZE   (8 * KiB)
#define SRIOV_EDU_NEVER        (-1)
/* Of the registers that the PF has for a VF, of management and of live migration */
#define SRIOV_EDU_BLOCK_SIZE   0x40

/*
 * Offsets of the capabilities.  None may be at SR-IOV + 0x40: when QEMU resets
 * the BARs of a VF, it writes beyond the end of that capability.
 */
enum {
    SRIOV_EDU_CAP_PM    = 0x60,
    SRIOV_EDU_CAP_EXP   = 0x80,
    SRIOV_EDU_CAP_MSIX  = 0xd0,
    SRIOV_EDU_CAP_AER   = 0x100,
    SRIOV_EDU_CAP_ARI   = 0x150,
    SRIOV_EDU_CAP_ACS   = 0x158,
    SRIOV_EDU_CAP_RTR   = 0x160,
    SRIOV_EDU_CAP_SRIOV = 0x180,
};

#define SRIOV_EDU_PMCSR (SRIOV_EDU_CAP_PM + PCI_PM_CTRL)

typedef struct SriovEduEngine {
    uint32_t scratch;
    uint64_t src;
    uint64_t dst;
    uint32_t len;
    uint32_t status;
    uint32_t crc;
    uint32_t completions;
    uint32_t latency;

    /* The running command, as it was when CMD was written */
    uint32_t run_cmd;
    uint64_t run_src;
    uint64_t run_dst;
    uint32_t run_len;
    uint32_t run_done;  /* bytes */
    uint32_t run_crc;
    int64_t paused_ns;  /* what was left of the timer when it was stopped */
    QEMUTimer *timer;
} SriovEduEngine;

typedef struct SriovEduIrq {
    uint32_t status;
    uint32_t enable;
    uint32_t vector;
    uint32_t count;
} SriovEduIrq;

struct SriovEduFunction {
    PCIDevice pci;

    SriovEduPf *pf;     /* in the PF: the PF itself */
    uint16_t vf_id;     /* of a VF */

    MemoryRegion bar[2];        /* BAR 0 and BAR 2 */
    MemoryRegion vectors;       /* MSI-X table and PBA; regs.c forwards to it */
    uint8_t *hidden;    /* mask of config space: reads as 0 to the guest */
    uint8_t *initial;   /* config space of a VF when it is enabled */

    SriovEduEngine engine;
    SriovEduIrq irq;

    int64_t flr_at;     /* time of the last FLR, or SRIOV_EDU_NEVER */
    int64_t ready_at;   /* the function answers from this time on */
};

/* One direction of a mailbox */
typedef struct SriovEduRoom {
    uint32_t word[SRIOV_EDU_MBX_WORDS];
    uint32_t full;      /* 0 or SRIOV_EDU_MBX_FULL */
} SriovEduRoom;

/* The state of a VF that the PF keeps, whether the VF exists or not */
typedef struct SriovEduVfState {
    uint32_t ctrl;
    uint32_t quota;
    uint32_t msix;
    uint32_t resets;
    SriovEduRoom to_pf;
    SriovEduRoom to_vf;
} SriovEduVfState;

/* At least the length of a state, see live.c */
#define SRIOV_EDU_LIVE_STATE_MAX 256

/* Live migration of a VF */
typedef struct SriovEduLive {
    uint32_t level;
    uint64_t addr;
    uint32_t len;
    uint32_t result;
    uint32_t count;
    uint32_t log;
    uint64_t iova;
    uint32_t num_pages;
    bool loaded;        /* and has not run since */
    bool overflow;
    GHashTable *pages;  /* the log: numbers of pages, or NULL if empty */
    uint8_t saved[SRIOV_EDU_LIVE_STATE_MAX];
} SriovEduLive;

typedef struct SriovEduReferee {
    uint32_t count[SRIOV_EDU_REF_KINDS];
    uint32_t last;
    uint32_t pages_of;  /* REFEREE_PAGES */
    uint64_t page;      /* address of the page in question */
    GHashTable *pages;  /* numbers of pages, or NULL if empty */
    int64_t vf_enabled_at;      /* or SRIOV_EDU_NEVER */
    int64_t vf_disabled_at;     /* by software, or SRIOV_EDU_NEVER */
} SriovEduReferee;

typedef struct SriovEduVfMigration {
    uint8_t state[SRIOV_EDU_MAX_VFS];   /* PCI_SRIOV_VFM_UA and so on */
    uint8_t unreset[SRIOV_EDU_MAX_VFS]; /* does the VF need an FLR? */
    uint32_t result;
    uint32_t ambush;
    uint32_t count[SRIOV_EDU_MIGRATION_KINDS];
    uint32_t ignored;
    uint32_t messages;
} SriovEduVfMigration;

typedef struct SriovEduMisbehave {
    bool vfe_stuck;
    bool numvfs_stuck;
    bool zero_offset;
    bool zero_stride;
    bool no_page_size;
    bool vf_has_sriov;
    bool array_no_bar;
    bool array_beyond;
    bool initial_beyond;
    bool live_hangs;
    bool live_save_fails;
    bool live_load_fails;
    bool live_larger;
    bool live_overflows;
    uint32_t silent_vf[SRIOV_EDU_BITMAP_WORDS];
} SriovEduMisbehave;

typedef struct SriovEduProps {
    uint32_t total_vfs;
    int32_t initial_vfs;            /* -1 until it is checked: total_vfs */
    bool vf_migration;
    int32_t vf_migration_vector;    /* -1 until it is checked: the last */
    uint32_t vf_offset;
    uint32_t vf_stride;
    uint64_t vf_bar_size[2];
    uint32_t vectors;
    uint32_t vf_vectors;
    uint32_t vf_msix_max;
    uint32_t vf_msix_total;
    uint32_t vf_ready_ms;
    uint32_t referee_slack_ms;
    bool vf_rtr;
    bool no_soft_reset;
    char *misbehave;
} SriovEduProps;

struct SriovEduPf {
    SriovEduFunction fn;

    SriovEduProps props;
    SriovEduMisbehave misbehave;
    SriovEduReferee referee;
    SriovEduVfMigration migration;
    MemoryRegion array;     /* the VF Migration State Array, in BAR 2 */

    /* Registers of the SR-IOV capability that QEMU must not see: see cap.c */
    uint32_t ctrl;          /* SR-IOV Control, SR-IOV Status in the upper half */
    uint16_t num_vfs;

    bool powered;       /* the reset at power-on is done */
    uint32_t resets;
    uint32_t vf_reset[SRIOV_EDU_BITMAP_WORDS];
    SriovEduVfState vf[SRIOV_EDU_MAX_VFS];
    SriovEduLive live[SRIOV_EDU_MAX_VFS];
};

static inline bool sriov_edu_is_vf(const SriovEduFunction *fn)
{
    return pci_is_vf(&fn->pci);
}

/* The number of a function in REFEREE_LAST and in trace events */
static inline unsigned int sriov_edu_fn_number(const SriovEduFunction *fn)
{
    return sriov_edu_is_vf(fn) ? fn->vf_id + 1 : 0;
}

static inline bool sriov_edu_bit(const uint32_t *map, unsigned int n)
{
    return map[n / 32] >> n % 32 & 1;
}

static inline int64_t sriov_edu_now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

/*
 * Floor 0
 */

/* fn.c, floor 0 */
void sriov_edu_guest_error(const SriovEduFunction *fn, const char *fmt, ...)
    G_GNUC_PRINTF(2, 3);
SriovEduFunction *sriov_edu_vf(SriovEduPf *pf, unsigned int vf_id);
SriovEduFunction *sriov_edu_existing_vf(SriovEduPf *pf, unsigned int vf_id);
bool sriov_edu_in_block(const SriovEduPf *pf, hwaddr first, hwaddr addr,
                        unsigned int *vf_id);
bool sriov_edu_fn_dma(SriovEduFunction *fn, uint64_t addr, void *buf,
                      uint32_t len, DMADirection direction);
bool sriov_edu_ctrl_has(SriovEduPf *pf, uint16_t bits);
bool sriov_edu_fn_in_d0(const SriovEduFunction *fn);
bool sriov_edu_fn_is_master(const SriovEduFunction *fn);
bool sriov_edu_fn_in_flr(const SriovEduFunction *fn);
unsigned int sriov_edu_fn_vectors(const SriovEduFunction *fn);
bool sriov_edu_fn_exists(const SriovEduFunction *fn);
bool sriov_edu_fn_is_active(const SriovEduFunction *fn);
unsigned int sriov_edu_fn_live_level(const SriovEduFunction *fn);
bool sriov_edu_fn_answers(const SriovEduFunction *fn);
bool sriov_edu_fn_answers_in_bars(const SriovEduFunction *fn);
void sriov_edu_fn_update_master(SriovEduFunction *fn);
void sriov_edu_fn_not_ready(SriovEduFunction *fn, unsigned int ms);

/* misbehave.c, floor 0 */
bool sriov_edu_misbehave_parse(SriovEduPf *pf, Error **errp);

/* pages.c, floor 0 */
void sriov_edu_pages_clear(GHashTable **set);
bool sriov_edu_pages_has(GHashTable *set, uint64_t page);
void sriov_edu_pages_remove(GHashTable *set, uint64_t page);
uint32_t sriov_edu_pages_count(GHashTable *set);
void sriov_edu_pages_written(SriovEduFunction *fn, uint64_t addr, uint32_t len);

/* rtr.c, floor 0 */
void sriov_edu_rtr_init(SriovEduFunction *vf);
int64_t sriov_edu_rtr_limit(const SriovEduFunction *fn);

/*
 * Floor 1
 */

/* irq.c, floor 1 */
void sriov_edu_irq_update_table_size(SriovEduFunction *vf);
bool sriov_edu_irq_message(SriovEduFunction *fn, unsigned int vector);
void sriov_edu_irq_raise(SriovEduFunction *fn, uint32_t bit);
void sriov_edu_irq_send_again(SriovEduFunction *fn);
bool sriov_edu_irq_is_valid(const SriovEduIrq *irq);
void sriov_edu_irq_reset(SriovEduFunction *fn);
uint32_t sriov_edu_irq_read(SriovEduFunction *fn, hwaddr addr);
bool sriov_edu_irq_write(SriovEduFunction *fn, hwaddr addr, uint32_t val);

/* props.c, floor 1 */
bool sriov_edu_props_check(SriovEduPf *pf, Error **errp);

/* referee.c, floor 1 */
void sriov_edu_referee_init(SriovEduPf *pf);
void sriov_edu_referee_reset(SriovEduPf *pf);
void sriov_edu_referee_breach(SriovEduFunction *fn, unsigned int kind);
void sriov_edu_referee_access(SriovEduFunction *fn);
void sriov_edu_referee_config_read(SriovEduFunction *fn, uint32_t addr,
                                   int len);
void sriov_edu_referee_array_read(SriovEduPf *pf);
void sriov_edu_referee_d_state(SriovEduPf *pf);
void sriov_edu_referee_vf_enable(SriovEduPf *pf, bool enable);
uint32_t sriov_edu_referee_read(SriovEduPf *pf, hwaddr addr);
bool sriov_edu_referee_write(SriovEduPf *pf, hwaddr addr, uint32_t val);

/*
 * Floor 2
 */

/* mailbox.c, floor 2 */
bool sriov_edu_mailbox_write_word(SriovEduRoom *room,
                                  unsigned int i, uint32_t val);
void sriov_edu_mailbox_send(SriovEduFunction *from, SriovEduFunction *to,
                            SriovEduRoom *room, uint32_t val);
void sriov_edu_mailbox_free(SriovEduFunction *from, SriovEduRoom *room,
                            uint32_t val);
bool sriov_edu_mailbox_is_valid(const SriovEduRoom *room);
void sriov_edu_mailbox_empty(SriovEduPf *pf, unsigned int vf_id);
uint32_t sriov_edu_mailbox_read(SriovEduFunction *vf, hwaddr addr);
bool sriov_edu_mailbox_write(SriovEduFunction *vf, hwaddr addr, uint32_t val);

/* vf_migration.c, floor 2 */
void sriov_edu_vf_migration_begin(SriovEduPf *pf);
void sriov_edu_vf_migration_reset(SriovEduPf *pf);
uint32_t sriov_edu_vf_migration_command(SriovEduPf *pf, unsigned int kind,
                                        unsigned int vf_id);
void sriov_edu_vf_migration_message(SriovEduPf *pf);
uint8_t sriov_edu_vf_migration_state(SriovEduPf *pf, unsigned int vf_id);
void sriov_edu_vf_migration_write_state(SriovEduPf *pf, unsigned int vf_id,
                                        uint8_t to);
void sriov_edu_vf_migration_vf_was_reset(SriovEduPf *pf, unsigned int vf_id);
void sriov_edu_vf_migration_fn_written(SriovEduFunction *fn);
void sriov_edu_vf_migration_vf_used(SriovEduFunction *vf);

/*
 * Floor 3
 */

/* engine.c, floor 3 */
void sriov_edu_engine_init(SriovEduFunction *fn);
void sriov_edu_engine_exit(SriovEduFunction *fn);
void sriov_edu_engine_reset(SriovEduFunction *fn);
bool sriov_edu_engine_is_valid(const SriovEduEngine *e);
int64_t sriov_edu_engine_left_ns(const SriovEduFunction *fn);
void sriov_edu_engine_pause(SriovEduFunction *fn);
void sriov_edu_engine_go_on(SriovEduFunction *fn);
void sriov_edu_engine_load(SriovEduFunction *fn, const SriovEduEngine *from);
uint32_t sriov_edu_engine_read(SriovEduFunction *fn, hwaddr addr);
bool sriov_edu_engine_write(SriovEduFunction *fn, hwaddr addr, uint32_t val);

/* mgmt.c, floor 3 */
uint32_t sriov_edu_mgmt_read(SriovEduPf *pf, hwaddr addr);
bool sriov_edu_mgmt_write(SriovEduPf *pf, hwaddr addr, uint32_t val);
void sriov_edu_mgmt_reset(SriovEduPf *pf);
void sriov_edu_mgmt_vf_was_reset(SriovEduPf *pf, unsigned int vf_id);
void sriov_edu_mgmt_vf_disabled(SriovEduPf *pf, unsigned int vf_id);

/*
 * Floor 4
 */

/* live.c, floor 4 */
uint32_t sriov_edu_live_read(SriovEduPf *pf, hwaddr addr);
bool sriov_edu_live_write(SriovEduPf *pf, hwaddr addr, uint32_t val);
void sriov_edu_live_vf_was_reset(SriovEduPf *pf, unsigned int vf_id);
void sriov_edu_live_vf_disabled(SriovEduPf *pf, unsigned int vf_id);
void sriov_edu_live_reset(SriovEduPf *pf);

/* cap.c, floor 4 */
bool sriov_edu_cap_init(SriovEduPf *pf, Error **errp);
void sriov_edu_cap_exit(SriovEduPf *pf);
void sriov_edu_cap_reset(SriovEduPf *pf);
bool sriov_edu_cap_covers(uint32_t addr, int len);
uint32_t sriov_edu_cap_read(SriovEduPf *pf, uint32_t addr, int len);
void sriov_edu_cap_write(SriovEduPf *pf, uint32_t addr, uint32_t val, int len);
void sriov_edu_cap_set_vf_migration_status(SriovEduPf *pf);
void sriov_edu_cap_prepare_load(SriovEduPf *pf);
bool sriov_edu_cap_loaded(SriovEduPf *pf);
void sriov_edu_cap_init_in_vf(SriovEduFunction *vf);

/*
 * Floor 5
 */

/* vf_migration_master.c, floor 5 */
void sriov_edu_master_init(SriovEduPf *pf);
uint32_t sriov_edu_master_read(SriovEduPf *pf, hwaddr addr);
bool sriov_edu_master_write(SriovEduPf *pf, hwaddr addr, uint32_t val);
void sriov_edu_master_saw(SriovEduPf *pf, unsigned int vf_id, bool write);

/*
 * Floor 6
 */

/* array.c, floor 6 */
void sriov_edu_array_init(SriovEduPf *pf);
void sriov_edu_array_exit(SriovEduPf *pf);

/* regs.c, floor 6 */
extern const MemoryRegionOps sriov_edu_regs_ops;
extern const MemoryRegionOps sriov_edu_vectors_ops;

/*
 * Floor 7
 */

/* function.c, floor 7 */
bool sriov_edu_function_init(SriovEduFunction *fn, const uint64_t *bar_size,
                             unsigned int vectors, Error **errp);
void sriov_edu_function_exit(SriovEduFunction *fn);
void sriov_edu_function_reset(SriovEduFunction *fn);

/* vmstate.c, floor 7 */
extern const VMStateDescription sriov_edu_pf_vmstate;
extern const VMStateDescription sriov_edu_function_vmstate;

#endif /* HW_MISC_SRIOV_EDU_H */
