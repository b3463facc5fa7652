/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the SR-IOV core, at the end of what they report; "us" is how
 * long it took.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sriov

#if !defined(_PCI_SRIOV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PCI_SRIOV_TRACE_H

#include <linux/ktime.h>
#include <linux/pci.h>
#include <linux/tracepoint.h>

TRACE_EVENT(sriov_enable,
	TP_PROTO(struct pci_dev *pf, int num_vfs, int rc, ktime_t start),
	TP_ARGS(pf, num_vfs, rc, start),
	TP_STRUCT__entry(
		__string(pf, pci_name(pf))
		__field(int, num_vfs)
		__field(int, rc)
		__field(s64, us)
	),
	TP_fast_assign(
		__assign_str(pf);
		__entry->num_vfs = num_vfs;
		__entry->rc = rc;
		__entry->us = ktime_us_delta(ktime_get(), start);
	),
	TP_printk("%s num_vfs=%d rc=%d us=%lld", __get_str(pf),
		  __entry->num_vfs, __entry->rc, __entry->us)
);

TRACE_EVENT(sriov_disable,
	TP_PROTO(struct pci_dev *pf, int num_vfs, bool done, ktime_t start),
	TP_ARGS(pf, num_vfs, done, start),
	TP_STRUCT__entry(
		__string(pf, pci_name(pf))
		__field(int, num_vfs)
		__field(bool, done)
		__field(s64, us)
	),
	TP_fast_assign(
		__assign_str(pf);
		__entry->num_vfs = num_vfs;
		__entry->done = done;
		__entry->us = ktime_us_delta(ktime_get(), start);
	),
	TP_printk("%s num_vfs=%d done=%d us=%lld", __get_str(pf),
		  __entry->num_vfs, __entry->done, __entry->us)
);

TRACE_EVENT(sriov_vf_add,
	TP_PROTO(struct pci_dev *pf, unsigned int vf_id, u16 rid, int rc,
		 ktime_t start),
	TP_ARGS(pf, vf_id, rid, rc, start),
	TP_STRUCT__entry(
		__string(pf, pci_name(pf))
		__field(unsigned int, vf_id)
		__field(u16, rid)
		__field(int, rc)
		__field(s64, us)
	),
	TP_fast_assign(
		__assign_str(pf);
		__entry->vf_id = vf_id;
		__entry->rid = rid;
		__entry->rc = rc;
		__entry->us = ktime_us_delta(ktime_get(), start);
	),
	TP_printk("%s vf_id=%u vf=%02x:%02x.%u rc=%d us=%lld", __get_str(pf),
		  __entry->vf_id, PCI_BUS_NUM(__entry->rid),
		  PCI_SLOT(__entry->rid & 0xff), PCI_FUNC(__entry->rid & 0xff),
		  __entry->rc, __entry->us)
);

TRACE_EVENT(sriov_vf_remove,
	TP_PROTO(struct pci_dev *pf, unsigned int vf_id, u16 rid,
		 ktime_t start),
	TP_ARGS(pf, vf_id, rid, start),
	TP_STRUCT__entry(
		__string(pf, pci_name(pf))
		__field(unsigned int, vf_id)
		__field(u16, rid)
		__field(s64, us)
	),
	TP_fast_assign(
		__assign_str(pf);
		__entry->vf_id = vf_id;
		__entry->rid = rid;
		__entry->us = ktime_us_delta(ktime_get(), start);
	),
	TP_printk("%s vf_id=%u vf=%02x:%02x.%u us=%lld", __get_str(pf),
		  __entry->vf_id, PCI_BUS_NUM(__entry->rid),
		  PCI_SLOT(__entry->rid & 0xff), PCI_FUNC(__entry->rid & 0xff),
		  __entry->us)
);

#define sriov_show_vfm(state)				\
	__print_symbolic(state,				\
			 { PCI_SRIOV_VFM_UA, "Inactive.Unavailable" },	\
			 { PCI_SRIOV_VFM_MI, "Dormant.MigrateIn" },	\
			 { PCI_SRIOV_VFM_MO, "Active.MigrateOut" },	\
			 { PCI_SRIOV_VFM_AV, "Active.Available" })

TRACE_EVENT(sriov_migration,
	TP_PROTO(struct pci_dev *pf, unsigned int vf_id, u8 from, u8 to),
	TP_ARGS(pf, vf_id, from, to),
	TP_STRUCT__entry(
		__string(pf, pci_name(pf))
		__field(unsigned int, vf_id)
		__field(u8, from)
		__field(u8, to)
	),
	TP_fast_assign(
		__assign_str(pf);
		__entry->vf_id = vf_id;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("%s vf_id=%u from=%s to=%s", __get_str(pf), __entry->vf_id,
		  sriov_show_vfm(__entry->from), sriov_show_vfm(__entry->to))
);

#endif /* _PCI_SRIOV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
