/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the sample PF driver and the sample VF driver: one function of
 * sriov-edu, its engine, its interrupts and its character device.
 */
#ifndef _SAMPLES_PCI_SRIOV_ENGINE_H
#define _SAMPLES_PCI_SRIOV_ENGINE_H

#include <linux/atomic.h>
#include <linux/io.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/wait.h>
#include <linux/sriov_edu.h>
#include <linux/sriov_edu_regs.h>

struct sriov_edu_fn;

/**
 * enum sriov_edu_stop - why an engine is stopped
 * @SRIOV_EDU_STOP_PM: the system is suspended or shuts down
 * @SRIOV_EDU_STOP_RESET: the function is being reset
 * @SRIOV_EDU_STOP_PF: the PF has announced a reset of itself and its VFs
 * @SRIOV_EDU_STOP_ERROR: the PCI core recovers from an error
 * @SRIOV_EDU_STOP_DEAD: the device did not complete a command; it needs a reset
 * @SRIOV_EDU_STOP_GONE: the driver is being unbound; the engine never starts again
 *
 * The reasons are bits of &struct sriov_edu_fn.stopped, because they overlap:
 * a function can be reset while the system resumes.  The engine runs when no bit
 * is set.
 */
enum sriov_edu_stop {
	SRIOV_EDU_STOP_PM,
	SRIOV_EDU_STOP_RESET,
	SRIOV_EDU_STOP_PF,
	SRIOV_EDU_STOP_ERROR,
	SRIOV_EDU_STOP_DEAD,
	SRIOV_EDU_STOP_GONE,
};

/**
 * struct sriov_edu_fn_ops - the differences between PF and VF
 * @interrupts: SRIOV_EDU_INT_* bits that the driver handles besides INT_DMA
 * @event: handles these interrupts in an interrupt thread, so it may sleep
 */
struct sriov_edu_fn_ops {
	u32 interrupts;
	void (*event)(struct sriov_edu_fn *fn, u32 events);
};

/* DMA, mailbox and VF reset each have a vector if the function has three */
#define SRIOV_EDU_MAX_VECTORS	3

/**
 * struct sriov_edu_vector - an MSI-X vector
 * @fn: the function
 * @sources: the SRIOV_EDU_INT_* bits that it serves
 * @name: in /proc/interrupts
 */
struct sriov_edu_vector {
	struct sriov_edu_fn *fn;
	u32 sources;
	char name[40];
};

/**
 * struct sriov_edu_fn - a function of sriov-edu, PF or VF
 * @pci: the PCI device; must not be used once @stopped has STOP_GONE
 * @regs: its registers, likewise
 * @ops: the driver's part
 * @owner: for the driver
 * @ref: one for the driver and one for each open file
 * @vectors: MSI-X vectors, @num_vectors of them
 * @num_vectors: how many are in use
 * @own_vector: a vector that the driver serves itself, which may also be one of
 *	@vectors; negative if there is none or the function has too few
 * @pci_state: configuration space as probe left it, to be restored after a reset
 *	that the driver was not notified of
 * @lock: serializes threads that use the engine; protects its registers.  Memory
 *	of a program must not be accessed under it: a page fault can last as long
 *	as the program wants, and unbinding the driver takes this lock
 * @wait: woken when a command completes and when @stopped changes
 * @stopped: bit mask of &enum sriov_edu_stop.  Set at any time, cleared under
 *	@lock
 * @ended: the command's interrupt has arrived
 * @events: interrupts that the thread has not handled yet
 * @interrupts: number of completion interrupts
 * @mailbox_sent: number of messages sent
 * @mailbox_received: number of messages received
 * @misc: the character device
 * @misc_name: its name in /sys/class/misc
 * @node_name: its name below /dev
 */
struct sriov_edu_fn {
	struct pci_dev *pci;
	void __iomem *regs;
	const struct sriov_edu_fn_ops *ops;
	void *owner;
	struct kref ref;

	struct sriov_edu_vector vectors[SRIOV_EDU_MAX_VECTORS];
	int num_vectors;
	int own_vector;
	struct pci_saved_state *pci_state;

	struct mutex lock;	/* engine registers, clears stopped */
	wait_queue_head_t wait;
	unsigned long stopped;
	bool ended;

	atomic_t events;
	atomic64_t interrupts;
	atomic_t mailbox_sent;
	atomic_t mailbox_received;

	struct miscdevice misc;
	char misc_name[32];
	char node_name[32];
};

static inline u32 sriov_edu_read(struct sriov_edu_fn *fn, u32 reg)
{
	return readl(fn->regs + reg);
}

static inline void sriov_edu_write(struct sriov_edu_fn *fn, u32 reg, u32 value)
{
	writel(value, fn->regs + reg);
}

/* function.c, floor 1: the PCI side */
struct sriov_edu_fn *sriov_edu_fn_alloc(struct pci_dev *pci,
					const struct sriov_edu_fn_ops *ops,
					void *owner);
void sriov_edu_fn_put(struct sriov_edu_fn *fn);
int sriov_edu_fn_setup(struct sriov_edu_fn *fn);
void sriov_edu_fn_teardown(struct sriov_edu_fn *fn);
void sriov_edu_fn_quiesce(struct sriov_edu_fn *fn, enum sriov_edu_stop why);
pci_ers_result_t sriov_edu_fn_error(struct sriov_edu_fn *fn,
				    pci_channel_state_t state);
pci_ers_result_t sriov_edu_fn_slot_reset(struct sriov_edu_fn *fn);

/* engine.c, floor 0: commands, and the configuration space that they depend on */
int sriov_edu_engine_copy(struct sriov_edu_fn *fn, void *src, void *dst,
			  struct sriov_edu_copy *copy);
int sriov_edu_engine_info(struct sriov_edu_fn *fn, struct sriov_edu_info *info);
void sriov_edu_engine_stop(struct sriov_edu_fn *fn, enum sriov_edu_stop why);
int sriov_edu_engine_start(struct sriov_edu_fn *fn, enum sriov_edu_stop why);
bool sriov_edu_engine_runs(struct sriov_edu_fn *fn);
void sriov_edu_engine_abort(struct sriov_edu_fn *fn);
int sriov_edu_engine_save_pci(struct sriov_edu_fn *fn);
void sriov_edu_engine_restore_pci(struct sriov_edu_fn *fn);

/* chardev.c, floor 2: /dev/sriov-edu/ */
int sriov_edu_fn_publish(struct sriov_edu_fn *fn);
void sriov_edu_fn_unpublish(struct sriov_edu_fn *fn);

#endif /* _SAMPLES_PCI_SRIOV_ENGINE_H */
