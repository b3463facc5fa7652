// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_space.h"
#include "environment.h"
#include "migration.h"

/* A program can delay a VF for 10 s, and a kernel with all debugging aids is slow. */
#define PATIENCE	30
#define POLL_US		5000

#define UA	PCI_SRIOV_VFM_UA
#define MI	PCI_SRIOV_VFM_MI
#define MO	PCI_SRIOV_VFM_MO
#define AV	PCI_SRIOV_VFM_AV

static const char * const state_names[] = {
	[UA] = "Inactive.Unavailable",
	[MI] = "Dormant.MigrateIn",
	[MO] = "Active.MigrateOut",
	[AV] = "Active.Available",
};

/* Sleeps for a while; false after the timeout. */
static bool patient(time_t begun)
{
	usleep(POLL_US);
	return now() - begun < PATIENCE;
}

/* The transitions that the other master makes */
static const uint8_t command_from[MIGRATION_CMDS] = { UA, MI, AV, MO };
static const uint8_t command_to[MIGRATION_CMDS] = { MI, UA, MO, AV };

int migration_find(int index, struct pci_fn *pf)
{
	int i, ret;

	for (i = 0; !(ret = pf_find(PF_SRIOV_EDU, i, pf)); i++)
		if (sysfs_exists(pf->dir, MIGRATION_DIR) && !index--)
			break;
	return ret;
}

int migration_open(struct migration *m)
{
	int i, ret;

	for (i = 0; i < MIGRATION_VFS; i++)
		if (pf_vf(&m->pf, i, &m->vf[i]))
			return -ENODEV;

	m->vf_driver = "sriov_edu_vf";
	m->initial = config_read_sriov(&m->pf, PCI_SRIOV_INITIAL_VF);
	ret = edu_map(&m->map, &m->pf);
	if (ret)
		return ret;

	ret = edu_array_map(&m->array, &m->pf);
	if (ret)
		edu_unmap(&m->map);
	return ret;
}

void migration_close(struct migration *m)
{
	edu_array_unmap(&m->array);
	edu_unmap(&m->map);
}

long long migration_counter(const struct migration *m, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), MIGRATION_DIR "/%s", name);
	return sysfs_read_number(m->pf.dir, path);
}

bool migration_counts_to(const struct migration *m, const char *name,
			 long long number)
{
	time_t begun = now();

	while (migration_counter(m, name) != number)
		if (!patient(begun))
			return false;
	return true;
}

static uint32_t device_count(const struct migration *m, unsigned int kind)
{
	return edu_read(&m->map, SRIOV_EDU_MIGRATION_COUNT(kind));
}

void migration_restart(struct migration *m)
{
	unsigned int kind;
	int i;

	memset(&m->model, 0, sizeof(m->model));
	for (i = 0; i < MIGRATION_VFS; i++)
		m->model.may[i] = 1 << (i < m->initial ? AV : UA);
	for (kind = 0; kind < SRIOV_EDU_MIGRATION_KINDS; kind++)
		m->count[kind] = device_count(m, kind);
	m->first = pf_num_vfs(&m->pf);
	if (!m->first)
		m->first = m->initial < m->num_vfs ? m->initial : m->num_vfs;
	m->arrived = migration_counter(m, "arrived");
	m->left = migration_counter(m, "left");
	m->failed = migration_counter(m, "failed");
}

/* sriov_numvfs is also 0 if VFs are enabled and all of them have left. */
int migration_enable(struct migration *m, int num_vfs)
{
	int ret;

	ret = pf_set_num_vfs(&m->pf, 0);
	if (ret || !num_vfs)
		return ret;

	m->num_vfs = num_vfs;
	migration_restart(m);
	return pf_set_num_vfs(&m->pf, num_vfs);
}

/* Includes the state after the transition that the core may have made by now */
static uint8_t or_later(const struct migration *m, int vf_id)
{
	uint8_t may = m->model.may[vf_id];

	if (vf_id >= m->num_vfs)
		return may;
	if (may & 1 << MI)
		may |= 1 << AV;
	if (may & 1 << MO)
		may |= 1 << UA;
	return may;
}

static void model_event(struct migration *m, unsigned int kind, int vf_id,
			uint32_t result)
{
	uint8_t may = or_later(m, vf_id);
	uint8_t from = 1 << command_from[kind];

	if (result == SRIOV_EDU_MIGRATION_DONE && may & from) {
		m->model.may[vf_id] = 1 << command_to[kind];
		m->model.done[kind]++;
	} else if (result == SRIOV_EDU_MIGRATION_WRONG_STATE && may & ~from) {
		m->model.may[vf_id] = may & ~from;
	} else {
		m->model.wrong++;
	}
}

uint32_t migration_event(struct migration *m, unsigned int kind, int vf_id)
{
	uint32_t result;

	edu_write(&m->map, SRIOV_EDU_MIGRATION_CMD, vf_id << 16 | kind);
	result = edu_read(&m->map, SRIOV_EDU_MIGRATION_RESULT);
	model_event(m, kind, vf_id, result);
	return result;
}

uint32_t migration_event_for_all(struct migration *m, unsigned int kind,
				 int first)
{
	uint32_t result = SRIOV_EDU_MIGRATION_DONE;
	int i;

	for (i = first;
	     i < MIGRATION_VFS && result == SRIOV_EDU_MIGRATION_DONE; i++)
		result = migration_event(m, kind, i);
	return result;
}

void migration_ambush(struct migration *m, unsigned int kind, int vf_id,
		      bool write)
{
	edu_write(&m->map, SRIOV_EDU_MIGRATION_AMBUSH,
		  vf_id << 16 | kind | SRIOV_EDU_MIGRATION_AMBUSH_ARMED |
		  (write ? SRIOV_EDU_MIGRATION_AMBUSH_WRITE : 0));
}

void migration_ambushed(struct migration *m, unsigned int kind, int vf_id)
{
	model_event(m, kind, vf_id, SRIOV_EDU_MIGRATION_DONE);
}

/* The state of a VF when the core has made all its transitions */
static uint8_t model_state(const struct migration *m, int vf_id)
{
	uint8_t may = m->model.may[vf_id];

	if (vf_id >= m->num_vfs)
		return may & 1 << AV ? AV : UA;
	return may & (1 << MI | 1 << AV) ? AV : UA;
}

static bool is_there(const struct migration *m, int vf_id)
{
	return vf_id < m->num_vfs && model_state(m, vf_id) == AV;
}

bool migration_says(const struct migration *m, int vf_id, uint8_t state)
{
	char path[64], said[32];

	snprintf(path, sizeof(path), MIGRATION_DIR "/vf%d_state", vf_id);
	return sysfs_read(m->pf.dir, path, said, sizeof(said)) >= 0 &&
	       !strcmp(said, state_names[state]);
}

bool migration_comes(const struct migration *m, int vf_id, uint8_t state)
{
	time_t begun = now();

	while (!migration_says(m, vf_id, state))
		if (!patient(begun))
			return false;
	return true;
}

#define DIFF(m, ...) snprintf((m)->diff, sizeof((m)->diff), __VA_ARGS__)

/* Each of these returns whether the system differs from the model. */

/* A driver's link is created before its probe has ended. */
static bool vf_differs(struct migration *m, int vf_id)
{
	const struct pci_fn *vf = &m->vf[vf_id];
	bool there = is_there(m, vf_id);
	bool works = there && *m->vf_driver;
	char link[64], name[64] = "", driver[64];

	snprintf(link, sizeof(link), "virtfn%d", vf_id);
	sysfs_link(m->pf.dir, link, name, sizeof(name));
	pci_fn_driver(vf, driver, sizeof(driver));

	return pci_fn_exists(vf) != there ||
	       sysfs_exists("/dev/sriov-edu", vf->name) != works ||
	       strcmp(name, there ? vf->name : "") ||
	       strcmp(driver, there ? m->vf_driver : "");
}

static bool vfs_differ(struct migration *m)
{
	int i;

	for (i = 0; i < m->num_vfs; i++) {
		uint8_t want = model_state(m, i);

		if (m->array.states[i] == want && migration_says(m, i, want) &&
		    !vf_differs(m, i))
			continue;
		DIFF(m, "VF %d should be %s: device %s, file %s, rest %s", i,
		     state_names[want], state_names[m->array.states[i] & 3],
		     migration_says(m, i, want) ? "agrees" : "does not",
		     vf_differs(m, i) ? "does not" : "agrees");
		return true;
	}
	return false;
}

static bool numbers_differ(struct migration *m)
{
	int there = 0, i;

	for (i = 0; i < m->num_vfs; i++)
		there += is_there(m, i);

	DIFF(m, "%d VFs should be there: sriov_numvfs %d, links %d, device %u",
	     there, pf_num_vfs(&m->pf), pf_count_links(&m->pf),
	     edu_read(&m->map, SRIOV_EDU_NUM_VFS));
	return pf_num_vfs(&m->pf) != there || pf_count_links(&m->pf) != there ||
	       edu_read(&m->map, SRIOV_EDU_NUM_VFS) != there;
}

static bool transitions_differ(struct migration *m)
{
	const uint32_t *done = m->model.done;
	uint32_t want[SRIOV_EDU_MIGRATION_KINDS] = {
		done[0], done[1], done[2], done[3],
		[SRIOV_EDU_MIGRATION_ACTIVATE] =
			done[SRIOV_EDU_MIGRATION_OFFER] -
			done[SRIOV_EDU_MIGRATION_RETRACT],
		[SRIOV_EDU_MIGRATION_COMPLETE] =
			done[SRIOV_EDU_MIGRATION_REQUEST] -
			done[SRIOV_EDU_MIGRATION_CANCEL],
	};
	unsigned int kind;

	for (kind = 0; kind < SRIOV_EDU_MIGRATION_KINDS; kind++) {
		uint32_t count = device_count(m, kind) - m->count[kind];

		if (count == want[kind])
			continue;
		DIFF(m, "transition %u was made %u times, should be %u", kind,
		     count, want[kind]);
		return true;
	}
	return false;
}

/* The number of VFs is the first number plus arrivals minus departures. */
static bool counters_differ(struct migration *m)
{
	long long arrived = migration_counter(m, "arrived") - m->arrived;
	long long left = migration_counter(m, "left") - m->left;
	long long failed = migration_counter(m, "failed") - m->failed;
	int there = pf_num_vfs(&m->pf);

	DIFF(m, "%d VFs, %lld arrived, %lld left, %d exist; %lld failed; %u results wrong",
	     m->first, arrived, left, there, failed, m->model.wrong);
	return m->first + arrived - left != there || failed ||
	       m->model.wrong;
}

static bool differs(struct migration *m)
{
	return vfs_differ(m) || numbers_differ(m) || transitions_differ(m) ||
	       counters_differ(m);
}

static void model_settle(struct migration *m)
{
	int i;

	for (i = 0; i < m->num_vfs; i++)
		m->model.may[i] = 1 << model_state(m, i);
}

const char *migration_settle(struct migration *m)
{
	time_t begun = now();

	while (differs(m))
		if (!patient(begun))
			return m->diff;
	model_settle(m);
	return "";
}

const char *migration_breaches(struct migration *m)
{
	uint32_t last = edu_read(&m->map, SRIOV_EDU_REFEREE_LAST);
	unsigned int kind;
	size_t len;

	len = DIFF(m, "last of function %u;",
		   (last & SRIOV_EDU_REFEREE_LAST_FN) >> 8);
	for (kind = 0; kind < SRIOV_EDU_REF_KINDS; kind++) {
		uint32_t count = edu_read(&m->map,
					  SRIOV_EDU_REFEREE_COUNT(kind));

		if (count)
			len += snprintf(m->diff + len, sizeof(m->diff) - len,
					" %u of kind %u", count, kind);
	}
	return m->diff;
}

uint32_t migration_resets(const struct migration *m, int vf_id)
{
	return edu_read(&m->map, SRIOV_EDU_VF_BLOCK(vf_id) +
			SRIOV_EDU_VF_RESETS);
}

/* "<irq>: <count> <count> ... <chip> ... <names>" */
static long long line_interrupts(const struct migration *m, const char *line)
{
	long long count = 0, number;
	char irq[32];
	char *end;

	snprintf(irq, sizeof(irq), "msi_irqs/%ld", strtol(line, &end, 10));
	if (*end != ':' || !strstr(line, "sriov-edu-migration") ||
	    !sysfs_exists(m->pf.dir, irq))
		return -1;

	for (line = end + 1; ; line = end) {
		number = strtoll(line, &end, 10);
		if (end == line || *end != ' ')
			return count;
		count += number;
	}
}

long long migration_interrupts(const struct migration *m)
{
	FILE *file = fopen("/proc/interrupts", "r");
	long long count = -1;
	char line[1024];

	if (!file)
		return -1;

	while (count < 0 && fgets(line, sizeof(line), file))
		count = line_interrupts(m, line);
	fclose(file);
	return count;
}
