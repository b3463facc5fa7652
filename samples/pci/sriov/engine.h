/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the sample PF driver and the sample VF driver share: one function of
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
 * enum sriov_edu_stop - why an engine stands still
 * @SRIOV_EDU_STOP_PM: the system sleeps or goes down
 * @SRIOV_EDU_STOP_RESET: the function is being reset
 * @SRIOV_EDU_STOP_PF: the PF said that it is being reset, and its VFs with it
 * @SRIOV_EDU_STOP_ERROR: the PCI core recovers from an error
 * @SRIOV_EDU_STOP_DEAD: it did not end a command; only a reset can help
 * @SRIOV_EDU_STOP_GONE: the driver leaves; it never starts again
 *
 * The reasons are bits of &struct sriov_edu_fn.stopped, because they overlap:
 * a function can be reset while the system wakes up.  The engine runs when no
 * bit is set.
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
 * struct sriov_edu_fn_ops - what differs between PF and VF
 * @interrupts: SRIOV_EDU_INT_* bits that the driver wants besides INT_DMA
 * @event: these interrupts came; called in an interrupt thread, so it may sleep
 */
struct sriov_edu_fn_ops {
	u32 interrupts;
	void (*event)(struct sriov_edu_fn *fn, u32 events);
};

/* DMA, mailbox and VF reset each have a vector if there are as many */
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
 * @pci: the PCI device; not to be used once @stopped has STOP_GONE
 * @regs: its registers, likewise
 * @ops: the driver's part
 * @owner: for the driver
 * @ref: one for the driver and one for each open file
 * @vectors: MSI-X vectors, @num_vectors of them
 * @num_vectors: how many are in use
 * @own_vector: one that the driver serves by itself, and that may be one of
 *	these as well; below 0 for none, as it is if there are too few
 * @pci_state: config space as it was after probe, to go back to after a reset
 *	of which the driver was not told in time to save it
 * @lock: the engine is one for all threads; protects its registers.  No
 *	memory of a program is touched under it, for a page fault can last as
 *	long as the program likes, and removal takes this lock
 * @wait: woken when a command ends and when @stopped changes
 * @stopped: bit mask of &enum sriov_edu_stop.  Set at any time, cleared under
 *	@lock
 * @ended: the command's interrupt came
 * @events: interrupts that the thread has not seen yet
 * @interrupts: completion interrupts
 * @mailbox_sent: counts messages, so do not forget it
 * @mailbox_received: likewise
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

/* function.c: the PCI side */
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
bool sriov_edu_fn_lost_pci(struct sriov_edu_fn *fn);
void sriov_edu_fn_restore_pci(struct sriov_edu_fn *fn);

/* engine.c: commands */
int sriov_edu_engine_copy(struct sriov_edu_fn *fn, void *src, void *dst,
			  struct sriov_edu_copy *copy);
int sriov_edu_engine_info(struct sriov_edu_fn *fn, struct sriov_edu_info *info);
void sriov_edu_engine_stop(struct sriov_edu_fn *fn, enum sriov_edu_stop why);
int sriov_edu_engine_start(struct sriov_edu_fn *fn, enum sriov_edu_stop why);
bool sriov_edu_engine_runs(struct sriov_edu_fn *fn);

/* chardev.c: /dev/sriov-edu/ */
int sriov_edu_fn_publish(struct sriov_edu_fn *fn);
void sriov_edu_fn_unpublish(struct sriov_edu_fn *fn);

#endif /* _SAMPLES_PCI_SRIOV_ENGINE_H */
