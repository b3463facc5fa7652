/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: sets of pages that a VF has written.  There are two, independent
 * of each other: the log that a PF driver uses for live migration, and the list of the
 * referee, which a test compares with it.
 *
 * Floor: 0
 */

#include "qemu/osdep.h"
#include "sriov_edu.h"

#define PAGES_MAX 1048576u

static bool pages_add(GHashTable **set, uint64_t page, uint32_t limit)
{
    if (!*set) {
        *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    }
    if (g_hash_table_contains(*set, &page)) {
        return true;
    }
    if (g_hash_table_size(*set) >= limit) {
        return false;
    }
    return g_hash_table_add(*set, g_memdup2(&page, sizeof(page)));
}

void sriov_edu_pages_clear(GHashTable **set)
{
    g_clear_pointer(set, g_hash_table_destroy);
}

bool sriov_edu_pages_has(GHashTable *set, uint64_t page)
{
    return set && g_hash_table_contains(set, &page);
}

void sriov_edu_pages_remove(GHashTable *set, uint64_t page)
{
    if (set) {
        g_hash_table_remove(set, &page);
    }
}

uint32_t sriov_edu_pages_count(GHashTable *set)
{
    return set ? g_hash_table_size(set) : 0;
}

/* Call for each area of memory that the engine of @fn writes; @len is not 0. */
void sriov_edu_pages_written(SriovEduFunction *fn, uint64_t addr, uint32_t len)
{
    SriovEduReferee *r = &fn->pf->referee;
    SriovEduLive *live = &fn->pf->live[fn->vf_id];
    uint64_t page;

    if (!sriov_edu_is_vf(fn)) {
        return;
    }
    for (page = addr >> 12; page <= (addr + len - 1) >> 12; page++) {
        if (live->log & SRIOV_EDU_LIVE_LOG_ON &&
            !pages_add(&live->pages, page,
                       fn->pf->misbehave.live_overflows ? 4 : PAGES_MAX)) {
            live->overflow = true;
        }
        if (r->pages_of == (SRIOV_EDU_REFEREE_PAGES_ON | fn->vf_id)) {
            pages_add(&r->pages, page, PAGES_MAX);
        }
    }
}
