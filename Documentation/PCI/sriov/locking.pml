/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations on the VFs of a PF, its removal, and other tasks that take the same
 * locks: a model for the model checker spin.  locking.rst maps it to the code.
 *
 * One PF, two VFs, one driver that records whether it enabled them.  Locks are
 * mutexes without lockdep's opinion.  A process that can never continue is an
 * invalid end state, which spin reports; so is a VF that is lost or left over, by
 * an assertion.
 *
 * All processes together have too many states, so each run has some of them.  By
 * hand:
 *
 *	spin -DWITH_WRITER -DWITH_REMOVER -run -safety locking.pml
 *	spin -DSTOCK -DWITH_WRITER -DWITH_REMOVER -run -safety locking.pml
 *
 * "./lab test" reads the runs from here.  Fields are separated by one tab.  These
 * must be searched to the end without an error:
 *
 *	holds	removal	WRITER BINDER REMOVER UNLOCKED VFATTR VFGONE OTHER
 *	holds	VF Migration	MIGRANT WRITER BINDER REMOVER VFATTR VFGONE
 *	holds	a reset, and a driver that is attached	MIGRANT RESETTER WRITER REMOVER ADDER
 *	holds	a reset, and EEH	MIGRANT RESETTER WRITER REMOVER EEH
 *	holds	attaching a driver	WRITER BINDER REMOVER UNLOCKED ADDER
 *	holds	operations without the device lock	WRITER REMOVER ADDER THREAD
 *	holds	operations while a driver is loaded	BINDER REMOVER ADDER THREAD
 *	holds	operations under the rescan lock	WRITER REMOVER HOLDER THREAD
 *	holds	EEH	WRITER BINDER REMOVER EEH VFATTR
 *	holds	EEH without the device lock	WRITER REMOVER EEH THREAD
 *	holds	EEH and attaching a driver	WRITER REMOVER EEH ADDER
 *	holds	AER	WRITER BINDER REMOVER AER VFATTR
 *	holds	AER without the device lock	WRITER REMOVER AER THREAD
 *
 * Each of these faults must be found, and spin must report it like this:
 *
 *	fails	STOCK	invalid end state	WRITER REMOVER
 *	fails	EEH_STOCK	invalid end state	WRITER EEH
 *	fails	AER_STOCK	invalid end state	WRITER AER
 *	fails	SECOND_LOOK	added==2	ADDER THREAD
 *	fails	ATTACH_ALWAYS	gave_up||stopping	BINDER ADDER
 *	fails	ATTACH_FORGETS	assertion violated finished	WRITER ADDER
 *	fails	ATTACH_LOOKS	assertion violated finished	ADDER THREAD
 *	fails	SMALL_FORGETS	assertion violated finished	HOLDER THREAD
 *	fails	SLOT_REFUSES	assertion violated  !(leaked)	WRITER EEH
 *	fails	REENTRANT	invalid end state	WRITER REMOVER
 *	fails	REENTRANT	invalid end state	WRITER ADDER
 *
 * STOCK		the caller takes the rescan lock under device_lock(pf)
 * EEH_STOCK		EEH does not announce its wait for device_lock(pf)
 * AER_STOCK		AER calls drivers with pci_bus_sem held
 * SECOND_LOOK		an operation that gave up looks for the reason again
 * ATTACH_ALWAYS	a wait is announced without the rescan lock, too
 * ATTACH_FORGETS	an operation that was cut short is not finished
 * ATTACH_LOOKS		it is, but only if it has come to DISABLING by then
 * SMALL_FORGETS	it is, but only by operations that enable or disable
 * SLOT_REFUSES		a VF that is added in DISABLING has no slot
 * REENTRANT		no operation gives up; one that finds the rescan lock held by
 *			its own task goes on, as if the lock were reentrant
 */

#define NR_VFS	2
#define NOBODY	255

/* processes */
#define WRITER	0	/* writes sriov_numvfs, twice */
#define BINDER	1	/* unbinds the PF's driver and binds it again */
#define REMOVER	2	/* removes the PF, then rescans */
#define VFATTR	3	/* writes a VF's sriov_vf_msix_count */
#define VFGONE	4	/* removes a single VF through its own file */
#define OTHER	5	/* adds and removes devices elsewhere */
#define ADDER	6	/* looks for the PF's driver, with or without the rescan lock */
#define MIGRANT	7	/* VF Migration: the last VF leaves, and comes back */
#define RESETTER 8	/* resets the PF */
#define THREAD	9	/* the PF driver's own thread, without device_lock(pf) */
#define HOLDER	10	/* a small operation under the rescan lock */
#define EEH	11	/* recovery on powerpc, under the rescan lock */
#define AER	12	/* recovery elsewhere */

mtype = { OFF, ENABLING, ON, DISABLING };

/* Locks, and their holders */
byte rescan = NOBODY;		/* pci_rescan_remove_lock */
byte pf_lock = NOBODY;		/* device_lock(pf) */
byte op_lock = NOBODY;		/* pci_sriov.op_lock */
byte vf_lock[NR_VFS] = NOBODY;	/* device_lock(vf) */
byte bus_readers;		/* how many hold pci_bus_sem for reading */

/* The PF */
bool pf_there = true;		/* it is on the bus */
bool stopping;			/* pci_sriov.stopping */
byte preempt;			/* pci_sriov.preempt */
bool gave_up;			/* pci_sriov.gave_up is not 0 */
byte nested = NOBODY;		/* the task of a nested operation */
bool driver = true;		/* the PF's driver is bound */
mtype phase = OFF;
bool driver_vfs;		/* the driver has enabled VFs, by its own record */
bool thread_runs;		/* the driver's own thread is inside an operation */
bool joins;			/* and the driver's remove() waits for its end */
byte pf_writers;		/* programs inside a write to one of its files */

/* The VFs */
bool vf_there[NR_VFS];		/* the pci_dev is on the bus */
bool vf_slot[NR_VFS];		/* and in its slot */
bool vf_dead[NR_VFS];
bool vf_bound[NR_VFS];
byte vf_writers[NR_VFS];	/* programs inside a write to one of its files */

/* VF Migration */
bool resizable;			/* pci_sriov.resizable: no VF Migration then */
bool releasing;			/* sriov_migration_vf.release runs */
bool working;			/* sriov_migration.work runs */
bool cancelled;			/* and will not run again */

#define FREE(l)		(l == NOBODY)
#define LOCK(l)		atomic { FREE(l) -> l = me }
#define UNLOCK(l)	atomic { assert(l == me); l = NOBODY }

/*
 * Waiting for hardware or for a driver, which is not done under the rescan lock,
 * unless the caller of the operation holds it.
 */
#ifdef STOCK
#define SLEEP		skip
#else
#define SLEEP		assert(rescan != me || nested == me)
#endif

/*
 * sriov_preempted(): an operation gives up only for a task that holds the rescan
 * lock, or for removal, and this is final until the operation ends.
 */
#define TOLD		(nested != me && (gave_up || preempt > 0))
#define GIVE_UP								\
	assert(rescan != me && (gave_up || stopping || !FREE(rescan)));	\
	gave_up = true;							\
	may = false

#ifdef STOCK
/* the old core: the caller holds the rescan lock, no operation gives up */
#define ASK		may = true
#define ENTER		may = true
#define EXIT		skip
#else
#ifdef SECOND_LOOK
#undef TOLD
#undef GIVE_UP
#define TOLD		(nested != me && preempt > 0)
#define GIVE_UP		may = false
#endif
#ifdef REENTRANT
#undef TOLD
#define TOLD		false
#endif
#define ASK								\
	atomic {							\
		if							\
		:: TOLD -> GIVE_UP					\
		:: else -> may = true					\
		fi							\
	}
/* sriov_rescan_enter() and sriov_rescan_exit() */
#define ENTER								\
	if								\
	:: atomic { nested == me -> may = true }			\
	:: atomic { nested != me && !gave_up && FREE(rescan) ->		\
		rescan = me; may = true }				\
	:: atomic { TOLD -> GIVE_UP }					\
	fi
#define EXIT								\
	atomic {							\
		if							\
		:: nested == me -> skip					\
		:: else -> assert(rescan == me); rescan = NOBODY	\
		fi							\
	}
#endif

/* sriov_op_begin() and sriov_op_end() */
inline op_begin()
{
#ifdef STOCK
	skip
#else
	if
	:: atomic { rescan == me -> preempt++ };
		atomic { FREE(op_lock) ->
			op_lock = me; preempt--; nested = me }
	:: atomic { rescan != me && FREE(op_lock) -> op_lock = me }
	fi
#endif
}

inline op_end()
{
#ifdef STOCK
	skip
#else
	atomic {
		assert(op_lock == me);
		gave_up = false;
		if
		:: nested == me -> nested = NOBODY
		:: else -> skip
		fi;
		op_lock = NOBODY
	}
#endif
}

/*
 * Adding and removing a VF, under the rescan lock.  pci_bus_sem is held for
 * writing inside, but not over any wait, so the wait for its readers is enough.
 */
inline vf_add(n)
{
	atomic {
		bus_readers == 0 ->
		assert(!vf_there[n] && !vf_slot[n]);
		vf_there[n] = true;
		vf_dead[n] = false
	};
#ifdef SLOT_REFUSES
	vf_slot[n] = (phase != DISABLING)
#else
	vf_slot[n] = true
#endif
}

/*
 * The driver core marks the VF dead and releases its driver for good; its slot is
 * cleared; device_del() waits until no program is inside its files.
 */
inline vf_del(n)
{
	atomic {
		FREE(vf_lock[n]) ->
		vf_dead[n] = true;
		vf_bound[n] = false;
		vf_slot[n] = false
	};
	vf_writers[n] == 0;
	atomic { bus_readers == 0 -> vf_there[n] = false }
}

/* device_lock(vf) is the innermost lock and is not held over any wait here. */
inline vf_bind(n)
{
	atomic {
		FREE(vf_lock[n]) ->
		if
		:: vf_slot[n] && !vf_dead[n] && phase != DISABLING ->
			vf_bound[n] = true
		:: else -> skip
		fi
	}
}

inline vf_unbind(n)
{
	atomic {
		!vf_slot[n] || FREE(vf_lock[n]) ->
		SLEEP;
		if
		:: vf_slot[n] -> vf_bound[n] = false
		:: else -> skip
		fi
	}
}

/* sriov_pf_tear_down(): either it is completed, or the phase stays DISABLING */
inline tear_down()
{
	atomic { phase = DISABLING; i = 0; may = true };
	/* sriov_migration_end() */
	atomic { !releasing -> SLEEP };
	do
	:: i < NR_VFS -> vf_unbind(i); i++
	:: else -> i = 0; break
	od;
	do
	:: atomic { i < NR_VFS && may && !vf_slot[i] -> i++ }
	:: atomic { i < NR_VFS && may && vf_slot[i] -> skip };
		ENTER;
		if
		:: may ->
			if
			:: vf_slot[i] -> vf_del(i)
			:: else -> skip
			fi;
			EXIT
		:: else -> skip
		fi;
		i++
	:: else -> i = 0; break
	od;
	/* sriov_unpopulate() */
	if
	:: may ->
		ENTER;
		if
		:: may ->
			do
			:: atomic { i < NR_VFS && !vf_slot[i] -> i++ }
			:: i < NR_VFS && vf_slot[i] -> vf_del(i); i++
			:: else -> i = 0; break
			od;
			EXIT
		:: else -> skip
		fi
	:: else -> skip
	fi;
	atomic {
		assert(!vf_bound[0] && !vf_bound[1]);
		if
		:: may -> phase = OFF
		:: else -> skip
		fi;
		i = 0;
		may = false
	}
}

/* sriov_pf_begin(): finish the operation that was cut short for this one */
inline pf_begin()
{
	op_begin();
	if
	:: nested == me && phase == DISABLING -> tear_down()
	:: else -> skip
	fi
}

/* sriov_pf_enable(): rc is 0 if all went well */
inline enable()
{
	op_begin();
	if
	:: phase == DISABLING -> tear_down()
	:: else -> skip
	fi;
	rc = 1;
	if
	:: phase == OFF && !stopping ->
		/* sriov_pf_reserve() */
		ENTER;
		if
		:: may -> phase = ENABLING; rc = 0; EXIT
		:: else -> skip
		fi
	:: else -> skip
	fi;
	if
	:: rc == 0 ->
		SLEEP;
		ASK;
		rc = !may;
		do
		:: i < NR_VFS && rc == 0 ->
			ENTER;
			if
			:: may -> vf_add(i); added++; EXIT
#ifdef SECOND_LOOK
			:: else -> rc = (preempt > 0)
#else
			:: else -> rc = 1
#endif
			fi;
			i++
		:: else -> i = 0; break
		od;
		do
		:: i < NR_VFS && rc == 0 ->
			ASK;
			if
			:: may -> SLEEP; vf_bind(i)
			:: else -> rc = 1
			fi;
			i++
		:: else -> i = 0; break
		od;
		if
		:: rc == 0 -> ASK; rc = !may
		:: else -> skip
		fi;
		if
		:: rc == 0 ->
			/* another task may have removed some of them since */
			atomic { assert(added == NR_VFS); phase = ON }
		:: else -> tear_down()
		fi
	:: else -> skip
	fi;
	atomic { added = 0; may = false };
	op_end()
}

/* The last VF, which has no driver, is removed. */
inline vf_take()
{
	ENTER;
	if
	:: may -> if :: vf_slot[1] -> vf_del(1) :: else -> skip fi; EXIT
	:: else -> skip
	fi
}

/* It is reset, added again, and bound. */
inline vf_bring()
{
	SLEEP;
	ENTER;
	if
	:: may -> if :: !vf_slot[1] -> vf_add(1) :: else -> skip fi; EXIT;
		SLEEP;
		vf_bind(1)
	:: else -> skip
	fi
}

/* sriov_resize(), or sriov_set_online() */
inline resize()
{
	pf_begin();
	if
	:: phase == ON && vf_slot[1] -> vf_unbind(1); vf_take()
	:: phase == ON && !vf_slot[1] -> vf_bring()
	:: else -> skip
	fi;
	may = false;
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

/* pci_sriov_set_vf_ops() and others that do not enable or disable */
inline small()
{
#ifdef SMALL_FORGETS
	op_begin();
#else
	pf_begin();
#endif
	/* sriov_rebar_set() */
	if
	:: phase == OFF ->
		ENTER;
		if
		:: may -> EXIT
		:: else -> skip
		fi
	:: else -> skip
	fi;
	may = false;
	op_end()
}

/*
 * Before and after a wait for device_lock(pf) that may be under the rescan lock:
 * pci_iov_wait_begin() and pci_iov_wait_end()
 */
inline wait_begin()
{
	if
#ifdef ATTACH_ALWAYS
	:: true -> preempt++
#else
	:: rescan == me -> preempt++
	:: else -> skip
#endif
	fi
}

inline finish()
{
	/* not again and again */
	atomic { tries++; assert(tries < 8) };
	LOCK(pf_lock);
	pf_begin();
	op_end();
	UNLOCK(pf_lock)
}

inline wait_end()
{
#if defined(ATTACH_ALWAYS)
	preempt--
#elif defined(ATTACH_FORGETS)
	if
	:: rescan == me -> preempt--
	:: else -> skip
	fi
#else
	do
	:: rescan != me -> break
#ifdef ATTACH_LOOKS
	:: atomic { rescan == me && phase != DISABLING -> preempt--; break }
	:: atomic { rescan == me && phase == DISABLING -> skip };
		finish()
#else
	:: atomic { rescan == me && !gave_up && phase != DISABLING ->
		preempt--; break }
	:: atomic { rescan == me && (gave_up || phase == DISABLING) ->
		preempt-- };
		preempt++;
		finish()
#endif
	od
#endif
}

/* The driver's probe() may enable VFs. */
inline driver_probe()
{
	driver = true;
	small();
	if
	:: true -> enable();
		driver_vfs = (rc == 0);
		rc = 0
	:: true -> skip
	fi
}

/*
 * The driver's remove(): it should disable what it enabled, but may leave that to
 * the core.  Its vf_ops are forgotten then, sriov_forget_vf_ops().
 */
inline driver_remove()
{
	(!joins || !thread_runs);
	if
	:: driver && driver_vfs ->
		disable();
		driver_vfs = false
	:: true -> skip
	fi;
	driver = false;
	small()
}

#ifdef WITH_WRITER
proctype writer()
{
	byte me = WRITER, i, rc, added, round;
	bool may;

	do
	:: round < 2 ->
		round++;
		/* the file can be written to while the PF exists */
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
			:: rc == 0 -> driver_vfs = true
			:: else -> rc = 0
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
			driver_vfs = false;
#ifdef STOCK
			UNLOCK(rescan);
#endif
		:: else -> skip
		fi;
		UNLOCK(pf_lock);
		pf_writers--
	:: true -> break
	od;
out:	skip
}
#endif

#ifdef WITH_BINDER
/* so does a module that is unloaded and loaded */
proctype binder()
{
	byte me = BINDER, i, rc, added;
	bool may;

	LOCK(pf_lock);
	driver_remove();
	UNLOCK(pf_lock);

	LOCK(pf_lock);
	if
	:: pf_there -> driver_probe()
	:: else -> skip
	fi;
	UNLOCK(pf_lock)
}
#endif

#ifdef WITH_REMOVER
proctype remover()
{
	byte me = REMOVER, i;
	bool may;

	/* or the PF stays */
	if
	:: true -> goto out
	:: LOCK(rescan)
#ifdef WITH_UNLOCKED
	/* a few callers do not hold it */
	:: true -> skip
#endif
	fi;
#ifndef STOCK
	/* pci_iov_stop() */
	atomic { stopping = true; preempt++ };
#endif
	/* pci_stop_dev() */
	LOCK(pf_lock);
	driver_remove();
	UNLOCK(pf_lock);
#ifndef STOCK
	/* pci_iov_stopped() */
	if
	:: rescan == me -> skip
	:: else -> LOCK(rescan)
	fi;
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

	/* the rescan adds a new one, in the initial state */
	LOCK(rescan);
#ifndef STOCK
	assert(!vf_there[0] && !vf_there[1]);
#endif
	UNLOCK(rescan);
out:	skip
}
#endif

#ifdef WITH_VFATTR
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
	:: LOCK(pf_lock)
	:: atomic { !FREE(pf_lock) -> vf_writers[0]-- }; goto again
	fi;
#endif
	atomic { FREE(vf_lock[0]) -> skip };
	UNLOCK(pf_lock);
	vf_writers[0]--;
out:	skip
}
#endif

#ifdef WITH_VFGONE
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
#endif

#ifdef WITH_ADDER
/*
 * pci_bus_add_device().  A driver that is being loaded may be first.  Some
 * platforms and drivers call it without the rescan lock.
 */
proctype adder()
{
	byte me = ADDER, i, rc, added, tries;
	bool may;

	if
	:: LOCK(rescan)
	:: true -> skip
	fi;
#ifndef STOCK
	wait_begin();
#endif
	LOCK(pf_lock);
	if
	:: pf_there && !driver -> driver_probe()
	:: else -> skip
	fi;
	UNLOCK(pf_lock);
#ifndef STOCK
	wait_end();
#endif
	if
	:: rescan == me -> UNLOCK(rescan)
	:: else -> skip
	fi
}
#endif

#ifdef WITH_OTHER
proctype other()
{
	byte me = OTHER;

	LOCK(rescan);
	UNLOCK(rescan)
}
#endif

#ifdef WITH_THREAD
/* lpfc and mlx4 enable and disable VFs without device_lock(pf) */
proctype thread()
{
	byte me = THREAD, i, rc, added, round;
	bool may;

	do
	:: atomic { round < 2 && pf_there && (driver || !joins) ->
		thread_runs = true; round++ };
		if
		:: phase == OFF ->
			enable();
			if
			:: rc == 0 -> driver_vfs = true
			:: else -> rc = 0
			fi
		:: else ->
			disable();
			driver_vfs = false
		fi;
		thread_runs = false
	:: true -> break
	od
}
#endif

#ifdef WITH_HOLDER
/* a driver that takes the rescan lock itself */
proctype holder()
{
	byte me = HOLDER, i;
	bool may;

	LOCK(rescan);
	small();
	UNLOCK(rescan)
}
#endif

#ifdef WITH_EEH
/*
 * eeh_handle_normal_event(): the driver gets a report, and may disable VFs; then
 * a VF is removed and added, pci_iov_remove_virtfn() and pci_iov_add_virtfn().
 */
proctype eeh()
{
	byte me = EEH, i, tries;
	bool may;

	LOCK(rescan);
#ifndef EEH_STOCK
	wait_begin();
#endif
	LOCK(pf_lock);
	if
	:: driver && driver_vfs -> disable(); driver_vfs = false
	:: true -> skip
	fi;
	UNLOCK(pf_lock);
#ifndef EEH_STOCK
	/* pci_iov_wait_over() */
	preempt--;
#endif
	if
	:: vf_slot[0] -> vf_del(0)
	:: else -> skip
	fi;
	if
	:: phase == ON && !vf_slot[0] -> vf_add(0); vf_bind(0)
	:: else -> skip
	fi;
	UNLOCK(rescan);
#ifndef EEH_STOCK
	/* the work that it has queued */
	LOCK(rescan);
	wait_begin();
	wait_end();
	UNLOCK(rescan)
#endif
}
#endif

#ifdef WITH_AER
/* pcie_do_recovery(): pci_walk_bridge() */
proctype aer()
{
	byte me = AER, i;
	bool may;

	bus_readers++;
#ifndef AER_STOCK
	/* it has a reference to each device */
	bus_readers--;
#endif
	LOCK(pf_lock);
	if
	:: driver && driver_vfs -> disable(); driver_vfs = false
	:: true -> skip
	fi;
	UNLOCK(pf_lock)
#ifdef AER_STOCK
	;
	bus_readers--
#endif
}
#endif

#ifdef WITH_MIGRANT
/*
 * sriov_migration_work(): an operation.  It never holds the rescan lock when it
 * begins, and does not wait for the PF's lock, but tries again.  What takes long
 * when a VF leaves is done by a work of the VF, which needs no lock but the VF's.
 */
inline migrate_begin()
{
	if
	:: atomic { !cancelled -> working = true }
	:: atomic { cancelled -> goto out }
	fi;
	do
	:: LOCK(pf_lock); break
	:: atomic { !FREE(pf_lock) -> working = false };
		if
		:: atomic { !cancelled && FREE(pf_lock) -> working = true }
		:: atomic { cancelled -> goto out }
		fi
	od;
	pf_begin()
}

inline migrate_end()
{
	op_end();
	UNLOCK(pf_lock);
	atomic { working = false; may = false }
}

proctype migrant()
{
	byte me = MIGRANT, i;
	bool may;

	/* requested to leave */
	migrate_begin();
	releasing = (phase == ON && vf_slot[1]);
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
	:: phase == ON && vf_slot[1] -> vf_take()
	:: else -> skip
	fi;
	migrate_end();
	/* offered: reset it, add it, bind it */
	migrate_begin();
	if
	:: phase == ON && !vf_slot[1] -> vf_bring()
	:: else -> skip
	fi;
	migrate_end();
out:	skip
}

#endif

#ifdef WITH_RESETTER
/* pci_reset_function(); a bounded wait is one that may go on forever here */
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
	bool finished, leaked;

	atomic {
#ifdef WITH_MIGRANT
		run migrant();
#else
		resizable = true;
#endif
#ifdef WITH_RESETTER
		run resetter();
#endif
#ifdef WITH_VFATTR
		run vfattr();
#endif
#ifdef WITH_OTHER
		run other();
#endif
#ifdef WITH_WRITER
		run writer();
#endif
#ifdef WITH_BINDER
		run binder();
#endif
#ifdef WITH_REMOVER
		run remover();
#endif
#ifdef WITH_VFGONE
		run vfgone();
#endif
#ifdef WITH_ADDER
		run adder();
#endif
#ifdef WITH_THREAD
		if
		:: joins = true
		:: true -> skip
		fi;
		run thread();
#endif
#ifdef WITH_HOLDER
		run holder();
#endif
#ifdef WITH_EEH
		run eeh();
#endif
#ifdef WITH_AER
		run aer();
#endif
	};
	/* when all is done, nothing is held */
	_nr_pr == 1;
	assert(FREE(rescan) && FREE(pf_lock) && FREE(op_lock));
	assert(bus_readers == 0 && pf_writers == 0 && vf_writers[0] == 0);
#ifndef STOCK
	assert(preempt == stopping && !gave_up && FREE(nested));
	/* operations that were cut short have been finished */
	finished = (phase == OFF || (phase == ON && pf_there));
	assert(finished);
	/* and no VF is left over */
	leaked = (phase == OFF && (vf_there[0] || vf_there[1])) ||
		vf_there[0] != vf_slot[0] || vf_there[1] != vf_slot[1];
	assert(!leaked);
#endif
}
