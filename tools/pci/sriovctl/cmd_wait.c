// SPDX-License-Identifier: GPL-2.0-only
/* wait: until a PF has VFs, and all of them are usable */
#include "cmd.h"
#include "watch.h"

#include <stdio.h>

/* Returns whether the PF exists and has VFs; @deadline is over if it does not. */
static bool has_vfs(struct watch *watch, const char *name, struct bdf *pf,
		    const struct deadline *deadline, struct err *err)
{
	char text[BDF_TEXT];

	for (;;) {
		bool last = !deadline_left(deadline);

		if (!pf_find(name, pf, err)) {
			if (sysfs_number(pf, "sriov_numvfs", 0) > 0)
				return true;
			err_set(err, STATUS_PARTIAL, "%s has no VFs", bdf_text(pf, text));
		}
		if (last)
			return false;
		watch_next(watch, deadline);
	}
}

enum status cmd_wait(const struct options *options, char **argument, int arguments)
{
	struct deadline deadline = deadline_in(options->timeout);
	struct report report = {};
	struct watch watch;
	struct err err;
	struct bdf pf;

	(void)arguments;
	watch_begin(&watch);
	if (has_vfs(&watch, argument[0], &pf, &deadline, &err))
		watch_usable(&watch, &pf, &options->wish, &deadline, &report);
	else
		report_err(&report, &err);
	watch_end(&watch);
	return report_end(&report);
}
