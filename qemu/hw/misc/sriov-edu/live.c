/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: live migration of VFs: the PF's registers that stop a VF, take its state,
 * give it a state, and read the log of pages that it writes.
 *
 * Floor: 4
 *
 * A state comes from another machine and is not trusted: one that no VF can be in
 * is refused before anything is changed.
 */

#include "qemu/osdep.h"
#include <zlib.h>
#include "hw/pci/pci_device.h"
#include "sriov_edu.h"
#include "trace.h"


#define STATE_MAGIC   0x564c5253     /* "SRLV" */
#define STATE_VERSION 1
#define HEADER_SIZE   16             /* magic, length, version, CRC */
#define TOO_MUCH      64             /* of misbehave=live-larger */

/* What a state consists of */
typedef struct LiveState {
    SriovEduEngine engine;      /* paused_ns: what is left of its timer */
    SriovEduIrq irq;
    SriovEduRoom to_pf;
    SriovEduRoom to_vf;
} LiveState;

#define PART(f) { offsetof(LiveState, f), sizeof(((LiveState *)NULL)->f) }
#define ROOM(r) PART(r.word[0]), PART(r.word[1]), PART(r.word[2]), \
                PART(r.word[3]), PART(r.full)

static const struct {
    uint16_t offset;
    uint16_t size;
} parts[] = {
    PART(engine.scratch),
    PART(engine.src),
    PART(engine.dst),
    PART(engine.len),
    PART(engine.status),
    PART(engine.crc),
    PART(engine.completions),
    PART(engine.latency),
    PART(engine.run_cmd),
    PART(engine.run_src),
    PART(engine.run_dst),
    PART(engine.run_len),
    PART(engine.run_done),
    PART(engine.run_crc),
    PART(engine.paused_ns),
    PART(irq.status),
    PART(irq.enable),
    PART(irq.vector),
    PART(irq.count),
    ROOM(to_pf),
    ROOM(to_vf),
};

QEMU_BUILD_BUG_ON(SRIOV_EDU_MBX_WORDS != 4);
QEMU_BUILD_BUG_ON(SRIOV_EDU_LIVE_BLOCK(1) - SRIOV_EDU_LIVE_BLOCK(0) !=
                  SRIOV_EDU_BLOCK_SIZE);

/* Of a state, with its header */
static uint32_t live_size(void)
{
    uint32_t size = HEADER_SIZE;
    int i;

    for (i = 0; i < ARRAY_SIZE(parts); i++) {
        size += parts[i].size;
    }
    assert(size <= SRIOV_EDU_LIVE_STATE_MAX);
    return size;
}

static void live_encode(SriovEduFunction *vf, uint8_t *buf)
{
    const SriovEduVfState *room = &vf->pf->vf[vf->vf_id];
    LiveState s = {
        .engine = vf->engine,
        .irq = vf->irq,
        .to_pf = room->to_pf,
        .to_vf = room->to_vf,
    };
    uint8_t *pos = buf + HEADER_SIZE;
    int i;

    s.engine.paused_ns = sriov_edu_engine_left_ns(vf);
    for (i = 0; i < ARRAY_SIZE(parts); i++) {
        void *field = (char *)&s + parts[i].offset;

        if (parts[i].size == 8) {
            stq_le_p(pos, *(uint64_t *)field);
        } else {
            stl_le_p(pos, *(uint32_t *)field);
        }
        pos += parts[i].size;
    }
    stl_le_p(buf, STATE_MAGIC);
    stl_le_p(buf + 4, live_size());
    stl_le_p(buf + 8, STATE_VERSION);
    stl_le_p(buf + 12, crc32(0, buf + HEADER_SIZE, live_size() - HEADER_SIZE));
}

static bool live_decode(const uint8_t *buf, LiveState *s)
{
    const uint8_t *pos = buf + HEADER_SIZE;
    uint32_t crc = ldl_le_p(buf + 12);
    int i;

    if (ldl_le_p(buf) != STATE_MAGIC || ldl_le_p(buf + 4) != live_size() ||
        ldl_le_p(buf + 8) != STATE_VERSION ||
        crc != crc32(0, pos, live_size() - HEADER_SIZE)) {
        return false;
    }
    for (i = 0; i < ARRAY_SIZE(parts); i++) {
        void *field = (char *)s + parts[i].offset;

        if (parts[i].size == 8) {
            *(uint64_t *)field = ldq_le_p(pos);
        } else {
            *(uint32_t *)field = ldl_le_p(pos);
        }
        pos += parts[i].size;
    }
    return true;
}

static bool live_is_valid(const LiveState *s)
{
    return sriov_edu_engine_is_valid(&s->engine) &&
           sriov_edu_irq_is_valid(&s->irq) &&
           sriov_edu_mailbox_is_valid(&s->to_pf) &&
           sriov_edu_mailbox_is_valid(&s->to_vf);
}

static bool live_has_changed(SriovEduFunction *vf)
{
    uint8_t now[SRIOV_EDU_LIVE_STATE_MAX];

    live_encode(vf, now);
    return memcmp(now, vf->pf->live[vf->vf_id].saved, live_size());
}

/* The buffer */
static bool live_transfer(SriovEduPf *pf, const SriovEduLive *live, void *buf,
                          uint32_t len, DMADirection direction)
{
    return sriov_edu_fn_is_master(&pf->fn) && sriov_edu_fn_in_d0(&pf->fn) &&
           sriov_edu_fn_dma(&pf->fn, live->addr, buf, len, direction);
}

/* Each command returns LIVE_RESULT, and stores LIVE_COUNT. */

static uint32_t live_save(SriovEduFunction *vf, SriovEduLive *live)
{
    uint8_t buf[SRIOV_EDU_LIVE_STATE_MAX + TOO_MUCH] = { };
    uint32_t len = live_size();

    if (vf->pf->misbehave.live_save_fails) {
        return SRIOV_EDU_LIVE_REFUSED;
    }
    if (live->len < len) {
        return SRIOV_EDU_LIVE_BAD_LEN;
    }
    live_encode(vf, buf);
    if (vf->pf->misbehave.live_larger) {
        len += TOO_MUCH;
    }
    if (!live_transfer(vf->pf, live, buf, MIN(len, live->len),
                       DMA_DIRECTION_FROM_DEVICE)) {
        return SRIOV_EDU_LIVE_BAD_DMA;
    }
    memcpy(live->saved, buf, live_size());
    live->count = len;
    return SRIOV_EDU_LIVE_DONE;
}

static uint32_t live_load(SriovEduFunction *vf, SriovEduLive *live)
{
    SriovEduVfState *room = &vf->pf->vf[vf->vf_id];
    uint8_t buf[SRIOV_EDU_LIVE_STATE_MAX];
    LiveState s = { };

    if (vf->pf->misbehave.live_load_fails) {
        return SRIOV_EDU_LIVE_REFUSED;
    }
    if (sriov_edu_fn_live_level(vf) != SRIOV_EDU_LIVE_STOP) {
        return SRIOV_EDU_LIVE_WRONG_LEVEL;
    }
    if (live->len != live_size()) {
        return SRIOV_EDU_LIVE_BAD_LEN;
    }
    if (!live_transfer(vf->pf, live, buf, live->len, DMA_DIRECTION_TO_DEVICE)) {
        return SRIOV_EDU_LIVE_BAD_DMA;
    }
    if (!live_decode(buf, &s) || !live_is_valid(&s)) {
        return SRIOV_EDU_LIVE_BAD_STATE;
    }
    sriov_edu_engine_load(vf, &s.engine);
    vf->irq = s.irq;
    room->to_pf = s.to_pf;
    room->to_vf = s.to_vf;
    live->loaded = true;
    live->count = live->len;
    return SRIOV_EDU_LIVE_DONE;
}

static uint32_t live_read_log(SriovEduFunction *vf, SriovEduLive *live)
{
    uint32_t len = DIV_ROUND_UP(live->num_pages, 64) * 8;
    uint64_t first = live->iova >> 12;
    uint8_t map[SRIOV_EDU_LIVE_PAGES_MAX / 8] = { };
    uint32_t i;

    if (!(live->log & SRIOV_EDU_LIVE_LOG_ON)) {
        return SRIOV_EDU_LIVE_REFUSED;
    }
    if (!live->num_pages || live->num_pages > SRIOV_EDU_LIVE_PAGES_MAX ||
        live->iova & 0xfff || first + live->num_pages - 1 > UINT64_MAX >> 12 ||
        live->len < len) {
        return SRIOV_EDU_LIVE_BAD_LEN;
    }
    for (i = 0; i < live->num_pages; i++) {
        if (live->overflow || sriov_edu_pages_has(live->pages, first + i)) {
            map[i / 8] |= 1 << i % 8;
        }
    }
    if (!live_transfer(vf->pf, live, map, len, DMA_DIRECTION_FROM_DEVICE)) {
        return SRIOV_EDU_LIVE_BAD_DMA;
    }
    for (i = 0; i < live->num_pages; i++) {
        sriov_edu_pages_remove(live->pages, first + i);
    }
    live->count = len;
    return SRIOV_EDU_LIVE_DONE;
}

static void live_command(SriovEduPf *pf, unsigned int vf_id, uint32_t cmd)
{
    SriovEduFunction *vf = sriov_edu_existing_vf(pf, vf_id);
    SriovEduLive *live = &pf->live[vf_id];

    live->count = 0;
    if (cmd < SRIOV_EDU_LIVE_SAVE || cmd > SRIOV_EDU_LIVE_READ_LOG) {
        live->result = SRIOV_EDU_LIVE_NO_COMMAND;
    } else if (!vf) {
        live->result = SRIOV_EDU_LIVE_NO_VF;
    } else if (cmd == SRIOV_EDU_LIVE_SAVE) {
        live->result = live_save(vf, live);
    } else if (cmd == SRIOV_EDU_LIVE_LOAD) {
        live->result = live_load(vf, live);
    } else {
        live->result = live_read_log(vf, live);
    }
    trace_sriov_edu_live_command(vf_id, cmd, live->result, live->count);
    if (live->result != SRIOV_EDU_LIVE_DONE) {
        sriov_edu_guest_error(&pf->fn, "LIVE_CMD %u for VF %u: result %u", cmd,
                              vf_id, live->result);
    }
}

/* The messages that were sent may have been lost on the way from the other VF. */
static void live_first_run(SriovEduFunction *vf)
{
    SriovEduLive *live = &vf->pf->live[vf->vf_id];

    if (!live->loaded) {
        return;
    }
    live->loaded = false;
    if (vf->pf->vf[vf->vf_id].to_pf.full) {
        sriov_edu_irq_raise(&vf->pf->fn, SRIOV_EDU_INT_MAILBOX);
    }
    sriov_edu_irq_send_again(vf);
}

static bool live_set_level(SriovEduPf *pf, unsigned int vf_id, uint32_t level)
{
    SriovEduFunction *vf = sriov_edu_existing_vf(pf, vf_id);

    if (level > SRIOV_EDU_LIVE_STOP || !vf) {
        return false;
    }
    trace_sriov_edu_live_level(vf_id, level);
    pf->live[vf_id].level = level;
    if (sriov_edu_fn_live_level(vf) == SRIOV_EDU_LIVE_RUN) {
        sriov_edu_engine_go_on(vf);
        live_first_run(vf);
    } else {
        sriov_edu_engine_pause(vf);
    }
    return true;
}

static void live_set_log(SriovEduLive *live, uint32_t val)
{
    live->log = val & SRIOV_EDU_LIVE_LOG_ON;
    live->overflow = false;
    sriov_edu_pages_clear(&live->pages);
}

static uint32_t live_status(SriovEduPf *pf, unsigned int vf_id)
{
    SriovEduFunction *vf = sriov_edu_existing_vf(pf, vf_id);
    uint32_t status = 0;

    if (!vf) {
        return 0;
    }
    status = sriov_edu_fn_live_level(vf);
    if (live_has_changed(vf)) {
        status |= SRIOV_EDU_LIVE_STATUS_CHANGED;
    }
    if (pf->live[vf_id].overflow) {
        status |= SRIOV_EDU_LIVE_STATUS_OVERFLOW;
    }
    return status;
}

uint32_t sriov_edu_live_read(SriovEduPf *pf, hwaddr addr)
{
    const SriovEduLive *live;
    unsigned int vf_id;

    if (!sriov_edu_in_block(pf, SRIOV_EDU_LIVE_BLOCK(0), addr, &vf_id)) {
        return 0;
    }
    live = &pf->live[vf_id];
    switch (addr % SRIOV_EDU_BLOCK_SIZE) {
    case SRIOV_EDU_LIVE_LEVEL:
        return live->level;
    case SRIOV_EDU_LIVE_STATUS:
        return live_status(pf, vf_id);
    case SRIOV_EDU_LIVE_SIZE:
        return live_size();
    case SRIOV_EDU_LIVE_ADDR_LO:
        return extract64(live->addr, 0, 32);
    case SRIOV_EDU_LIVE_ADDR_HI:
        return extract64(live->addr, 32, 32);
    case SRIOV_EDU_LIVE_LEN:
        return live->len;
    case SRIOV_EDU_LIVE_RESULT:
        return live->result;
    case SRIOV_EDU_LIVE_COUNT:
        return live->count;
    case SRIOV_EDU_LIVE_LOG:
        return live->log;
    case SRIOV_EDU_LIVE_IOVA_LO:
        return extract64(live->iova, 0, 32);
    case SRIOV_EDU_LIVE_IOVA_HI:
        return extract64(live->iova, 32, 32);
    case SRIOV_EDU_LIVE_PAGES:
        return live->num_pages;
    default:
        return 0;
    }
}

bool sriov_edu_live_write(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    SriovEduLive *live;
    unsigned int vf_id;

    if (!sriov_edu_in_block(pf, SRIOV_EDU_LIVE_BLOCK(0), addr, &vf_id)) {
        return false;
    }
    live = &pf->live[vf_id];
    switch (addr % SRIOV_EDU_BLOCK_SIZE) {
    case SRIOV_EDU_LIVE_LEVEL:
        return live_set_level(pf, vf_id, val);
    case SRIOV_EDU_LIVE_ADDR_LO:
        live->addr = deposit64(live->addr, 0, 32, val);
        return true;
    case SRIOV_EDU_LIVE_ADDR_HI:
        live->addr = deposit64(live->addr, 32, 32, val);
        return true;
    case SRIOV_EDU_LIVE_LEN:
        live->len = val;
        return true;
    case SRIOV_EDU_LIVE_CMD:
        live_command(pf, vf_id, val);
        return true;
    case SRIOV_EDU_LIVE_LOG:
        live_set_log(live, val);
        return true;
    case SRIOV_EDU_LIVE_IOVA_LO:
        live->iova = deposit64(live->iova, 0, 32, val);
        return true;
    case SRIOV_EDU_LIVE_IOVA_HI:
        live->iova = deposit64(live->iova, 32, 32, val);
        return true;
    case SRIOV_EDU_LIVE_PAGES:
        live->num_pages = val;
        return true;
    default:
        return false;
    }
}

/* Call before the VF itself is reset. */
void sriov_edu_live_vf_was_reset(SriovEduPf *pf, unsigned int vf_id)
{
    pf->live[vf_id].level = SRIOV_EDU_LIVE_RUN;
    pf->live[vf_id].loaded = false;
}

void sriov_edu_live_vf_disabled(SriovEduPf *pf, unsigned int vf_id)
{
    sriov_edu_pages_clear(&pf->live[vf_id].pages);
    pf->live[vf_id] = (SriovEduLive) { };
}

void sriov_edu_live_reset(SriovEduPf *pf)
{
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        sriov_edu_live_vf_disabled(pf, vf_id);
    }
}
