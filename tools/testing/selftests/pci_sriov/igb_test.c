// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PF driver, a VF driver and a device that were not written for this core: igb, igbvf
 * and QEMU's 82576.  VFs carry frames through the switch in the PF while other VFs are
 * added and removed.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <linux/pci_regs.h>

#include "harness.h"
#include "config_space.h"
#include "core.h"
#include "fixture.h"
#include "net.h"

#define PF_DRIVER	"igb"
#define VF_DRIVER	"igbvf"
#define ALL_VFS		7	/* the eighth is what the PF uses itself */

/**
 * struct igb_fns - the PF and its VFs, with their interfaces
 * @pf: the PF
 * @net: its interface
 * @vf: the VFs
 * @vf_net: their interfaces
 */
struct igb_fns {
	struct pci_fn pf;
	struct net_if net;
	struct pci_fn vf[ALL_VFS];
	struct net_if vf_net[ALL_VFS];
};

FIXTURE(igb)
{
	struct igb_fns fns;
};

static int find_igb(struct pci_fn *pf)
{
	char driver[DRIVER_NAME_LEN];
	int i;

	for (i = 0; !pf_find(PF_FOREIGN, i, pf); i++) {
		pci_fn_driver(pf, driver, sizeof(driver));
		if (!strcmp(driver, PF_DRIVER))
			return 0;
	}
	return -ENODEV;
}

FIXTURE_SETUP(igb)
{
	int i;

	for (i = 0; i < ALL_VFS; i++)
		self->fns.vf_net[i].fd = -1;
	if (find_igb(&self->fns.pf))
		SKIP(return, "no PF with the driver " PF_DRIVER);
	ASSERT_EQ(0, pf_give_back(&self->fns.pf));
	ASSERT_EQ(0, pf_want_num_vfs(&self->fns.pf, 0));
	ASSERT_EQ(0, net_open(&self->fns.net, &self->fns.pf));
}

static void close_vfs(struct igb_fns *fns)
{
	int i;

	for (i = 0; i < ALL_VFS; i++)
		net_close(&fns->vf_net[i]);
}

FIXTURE_TEARDOWN(igb)
{
	close_vfs(&self->fns);
	net_close(&self->fns.net);
	EXPECT_EQ(0, pf_want_num_vfs(&self->fns.pf, 0));
}

/* Returns how many VFs from @first on have carrier and exchange frames with the PF. */
static int open_vfs(struct igb_fns *fns, int first, int num_vfs)
{
	int i;

	for (i = first; i < num_vfs; i++)
		if (pf_vf(&fns->pf, i, &fns->vf[i]) ||
		    net_open(&fns->vf_net[i], &fns->vf[i]) ||
		    !net_reaches(&fns->vf_net[i], &fns->net) ||
		    !net_reaches(&fns->net, &fns->vf_net[i]))
			break;
	return i - first;
}

TEST_F_TIMEOUT(igb, vfs_exchange_frames, 120)
{
	static const int numbers[] = { 1, 4, ALL_VFS };
	unsigned int i;
	int num_vfs;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		num_vfs = numbers[i];
		ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, num_vfs));
		EXPECT_EQ(num_vfs, pf_count_links(&self->fns.pf));
		ASSERT_EQ(num_vfs, open_vfs(&self->fns, 0, num_vfs));
		if (num_vfs > 1) {
			EXPECT_TRUE(net_reaches(&self->fns.vf_net[0],
						&self->fns.vf_net[num_vfs - 1]));
			EXPECT_TRUE(net_reaches(&self->fns.vf_net[num_vfs - 1],
						&self->fns.vf_net[0]));
		}
		close_vfs(&self->fns);
		ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 0));
		EXPECT_EQ(0, pf_count_links(&self->fns.pf));
	}
}

/* The PF chooses the MAC address of a VF; its driver finds it when it is bound again. */
TEST_F_TIMEOUT(igb, mac_from_the_pf, 60)
{
	static const uint8_t mac[] = { 0x02, 0x12, 0x34, 0x56, 0x78, 0x9a };

	ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 2));
	ASSERT_EQ(2, open_vfs(&self->fns, 0, 2));
	EXPECT_EQ(-EINVAL, net_set_vf_mac(&self->fns.net, 2, mac));
	ASSERT_EQ(0, net_set_vf_mac(&self->fns.net, 1, mac));
	close_vfs(&self->fns);
	ASSERT_EQ(0, pci_fn_unbind(&self->fns.vf[1]));
	ASSERT_EQ(0, pci_fn_bind(&self->fns.vf[1], VF_DRIVER));
	EXPECT_TRUE(net_has_mac(&self->fns.vf[1], mac));
	EXPECT_EQ(2, open_vfs(&self->fns, 0, 2));
}

/* VFs that the PF puts into a VLAN reach each other, and neither the PF nor other VFs. */
TEST_F_TIMEOUT(igb, vlan_from_the_pf, 120)
{
	struct net_if *vf = self->fns.vf_net;

	ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 3));
	ASSERT_EQ(3, open_vfs(&self->fns, 0, 3));
	EXPECT_EQ(-EINVAL, net_set_vf_vlan(&self->fns.net, 3, 100));
	EXPECT_EQ(-EINVAL, net_set_vf_vlan(&self->fns.net, 0, 4096));
	ASSERT_EQ(0, net_set_vf_vlan(&self->fns.net, 0, 100));
	EXPECT_FALSE(net_frame(&vf[1], &vf[0]));
	ASSERT_EQ(0, net_set_vf_vlan(&self->fns.net, 1, 100));
	EXPECT_TRUE(net_reaches(&vf[0], &vf[1]));
	EXPECT_TRUE(net_reaches(&vf[1], &vf[0]));
	EXPECT_FALSE(net_frame(&vf[0], &vf[2]));
	EXPECT_FALSE(net_frame(&vf[2], &vf[1]));
	EXPECT_FALSE(net_frame(&vf[0], &self->fns.net));
	ASSERT_EQ(0, net_set_vf_vlan(&self->fns.net, 0, 0));
	ASSERT_EQ(0, net_set_vf_vlan(&self->fns.net, 1, 0));
	EXPECT_TRUE(net_reaches(&vf[0], &vf[2]));
	EXPECT_TRUE(net_reaches(&vf[1], &self->fns.net));
}

/*
 * VF Enable and NumVFs are restored; igb has no callback for a reset, so frames pass again
 * when it has been bound anew.
 */
TEST_F_TIMEOUT(igb, reset_of_the_pf, 120)
{
	ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 4));
	ASSERT_EQ(0, pci_fn_reset(&self->fns.pf));
	EXPECT_EQ(4, pf_num_vfs(&self->fns.pf));
	EXPECT_EQ(4, config_read_sriov(&self->fns.pf, PCI_SRIOV_NUM_VF));
	EXPECT_EQ(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE,
		  config_read_sriov(&self->fns.pf, PCI_SRIOV_CTRL) &
		  (PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE));

	net_close(&self->fns.net);
	ASSERT_EQ(0, pci_fn_unbind(&self->fns.pf));
	ASSERT_EQ(0, pci_fn_bind(&self->fns.pf, PF_DRIVER));
	ASSERT_EQ(0, net_open(&self->fns.net, &self->fns.pf));
	ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 2));
	EXPECT_EQ(2, open_vfs(&self->fns, 0, 2));
}

/* igb disables its VFs when it is unbound. */
TEST_F_TIMEOUT(igb, pf_driver_leaves_with_vfs_on, 60)
{
	ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 4));
	ASSERT_EQ(4, open_vfs(&self->fns, 0, 4));
	close_vfs(&self->fns);
	net_close(&self->fns.net);
	ASSERT_EQ(0, pci_fn_unbind(&self->fns.pf));
	EXPECT_EQ(0, pf_count_links(&self->fns.pf));
	EXPECT_FALSE(pci_fn_exists(&self->fns.vf[0]));

	ASSERT_EQ(0, pci_fn_bind(&self->fns.pf, PF_DRIVER));
	ASSERT_EQ(0, net_open(&self->fns.net, &self->fns.pf));
	ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 2));
	EXPECT_EQ(2, open_vfs(&self->fns, 0, 2));
}

/**
 * struct traffic - frames between the PF and a VF, one at a time, both ways
 * @pf: the PF's interface
 * @vf: the VF's
 * @stop: set to end the thread
 * @frames: how many were sent
 * @lost: how many of them did not arrive
 */
struct traffic {
	pthread_t thread;
	const struct net_if *pf;
	const struct net_if *vf;
	atomic_bool stop;
	int frames;
	int lost;
};

static void *exchange(void *arg)
{
	struct traffic *traffic = arg;

	for (; !traffic->stop; traffic->frames += 2) {
		traffic->lost += !net_frame(traffic->pf, traffic->vf);
		traffic->lost += !net_frame(traffic->vf, traffic->pf);
	}
	return NULL;
}

/* VF 0 works while VFs are added and removed, at the tail and alone. */
TEST_F_TIMEOUT(igb, vf_0_works_while_others_come_and_go, 120)
{
	struct traffic traffic = { .pf = &self->fns.net, .vf = &self->fns.vf_net[0] };
	bool resized = false;
	int came = 0;

	if (!sysfs_write(self->fns.pf.dir, "sriov_hw_numvfs", "7")) {
		ASSERT_EQ(0, pf_set_num_vfs(&self->fns.pf, 2));
		ASSERT_EQ(2, open_vfs(&self->fns, 0, 2));
		ASSERT_EQ(0, pthread_create(&traffic.thread, NULL, exchange, &traffic));
		EXPECT_EQ(0, pf_set_num_vfs(&self->fns.pf, 5));
		net_close(&self->fns.vf_net[1]);
		EXPECT_EQ(0, sysfs_write(self->fns.pf.dir, "sriov_vf_offline", "1"));
		EXPECT_FALSE(pci_fn_exists(&self->fns.vf[1]));
		EXPECT_EQ(0, sysfs_write(self->fns.pf.dir, "sriov_vf_online", "1"));
		EXPECT_TRUE(pci_fn_exists(&self->fns.vf[1]));
		EXPECT_EQ(0, pf_set_num_vfs(&self->fns.pf, 2));
		EXPECT_EQ(0, pf_set_num_vfs(&self->fns.pf, ALL_VFS));
		traffic.stop = true;
		pthread_join(traffic.thread, NULL);
		EXPECT_EQ(0, traffic.lost);
		EXPECT_LT(0, traffic.frames);
		came = open_vfs(&self->fns, 1, ALL_VFS);
		resized = true;
		close_vfs(&self->fns);
		EXPECT_EQ(0, pf_set_num_vfs(&self->fns.pf, 0));
		EXPECT_EQ(0, sysfs_write(self->fns.pf.dir, "sriov_hw_numvfs", "0"));
	}
	EXPECT_ON_NEW(resized && came == ALL_VFS - 1,
		      "resized: %s; %d of %d VFs work that were added", resized ? "yes" : "no",
		      came, ALL_VFS - 1);
}

TEST_HARNESS_MAIN
