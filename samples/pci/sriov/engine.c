// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 0
 *
 * The engine of a sriov-edu function.  It executes one command at a time for any
 * number of threads.
 *
 * A thread that starts a command holds the lock until the device has completed
 * it, and maps and unmaps its buffers while it holds the lock.  Stopping the
 * engine takes three steps: set a bit that keeps new commands out, take the lock,
 * which waits for the running command, and clear Bus Master Enable.  After that
 * the device cannot reach memory in any state.  Freeing a buffer is safe because
 * of this order, and does not depend on what the device reports.
 *
 * A command is abandoned early only if the driver is being unbound or the device
 * has failed.
 *
 * A reset clears the configuration space that the engine depends on, so this file
 * also saves and restores it.
 */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/jiffies.h>

#include "engine.h"

/* A command takes SRIOV_EDU_LATENCY; it has hung when it takes this much longer */
#define ENGINE_GRACE	(5 * HZ)

/* How long a thread waits for a stopped engine to start again */
#define RESTART_LIMIT	(30 * HZ)

#define STOP_ABORTS	(BIT(SRIOV_EDU_STOP_ERROR) | BIT(SRIOV_EDU_STOP_GONE))
#define STOP_FOR_GOOD	(BIT(SRIOV_EDU_STOP_DEAD) | BIT(SRIOV_EDU_STOP_GONE))

static unsigned long engine_stopped(struct sriov_edu_fn *fn)
{
	return READ_ONCE(fn->stopped);
}

/*
 * Take the lock with the engine running, and wait if the engine can start again.
 * The wait is bounded because the PCI core does not notify a driver when error
 * recovery fails.
 */
static int engine_get(struct sriov_edu_fn *fn)
{
	unsigned long stopped;
	long left = RESTART_LIMIT;

	while (left) {
		if (mutex_lock_interruptible(&fn->lock))
			return -ERESTARTSYS;

		stopped = engine_stopped(fn);
		if (!stopped)
			return 0;

		mutex_unlock(&fn->lock);
		if (stopped & STOP_FOR_GOOD)
			return -ENODEV;
		left = wait_event_interruptible_timeout(fn->wait,
							engine_stopped(fn) != stopped,
							left);
		if (left < 0)
			return left;
	}
	return -ETIMEDOUT;
}

/*
 * A function with Bus Master Enable clear starts no transfer; transfers that it
 * has started are waited for (PCIe r6.0 section 7.5.3.5, Transactions Pending).
 * An engine that is still busy then has hung.  It must be reset before Bus Master
 * Enable is set again, because it might write to the buffer of the old command.
 * Error recovery by the PCI core includes a reset.
 */
static int engine_halt(struct sriov_edu_fn *fn)
{
	lockdep_assert_held(&fn->lock);

	sriov_edu_write(fn, SRIOV_EDU_INT_ENABLE, 0);
	pci_clear_master(fn->pci);
	if (pci_channel_offline(fn->pci))
		return 0;

	pci_wait_for_pending_transaction(fn->pci);
	if (sriov_edu_read(fn, SRIOV_EDU_STATUS) & SRIOV_EDU_STATUS_BUSY)
		return -EBUSY;
	return 0;
}

static u32 engine_interrupts(struct sriov_edu_fn *fn)
{
	return SRIOV_EDU_INT_DMA | fn->ops->interrupts;
}

static u32 engine_vectors(struct sriov_edu_fn *fn)
{
	int last = fn->num_vectors - 1;

	return FIELD_PREP(SRIOV_EDU_INT_VECTOR_DMA, 0) |
	       FIELD_PREP(SRIOV_EDU_INT_VECTOR_MAILBOX, min(1, last)) |
	       FIELD_PREP(SRIOV_EDU_INT_VECTOR_VF_RESET, min(2, last));
}

/* MSI-X was enabled by probe, and every reset disables it */
static bool engine_lost_pci(struct sriov_edu_fn *fn)
{
	u16 flags;

	if (!fn->pci_state)
		return false;
	pci_read_config_word(fn->pci, fn->pci->msix_cap + PCI_MSIX_FLAGS,
			     &flags);
	return !(flags & PCI_MSIX_FLAGS_ENABLE);
}

/**
 * sriov_edu_engine_save_pci - save configuration space as probe leaves it
 * @fn: the function
 *
 * The PCI core saves configuration space when it resets this function, but not
 * when a reset of the PF resets a VF.
 *
 * Return: 0 or -ENOMEM.
 */
int sriov_edu_engine_save_pci(struct sriov_edu_fn *fn)
{
	int rc;

	rc = pci_save_state(fn->pci);
	if (rc)
		return rc;

	fn->pci_state = pci_store_saved_state(fn->pci);
	return fn->pci_state ? 0 : -ENOMEM;
}

/**
 * sriov_edu_engine_restore_pci - restore what a reset cleared
 * @fn: the function
 *
 * That is what probe has set: Bus Master Enable and the MSI-X table.
 */
void sriov_edu_engine_restore_pci(struct sriov_edu_fn *fn)
{
	pci_load_saved_state(fn->pci, fn->pci_state);
	pci_restore_state(fn->pci);
}

/**
 * sriov_edu_engine_abort - reset a function that still executes a command
 * @fn: the function, with the engine stopped
 *
 * A command can outlast the driver that started it (LATENCY can be seconds).  With
 * Bus Master Enable clear it does no harm, but it must not run when the next
 * driver starts the engine.
 */
void sriov_edu_engine_abort(struct sriov_edu_fn *fn)
{
	u32 status = sriov_edu_read(fn, SRIOV_EDU_STATUS);

	if (PCI_POSSIBLE_ERROR(status) || !(status & SRIOV_EDU_STATUS_BUSY))
		return;

	pci_info(fn->pci, "engine is busy with an old command, resetting\n");
	pci_save_state(fn->pci);
	pcie_reset_flr(fn->pci, PCI_RESET_DO_RESET);
	pci_restore_state(fn->pci);
}

/*
 * Prepare the function for commands, after probe and after any reset.  A reset
 * without notice to this driver (a VF's, by a reset of its PF) has cleared
 * configuration space too.
 */
static int engine_begin(struct sriov_edu_fn *fn)
{
	lockdep_assert_held(&fn->lock);

	if (sriov_edu_read(fn, SRIOV_EDU_ID) != SRIOV_EDU_ID_MAGIC)
		return -ENODEV;

	if (engine_lost_pci(fn))
		sriov_edu_engine_restore_pci(fn);

	if (sriov_edu_read(fn, SRIOV_EDU_STATUS) & SRIOV_EDU_STATUS_BUSY)
		return -EBUSY;

	pci_set_master(fn->pci);

	/*
	 * Discard the completion of an abandoned command.  Enabling the other
	 * interrupts sends a message for each that is already pending, so mail
	 * that arrived while the engine was stopped is not lost.
	 */
	sriov_edu_write(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_DMA);
	sriov_edu_write(fn, SRIOV_EDU_INT_VECTOR, engine_vectors(fn));
	sriov_edu_write(fn, SRIOV_EDU_INT_ENABLE, engine_interrupts(fn));
	return 0;
}

/**
 * sriov_edu_engine_stop - stop the engine
 * @fn: the function
 * @why: the reason; sriov_edu_engine_start() clears it
 *
 * Waits for the running command, unless @why is an error or the removal of the
 * driver: then the command is abandoned.  Threads that need the engine sleep until
 * it starts again.
 *
 * Context: may sleep; takes the engine's lock.  Afterwards the function does no
 * DMA and sends no interrupt.
 */
void sriov_edu_engine_stop(struct sriov_edu_fn *fn, enum sriov_edu_stop why)
{
	int rc;

	set_bit(why, &fn->stopped);
	wake_up_all(&fn->wait);

	mutex_lock(&fn->lock);
	rc = engine_halt(fn);
	if (rc && why != SRIOV_EDU_STOP_GONE) {
		pci_warn(fn->pci, "engine does not stop, reset needed\n");
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
	}
	mutex_unlock(&fn->lock);
}
EXPORT_SYMBOL_GPL(sriov_edu_engine_stop);

/**
 * sriov_edu_engine_start - clear a reason for which the engine is stopped
 * @fn: the function
 * @why: the reason that sriov_edu_engine_stop() was called with
 *
 * The engine starts when the last reason is cleared.
 *
 * Context: may sleep; takes the engine's lock.
 * Return: 0, -ENODEV if the device does not answer, -EBUSY if it still executes
 * an old command.  On an error the engine stays stopped until the function is
 * reset.
 */
int sriov_edu_engine_start(struct sriov_edu_fn *fn, enum sriov_edu_stop why)
{
	int rc = 0;

	mutex_lock(&fn->lock);
	clear_bit(why, &fn->stopped);
	if (why == SRIOV_EDU_STOP_RESET || why == SRIOV_EDU_STOP_ERROR)
		clear_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
	if (!engine_stopped(fn))
		rc = engine_begin(fn);
	if (rc) {
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
		pci_err(fn->pci, "engine does not start: %pe\n", ERR_PTR(rc));
	}
	mutex_unlock(&fn->lock);

	wake_up_all(&fn->wait);
	return rc;
}
EXPORT_SYMBOL_GPL(sriov_edu_engine_start);

/**
 * sriov_edu_engine_runs - whether the engine runs
 * @fn: the function
 *
 * Return: true if there is no reason to be stopped now; this can change at any
 * time.
 */
bool sriov_edu_engine_runs(struct sriov_edu_fn *fn)
{
	return !engine_stopped(fn);
}
EXPORT_SYMBOL_GPL(sriov_edu_engine_runs);

static unsigned long engine_timeout(struct sriov_edu_fn *fn)
{
	u32 latency = sriov_edu_read(fn, SRIOV_EDU_LATENCY);

	return usecs_to_jiffies(min(latency, SRIOV_EDU_LATENCY_MAX)) +
	       ENGINE_GRACE;
}

/*
 * Clear the status bit first: after a lost interrupt it is still set, and the
 * device sends a message only when it becomes set.
 */
static void engine_prepare(struct sriov_edu_fn *fn, dma_addr_t src,
			   dma_addr_t dst, u32 len)
{
	lockdep_assert_held(&fn->lock);

	WRITE_ONCE(fn->ended, false);
	sriov_edu_write(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_DMA);
	sriov_edu_write(fn, SRIOV_EDU_SRC_LO, lower_32_bits(src));
	sriov_edu_write(fn, SRIOV_EDU_SRC_HI, upper_32_bits(src));
	sriov_edu_write(fn, SRIOV_EDU_DST_LO, lower_32_bits(dst));
	sriov_edu_write(fn, SRIOV_EDU_DST_HI, upper_32_bits(dst));
	sriov_edu_write(fn, SRIOV_EDU_LEN, len);
}

/* The device did not complete the command; keep it from doing so later */
static int engine_give_up(struct sriov_edu_fn *fn)
{
	int rc;

	lockdep_assert_held(&fn->lock);

	rc = engine_halt(fn);
	if (engine_stopped(fn) & BIT(SRIOV_EDU_STOP_GONE))
		return -ENODEV;
	if (engine_stopped(fn) & BIT(SRIOV_EDU_STOP_ERROR))
		return -EIO;

	pci_err(fn->pci, "command timed out\n");
	if (!rc)
		rc = engine_begin(fn);
	if (rc) {
		pci_err(fn->pci, "engine hangs, reset needed\n");
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
		wake_up_all(&fn->wait);
	}
	return -ETIMEDOUT;
}

/*
 * The interrupt only wakes this thread; STATUS holds the result.  Reading STATUS
 * also guarantees that the device's writes have arrived, even if the interrupt was
 * lost.
 */
static int engine_run(struct sriov_edu_fn *fn, u32 cmd,
		      struct sriov_edu_copy *copy)
{
	unsigned long timeout = engine_timeout(fn);
	u32 status;

	lockdep_assert_held(&fn->lock);

	sriov_edu_write(fn, SRIOV_EDU_CMD, cmd);
	wait_event_timeout(fn->wait,
			   READ_ONCE(fn->ended) ||
			   engine_stopped(fn) & STOP_ABORTS, timeout);

	status = sriov_edu_read(fn, SRIOV_EDU_STATUS);
	if (PCI_POSSIBLE_ERROR(status))
		return -ENODEV;
	if ((status & (SRIOV_EDU_STATUS_BUSY | SRIOV_EDU_STATUS_DONE)) !=
	    SRIOV_EDU_STATUS_DONE)
		return engine_give_up(fn);
	if (!READ_ONCE(fn->ended) && !(engine_stopped(fn) & STOP_ABORTS))
		pci_warn(fn->pci, "completion interrupt lost\n");

	copy->crc = sriov_edu_read(fn, SRIOV_EDU_CRC);
	copy->error = FIELD_GET(SRIOV_EDU_STATUS_ERROR, status);
	return 0;
}

static int engine_errno(u32 error)
{
	switch (error) {
	case SRIOV_EDU_OK:
		return 0;
	case SRIOV_EDU_ERR_DISABLED:
		return -EACCES;
	case SRIOV_EDU_ERR_QUOTA:
		return -EDQUOT;
	default:
		return -EIO;
	}
}

/*
 * Detect a reset without notice: every kind of reset clears INT_ENABLE.  RESETS
 * cannot be used, because a VF counts no reset when a reset of its PF removes and
 * recreates it.
 */
static int engine_check(struct sriov_edu_fn *fn)
{
	u32 enabled;

	lockdep_assert_held(&fn->lock);

	enabled = sriov_edu_read(fn, SRIOV_EDU_INT_ENABLE);
	if (PCI_POSSIBLE_ERROR(enabled))
		return -ENODEV;
	if (enabled == engine_interrupts(fn))
		return 0;

	pci_info(fn->pci, "was reset, setting it up again\n");
	return engine_begin(fn);
}

static int engine_map_and_run(struct sriov_edu_fn *fn, void *src, void *dst,
			      struct sriov_edu_copy *copy)
{
	struct device *dev = &fn->pci->dev;
	dma_addr_t src_dma, dst_dma = 0;
	int rc;

	src_dma = dma_map_single(dev, src, copy->len, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, src_dma))
		return -ENOMEM;

	if (dst) {
		dst_dma = dma_map_single(dev, dst, copy->len, DMA_FROM_DEVICE);
		rc = dma_mapping_error(dev, dst_dma);
		if (rc)
			goto unmap_src;
	}

	engine_prepare(fn, src_dma, dst_dma, copy->len);
	rc = engine_run(fn, dst ? SRIOV_EDU_CMD_COPY : SRIOV_EDU_CMD_CRC,
			copy);

	if (dst)
		dma_unmap_single(dev, dst_dma, copy->len, DMA_FROM_DEVICE);
unmap_src:
	dma_unmap_single(dev, src_dma, copy->len, DMA_TO_DEVICE);
	return rc;
}

/**
 * sriov_edu_engine_copy - execute a copy
 * @fn: the function
 * @src: source, @copy->len bytes that can be mapped for DMA
 * @dst: destination, likewise, or NULL to compute the CRC only
 * @copy: the request; the device's CRC and error are filled in
 *
 * Context: may sleep, for as long as other threads use the engine.
 * Return: 0 or one of the errors that linux/sriov_edu.h lists.
 */
int sriov_edu_engine_copy(struct sriov_edu_fn *fn, void *src, void *dst,
			  struct sriov_edu_copy *copy)
{
	int rc;

	rc = engine_get(fn);
	if (rc)
		return rc;

	rc = engine_check(fn);
	if (rc)
		goto unlock;
	rc = engine_map_and_run(fn, src, dst, copy);
	if (rc)
		goto unlock;
	rc = engine_errno(copy->error);
unlock:
	mutex_unlock(&fn->lock);
	return rc;
}

/**
 * sriov_edu_engine_info - read a function's identity and counters
 * @fn: the function
 * @info: filled in
 *
 * Context: may sleep, for as long as other threads use the engine.
 * Return: 0, -ERESTARTSYS, -ENODEV or -ETIMEDOUT.
 */
int sriov_edu_engine_info(struct sriov_edu_fn *fn, struct sriov_edu_info *info)
{
	u32 function;
	int rc;

	rc = engine_get(fn);
	if (rc)
		return rc;

	function = sriov_edu_read(fn, SRIOV_EDU_FUNCTION);
	info->vf_id = -1;
	if (function & SRIOV_EDU_FUNCTION_VF)
		info->vf_id = function & SRIOV_EDU_FUNCTION_VF_ID;
	info->vectors = fn->num_vectors;
	info->interrupts = atomic64_read(&fn->interrupts);
	info->completions = sriov_edu_read(fn, SRIOV_EDU_COMPLETIONS);
	info->resets = sriov_edu_read(fn, SRIOV_EDU_RESETS);
	info->quota = sriov_edu_read(fn, SRIOV_EDU_QUOTA);
	info->mailbox_sent = atomic_read(&fn->mailbox_sent);
	info->mailbox_received = atomic_read(&fn->mailbox_received);
	mutex_unlock(&fn->lock);
	return 0;
}
