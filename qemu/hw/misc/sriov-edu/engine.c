/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the engine.
 *
 * Floor: 3
 *
 *           CMD written               timer, LATENCY later
 *    idle ---------------> busy: waiting ---------------> busy: a step
 *     ^                                                    |  ^   | more to do:
 *     |                                                    |  +---+ timer, now
 *     +------ error, or all done: DONE, INT_DMA -----------+
 *
 * A VF that is not at LIVE_RUN has no timer: paused_ns is what was left of it.
 *
 * A reset, with which a VF is also disabled, stops the timer, which leads to idle
 * from every state.  Between two steps the main loop runs, so that a long copy does
 * not stall the virtual machine and the PF can disable the VF meanwhile.
 */

#include "qemu/osdep.h"
#include <zlib.h>
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie.h"
#include "sriov_edu.h"
#include "trace.h"

#define STEP_SIZE  (64 * KiB)
#define PIECE_SIZE (4 * KiB)

#define ERROR_SHIFT ctz32(SRIOV_EDU_STATUS_ERROR)

static void engine_set_trpnd(SriovEduFunction *fn, bool busy)
{
    uint8_t *devsta = fn->pci.config + SRIOV_EDU_CAP_EXP + PCI_EXP_DEVSTA;

    if (busy) {
        pci_word_test_and_set_mask(devsta, PCI_EXP_DEVSTA_TRPND);
    } else {
        pci_word_test_and_clear_mask(devsta, PCI_EXP_DEVSTA_TRPND);
    }
}

static void engine_set_busy(SriovEduFunction *fn, bool busy)
{
    if (busy) {
        fn->engine.status = SRIOV_EDU_STATUS_BUSY;
    } else {
        fn->engine.status &= ~SRIOV_EDU_STATUS_BUSY;
    }
    engine_set_trpnd(fn, busy);
}

static uint32_t engine_quota(const SriovEduFunction *fn)
{
    return sriov_edu_is_vf(fn) ? fn->pf->vf[fn->vf_id].quota
                               : SRIOV_EDU_MAX_LEN;
}

static bool engine_is_enabled(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) ||
           fn->pf->vf[fn->vf_id].ctrl & SRIOV_EDU_VF_CTRL_ENABLE;
}

static bool engine_wraps(uint64_t addr, uint32_t len)
{
    return addr + len - 1 < addr;
}

/* The conditions, in the order of the register document */
static unsigned int engine_check(const SriovEduFunction *fn)
{
    const SriovEduEngine *e = &fn->engine;

    if (e->run_cmd != SRIOV_EDU_CMD_COPY && e->run_cmd != SRIOV_EDU_CMD_CRC) {
        return SRIOV_EDU_ERR_COMMAND;
    }
    if (!e->run_len || e->run_len > SRIOV_EDU_MAX_LEN) {
        return SRIOV_EDU_ERR_LENGTH;
    }
    if (!sriov_edu_fn_is_active(fn)) {
        return SRIOV_EDU_ERR_INACTIVE;
    }
    if (!engine_is_enabled(fn)) {
        return SRIOV_EDU_ERR_DISABLED;
    }
    if (e->run_len > engine_quota(fn)) {
        return SRIOV_EDU_ERR_QUOTA;
    }
    if (!sriov_edu_fn_is_master(fn) || !sriov_edu_fn_in_d0(fn)) {
        return SRIOV_EDU_ERR_MASTER;
    }
    if (engine_wraps(e->run_src, e->run_len)) {
        return SRIOV_EDU_ERR_SRC;
    }
    if (e->run_cmd == SRIOV_EDU_CMD_COPY &&
        engine_wraps(e->run_dst, e->run_len)) {
        return SRIOV_EDU_ERR_DST;
    }
    return SRIOV_EDU_OK;
}

static unsigned int engine_do_piece(SriovEduFunction *fn, uint32_t len)
{
    SriovEduEngine *e = &fn->engine;
    uint8_t buf[PIECE_SIZE];

    if (!sriov_edu_fn_dma(fn, e->run_src + e->run_done, buf, len,
                          DMA_DIRECTION_TO_DEVICE)) {
        return SRIOV_EDU_ERR_SRC;
    }
    if (e->run_cmd == SRIOV_EDU_CMD_COPY) {
        sriov_edu_pages_written(fn, e->run_dst + e->run_done, len);
        if (!sriov_edu_fn_dma(fn, e->run_dst + e->run_done, buf, len,
                              DMA_DIRECTION_FROM_DEVICE)) {
            return SRIOV_EDU_ERR_DST;
        }
    }
    e->run_crc = crc32(e->run_crc, buf, len);
    e->run_done += len;
    return SRIOV_EDU_OK;
}

static void engine_finish(SriovEduFunction *fn, unsigned int error)
{
    SriovEduEngine *e = &fn->engine;

    engine_set_busy(fn, false);
    e->status |= SRIOV_EDU_STATUS_DONE | error << ERROR_SHIFT;
    e->crc = error ? 0 : e->run_crc;
    e->completions++;
    trace_sriov_edu_dma_end(sriov_edu_fn_number(fn), error, e->run_done,
                            e->crc);
    sriov_edu_irq_raise(fn, SRIOV_EDU_INT_DMA);
}

static void engine_step(void *opaque)
{
    SriovEduFunction *fn = opaque;
    SriovEduEngine *e = &fn->engine;
    uint32_t end = MIN(e->run_len, e->run_done + STEP_SIZE);
    unsigned int error = engine_check(fn);

    while (!error && e->run_done < end) {
        error = engine_do_piece(fn, MIN(PIECE_SIZE, end - e->run_done));
    }
    if (error || e->run_done == e->run_len) {
        engine_finish(fn, error);
    } else {
        timer_mod_ns(e->timer, sriov_edu_now());
    }
}

static void engine_start(SriovEduFunction *fn, uint32_t cmd)
{
    SriovEduEngine *e = &fn->engine;

    if (sriov_edu_is_vf(fn)) {
        if (!engine_is_enabled(fn) || !sriov_edu_fn_is_master(fn) ||
            !sriov_edu_fn_is_active(fn)) {
            sriov_edu_referee_breach(fn, SRIOV_EDU_REF_VF_REQUEST);
        }
    }
    if (e->status & SRIOV_EDU_STATUS_BUSY) {
        sriov_edu_guest_error(fn, "command %u dropped: engine is busy", cmd);
        e->status |= SRIOV_EDU_STATUS_OVERRUN;
        return;
    }
    engine_set_busy(fn, true);
    e->crc = 0;
    e->run_cmd = cmd;
    e->run_src = e->src;
    e->run_dst = e->dst;
    e->run_len = e->len;
    e->run_done = 0;
    e->run_crc = crc32(0, NULL, 0);
    trace_sriov_edu_dma_start(sriov_edu_fn_number(fn), cmd, e->src, e->dst,
                              e->len);
    e->paused_ns = (int64_t)e->latency * SCALE_US;
    sriov_edu_engine_go_on(fn);
}

/* How long until the running command's next step; 0 if there is none */
int64_t sriov_edu_engine_left_ns(const SriovEduFunction *fn)
{
    const SriovEduEngine *e = &fn->engine;

    if (!(e->status & SRIOV_EDU_STATUS_BUSY)) {
        return 0;
    }
    if (!timer_pending(e->timer)) {
        return e->paused_ns;
    }
    return MAX((int64_t)timer_expire_time_ns(e->timer) - sriov_edu_now(), 0);
}

/* Live migration: stops the running command before its next step, if there is one. */
void sriov_edu_engine_pause(SriovEduFunction *fn)
{
    fn->engine.paused_ns = sriov_edu_engine_left_ns(fn);
    timer_del(fn->engine.timer);
}

void sriov_edu_engine_go_on(SriovEduFunction *fn)
{
    SriovEduEngine *e = &fn->engine;

    if (e->status & SRIOV_EDU_STATUS_BUSY && !timer_pending(e->timer) &&
        sriov_edu_fn_live_level(fn) == SRIOV_EDU_LIVE_RUN) {
        timer_mod_ns(e->timer, sriov_edu_now() + e->paused_ns);
    }
}

/* Gives a function that is paused the state of another one. */
void sriov_edu_engine_load(SriovEduFunction *fn, const SriovEduEngine *from)
{
    QEMUTimer *timer = fn->engine.timer;

    fn->engine = *from;
    fn->engine.timer = timer;
    engine_set_trpnd(fn, from->status & SRIOV_EDU_STATUS_BUSY);
}

/* Can a function be in this state, as far as one can see without its timer? */
bool sriov_edu_engine_is_valid(const SriovEduEngine *e)
{
    return e->run_done <= e->run_len && e->latency <= SRIOV_EDU_LATENCY_MAX &&
           e->paused_ns >= 0 &&
           e->paused_ns <= (int64_t)SRIOV_EDU_LATENCY_MAX * SCALE_US &&
           !(e->status & ~(SRIOV_EDU_STATUS_BUSY | SRIOV_EDU_STATUS_DONE |
                           SRIOV_EDU_STATUS_OVERRUN | SRIOV_EDU_STATUS_ERROR));
}

static void engine_write_latency(SriovEduFunction *fn, uint32_t val)
{
    if (val > SRIOV_EDU_LATENCY_MAX) {
        sriov_edu_guest_error(fn, "LATENCY of %u is too long", val);
        return;
    }
    fn->engine.latency = val;
}

static uint32_t engine_pf_features(const SriovEduPf *pf)
{
    return SRIOV_EDU_FEATURE_MGMT | SRIOV_EDU_FEATURE_REFEREE |
           SRIOV_EDU_FEATURE_LIVE |
           (pf->props.vf_migration ? SRIOV_EDU_FEATURE_MIGRATION : 0);
}

uint32_t sriov_edu_engine_read(SriovEduFunction *fn, hwaddr addr)
{
    const SriovEduEngine *e = &fn->engine;

    switch (addr) {
    case SRIOV_EDU_ID:
        return SRIOV_EDU_ID_MAGIC;
    case SRIOV_EDU_VERSION:
        return SRIOV_EDU_VERSION_1_0;
    case SRIOV_EDU_FUNCTION:
        return sriov_edu_is_vf(fn) ? SRIOV_EDU_FUNCTION_VF | fn->vf_id : 0;
    case SRIOV_EDU_FEATURES:
        return sriov_edu_is_vf(fn) ? 0 : engine_pf_features(fn->pf);
    case SRIOV_EDU_SCRATCH:
        return e->scratch;
    case SRIOV_EDU_RESETS:
        return sriov_edu_is_vf(fn) ? fn->pf->vf[fn->vf_id].resets
                                   : fn->pf->resets;
    case SRIOV_EDU_VECTORS:
        return sriov_edu_fn_vectors(fn);
    case SRIOV_EDU_QUOTA:
        return engine_quota(fn);
    case SRIOV_EDU_SRC_LO:
        return extract64(e->src, 0, 32);
    case SRIOV_EDU_SRC_HI:
        return extract64(e->src, 32, 32);
    case SRIOV_EDU_DST_LO:
        return extract64(e->dst, 0, 32);
    case SRIOV_EDU_DST_HI:
        return extract64(e->dst, 32, 32);
    case SRIOV_EDU_LEN:
        return e->len;
    case SRIOV_EDU_STATUS:
        return e->status;
    case SRIOV_EDU_CRC:
        return e->crc;
    case SRIOV_EDU_COMPLETIONS:
        return e->completions;
    case SRIOV_EDU_LATENCY:
        return e->latency;
    default:
        return 0;
    }
}

bool sriov_edu_engine_write(SriovEduFunction *fn, hwaddr addr, uint32_t val)
{
    SriovEduEngine *e = &fn->engine;

    switch (addr) {
    case SRIOV_EDU_SCRATCH:
        e->scratch = val;
        return true;
    case SRIOV_EDU_SRC_LO:
        e->src = deposit64(e->src, 0, 32, val);
        return true;
    case SRIOV_EDU_SRC_HI:
        e->src = deposit64(e->src, 32, 32, val);
        return true;
    case SRIOV_EDU_DST_LO:
        e->dst = deposit64(e->dst, 0, 32, val);
        return true;
    case SRIOV_EDU_DST_HI:
        e->dst = deposit64(e->dst, 32, 32, val);
        return true;
    case SRIOV_EDU_LEN:
        e->len = val;
        return true;
    case SRIOV_EDU_CMD:
        engine_start(fn, val);
        return true;
    case SRIOV_EDU_LATENCY:
        engine_write_latency(fn, val);
        return true;
    default:
        return false;
    }
}

void sriov_edu_engine_init(SriovEduFunction *fn)
{
    fn->engine.timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, engine_step, fn);
}

void sriov_edu_engine_exit(SriovEduFunction *fn)
{
    timer_free(fn->engine.timer);
}

void sriov_edu_engine_reset(SriovEduFunction *fn)
{
    QEMUTimer *timer = fn->engine.timer;

    timer_del(timer);
    engine_set_busy(fn, false);
    fn->engine = (SriovEduEngine) { .timer = timer };
}
