/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vfio_pci_sriov

#if !defined(_VFIO_PCI_SRIOV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VFIO_PCI_SRIOV_TRACE_H

#include <linux/pci.h>
#include <linux/tracepoint.h>
#include <linux/vfio.h>

#define show_live_state(state)						\
	__print_symbolic(state,						\
			 { VFIO_DEVICE_STATE_ERROR, "ERROR" },		\
			 { VFIO_DEVICE_STATE_STOP, "STOP" },		\
			 { VFIO_DEVICE_STATE_RUNNING, "RUNNING" },	\
			 { VFIO_DEVICE_STATE_STOP_COPY, "STOP_COPY" },	\
			 { VFIO_DEVICE_STATE_RESUMING, "RESUMING" },	\
			 { VFIO_DEVICE_STATE_RUNNING_P2P, "RUNNING_P2P" }, \
			 { VFIO_DEVICE_STATE_PRE_COPY, "PRE_COPY" },	\
			 { VFIO_DEVICE_STATE_PRE_COPY_P2P, "PRE_COPY_P2P" })

/* A step between two states of a VF, and its result, 0 or an errno */
TRACE_EVENT(vfio_pci_sriov_state,
	TP_PROTO(struct pci_dev *vf, int from, int to, int rc),
	TP_ARGS(vf, from, to, rc),
	TP_STRUCT__entry(
		__string(vf, pci_name(vf))
		__field(int, from)
		__field(int, to)
		__field(int, rc)
	),
	TP_fast_assign(
		__assign_str(vf);
		__entry->from = from;
		__entry->to = to;
		__entry->rc = rc;
	),
	TP_printk("%s from=%s to=%s rc=%d", __get_str(vf),
		  show_live_state(__entry->from), show_live_state(__entry->to),
		  __entry->rc)
);

#endif /* _VFIO_PCI_SRIOV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
