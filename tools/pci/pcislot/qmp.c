// SPDX-License-Identifier: GPL-2.0-only
#include "qmp.h"
#include "interrupt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CHUNK		4096
#define MESSAGE_MAX	(4 << 20)	/* no answer of QEMU's comes near */
#define EVENTS_MAX	256		/* kept until qmp_event() */
#define RETRY		50		/* milliseconds until another connect() */

struct qmp {
	int fd;
	unsigned int seconds;
	unsigned long id;	/* of the last command */
	bool refused;		/* QEMU refused the last command */
	json_t *events;
	char *buffer;		/* bytes read and not yet consumed */
	size_t used;
	size_t size;
};

long qmp_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

void qmp_pause(void)
{
	interrupt_poll(NULL, RETRY);
}

static long deadline_of(const struct qmp *qmp)
{
	return qmp_now() + qmp->seconds * 1000L;
}

static int lost(struct err *err, const char *why)
{
	return err_set(err, STATUS_FAILED, "QMP: %s", why);
}

static int late(struct err *err)
{
	return lost(err, "no answer in time");
}

/* await_fd - wait until the socket is ready for @events; -1 after @deadline */
static int await_fd(const struct qmp *qmp, short events, long deadline,
		    struct err *err)
{
	struct pollfd poll_fd = { .fd = qmp->fd, .events = events };
	long left = deadline - qmp_now();
	int ready;

	if (interrupt_seen())
		return lost(err, "interrupted");
	if (left <= 0)
		return late(err);
	ready = interrupt_poll(&poll_fd, left);
	if (ready < 0)
		return errno == EINTR ? 0 : lost(err, strerror(errno));
	return ready ? 0 : late(err);
}

/* Whether a call on the socket is to be repeated after await_fd() */
static bool transient(int error)
{
	return error == EINTR || error == EAGAIN;
}

static int room(struct qmp *qmp, struct err *err)
{
	char *more;

	if (qmp->size - qmp->used >= CHUNK)
		return 0;
	if (qmp->size >= MESSAGE_MAX)
		return lost(err, "a message is too long");
	more = realloc(qmp->buffer, qmp->size * 2 + CHUNK);
	if (!more)
		abort();
	qmp->buffer = more;
	qmp->size = qmp->size * 2 + CHUNK;
	return 0;
}

/* more - wait for bytes until @deadline, and read those available */
static int more(struct qmp *qmp, long deadline, struct err *err)
{
	ssize_t got;

	if (room(qmp, err) || await_fd(qmp, POLLIN, deadline, err))
		return -1;
	got = read(qmp->fd, qmp->buffer + qmp->used, qmp->size - qmp->used);
	if (got < 0)
		return transient(errno) ? 0 : lost(err, strerror(errno));
	if (!got)
		return lost(err, "QEMU closed the connection");
	qmp->used += got;
	return 0;
}

static json_t *parse(const char *text, size_t length, struct err *err)
{
	json_error_t error;
	json_t *message = json_loadb(text, length, 0, &error);

	if (json_is_object(message))
		return message;
	json_decref(message);
	lost(err, "received something that is not a QMP message");
	return NULL;
}

/* QEMU writes each message as one line. */
static json_t *message(struct qmp *qmp, long deadline, struct err *err)
{
	json_t *message;
	size_t length;
	char *end;

	while (!qmp->used || !(end = memchr(qmp->buffer, '\n', qmp->used)))
		if (more(qmp, deadline, err))
			return NULL;
	length = end - qmp->buffer;
	message = parse(qmp->buffer, length, err);
	qmp->used -= length + 1;
	memmove(qmp->buffer, end + 1, qmp->used);
	return message;
}

static int send_whole(struct qmp *qmp, const char *text, struct err *err)
{
	long deadline = deadline_of(qmp);
	size_t left = strlen(text);

	while (left) {
		ssize_t sent;

		if (await_fd(qmp, POLLOUT, deadline, err))
			return -1;
		sent = send(qmp->fd, text, left, MSG_NOSIGNAL);
		if (sent < 0 && transient(errno))
			continue;
		if (sent < 0)
			return lost(err, strerror(errno));
		text += sent;
		left -= sent;
	}
	return 0;
}

static int send_command(struct qmp *qmp, const char *command, json_t *arguments,
			struct err *err)
{
	char *text;
	json_t *json;
	int result;

	qmp->id++;
	json = json_pack("{s:s, s:o*, s:I}", "execute", command,
			 "arguments", arguments, "id", (json_int_t)qmp->id);
	text = json_dumps(json, JSON_COMPACT);
	if (!text)
		abort();
	result = send_whole(qmp, text, err) || send_whole(qmp, "\n", err) ? -1 : 0;
	free(text);
	json_decref(json);
	return result;
}

/* Only these events are kept, so that a peer cannot fill the memory with any. */
static bool is_wanted(const json_t *message)
{
	const char *name = json_string_value(json_object_get(message, "event"));

	return name && (!strcmp(name, "DEVICE_DELETED") ||
			!strcmp(name, "DEVICE_UNPLUG_GUEST_ERROR"));
}

/* An error without an "id" is QEMU's answer to a line that it cannot parse. */
static bool is_answer(const struct qmp *qmp, const json_t *message)
{
	const json_t *id = json_object_get(message, "id");

	return id ? json_integer_value(id) == (json_int_t)qmp->id :
		    !!json_object_get(message, "error");
}

/* The answer to the last command; events that arrive before it are kept. */
static json_t *answer(struct qmp *qmp, struct err *err)
{
	long deadline = deadline_of(qmp);
	json_t *got;

	while ((got = message(qmp, deadline, err))) {
		if (json_object_get(got, "event")) {
			if (is_wanted(got) &&
			    json_array_size(qmp->events) < EVENTS_MAX)
				json_array_append(qmp->events, got);
		} else if (is_answer(qmp, got)) {
			return got;
		}
		json_decref(got);
	}
	return NULL;
}

json_t *qmp_execute(struct qmp *qmp, const char *command, json_t *arguments,
		    struct err *err)
{
	json_t *got, *value;
	const char *text;

	qmp->refused = false;
	if (send_command(qmp, command, arguments, err))
		return NULL;
	got = answer(qmp, err);
	if (!got)
		return NULL;
	value = json_incref(json_object_get(got, "return"));
	if (!value) {
		text = json_string_value(json_object_get(json_object_get(got, "error"),
							 "desc"));
		qmp->refused = true;
		err_set(err, STATUS_FAILED, "QEMU: %s: %s", command,
			text ? text : "an error without a description");
	}
	json_decref(got);
	return value;
}

bool qmp_refused(const struct qmp *qmp)
{
	return qmp->refused;
}

json_t *qmp_event(struct qmp *qmp, long deadline, struct err *err)
{
	json_t *event;

	if (json_array_size(qmp->events)) {
		event = json_incref(json_array_get(qmp->events, 0));
		json_array_remove(qmp->events, 0);
		return event;
	}
	while ((event = message(qmp, deadline, err))) {
		if (is_wanted(event))
			return event;
		json_decref(event);
	}
	return NULL;
}

static int busy(const char *path, struct err *err)
{
	return err_set(err, STATUS_FAILED,
		       "%s: QEMU does not answer; is another client, such as libvirt, connected to this monitor?",
		       path);
}

static int greet(struct qmp *qmp, const char *path, long deadline, struct err *err)
{
	json_t *got = message(qmp, deadline, err);
	bool qemu = json_object_get(got, "QMP");

	json_decref(got);
	if (!got)
		return qmp_now() < deadline || interrupt_seen() ? -1 : busy(path, err);
	if (!qemu)
		return lost(err, "the peer does not use QMP");
	got = qmp_execute(qmp, "qmp_capabilities", NULL, err);
	json_decref(got);
	return got ? 0 : -1;
}

/*
 * connect_by - QEMU serves one client, and one more waits to be accepted; connect()
 * would block for any further one, so it is tried again until @deadline.
 */
static int connect_by(int fd, const struct sockaddr_un *address, long deadline)
{
	while (connect(fd, (const struct sockaddr *)address, sizeof(*address))) {
		if (interrupt_seen())
			errno = EINTR;
		if (interrupt_seen() || !transient(errno))
			return -1;
		if (qmp_now() >= deadline) {
			errno = ETIMEDOUT;
			return -1;
		}
		qmp_pause();
	}
	return 0;
}

static int connect_to(const char *path, long deadline, bool *gone)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int fd, error;

	if (length >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, length);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (!connect_by(fd, &address, deadline))
		return fd;
	error = errno;
	*gone = error == ECONNREFUSED || error == ENOENT;
	close(fd);
	errno = error;
	return -1;
}

struct qmp *qmp_open(const char *path, unsigned int seconds, bool *gone,
		     struct err *err)
{
	struct qmp *qmp = calloc(1, sizeof(*qmp));
	long deadline;

	if (!qmp)
		abort();
	*gone = false;
	qmp->seconds = seconds;
	qmp->events = json_array();
	deadline = deadline_of(qmp);
	qmp->fd = connect_to(path, deadline, gone);
	if (qmp->fd < 0 && errno == ETIMEDOUT)
		busy(path, err);
	else if (qmp->fd < 0)
		err_set(err, STATUS_FAILED, "%s: %s", path,
			interrupt_seen() ? "interrupted" : strerror(errno));
	else if (!greet(qmp, path, deadline, err))
		return qmp;
	qmp_close(qmp);
	return NULL;
}

void qmp_close(struct qmp *qmp)
{
	if (qmp->fd >= 0)
		close(qmp->fd);
	json_decref(qmp->events);
	free(qmp->buffer);
	free(qmp);
}
