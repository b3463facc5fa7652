// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live migration of VFs: the states of VFIO
 *
 * Floor: 2
 *
 * vfio_mig_get_next_state() divides what user space requests into arcs.  A state is two
 * things here: a level, which is what the VF may do, and a file, which user space
 * reads or writes.
 *
 *	state		level	file
 *
 *	RUNNING		run
 *	PRE_COPY	run	save
 *	RUNNING_P2P	quiet
 *	PRE_COPY_P2P	quiet	save
 *	STOP		stop
 *	STOP_COPY	stop	save
 *	RESUMING	stop	load
 *	ERROR		?
 *
 * So an arc closes the file that the new state has not, changes the level, and opens
 * the file that the old state had not.  An arc that fails leaves the state as it was,
 * or is an ERROR if it is not known what the VF does.
 *
 * A reset of the VF leads to RUNNING from everywhere.  When the PF is reset, or its
 * driver is unbound, what the VF had is lost: RUNNING stays, everything else becomes
 * ERROR.
 */
#include <linux/file.h>

#include "live.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static enum pci_sriov_live_level sriov_live_level(enum vfio_device_mig_state s)
{
	switch (s) {
	case VFIO_DEVICE_STATE_RUNNING:
	case VFIO_DEVICE_STATE_PRE_COPY:
		return PCI_SRIOV_LIVE_RUN;
	case VFIO_DEVICE_STATE_RUNNING_P2P:
	case VFIO_DEVICE_STATE_PRE_COPY_P2P:
		return PCI_SRIOV_LIVE_QUIET;
	default:
		return PCI_SRIOV_LIVE_STOP;
	}
}

static bool sriov_live_is_pre_copy(enum vfio_device_mig_state s)
{
	return s == VFIO_DEVICE_STATE_PRE_COPY ||
	       s == VFIO_DEVICE_STATE_PRE_COPY_P2P;
}

static bool sriov_live_saves(enum vfio_device_mig_state s)
{
	return sriov_live_is_pre_copy(s) || s == VFIO_DEVICE_STATE_STOP_COPY;
}

static int sriov_live_set_level(struct sriov_live_vf *v,
				enum pci_sriov_live_level level)
{
	const struct pci_sriov_live_ops *ops;
	int rc;

	ops = pci_sriov_live_begin(v->vf);
	if (IS_ERR(ops))
		return PTR_ERR(ops);

	rc = ops->set_level(v->pf, v->vf_id, level);
	pci_sriov_live_end(v->vf);

	return rc;
}

static void sriov_live_close_files(struct sriov_live_vf *v)
{
	sriov_live_save_close(v->save);
	sriov_live_load_close(v->load);
	v->save = NULL;
	v->load = NULL;
}

/* Deals with resets that there were since this was called last. */
static void sriov_live_catch_up(struct sriov_live_vf *v)
{
	struct sriov_live_epoch now = sriov_live_now(v);

	if (now.resets == v->seen_resets && now.lost == v->seen_lost)
		return;

	sriov_live_close_files(v);
	if (now.lost != v->seen_lost)
		v->log_page = 0;	/* the device has lost the log, too */
	if (now.resets != v->seen_resets) {
		v->state = VFIO_DEVICE_STATE_RUNNING;
		/* it may have stopped again since the reset */
		sriov_live_set_level(v, PCI_SRIOV_LIVE_RUN);
	} else if (v->state != VFIO_DEVICE_STATE_RUNNING) {
		v->state = VFIO_DEVICE_STATE_ERROR;
	}
	v->seen_resets = now.resets;
	v->seen_lost = now.lost;
}

/**
 * sriov_live_lock - lock the state of a VF
 * @v: the VF
 */
void sriov_live_lock(struct sriov_live_vf *v)
{
	mutex_lock(&v->state_lock);
	sriov_live_catch_up(v);
}

/**
 * sriov_live_unlock - unlock the state of a VF
 * @v: the VF
 */
void sriov_live_unlock(struct sriov_live_vf *v)
{
	/* the VF may have been reset while the holder stopped it */
	sriov_live_catch_up(v);
	mutex_unlock(&v->state_lock);
}

/**
 * sriov_live_was_reset - a VF was reset
 * @v: the VF
 *
 * Context: any locks may be held, but no spinlock.
 */
void sriov_live_was_reset(struct sriov_live_vf *v)
{
	atomic_inc(&v->resets);
	sriov_live_set_level(v, PCI_SRIOV_LIVE_RUN);
}

/**
 * sriov_live_open - begin with a VF that user space opens
 * @v: the VF
 *
 * Return: 0; -ENODEV without a PF driver that supports it; -EBUSY while the PF is being
 * reset; an error of the PF driver.
 */
int sriov_live_open(struct sriov_live_vf *v)
{
	int rc;

	sriov_live_lock(v);
	rc = sriov_live_set_level(v, PCI_SRIOV_LIVE_RUN);
	v->state = VFIO_DEVICE_STATE_RUNNING;
	sriov_live_unlock(v);

	return rc;
}

/**
 * sriov_live_close - end with a VF that user space closes
 * @v: the VF
 */
void sriov_live_close(struct sriov_live_vf *v)
{
	sriov_live_lock(v);
	sriov_live_close_files(v);
	sriov_live_log_stop(v);
	if (v->state != VFIO_DEVICE_STATE_RUNNING)
		sriov_live_set_level(v, PCI_SRIOV_LIVE_RUN);
	v->state = VFIO_DEVICE_STATE_RUNNING;
	sriov_live_unlock(v);
}

static int sriov_live_end_load(struct sriov_live_vf *v)
{
	bool touched;
	int rc;

	rc = sriov_live_load_finish(v->load, &touched);
	if (rc && touched)
		v->state = VFIO_DEVICE_STATE_ERROR;
	if (!rc || touched)
		sriov_live_close_files(v);
	return rc;
}

static int sriov_live_change_level(struct sriov_live_vf *v,
				   enum vfio_device_mig_state new)
{
	enum pci_sriov_live_level was = sriov_live_level(v->state);
	int rc;

	if (sriov_live_level(new) == was)
		return 0;

	rc = sriov_live_set_level(v, sriov_live_level(new));
	if (rc && sriov_live_set_level(v, was))
		v->state = VFIO_DEVICE_STATE_ERROR;
	return rc;
}

/* Return: a file for user space, NULL if the new state has none, or an ERR_PTR. */
static struct file *sriov_live_open_file(struct sriov_live_vf *v,
					 enum vfio_device_mig_state new)
{
	struct file *filp = NULL;
	void *opened = NULL;

	if (new == VFIO_DEVICE_STATE_RESUMING) {
		opened = sriov_live_load_open(v, &filp);
		if (!IS_ERR(opened))
			v->load = opened;
	} else if (sriov_live_saves(new) && !sriov_live_saves(v->state)) {
		opened = sriov_live_save_open(v, !sriov_live_is_pre_copy(new),
					      &filp);
		if (!IS_ERR(opened))
			v->save = opened;
	} else if (sriov_live_is_pre_copy(v->state) &&
		   new == VFIO_DEVICE_STATE_STOP_COPY) {
		sriov_live_save_last(v->save);
	}

	return IS_ERR(opened) ? ERR_CAST(opened) : filp;
}

static struct file *sriov_live_arc(struct sriov_live_vf *v,
				   enum vfio_device_mig_state new)
{
	struct file *filp;
	int rc;

	if (v->state == VFIO_DEVICE_STATE_RESUMING) {
		rc = sriov_live_end_load(v);
		if (rc)
			return ERR_PTR(rc);
	}

	rc = sriov_live_change_level(v, new);
	if (rc)
		return ERR_PTR(rc);

	if (sriov_live_saves(v->state) && !sriov_live_saves(new))
		sriov_live_close_files(v);
	filp = sriov_live_open_file(v, new);
	if (!IS_ERR(filp))
		v->state = new;
	return filp;
}

/**
 * sriov_live_set_state - change the state of a VF
 * @v: the VF
 * @new: the state that user space requests
 *
 * Context: sriov_live_lock() held.
 * Return: a file, with a reference, if @new has one that the state before had not;
 * NULL; an ERR_PTR: -EINVAL if there is no way to @new, or what was written to the
 * file is not the state of such a VF; -EBUSY while the PF is being reset; -ENODEV
 * without a PF driver; -ENOMEM; -ENFILE; an error of the PF driver.
 */
struct file *sriov_live_set_state(struct sriov_live_vf *v,
				  enum vfio_device_mig_state new)
{
	struct file *filp = NULL;

	lockdep_assert_held(&v->state_lock);

	/* vfio_mig_get_next_state() warns about it */
	if (v->state == VFIO_DEVICE_STATE_ERROR)
		return ERR_PTR(-EINVAL);

	while (v->state != new && !filp) {
		enum vfio_device_mig_state next, was = v->state;
		int rc;

		rc = vfio_mig_get_next_state(&v->core.vdev, was, new, &next);
		if (rc)
			return ERR_PTR(rc);

		filp = sriov_live_arc(v, next);
		trace_vfio_pci_sriov_state(v->vf, was, next,
					   PTR_ERR_OR_ZERO(filp));
	}

	return filp;
}
