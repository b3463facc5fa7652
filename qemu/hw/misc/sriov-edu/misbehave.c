/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the property "misbehave", names separated by colons.
 *
 * Floor: 0
 */

#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qapi/error.h"
#include "sriov_edu.h"

static const struct {
    const char *name;
    size_t offset;
} flags[] = {
    { "vfe-stuck", offsetof(SriovEduMisbehave, vfe_stuck) },
    { "numvfs-stuck", offsetof(SriovEduMisbehave, numvfs_stuck) },
    { "zero-offset", offsetof(SriovEduMisbehave, zero_offset) },
    { "zero-stride", offsetof(SriovEduMisbehave, zero_stride) },
    { "no-page-size", offsetof(SriovEduMisbehave, no_page_size) },
    { "vf-has-sriov", offsetof(SriovEduMisbehave, vf_has_sriov) },
    { "array-no-bar", offsetof(SriovEduMisbehave, array_no_bar) },
    { "array-beyond", offsetof(SriovEduMisbehave, array_beyond) },
    { "initial-beyond", offsetof(SriovEduMisbehave, initial_beyond) },
    { "live-hangs", offsetof(SriovEduMisbehave, live_hangs) },
    { "live-save-fails", offsetof(SriovEduMisbehave, live_save_fails) },
    { "live-load-fails", offsetof(SriovEduMisbehave, live_load_fails) },
    { "live-larger", offsetof(SriovEduMisbehave, live_larger) },
    { "live-overflows", offsetof(SriovEduMisbehave, live_overflows) },
};

static void misbehave_unknown_name(const char *name, Error **errp)
{
    g_autoptr(GString) known = g_string_new("silent-vf=N");
    int i;

    for (i = 0; i < ARRAY_SIZE(flags); i++) {
        g_string_append_printf(known, ", %s", flags[i].name);
    }
    error_setg(errp, "misbehave: unknown '%s', must be one of %s", name,
               known->str);
}

static bool misbehave_parse_silent_vf(SriovEduPf *pf, const char *arg,
                                      Error **errp)
{
    unsigned int vf_id;

    if (qemu_strtoui(arg, NULL, 10, &vf_id) < 0 ||
        vf_id >= pf->props.total_vfs) {
        error_setg(errp, "misbehave: silent-vf=%s: must be the vf_id of a VF, 0"
                   " to %u", arg, pf->props.total_vfs - 1);
        return false;
    }
    pf->misbehave.silent_vf[vf_id / 32] |= 1u << vf_id % 32;
    return true;
}

static bool misbehave_parse_name(SriovEduPf *pf, const char *name, Error **errp)
{
    const char *arg;
    int i;

    if (strstart(name, "silent-vf=", &arg)) {
        return misbehave_parse_silent_vf(pf, arg, errp);
    }
    for (i = 0; i < ARRAY_SIZE(flags); i++) {
        if (!strcmp(name, flags[i].name)) {
            *(bool *)((char *)&pf->misbehave + flags[i].offset) = true;
            return true;
        }
    }
    misbehave_unknown_name(name, errp);
    return false;
}

bool sriov_edu_misbehave_parse(SriovEduPf *pf, Error **errp)
{
    g_auto(GStrv) names = NULL;
    int i;

    if (!pf->props.misbehave) {
        return true;
    }
    names = g_strsplit(pf->props.misbehave, ":", 0);
    for (i = 0; names[i]; i++) {
        if (!misbehave_parse_name(pf, names[i], errp)) {
            return false;
        }
    }
    return true;
}
