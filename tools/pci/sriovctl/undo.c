// SPDX-License-Identifier: GPL-2.0-only
#include "msix.h"
#include "net.h"
#include "undo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void undo_path(char path[ROOT_PATH], const struct bdf *pf)
{
	char text[BDF_TEXT];

	root_path(path, "/run/sriovctl/%s.undo", bdf_text(pf, text));
}

static bool has_step(const struct plan *plan, enum step_kind kind, unsigned int vf)
{
	size_t i;

	for (i = 0; i < plan->steps; i++)
		if (plan->step[i].kind == kind && plan->step[i].vf == vf)
			return true;
	return false;
}

static void print_flag(FILE *out, const char *name, bool value)
{
	fprintf(out, "%s=%s\n", name, value ? "yes" : "no");
}

static void print_net(FILE *out, const struct vf_net *net)
{
	static const char *const link[] = { "auto", "enable", "disable" };
	static const unsigned char none[MAC_BYTES];
	const unsigned char *mac = net->mac;

	if (memcmp(mac, none, MAC_BYTES))
		fprintf(out, "MACAddress=%02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2],
			mac[3], mac[4], mac[5]);
	fprintf(out, "VLAN=%u\nQoS=%u\n", net->vlan, net->qos);
	print_flag(out, "Trust", net->trust);
	print_flag(out, "SpoofCheck", net->spoofchk);
	if (net->link <= LINK_DISABLE)
		fprintf(out, "LinkState=%s\n", link[net->link]);
}

/* What the plan changes of the VF, or all that the VF had if it is made anew */
static void print_vf(FILE *out, const struct plan *plan, const struct vf *vf)
{
	struct vf_net net;

	fprintf(out, "[VF %u]\n", vf->id);
	if (*vf->driver && (*vf->override || has_step(plan, STEP_DRIVER, vf->id)))
		fprintf(out, "Driver=%s\n", vf->driver);
	if (has_step(plan, STEP_MSIX, vf->id) && msix_size(&vf->bdf) > 0)
		fprintf(out, "MSIX=%ld\n", msix_size(&vf->bdf));
	if ((plan->renewed || has_step(plan, STEP_NET, vf->id)) &&
	    net_read(&plan->now, vf->id, &net))
		print_net(out, &net);
}

static void print_pf(FILE *out, const struct plan *plan)
{
	const struct pf *pf = &plan->now;
	char text[BDF_TEXT];
	unsigned int id;

	fprintf(out, "[PF]\nMatchAddress=%s\nNumVFs=%ld\n", bdf_text(&pf->bdf, text), pf->num_vfs);
	if (pf->hw_num_vfs != ABSENT)
		fprintf(out, "HwNumVFs=%ld\n", pf->hw_num_vfs);
	if (pf->autoprobe != ABSENT)
		print_flag(out, "Autoprobe", pf->autoprobe);
	if (pf->parallel_probe != ABSENT)
		print_flag(out, "ParallelProbe", pf->parallel_probe);
	for (id = 0; id < pf->num_vfs && id < pf->vfs; id++)
		if (pf->vf[id].present)
			print_vf(out, plan, &pf->vf[id]);
}

/* The old file stays until the new one is complete. */
int undo_save(const struct plan *plan, struct err *err)
{
	char path[ROOT_PATH], new[ROOT_PATH + 4];
	FILE *out;
	bool written;

	undo_path(path, &plan->now.bdf);
	snprintf(new, sizeof(new), "%s.new", path);
	out = fopen(new, "we");
	if (!out)
		return err_set(err, STATUS_FAILED, "%s: %s", new, strerror(errno));
	print_pf(out, plan);
	written = !ferror(out);
	written = !fclose(out) && written;
	if (written && !rename(new, path))
		return 0;
	return err_set(err, STATUS_FAILED, "%s: %s", path, strerror(errno));
}
