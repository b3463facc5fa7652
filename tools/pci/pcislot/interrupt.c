// SPDX-License-Identifier: GPL-2.0-only
#include "interrupt.h"
#include "compiler.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
static volatile sig_atomic_t seen;
static sigset_t held, former;	/* signals held back, and the mask before */
static bool holding;		/* between interrupt_begin() and interrupt_end() */

static void receive(int number)
{
	(void)number;
	seen = 1;
}

void interrupt_begin(void)
{
	struct sigaction now, action = { .sa_handler = receive };
	size_t i;

	sigemptyset(&held);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (sigaction(numbers[i], NULL, &now) || now.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
		sigaddset(&held, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &held, &former);
	holding = true;
}

bool interrupt_seen(void)
{
	sigset_t pending;
	size_t i;

	if (!holding || sigpending(&pending))
		return false;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (sigismember(&held, numbers[i]) == 1 &&
		    sigismember(&pending, numbers[i]) == 1)
			seen = 1;
	return seen;
}

void interrupt_end(void)
{
	const struct timespec now = {};
	size_t i;

	if (!holding)
		return;
	while (sigtimedwait(&held, NULL, &now) > 0)
		;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (sigismember(&held, numbers[i]) == 1)
			signal(numbers[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, &former, NULL);
	holding = false;
	seen = 0;
}

int interrupt_poll(struct pollfd *poll_fd, long milliseconds)
{
	struct timespec wait = { .tv_sec = milliseconds / 1000,
				 .tv_nsec = milliseconds % 1000 * 1000000 };

	return ppoll(poll_fd, !!poll_fd, &wait, holding ? &former : NULL);
}
