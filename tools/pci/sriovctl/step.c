// SPDX-License-Identifier: GPL-2.0-only
#include "net.h"
#include "step.h"
#include "write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool step_of_vf(const struct step *step)
{
	return step->kind != STEP_LOAD && step->kind != STEP_PF && step->kind != STEP_LATE;
}

static void print_net(FILE *out, const struct vf_net *net, unsigned int wanted)
{
	static const char *const link[] = { "auto", "enable", "disable" };
	const unsigned char *mac = net->mac;

	if (wanted & WANT_MAC)
		fprintf(out, " mac=%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
			mac[3], mac[4], mac[5]);
	if (wanted & WANT_VLAN)
		fprintf(out, " vlan=%u", net->vlan);
	if (wanted & WANT_QOS)
		fprintf(out, " qos=%u", net->qos);
	if (wanted & WANT_TRUST)
		fprintf(out, " trust=%s", net->trust ? "yes" : "no");
	if (wanted & WANT_SPOOFCHK)
		fprintf(out, " spoofchk=%s", net->spoofchk ? "yes" : "no");
	if (wanted & WANT_LINK)
		fprintf(out, " link=%s", link[net->link]);
}

char *step_text(const struct step *step, const struct wish *wish)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	if (step_of_vf(step))
		fprintf(out, "VF %u: ", step->vf);
	switch (step->kind) {
	case STEP_LOAD:
		fprintf(out, "insert the module of %s", step->value);
		break;
	case STEP_PF:
	case STEP_LATE:
		fprintf(out, "write %s to %s", step->value, step->file);
		break;
	case STEP_NET:
		fprintf(out, "set");
		print_net(out, &wish->vf[step->vf].net, step->wanted);
		break;
	case STEP_UNBIND:
		fprintf(out, "unbind it from its driver");
		break;
	case STEP_MSIX:
		fprintf(out, "give it %s MSI-X vectors", step->value);
		break;
	case STEP_DRIVER:
		fprintf(out, "bind it to %s", step->value);
		break;
	case STEP_PROBE:
		fprintf(out, "look for a driver");
		break;
	}
	if (fclose(out))
		abort();
	return text;
}

/* Not with a shell: the name is a word of its own. */
static int insert_module(const char *driver, struct err *err)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		execlp("modprobe", "modprobe", "-q", "--", driver, NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (!status && sysfs_driver_exists(driver))
		return 0;
	return err_set(err, STATUS_FAILED, "there is no driver %s, and modprobe did not find it",
		       driver);
}

static int unbind(const struct bdf *vf, const struct deadline *deadline, struct err *err)
{
	char driver[SYSFS_TEXT];

	return sysfs_driver(vf, driver) ? write_driver(driver, "unbind", vf, deadline, err) : 0;
}

/*
 * With an override the VF is bound even while its PF does not probe, and no other
 * driver can be bound first.
 */
static int bind(const struct bdf *vf, const char *driver, const struct deadline *deadline,
		struct err *err)
{
	char now[SYSFS_TEXT], text[BDF_TEXT];

	if (write_function(vf, "driver_override", driver, deadline, err) ||
	    unbind(vf, deadline, err) || write_probe(vf, deadline, err))
		return -1;
	if (sysfs_driver(vf, now) && !strcmp(now, driver))
		return 0;
	return err_set(err, STATUS_PARTIAL, "%s did not take %s", driver, bdf_text(vf, text));
}

/* What an errno of these files means, where it is not obvious */
struct meaning {
	const char *file;
	int error;
	const char *text;
};

static const struct meaning meanings[] = {
	{ "sriov_numvfs", ENOENT, "the PF's driver does not enable VFs through this file" },
	{ "sriov_numvfs", ENOMEM, "too little memory, MMIO space or bus numbers" },
	{ "sriov_numvfs", EBUSY, "other VFs are enabled, or the PF is still being set up" },
	{ "sriov_numvfs", EIO, "no VF responds" },
	{ "sriov_hw_numvfs", EOPNOTSUPP, "the PF's driver does not support VFs without a device" },
	{ "sriov_vf_msix_count", EOPNOTSUPP, "the PF's driver cannot set this" },
	{ "sriov_vf_msix_count", EBUSY, "the VF has a driver" },
};

static int add_meaning(const char *file, struct err *err)
{
	size_t length = strlen(err->text), i;

	for (i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].error == err->error && !strcmp(meanings[i].file, file))
			snprintf(err->text + length, sizeof(err->text) - length, " (%s)",
				 meanings[i].text);
	return -1;
}

static int write_explained(const struct bdf *bdf, const char *file, const char *value,
			   const struct deadline *deadline, struct err *err)
{
	return write_function(bdf, file, value, deadline, err) ? add_meaning(file, err) : 0;
}

static int take_of_vf(const struct step *step, const struct bdf *vf,
		      const struct deadline *deadline, struct err *err)
{
	switch (step->kind) {
	case STEP_UNBIND: return unbind(vf, deadline, err);
	case STEP_MSIX:
		return write_explained(vf, "sriov_vf_msix_count", step->value, deadline, err);
	case STEP_DRIVER: return bind(vf, step->value, deadline, err);
	case STEP_PROBE: return write_probe(vf, deadline, err);
	default:
		abort();
	}
}

int step_take(const struct step *step, const struct bdf *pf, const struct wish *wish,
	      const struct deadline *deadline, struct err *err)
{
	struct bdf vf;

	if (step->kind == STEP_LOAD)
		return insert_module(step->value, err);
	if (!step_of_vf(step))
		return write_explained(pf, step->file, step->value, deadline, err);
	if (step->kind == STEP_NET)
		return net_set(pf, step->vf, &wish->vf[step->vf], step->wanted, err);
	if (!sysfs_vf(pf, step->vf, &vf))
		return err_set(err, STATUS_PARTIAL, "it has no device");
	return take_of_vf(step, &vf, deadline, err);
}
