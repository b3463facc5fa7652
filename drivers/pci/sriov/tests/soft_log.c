// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV KUnit tests: the kernel messages
 *
 * A refusal must be clear, so a test looks at the messages that name its domain;
 * and no test may make the kernel report a bug, in whatever part of it.
 */
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/printk.h>

#include "soft.h"

/* How a message begins that reports a bug */
static const char * const soft_splats[] = {
	"------------[ cut here ]", "WARNING: ", "BUG: ", "BUG ", "UBSAN: ",
	"INFO: possible ", "INFO: task ", "INFO: trying to register ",
	"sysfs: cannot create duplicate",
};

/* Longer than the name of any driver that a device may have here */
#define SOFT_PREFIX	24

static bool soft_is_splat(const char *text)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(soft_splats); i++)
		if (str_has_prefix(text, soft_splats[i]))
			return true;

	return false;
}

/* Called by printk(), with interrupts off; there is a null at the end. */
static void soft_hear(void *data, const char *text, size_t len)
{
	struct soft_host *host = data;
	unsigned long flags;

	if (in_nmi())
		return;

	raw_spin_lock_irqsave(&host->log_lock, flags);
	if (soft_is_splat(text))
		host->splat = true;
	if (strnstr(text, host->domain, min(len, SOFT_PREFIX)) &&
	    host->log_len + len + 2 <= SOFT_LOG_SIZE) {
		memcpy(host->log + host->log_len, text, len);
		host->log_len += len;
		host->log[host->log_len++] = '\n';
		host->log[host->log_len] = '\0';
	}
	raw_spin_unlock_irqrestore(&host->log_lock, flags);
}

/**
 * soft_log_begin - begin to record
 * @host: for whose test
 *
 * Return: 0 or an error.
 */
int soft_log_begin(struct soft_host *host)
{
	host->log = kunit_kzalloc(host->test, SOFT_LOG_SIZE, GFP_KERNEL);
	if (!host->log)
		return -ENOMEM;

	snprintf(host->domain, sizeof(host->domain), " %04x:",
		 host->sysdata.domain);
	raw_spin_lock_init(&host->log_lock);
	return register_trace_console(soft_hear, host);
}

/**
 * soft_log_end - end what soft_log_begin() began
 * @host: for whose test
 */
void soft_log_end(struct soft_host *host)
{
	unregister_trace_console(soft_hear, host);
	tracepoint_synchronize_unregister();
}

/**
 * soft_log_clear - drop the messages, but not splats
 * @host: the test's
 */
void soft_log_clear(struct soft_host *host)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&host->log_lock, flags);
	host->log_len = 0;
	host->log[0] = '\0';
	raw_spin_unlock_irqrestore(&host->log_lock, flags);
}

/**
 * soft_said - was this logged about the host's domain?
 * @host: the test's
 * @what: part of a message
 *
 * Return: true if so.
 */
bool soft_said(struct soft_host *host, const char *what)
{
	unsigned long flags;
	bool said;

	raw_spin_lock_irqsave(&host->log_lock, flags);
	said = strstr(host->log, what);
	raw_spin_unlock_irqrestore(&host->log_lock, flags);

	return said;
}

/**
 * soft_expect_said - expect that this was logged about the host's domain
 * @host: the test's
 * @what: part of a message
 */
void soft_expect_said(struct soft_host *host, const char *what)
{
	KUNIT_EXPECT_TRUE_MSG(host->test, soft_said(host, what),
			      "not logged: %s", what);
}
