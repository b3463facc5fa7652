/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Detects the running SR-IOV core: the one with tracepoints (new) or Linux's former
 * one (stock).  The macro is for files that include kselftest_harness.h.
 */
#ifndef PCI_SRIOV_CORE_H
#define PCI_SRIOV_CORE_H

#include <stdbool.h>

/* True if the tracepoints sriov:* exist; mounts tracefs if it is not mounted. */
bool core_is_new(void);

/*
 * The last statement of a test of behaviour that only the new core has.  On the new
 * core the expression must be true.  On stock a false expression is an expected
 * failure, with the reason given, and a true one is an unexpected success.
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
