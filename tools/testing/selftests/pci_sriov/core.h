/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which SR-IOV core runs: the one with tracepoints (new) or the one before it
 * (stock).  Its macro is for files that include kselftest_harness.h.
 */
#ifndef PCI_SRIOV_CORE_H
#define PCI_SRIOV_CORE_H

#include <stdbool.h>

/* True if the tracepoints sriov:* exist; mounts tracefs if it is not. */
bool core_is_new(void);

/*
 * The last statement of a test about what only the new core does.  There it
 * has to hold.  On stock it is an expected failure, with the reason given; and
 * if it holds there all the same, an unexpected success.
 */
#define EXPECT_ON_NEW(expression, ...) do {				\
	bool __holds = (expression);					\
	char *__reason = _metadata->results->reason;			\
									\
	snprintf(__reason, sizeof(_metadata->results->reason), __VA_ARGS__); \
	if (core_is_new()) {						\
		EXPECT_TRUE(__holds)					\
			TH_LOG("%s", __reason);				\
	} else if (!_metadata->exit_code) {				\
		_metadata->exit_code = __holds ? KSFT_XPASS : KSFT_XFAIL; \
	}								\
} while (0)

#endif
