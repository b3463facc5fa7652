// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI side of a sriov-edu function, PF or VF: everything that a driver does
 * for any PCI device, in the order in which it must be done.
 *
 * Setting up goes from the outside in: config space, BARs, identity, DMA mask,
 * interrupts, engine.  Tearing down goes back the same way, and the one step
 * that matters most is the first: the engine is stopped, and with it all DMA,
 * while everything that it could still touch is there.
 *
 * The structure itself lives as long as anyone has a reference.  A file that is
 * still open keeps it, and finds STOP_GONE in it.
 */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "engine.h"

/* The vectors' names, and which sources each has when there are enough */
static const struct {
	const char *name;
	u32 source;
} fn_vectors[SRIOV_EDU_MAX_VECTORS] = {
	{ "dma",	SRIOV_EDU_INT_DMA },
	{ "mailbox",	SRIOV_EDU_INT_MAILBOX },
	{ "vf-reset",	SRIOV_EDU_INT_VF_RESET },
};

/*
 * The status bit is cleared before the reason is looked at, so that a new
 * reason sets it again and sends another message.
 */
static irqreturn_t fn_interrupt(int irq, void *data)
{
	struct sriov_edu_vector *vector = data;
	struct sriov_edu_fn *fn = vector->fn;
	u32 status = sriov_edu_read(fn, SRIOV_EDU_INT_STATUS);

	if (PCI_POSSIBLE_ERROR(status))
		return IRQ_NONE;

	status &= vector->sources;
	if (!status)
		return IRQ_NONE;
	sriov_edu_write(fn, SRIOV_EDU_INT_STATUS, status);

	if (status & SRIOV_EDU_INT_DMA) {
		atomic64_inc(&fn->interrupts);
		WRITE_ONCE(fn->ended, true);
		wake_up_all(&fn->wait);
	}

	status &= ~SRIOV_EDU_INT_DMA;
	if (!status)
		return IRQ_HANDLED;
	atomic_or(status, &fn->events);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t fn_interrupt_thread(int irq, void *data)
{
	struct sriov_edu_vector *vector = data;
	struct sriov_edu_fn *fn = vector->fn;
	u32 events = atomic_fetch_andnot(vector->sources, &fn->events) &
		     vector->sources;

	if (events)
		fn->ops->event(fn, events);
	return IRQ_HANDLED;
}

static void fn_name_vector(struct sriov_edu_fn *fn, int i)
{
	struct sriov_edu_vector *vector = &fn->vectors[i];

	vector->fn = fn;
	vector->sources = fn_vectors[i].source;
	if (i == fn->num_vectors - 1)
		while (++i < SRIOV_EDU_MAX_VECTORS)
			vector->sources |= fn_vectors[i].source;

	snprintf(vector->name, sizeof(vector->name), "%s-%s-%s",
		 dev_driver_string(&fn->pci->dev), pci_name(fn->pci),
		 fn_vectors[vector - fn->vectors].name);
}

static void fn_free_irqs(struct sriov_edu_fn *fn, int num)
{
	while (num--)
		free_irq(pci_irq_vector(fn->pci, num), &fn->vectors[num]);
}

/* How many vectors this function has use for */
static int fn_wanted_vectors(struct sriov_edu_fn *fn)
{
	return fn->ops->interrupts & SRIOV_EDU_INT_VF_RESET ? 3 : 2;
}

static int fn_alloc_vectors(struct sriov_edu_fn *fn)
{
	int wanted = fn_wanted_vectors(fn);
	int num;

	num = pci_alloc_irq_vectors(fn->pci, 1,
				    max(wanted, fn->own_vector + 1),
				    PCI_IRQ_MSIX);
	if (num < 0)
		return num;

	fn->num_vectors = min(num, wanted);
	if (fn->own_vector >= num)
		fn->own_vector = -1;
	return 0;
}

static int fn_request_irqs(struct sriov_edu_fn *fn)
{
	int i, err;

	err = fn_alloc_vectors(fn);
	if (err)
		return err;

	for (i = 0; i < fn->num_vectors; i++) {
		fn_name_vector(fn, i);
		err = request_threaded_irq(pci_irq_vector(fn->pci, i),
					   fn_interrupt, fn_interrupt_thread,
					   IRQF_SHARED, fn->vectors[i].name,
					   &fn->vectors[i]);
		if (err)
			goto free;
	}
	return 0;
free:
	fn_free_irqs(fn, i);
	pci_free_irq_vectors(fn->pci);
	return err;
}

/* Is this the device that the driver was written for? */
static int fn_identify(struct sriov_edu_fn *fn)
{
	u32 id = sriov_edu_read(fn, SRIOV_EDU_ID);
	u32 version = sriov_edu_read(fn, SRIOV_EDU_VERSION);

	if (id != SRIOV_EDU_ID_MAGIC) {
		pci_err(fn->pci, "no sriov-edu: ID reads %#x\n", id);
		return -ENODEV;
	}
	if (version >> 16 != SRIOV_EDU_VERSION_1_0 >> 16) {
		pci_err(fn->pci, "register interface %u.%u is not known\n",
			version >> 16, version & 0xffff);
		return -ENODEV;
	}
	return 0;
}

static int fn_map(struct sriov_edu_fn *fn)
{
	struct pci_dev *pci = fn->pci;
	int err;

	err = pci_request_mem_regions(pci, dev_driver_string(&pci->dev));
	if (err)
		return err;

	fn->regs = pci_iomap(pci, SRIOV_EDU_BAR_REGS, 0);
	if (!fn->regs) {
		err = -ENOMEM;
		goto release;
	}
	return 0;
release:
	pci_release_mem_regions(pci);
	return err;
}

static void fn_unmap(struct sriov_edu_fn *fn)
{
	pci_iounmap(fn->pci, fn->regs);
	pci_release_mem_regions(fn->pci);
}

/*
 * A command can outlast the driver that gave it (its LATENCY can be seconds).
 * Without the right to be bus master it does no harm, but the next driver must
 * not find it alive.
 */
static void fn_forget_command(struct sriov_edu_fn *fn)
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
 * The core saves config space when it resets the function, but not when the
 * function is reset over its head: for a VF, by a reset of its PF.
 */
static int fn_save_pci(struct sriov_edu_fn *fn)
{
	int err;

	err = pci_save_state(fn->pci);
	if (err)
		return err;

	fn->pci_state = pci_store_saved_state(fn->pci);
	return fn->pci_state ? 0 : -ENOMEM;
}

/**
 * sriov_edu_fn_lost_pci - has a reset taken what the driver set in config space?
 * @fn: the function
 *
 * MSI-X was enabled and no reset leaves it so.
 *
 * Return: whether sriov_edu_fn_restore_pci() is needed.
 */
bool sriov_edu_fn_lost_pci(struct sriov_edu_fn *fn)
{
	u16 flags;

	if (!fn->pci_state)
		return false;
	pci_read_config_word(fn->pci, fn->pci->msix_cap + PCI_MSIX_FLAGS,
			     &flags);
	return !(flags & PCI_MSIX_FLAGS_ENABLE);
}

/**
 * sriov_edu_fn_restore_pci - give config space back what a reset took
 * @fn: the function
 *
 * That is what probe left there: Bus Master Enable and the MSI-X table.
 */
void sriov_edu_fn_restore_pci(struct sriov_edu_fn *fn)
{
	pci_load_saved_state(fn->pci, fn->pci_state);
	pci_restore_state(fn->pci);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_restore_pci);

/**
 * sriov_edu_fn_setup - bring a function to life
 * @fn: the function
 *
 * Afterwards the engine runs, and &sriov_edu_fn_ops.event may be called even
 * before this returns.  Nothing is visible to programs yet;
 * sriov_edu_fn_publish() is for when the driver has done its own part.
 *
 * Context: may sleep.
 * Return: 0, -ENODEV if this is not sriov-edu or does not answer, -ENOMEM, or
 * what the PCI core says.
 */
int sriov_edu_fn_setup(struct sriov_edu_fn *fn)
{
	struct pci_dev *pci = fn->pci;
	int err;

	err = pci_enable_device_mem(pci);
	if (err)
		return err;

	err = fn_map(fn);
	if (err)
		goto disable;

	err = fn_identify(fn);
	if (err)
		goto unmap;

	err = dma_set_mask_and_coherent(&pci->dev, DMA_BIT_MASK(64));
	if (err)
		goto unmap;

	fn_forget_command(fn);

	err = fn_request_irqs(fn);
	if (err)
		goto unmap;

	err = sriov_edu_engine_start(fn, SRIOV_EDU_STOP_RESET);
	if (err)
		goto free_irqs;

	err = fn_save_pci(fn);
	if (err)
		goto stop;

	return 0;
stop:
	sriov_edu_engine_stop(fn, SRIOV_EDU_STOP_GONE);
free_irqs:
	fn_free_irqs(fn, fn->num_vectors);
	pci_free_irq_vectors(pci);
unmap:
	fn_unmap(fn);
disable:
	pci_disable_device(pci);
	return err;
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_setup);

/**
 * sriov_edu_fn_teardown - undo sriov_edu_fn_setup()
 * @fn: the function, unpublished
 *
 * The order is what keeps a device from writing to memory that has another
 * owner by now:
 *
 * 1. no new command, and the one that runs is given up;
 * 2. the function may not be bus master: no DMA and no MSI-X from here on;
 * 3. the handlers that already run come to an end, then the vectors go;
 * 4. a command that is still in the engine is forgotten;
 * 5. registers, regions and the device are given back.
 *
 * Context: may sleep.  Cannot fail.
 */
void sriov_edu_fn_teardown(struct sriov_edu_fn *fn)
{
	struct pci_dev *pci = fn->pci;

	sriov_edu_engine_stop(fn, SRIOV_EDU_STOP_GONE);
	fn_free_irqs(fn, fn->num_vectors);
	pci_free_irq_vectors(pci);
	fn_forget_command(fn);
	fn_unmap(fn);
	pci_disable_device(pci);
	kfree(fn->pci_state);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_teardown);

/**
 * sriov_edu_fn_alloc - make the structure of a function
 * @pci: the PCI device
 * @ops: the driver's part
 * @owner: what the driver wants to find in &struct sriov_edu_fn.owner
 *
 * Return: the function, with one reference, or NULL without memory.
 */
struct sriov_edu_fn *sriov_edu_fn_alloc(struct pci_dev *pci,
					const struct sriov_edu_fn_ops *ops,
					void *owner)
{
	struct sriov_edu_fn *fn;

	fn = kzalloc(sizeof(*fn), GFP_KERNEL);
	if (!fn)
		return NULL;

	fn->pci = pci;
	fn->ops = ops;
	fn->owner = owner;
	fn->own_vector = -1;
	kref_init(&fn->ref);
	mutex_init(&fn->lock);
	init_waitqueue_head(&fn->wait);
	return fn;
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_alloc);

static void fn_release(struct kref *ref)
{
	kfree(container_of(ref, struct sriov_edu_fn, ref));
}

/**
 * sriov_edu_fn_put - give back a reference
 * @fn: the function
 */
void sriov_edu_fn_put(struct sriov_edu_fn *fn)
{
	kref_put(&fn->ref, fn_release);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_put);

/**
 * sriov_edu_fn_quiesce - leave the function alone altogether
 * @fn: the function
 * @why: what sriov_edu_engine_start() will be called with
 *
 * Stops the engine and waits for interrupt handlers that already run, so that
 * afterwards nobody reads or writes a register of a function that sleeps or is
 * being reset.
 *
 * Context: may sleep; not from &sriov_edu_fn_ops.event, which it waits for.
 */
void sriov_edu_fn_quiesce(struct sriov_edu_fn *fn, enum sriov_edu_stop why)
{
	int i;

	sriov_edu_engine_stop(fn, why);
	for (i = 0; i < fn->num_vectors; i++)
		synchronize_irq(pci_irq_vector(fn->pci, i));
	if (fn->own_vector >= fn->num_vectors)
		synchronize_irq(pci_irq_vector(fn->pci, fn->own_vector));
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_quiesce);

/**
 * sriov_edu_fn_error - the first step of error recovery
 * @fn: the function
 * @state: what the PCI core knows about the link
 *
 * After an error that left the link in order the engine goes on: should the
 * error have been in one of its transfers, it ends the command with an error of
 * its own.  Else the device must be left alone until the core says more, so the
 * command that runs is given up.
 *
 * Return: what the driver wants to happen.
 */
pci_ers_result_t sriov_edu_fn_error(struct sriov_edu_fn *fn,
				    pci_channel_state_t state)
{
	pci_warn(fn->pci, "PCI error, channel state %u\n", state);
	if (state == pci_channel_io_normal)
		return PCI_ERS_RESULT_CAN_RECOVER;

	sriov_edu_engine_stop(fn, SRIOV_EDU_STOP_ERROR);
	if (state == pci_channel_io_perm_failure) {
		set_bit(SRIOV_EDU_STOP_DEAD, &fn->stopped);
		wake_up_all(&fn->wait);
		return PCI_ERS_RESULT_DISCONNECT;
	}
	return PCI_ERS_RESULT_NEED_RESET;
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_error);

/**
 * sriov_edu_fn_slot_reset - the link is back after a reset
 * @fn: the function
 *
 * Return: whether the device is back too.
 */
pci_ers_result_t sriov_edu_fn_slot_reset(struct sriov_edu_fn *fn)
{
	sriov_edu_fn_restore_pci(fn);
	if (fn_identify(fn))
		return PCI_ERS_RESULT_DISCONNECT;
	return PCI_ERS_RESULT_RECOVERED;
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_slot_reset);

MODULE_DESCRIPTION("What the sample SR-IOV PF and VF drivers share");
MODULE_LICENSE("GPL");
