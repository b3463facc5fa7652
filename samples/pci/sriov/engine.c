// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine of a sriov-edu function: one command at a time, for any number of
 * threads, and never a transfer that nobody waits for.
 *
 * Who starts a command holds the lock until the device has ended it, and maps
 * and unmaps its buffers inside that time.  Whoever wants the engine to stand
 * still sets a bit that keeps new commands out, takes the lock, which waits for
 * the command that runs, and then takes the right to be bus master away from
 * the function.  When that is done the device cannot reach memory, whatever
 * state it is in: this, and not what the device says, is what makes it safe to
 * free a buffer.
 *
 * A command is given up early only where waiting makes no sense, that is when
 * the driver leaves or the device has failed.
 */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/jiffies.h>

#include "engine.h"

/* A command takes SRIOV_EDU_LATENCY; this much more before it is called hung */
#define ENGINE_GRACE	(5 * HZ)

/* How long a thread waits for an engine that stands still */
#define RESTART_LIMIT	(30 * HZ)

#define STOP_ABORTS	(BIT(SRIOV_EDU_STOP_ERROR) | BIT(SRIOV_EDU_STOP_GONE))
#define STOP_FOR_GOOD	(BIT(SRIOV_EDU_STOP_DEAD) | BIT(SRIOV_EDU_STOP_GONE))

static unsigned long engine_stopped(struct sriov_edu_fn *fn)
{
	return READ_ONCE(fn->stopped);
}

/*
 * Takes the lock with the engine running, waiting for that if it will again.
 * An error from which the PCI core finds no way back ends without a word to the
 * driver, so the wait has an end of its own.
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

static void engine_put(struct sriov_edu_fn *fn)
{
	mutex_unlock(&fn->lock);
}

/*
 * A function that is no bus master begins no transfer; those that it has begun
 * are waited for (PCIe r5.0 section 7.5.3.5, Transactions Pending).  An engine
 * that stays busy all the same has hung: should it become bus master again it
 * might write to where the old command told it to, so a reset must come first.
 * While the PCI core recovers from an error a reset comes anyway.
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

/*
 * Makes the function ready for commands, after probe as after any reset.  A
 * reset that the driver was not told of (a VF's, when its PF is reset) has
 * cleared config space too.
 */
static int engine_begin(struct sriov_edu_fn *fn)
{
	lockdep_assert_held(&fn->lock);

	if (sriov_edu_read(fn, SRIOV_EDU_ID) != SRIOV_EDU_ID_MAGIC)
		return -ENODEV;

	if (sriov_edu_fn_lost_pci(fn))
		sriov_edu_fn_restore_pci(fn);

	if (sriov_edu_read(fn, SRIOV_EDU_STATUS) & SRIOV_EDU_STATUS_BUSY)
		return -EBUSY;

	pci_set_master(fn->pci);

	/*
	 * The end of a command that was given up is of no interest.  Enabling
	 * the rest sends a message for what is pending already, so no mail that
	 * came while the engine stood still is overlooked.
	 */
	sriov_edu_write(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_DMA);
	sriov_edu_write(fn, SRIOV_EDU_INT_VECTOR, engine_vectors(fn));
	sriov_edu_write(fn, SRIOV_EDU_INT_ENABLE, engine_interrupts(fn));
	return 0;
}

/**
 * sriov_edu_engine_stop - let the engine stand still
 * @fn: the function
 * @why: what sriov_edu_engine_start() will be called with, if ever
 *
 * Waits for the command that runs, unless @why is that nobody should wait for
 * the device any more.  Threads that want the engine sleep until it starts
 * again.
 *
 * Context: may sleep; takes the engine's lock.  Afterwards the function does no
 * DMA and sends no interrupt.
 */
void sriov_edu_engine_stop(struct sriov_edu_fn *fn, enum sriov_edu_stop why)
{
	int err;

	set_bit(why, &fn->stopped);
	wake_up_all(&fn->wait);

	mutex_lock(&fn->lock);
	err = engine_halt(fn);
	if (err && why != SRIOV_EDU_STOP_GONE) {
		pci_warn(fn->pci, "engine does not stop, reset needed\n");
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
	}
	mutex_unlock(&fn->lock);
}
EXPORT_SYMBOL_GPL(sriov_edu_engine_stop);

/**
 * sriov_edu_engine_start - the engine may run again, as far as @why goes
 * @fn: the function
 * @why: what sriov_edu_engine_stop() was called with
 *
 * The engine starts when the last reason to stand still has gone.
 *
 * Context: may sleep; takes the engine's lock.
 * Return: 0, -ENODEV if the device does not answer, -EBUSY if it still runs an
 * old command.  The engine does not start then until the function is reset.
 */
int sriov_edu_engine_start(struct sriov_edu_fn *fn, enum sriov_edu_stop why)
{
	int err = 0;

	mutex_lock(&fn->lock);
	clear_bit(why, &fn->stopped);
	if (why == SRIOV_EDU_STOP_RESET || why == SRIOV_EDU_STOP_ERROR)
		clear_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
	if (!engine_stopped(fn))
		err = engine_begin(fn);
	if (err) {
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
		pci_err(fn->pci, "engine does not start: %pe\n", ERR_PTR(err));
	}
	mutex_unlock(&fn->lock);

	wake_up_all(&fn->wait);
	return err;
}
EXPORT_SYMBOL_GPL(sriov_edu_engine_start);

/**
 * sriov_edu_engine_runs - is there no reason to stand still?
 * @fn: the function
 *
 * Return: whether that is so now; it can change at any time.
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
 * An interrupt that was lost must not cost the next one too: its status bit
 * would still be set, and a message goes out only when it becomes set.
 */
static void engine_give(struct sriov_edu_fn *fn, dma_addr_t src, dma_addr_t dst,
			u32 len)
{
	WRITE_ONCE(fn->ended, false);
	sriov_edu_write(fn, SRIOV_EDU_INT_STATUS, SRIOV_EDU_INT_DMA);
	sriov_edu_write(fn, SRIOV_EDU_SRC_LO, lower_32_bits(src));
	sriov_edu_write(fn, SRIOV_EDU_SRC_HI, upper_32_bits(src));
	sriov_edu_write(fn, SRIOV_EDU_DST_LO, lower_32_bits(dst));
	sriov_edu_write(fn, SRIOV_EDU_DST_HI, upper_32_bits(dst));
	sriov_edu_write(fn, SRIOV_EDU_LEN, len);
}

/* The device did not end its command: see to it that it never will */
static int engine_give_up(struct sriov_edu_fn *fn)
{
	int err = engine_halt(fn);

	if (engine_stopped(fn) & BIT(SRIOV_EDU_STOP_GONE))
		return -ENODEV;
	if (engine_stopped(fn) & BIT(SRIOV_EDU_STOP_ERROR))
		return -EIO;

	pci_err(fn->pci, "command timed out\n");
	if (!err)
		err = engine_begin(fn);
	if (err) {
		pci_err(fn->pci, "engine hangs, reset needed\n");
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
		wake_up_all(&fn->wait);
	}
	return -ETIMEDOUT;
}

/*
 * The interrupt says when to look; STATUS says what happened.  Reading it also
 * makes sure that what the device wrote has arrived, should the interrupt be
 * the thing that was lost.
 */
static int engine_run(struct sriov_edu_fn *fn, u32 cmd,
		      struct sriov_edu_copy *copy)
{
	unsigned long timeout = engine_timeout(fn);
	u32 status;

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
 * A reset that nobody announced is seen here at the latest: every kind clears
 * INT_ENABLE.  RESETS would not do, for a VF that ends and is made again with
 * its PF's reset counts none.
 */
static int engine_check(struct sriov_edu_fn *fn)
{
	u32 enabled = sriov_edu_read(fn, SRIOV_EDU_INT_ENABLE);

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
	int err;

	src_dma = dma_map_single(dev, src, copy->len, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, src_dma))
		return -ENOMEM;

	if (dst) {
		dst_dma = dma_map_single(dev, dst, copy->len, DMA_FROM_DEVICE);
		err = dma_mapping_error(dev, dst_dma);
		if (err)
			goto unmap_src;
	}

	engine_give(fn, src_dma, dst_dma, copy->len);
	err = engine_run(fn, dst ? SRIOV_EDU_CMD_COPY : SRIOV_EDU_CMD_CRC,
			 copy);

	if (dst)
		dma_unmap_single(dev, dst_dma, copy->len, DMA_FROM_DEVICE);
unmap_src:
	dma_unmap_single(dev, src_dma, copy->len, DMA_TO_DEVICE);
	return err;
}

/**
 * sriov_edu_engine_copy - let the device copy
 * @fn: the function
 * @src: data, @copy->len bytes that can be mapped for DMA
 * @dst: where to, likewise, or NULL: CRC only
 * @copy: what the program asked for; the device's CRC and error are filled in
 *
 * Context: may sleep, for as long as other threads use the engine.
 * Return: 0 or one of the errors that linux/sriov_edu.h lists.
 */
int sriov_edu_engine_copy(struct sriov_edu_fn *fn, void *src, void *dst,
			  struct sriov_edu_copy *copy)
{
	int err;

	err = engine_get(fn);
	if (err)
		return err;

	err = engine_check(fn);
	if (!err)
		err = engine_map_and_run(fn, src, dst, copy);
	engine_put(fn);
	return err ?: engine_errno(copy->error);
}

/**
 * sriov_edu_engine_info - what a function is and what it has done
 * @fn: the function
 * @info: to be filled in
 *
 * Context: may sleep, for as long as other threads use the engine.
 * Return: 0, -ERESTARTSYS, -ENODEV or -ETIMEDOUT.
 */
int sriov_edu_engine_info(struct sriov_edu_fn *fn, struct sriov_edu_info *info)
{
	u32 function;
	int err;

	err = engine_get(fn);
	if (err)
		return err;

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
	engine_put(fn);
	return 0;
}
