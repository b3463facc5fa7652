// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors of a PF and of a VF (PCIe r6.0, sec 6.2), injected by aer_inject: the kernel
 * recovers, with a reset of the link if the error is fatal, and afterwards the PF and
 * its VFs work as before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "core.h"
#include "edu.h"
#include "engine.h"
#include "fixture.h"
#include "klog.h"

#define NUM_VFS		2
#define PATIENCE	300	/* of 100 ms */
#define RECOVERED	"device recovery successful"

/* The record that /dev/aer_inject takes */
struct aer_error {
	uint8_t bus;
	uint8_t dev;
	uint8_t fn;
	uint32_t uncor_status;
	uint32_t cor_status;
	uint32_t header_log[4];
	uint32_t domain;
};

FIXTURE(aer)
{
	struct pci_fn pf;
	struct pci_fn vf[NUM_VFS];
	char driver[DRIVER_NAME_LEN];
	struct pci_fn port;
};

FIXTURE_VARIANT(aer)
{
	bool of_vf;
	uint32_t error;		/* in the Uncorrectable Error Status Register */
};

FIXTURE_VARIANT_ADD(aer, pf_non_fatal) {
	.error = PCI_ERR_UNC_COMP_TIME,
};

FIXTURE_VARIANT_ADD(aer, pf_fatal) {
	.error = PCI_ERR_UNC_DLP,
};

FIXTURE_VARIANT_ADD(aer, vf_non_fatal) {
	.of_vf = true,
	.error = PCI_ERR_UNC_COMP_TIME,
};

FIXTURE_VARIANT_ADD(aer, vf_fatal) {
	.of_vf = true,
	.error = PCI_ERR_UNC_DLP,
};

FIXTURE_SETUP(aer)
{
	int i;

	if (access("/dev/aer_inject", W_OK) && system("modprobe -q aer_inject"))
		SKIP(return, "there is no aer_inject");
	if (pf_take(PF_SRIOV_EDU, 0, &self->pf, self->driver))
		SKIP(return, NO_SUCH_PF);
	if (pf_total_vfs(&self->pf) < NUM_VFS)
		SKIP(return, "%s has too few VFs", self->pf.name);
	ASSERT_EQ(0, pci_fn_port(&self->pf, &self->port));
	ASSERT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	ASSERT_EQ(0, pf_set_num_vfs(&self->pf, NUM_VFS));
	for (i = 0; i < NUM_VFS; i++) {
		ASSERT_EQ(0, pf_vf(&self->pf, i, &self->vf[i]));
		ASSERT_EQ(0, engine_works(&self->vf[i]));
	}
}

FIXTURE_TEARDOWN(aer)
{
	EXPECT_EQ(0, pf_want_num_vfs(&self->pf, 0));
	EXPECT_EQ(0, pf_give_back(&self->pf));
}

static int inject(const struct pci_fn *fn, uint32_t status)
{
	struct aer_error error = { .uncor_status = status };
	int rid = pci_fn_routing_id(fn, &error.domain);
	ssize_t len;
	int fd;

	if (rid < 0)
		return rid;
	error.bus = rid >> 8;
	error.dev = rid >> 3 & 0x1f;
	error.fn = rid & 7;

	fd = open("/dev/aer_inject", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = write(fd, &error, sizeof(error));
	close(fd);
	return len < 0 ? -errno : 0;
}

/* The kernel logs this message for the port. */
static int recoveries(const struct pci_fn *port)
{
	return klog_count(port->name, RECOVERED, strstr);
}

static bool wait_for_recovery(const struct pci_fn *port, int before)
{
	int left = PATIENCE;

	while (recoveries(port) == before && left--)
		usleep(100000);
	return recoveries(port) == before + 1;
}

TEST_F(aer, recovery)
{
	const struct pci_fn *fn = variant->of_vf ? &self->vf[1] : &self->pf;
	bool fatal = variant->error == PCI_ERR_UNC_DLP;
	int64_t resets = edu_peek(&self->pf, SRIOV_EDU_RESETS);
	int before = recoveries(&self->port);
	struct config_reader reader;
	ino_t identity[NUM_VFS];
	int i, breaches;

	ASSERT_EQ(0, edu_take_breaches(&self->pf));
	for (i = 0; i < NUM_VFS; i++)
		identity[i] = sysfs_identity(self->vf[i].dir);
	ASSERT_EQ(0, config_reader_start(&reader, &self->vf[0]));
	ASSERT_EQ(0, inject(fn, variant->error));
	ASSERT_TRUE(wait_for_recovery(&self->port, before));
	EXPECT_LT(0, config_reader_stop(&reader));
	breaches = edu_take_breaches(&self->pf);

	EXPECT_EQ(resets + fatal, edu_peek(&self->pf, SRIOV_EDU_RESETS));
	EXPECT_EQ(NUM_VFS, pf_num_vfs(&self->pf));
	EXPECT_EQ(NUM_VFS, config_read_sriov(&self->pf, PCI_SRIOV_NUM_VF));
	EXPECT_EQ(0, engine_works(&self->pf));
	for (i = 0; i < NUM_VFS; i++) {
		EXPECT_EQ(identity[i], sysfs_identity(self->vf[i].dir));
		EXPECT_EQ(0, engine_works(&self->vf[i]))
			TH_LOG("VF %d", i);
	}
	/* a program that reads config space of a VF waits until the link is reset */
	EXPECT_ON_NEW(!breaches, "%s forbidden accesses",
		      breaches ? "with" : "without");
}

TEST_HARNESS_MAIN
