/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How SR-IOV operations, removal and the others get along: a model for spin.
 * locking.rst says how it maps to the code.
 *
 *	spin -run locking.pml			the core: no error
 *	spin -run -DSTOCK locking.pml		the order of the old iov.c: deadlock
 *
 * One PF, two VFs, one driver that knows how many VFs it enabled.  Locks are
 * mutexes without lockdep's opinion.  A process that can never go on is an
 * invalid end state, which spin reports; so is a VF that is lost or left over,
 * by an assertion.
 */

#define NR_VFS	2
#define NOBODY	255

/* who */
#define WRITER	0	/* writes sriov_numvfs, twice */
#define BINDER	1	/* unbinds the PF's driver and binds it again */
#define REMOVER	2	/* removes the PF, then rescans */
#define VFATTR	3	/* writes a VF's sriov_vf_msix_count */
#define VFGONE	4	/* removes a single VF through its own file */
#define OTHER	5	/* adds and removes devices elsewhere */
#define ADDER	6	/* looks for the PF's driver under the rescan lock */
#define MIGRANT	7	/* VF Migration: the last VF leaves, and comes back */
#define RESETTER 8	/* resets the PF */

mtype = { OFF, ENABLING, ON, DISABLING };

/* Locks: who holds them */
byte rescan = NOBODY;		/* pci_rescan_remove_lock */
byte pf_lock = NOBODY;		/* device_lock(pf) */
byte op_lock = NOBODY;		/* pci_sriov.op_lock */
byte vf_lock[NR_VFS] = NOBODY;	/* device_lock(vf) */

/* The PF */
bool pf_there = true;		/* it is on the bus */
bool stopping;			/* pci_sriov.stopping */
byte preempt;			/* pci_sriov.preempt */
bool driver = true;		/* the PF's driver is bound */
mtype phase = OFF;
byte driver_vfs;		/* what the driver believes it enabled */
byte pf_writers;		/* programs inside a write to one of its files */

/* The VFs */
bool vf_there[NR_VFS];
bool vf_dead[NR_VFS];
bool vf_bound[NR_VFS];
byte vf_writers[NR_VFS];	/* programs inside a write to one of its files */

byte nested = NOBODY;		/* the task of a nested operation */
bool resizable;			/* pci_sriov.resizable: no VF Migration then */
bool releasing;			/* sriov_migration_vf.release runs */
bool working;			/* sriov_migration.work runs */
bool cancelled;			/* and will not run again */

#define LOCK(l)		atomic { l == NOBODY -> l = me }
#define UNLOCK(l)	atomic { assert(l == me); l = NOBODY }

/*
 * Waiting for hardware or for a driver.  Nobody does that with the rescan lock,
 * unless the caller of the operation came with it.
 */
#define SLEEP		assert(rescan != me || nested == me)

#ifdef STOCK
/* the old core: the caller takes the rescan lock, and nobody gives up */
#define PREEMPTED	false
#define ENTER		skip
#define MAY		true
#define EXIT		skip
#else
#define PREEMPTED	(nested != me && preempt > 0)
#define ENTER							\
	if							\
	:: nested == me -> may = true				\
	:: else ->						\
		if						\
		:: atomic { rescan == NOBODY -> rescan = me }; may = true \
		:: preempt > 0 -> may = false			\
		fi						\
	fi
#define MAY		may
#define EXIT							\
	if							\
	:: nested == me -> skip					\
	:: else -> UNLOCK(rescan)				\
	fi
#endif

/* sriov_op_begin() and sriov_op_end() */
inline op_begin()
{
#ifndef STOCK
	if
	:: rescan == me -> preempt++; LOCK(op_lock); preempt--; nested = me
	:: else -> LOCK(op_lock)
	fi
#else
	skip
#endif
}

inline op_end()
{
#ifndef STOCK
	if
	:: nested == me -> nested = NOBODY
	:: else -> skip
	fi;
	UNLOCK(op_lock)
#else
	skip
#endif
}

/*
 * pci_stop_dev() and device_del() of a VF.  The driver core marks it dead and
 * releases its driver for good, and waits until nobody is inside its files.
 */
inline vf_del(i)
{
	LOCK(vf_lock[i]);
	vf_dead[i] = true;
	vf_bound[i] = false;
	UNLOCK(vf_lock[i]);
	vf_writers[i] == 0;
	vf_there[i] = false
}

/* sriov_pf_tear_down(): done says whether it came to its end */
inline tear_down()
{
	phase = DISABLING;
	done = true;
	/* sriov_migration_end() */
	SLEEP;
	!releasing;
	i = 0;
	do
	:: i < NR_VFS ->
		if
		:: vf_there[i] ->
			LOCK(vf_lock[i]);
			SLEEP;
			vf_bound[i] = false;
			UNLOCK(vf_lock[i])
		:: else -> skip
		fi;
		i++
	:: else -> break
	od;
	i = 0;
	do
	:: i < NR_VFS && done ->
		ENTER;
		if
		:: MAY ->
			if
			:: vf_there[i] -> vf_del(i)
			:: else -> skip
			fi;
			EXIT
		:: !(MAY) -> done = false
		fi;
		i++
	:: else -> break
	od;
	if
	:: done -> phase = OFF
	:: else -> skip
	fi;
	i = 0
}

/* sriov_pf_enable(): rc is 0 if all went well */
inline enable()
{
	op_begin();
	rc = 1;
	if
	:: phase == DISABLING -> tear_down()
	:: else -> skip
	fi;
	if
	:: phase == OFF && !stopping ->
		phase = ENABLING;
		SLEEP;
		i = 0;
		rc = 0;
		do
		:: i < NR_VFS && rc == 0 ->
			ENTER;
			if
			:: MAY -> vf_dead[i] = false; vf_there[i] = true; EXIT
			:: !(MAY) -> rc = 1
			fi;
			i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < NR_VFS && rc == 0 ->
			if
			:: PREEMPTED -> rc = 1
			:: else ->
				LOCK(vf_lock[i]);
				SLEEP;
				if
				:: vf_there[i] && !vf_dead[i] ->
					vf_bound[i] = true
				:: else -> skip
				fi;
				UNLOCK(vf_lock[i])
			fi;
			i++
		:: else -> break
		od;
		if
		:: rc == 0 -> phase = ON
		:: else -> tear_down()
		fi
	:: else -> skip
	fi;
	op_end();
	i = 0
}

/* The last VF, which has no driver, is removed. */
inline vf_take()
{
	ENTER;
	if
	:: MAY -> if :: vf_there[1] -> vf_del(1) :: else -> skip fi; EXIT
	:: !(MAY) -> skip
	fi
}

/* It comes again: it is reset, added, bound. */
inline vf_bring()
{
	SLEEP;
	ENTER;
	if
	:: MAY -> vf_dead[1] = false; vf_there[1] = true; EXIT
	:: !(MAY) -> skip
	fi;
	LOCK(vf_lock[1]);
	SLEEP;
	vf_bound[1] = vf_there[1] && !vf_dead[1];
	UNLOCK(vf_lock[1])
}

/* sriov_resize(), or sriov_set_online() */
inline resize()
{
	op_begin();
	if
	:: phase == ON && vf_there[1] ->
		SLEEP;
		LOCK(vf_lock[1]);
		SLEEP;
		vf_bound[1] = false;
		UNLOCK(vf_lock[1]);
		vf_take()
	:: phase == ON && !vf_there[1] -> vf_bring()
	:: else -> skip
	fi;
	op_end()
}

/* sriov_pf_disable() */
inline disable()
{
	op_begin();
	if
	:: phase != OFF -> tear_down()
	:: else -> skip
	fi;
	op_end()
}

/* The driver's remove(): a good one disables what it enabled. */
inline driver_remove()
{
	if
	:: driver && driver_vfs > 0 ->
		disable();
		driver_vfs = 0
	:: else -> skip
	fi;
	driver = false
}

proctype writer()
{
	byte me = WRITER, i, rc, round;
	bool may, done;

	do
	:: round < 2 ->
		round++;
		/* the file can be written to while the PF is there */
		if
		:: atomic { pf_there -> pf_writers++ }
		:: atomic { !pf_there -> goto out }
		fi;
		LOCK(pf_lock);
		if
		:: driver && phase == OFF ->
#ifdef STOCK
			LOCK(rescan);
#endif
			enable();
			if
			:: rc == 0 -> driver_vfs = NR_VFS
			:: else -> skip
			fi;
#ifdef STOCK
			UNLOCK(rescan);
#endif
#ifndef STOCK
		:: driver && phase == ON && resizable -> resize()
#endif
		:: driver && phase != OFF ->
#ifdef STOCK
			LOCK(rescan);
#endif
			disable();
			driver_vfs = 0;
#ifdef STOCK
			UNLOCK(rescan);
#endif
		:: else -> skip
		fi;
		UNLOCK(pf_lock);
		pf_writers--
	:: else -> break
	od;
out:	skip
}

proctype binder()
{
	byte me = BINDER, i;
	bool may, done;

	LOCK(pf_lock);
	driver_remove();
	UNLOCK(pf_lock);

	LOCK(pf_lock);
	if
	:: pf_there -> driver = true
	:: else -> skip
	fi;
	UNLOCK(pf_lock)
}

proctype remover()
{
	byte me = REMOVER, i;
	bool may, done;

	LOCK(rescan);
#ifndef STOCK
	/* pci_iov_stop() */
	stopping = true;
	preempt++;
#endif
	/* pci_stop_dev() */
	LOCK(pf_lock);
	driver_remove();
	UNLOCK(pf_lock);
#ifndef STOCK
	/* pci_iov_stopped() */
	LOCK(pf_lock);
	disable();
	UNLOCK(pf_lock);
	assert(phase == OFF);
	assert(!vf_there[0] && !vf_there[1]);
	/* sriov_migration_cancel() */
	atomic { !working -> cancelled = true };
#endif
	/* device_del(): no new writers, and the old ones must be out */
	atomic { pf_there = false };
	pf_writers == 0;
	UNLOCK(rescan);

	/* the rescan finds a new one, as it was in the beginning */
	LOCK(rescan);
#ifndef STOCK
	assert(!vf_there[0] && !vf_there[1]);
#endif
	UNLOCK(rescan)
}

proctype vfattr()
{
	byte me = VFATTR;

again:
	if
	:: atomic { vf_there[0] -> vf_writers[0]++ }
	:: atomic { !vf_there[0] -> goto out }
	fi;
#ifdef STOCK
	LOCK(pf_lock);
#else
	if
	:: atomic { pf_lock == NOBODY -> pf_lock = me }
	:: atomic { pf_lock != NOBODY -> vf_writers[0]-- }; goto again
	fi;
#endif
	LOCK(vf_lock[0]);
	UNLOCK(vf_lock[0]);
	UNLOCK(pf_lock);
	vf_writers[0]--;
out:	skip
}

proctype vfgone()
{
	byte me = VFGONE;

	LOCK(rescan);
	if
	:: vf_there[1] -> vf_del(1)
	:: else -> skip
	fi;
	UNLOCK(rescan)
}

/* pci_bus_add_device(); a driver that is being loaded may come first */
proctype adder()
{
	byte me = ADDER;

	LOCK(rescan);
#ifndef STOCK
	/* pci_iov_attach_begin() */
	preempt++;
#endif
	LOCK(pf_lock);
	UNLOCK(pf_lock);
#ifndef STOCK
	/* pci_iov_attach_end() */
	preempt--;
#endif
	UNLOCK(rescan)
}

proctype other()
{
	byte me = OTHER;

	LOCK(rescan);
	UNLOCK(rescan)
}

#ifndef STOCK
/*
 * sriov_migration_work(): an operation.  It never comes with the rescan lock
 * held, and does not wait for the PF's lock, but tries again.  What takes long
 * when a VF leaves is done by a work of the VF, which needs no lock but the VF's.
 */
inline migrate_begin()
{
	if
	:: atomic { !cancelled -> working = true }
	:: atomic { cancelled -> goto out }
	fi;
	do
	:: atomic { pf_lock == NOBODY -> pf_lock = me }; break
	:: atomic { pf_lock != NOBODY -> working = false };
		if
		:: atomic { !cancelled && pf_lock == NOBODY -> working = true }
		:: atomic { cancelled -> goto out }
		fi
	od;
	LOCK(op_lock)
}

inline migrate_end()
{
	UNLOCK(op_lock);
	UNLOCK(pf_lock);
	working = false
}

proctype migrant()
{
	byte me = MIGRANT;
	bool may;

	/* asked to leave */
	migrate_begin();
	releasing = (phase == ON && vf_there[1]);
	migrate_end();
	if
	:: releasing ->
		LOCK(vf_lock[1]);
		SLEEP;
		vf_bound[1] = false;
		UNLOCK(vf_lock[1]);
		releasing = false
	:: else -> skip
	fi;
	/* released: remove it */
	migrate_begin();
	if
	:: phase == ON && vf_there[1] -> vf_take()
	:: else -> skip
	fi;
	migrate_end();
	/* offered: reset it, add it, bind it */
	migrate_begin();
	if
	:: phase == ON && !vf_there[1] -> vf_bring()
	:: else -> skip
	fi;
	migrate_end();
out:	skip
}

/* pci_reset_function(); a bounded wait is one that may go on for ever here */
proctype resetter()
{
	byte me = RESETTER;

	LOCK(pf_lock);
	(!releasing || preempt > 0);
	SLEEP;
	UNLOCK(pf_lock)
}
#endif

init
{
	atomic {
#ifndef STOCK
		if
		:: resizable = true; run vfattr(); run other()
		:: run migrant(); run vfattr(); run other()
		:: run migrant(); run resetter()
		fi;
#else
		run vfattr();
		run other();
#endif
		run writer();
		run binder();
		run remover();
		run vfgone();
		run adder()
	};
	/* when all is done nothing is held and nothing is left over */
	_nr_pr == 1;
	assert(rescan == NOBODY && pf_lock == NOBODY && op_lock == NOBODY);
	assert(pf_writers == 0 && vf_writers[0] == 0);
#ifndef STOCK
	assert(phase == OFF && !vf_bound[0] && !vf_bound[1]);
#endif
}
