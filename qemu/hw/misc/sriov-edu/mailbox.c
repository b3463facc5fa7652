/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the two rooms of a VF's mailbox, one for each direction, and the
 * VF's registers for them.  The PF's registers for them are in mgmt.c.
 *
 * Floor: 2
 */

#include "qemu/osdep.h"
#include "sriov_edu.h"
#include "trace.h"

bool sriov_edu_mailbox_write_word(SriovEduRoom *room,
                                  unsigned int i, uint32_t val)
{
    if (room->full) {
        return false;
    }
    room->word[i] = val;
    return true;
}

void sriov_edu_mailbox_send(SriovEduFunction *from, SriovEduFunction *to,
                            SriovEduRoom *room, uint32_t val)
{
    if (!(val & SRIOV_EDU_MBX_FULL)) {
        return;
    }
    if (room->full || !to) {
        sriov_edu_guest_error(from, "message not sent: %s", to
                              ? "the room is full" : "the VF does not exist");
        return;
    }
    room->full = SRIOV_EDU_MBX_FULL;
    trace_sriov_edu_mailbox(sriov_edu_fn_number(from), sriov_edu_fn_number(to),
                            room->word[0]);
    sriov_edu_irq_raise(to, SRIOV_EDU_INT_MAILBOX);
}

/* @from: the sender, which may now send again; NULL if it no longer exists */
void sriov_edu_mailbox_free(SriovEduFunction *from, SriovEduRoom *room,
                            uint32_t val)
{
    if (!(val & room->full)) {
        return;
    }
    room->full = 0;
    if (from) {
        sriov_edu_irq_raise(from, SRIOV_EDU_INT_MAILBOX);
    }
}

bool sriov_edu_mailbox_is_valid(const SriovEduRoom *room)
{
    return !(room->full & ~SRIOV_EDU_MBX_FULL);
}

void sriov_edu_mailbox_empty(SriovEduPf *pf, unsigned int vf_id)
{
    pf->vf[vf_id].to_pf = (SriovEduRoom) { };
    pf->vf[vf_id].to_vf = (SriovEduRoom) { };
}

uint32_t sriov_edu_mailbox_read(SriovEduFunction *vf, hwaddr addr)
{
    SriovEduVfState *state = &vf->pf->vf[vf->vf_id];

    switch (addr) {
    case SRIOV_EDU_MBX_TX(0) ... SRIOV_EDU_MBX_TX(SRIOV_EDU_MBX_WORDS - 1):
        return state->to_pf.word[(addr - SRIOV_EDU_MBX_TX(0)) / 4];
    case SRIOV_EDU_MBX_TX_CTRL:
        return state->to_pf.full;
    case SRIOV_EDU_MBX_RX(0) ... SRIOV_EDU_MBX_RX(SRIOV_EDU_MBX_WORDS - 1):
        return state->to_vf.word[(addr - SRIOV_EDU_MBX_RX(0)) / 4];
    case SRIOV_EDU_MBX_RX_CTRL:
        return state->to_vf.full;
    default:
        return 0;
    }
}

bool sriov_edu_mailbox_write(SriovEduFunction *vf, hwaddr addr, uint32_t val)
{
    SriovEduVfState *state = &vf->pf->vf[vf->vf_id];
    SriovEduFunction *pf = &vf->pf->fn;

    switch (addr) {
    case SRIOV_EDU_MBX_TX(0) ... SRIOV_EDU_MBX_TX(SRIOV_EDU_MBX_WORDS - 1):
        return sriov_edu_mailbox_write_word(&state->to_pf,
                                            (addr - SRIOV_EDU_MBX_TX(0)) / 4,
                                            val);
    case SRIOV_EDU_MBX_TX_CTRL:
        sriov_edu_mailbox_send(vf, pf, &state->to_pf, val);
        return true;
    case SRIOV_EDU_MBX_RX_CTRL:
        sriov_edu_mailbox_free(pf, &state->to_vf, val);
        return true;
    default:
        return false;
    }
}
