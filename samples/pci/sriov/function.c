// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floor: 1
 *
 * The PCI side of a sriov-edu function, PF or VF: what every PCI driver does for
 * its device, in the required order.
 *
 * Setup goes from the outside in: PCI device, BARs, identity, DMA mask, interrupts,
 * engine.  Teardown goes in the reverse order.  Its first step matters most: it
 * stops the engine, and with it all DMA, while every buffer still exists.
 *
 * The structure is freed with its last reference.  An open file holds one, and
 * finds STOP_GONE set after the driver was unbound.
 */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "engine.h"

/* The vectors' names, and the source that each serves if all three exist */
static const struct {
	const char *name;
	u32 source;
} fn_vectors[SRIOV_EDU_MAX_VECTORS] = {
	{ "dma",	SRIOV_EDU_INT_DMA },
	{ "mailbox",	SRIOV_EDU_INT_MAILBOX },
	{ "vf-reset",	SRIOV_EDU_INT_VF_RESET },
};

/*
 * Clear the status bit before handling the event, so that the next event sets the
 * bit again and sends another message.
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

/* DMA and mailbox need a vector each, and a PF needs one for resets of VFs */
static int fn_alloc_vectors(struct sriov_edu_fn *fn)
{
	int wanted = fn->ops->interrupts & SRIOV_EDU_INT_VF_RESET ? 3 : 2;
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
	int i, rc;

	rc = fn_alloc_vectors(fn);
	if (rc)
		return rc;

	for (i = 0; i < fn->num_vectors; i++) {
		fn_name_vector(fn, i);
		rc = request_threaded_irq(pci_irq_vector(fn->pci, i),
					  fn_interrupt, fn_interrupt_thread,
					  IRQF_SHARED, fn->vectors[i].name,
					  &fn->vectors[i]);
		if (rc)
			goto free;
	}
	return 0;
free:
	fn_free_irqs(fn, i);
	pci_free_irq_vectors(fn->pci);
	return rc;
}

/* Is this the device that the driver was written for? */
static int fn_identify(struct sriov_edu_fn *fn)
{
	u32 id = sriov_edu_read(fn, SRIOV_EDU_ID);
	u32 version = sriov_edu_read(fn, SRIOV_EDU_VERSION);

	if (id != SRIOV_EDU_ID_MAGIC) {
		pci_err(fn->pci, "not a sriov-edu device: ID reads %#x\n", id);
		return -ENODEV;
	}
	if (version >> 16 != SRIOV_EDU_VERSION_1_0 >> 16) {
		pci_err(fn->pci, "register interface %u.%u is not supported\n",
			version >> 16, version & 0xffff);
		return -ENODEV;
	}
	return 0;
}

static int fn_map(struct sriov_edu_fn *fn)
{
	struct pci_dev *pci = fn->pci;
	int rc;

	rc = pci_request_mem_regions(pci, dev_driver_string(&pci->dev));
	if (rc)
		return rc;

	fn->regs = pci_iomap(pci, SRIOV_EDU_BAR_REGS, 0);
	if (!fn->regs) {
		rc = -ENOMEM;
		goto release;
	}
	return 0;
release:
	pci_release_mem_regions(pci);
	return rc;
}

static void fn_unmap(struct sriov_edu_fn *fn)
{
	pci_iounmap(fn->pci, fn->regs);
	pci_release_mem_regions(fn->pci);
}

/**
 * sriov_edu_fn_setup - set up a function and start its engine
 * @fn: the function
 *
 * &sriov_edu_fn_ops.event may be called even before this returns.  The function is
 * not visible to programs until the driver, after its own setup, calls
 * sriov_edu_fn_publish().
 *
 * Context: may sleep.
 * Return: 0, -ENODEV if this is not sriov-edu or does not answer, -ENOMEM, or an
 * error of the PCI core.
 */
int sriov_edu_fn_setup(struct sriov_edu_fn *fn)
{
	struct pci_dev *pci = fn->pci;
	int rc;

	rc = pci_enable_device_mem(pci);
	if (rc)
		return rc;

	rc = fn_map(fn);
	if (rc)
		goto disable;

	rc = fn_identify(fn);
	if (rc)
		goto unmap;

	rc = dma_set_mask_and_coherent(&pci->dev, DMA_BIT_MASK(64));
	if (rc)
		goto unmap;

	sriov_edu_engine_abort(fn);

	rc = fn_request_irqs(fn);
	if (rc)
		goto unmap;

	rc = sriov_edu_engine_start(fn, SRIOV_EDU_STOP_RESET);
	if (rc)
		goto free_irqs;

	rc = sriov_edu_engine_save_pci(fn);
	if (rc)
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
	return rc;
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_setup);

/**
 * sriov_edu_fn_teardown - undo sriov_edu_fn_setup()
 * @fn: the function, unpublished
 *
 * The order keeps the device from writing to memory that has been freed:
 *
 * 1. no new command starts, and the running one is abandoned;
 * 2. Bus Master Enable is cleared: no DMA and no MSI-X from here on;
 * 3. running interrupt handlers end, then the vectors are freed;
 * 4. a command that is still in the engine is ended by a reset;
 * 5. registers, regions and the device are released.
 *
 * Context: may sleep.  Cannot fail.
 */
void sriov_edu_fn_teardown(struct sriov_edu_fn *fn)
{
	struct pci_dev *pci = fn->pci;

	sriov_edu_engine_stop(fn, SRIOV_EDU_STOP_GONE);
	fn_free_irqs(fn, fn->num_vectors);
	pci_free_irq_vectors(pci);
	sriov_edu_engine_abort(fn);
	fn_unmap(fn);
	pci_disable_device(pci);
	kfree(fn->pci_state);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_teardown);

/**
 * sriov_edu_fn_alloc - allocate the structure of a function
 * @pci: the PCI device
 * @ops: the driver's part
 * @owner: for the driver, in &struct sriov_edu_fn.owner
 *
 * Return: the function, with one reference, or NULL if out of memory.
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
 * sriov_edu_fn_put - drop a reference
 * @fn: the function
 */
void sriov_edu_fn_put(struct sriov_edu_fn *fn)
{
	kref_put(&fn->ref, fn_release);
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_put);

/**
 * sriov_edu_fn_quiesce - stop all accesses to the function
 * @fn: the function
 * @why: the reason; sriov_edu_engine_start() clears it
 *
 * Stops the engine and waits for running interrupt handlers, so that no register
 * of a function that is suspended or being reset is accessed afterwards.
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
 * @state: the state of the link, as the PCI core determined it
 *
 * If the link works, the engine continues: if the error was in one of its
 * transfers, the device completes the command with an error.  Otherwise the
 * running command is abandoned, and the device must not be accessed until the next
 * step of the recovery.
 *
 * Return: the result that the driver requests.
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
 * sriov_edu_fn_slot_reset - restore the function after a reset of the link
 * @fn: the function
 *
 * Return: whether the device answers again.
 */
pci_ers_result_t sriov_edu_fn_slot_reset(struct sriov_edu_fn *fn)
{
	sriov_edu_engine_restore_pci(fn);
	if (fn_identify(fn))
		return PCI_ERS_RESULT_DISCONNECT;
	return PCI_ERS_RESULT_RECOVERED;
}
EXPORT_SYMBOL_GPL(sriov_edu_fn_slot_reset);

MODULE_DESCRIPTION("Code shared by the sample SR-IOV PF and VF drivers");
MODULE_LICENSE("GPL");
