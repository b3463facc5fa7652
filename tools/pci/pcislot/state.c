// SPDX-License-Identifier: GPL-2.0-only
#include "root.h"
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_DIR	"/run/pcislot"
#define STATE_FILE	STATE_DIR "/state.json"

/* copy - copy a member of @object; false if it is not a text or does not fit */
static bool copy(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && (size_t)snprintf(out, size, "%s", text) < size;
}

static bool held_from(const json_t *json, struct held *held)
{
	char host[BDF_TEXT];

	/* files of earlier versions have neither */
	held->node = json_integer_value(json_object_get(json, "node"));
	if (!copy(json, "bound", held->bound, sizeof(held->bound)))
		snprintf(held->bound, sizeof(held->bound), "vfio-pci");
	held->vfn = json_integer_value(json_object_get(json, "function"));
	return held->vfn >= 0 && held->vfn < BDF_FNS && copy(json, "host", host, sizeof(host)) &&
	       bdf_parse(host, &held->host) &&
	       copy(json, "id", held->id, sizeof(held->id)) &&
	       copy(json, "driver", held->driver, sizeof(held->driver)) &&
	       copy(json, "driver_override", held->driver_override,
		    sizeof(held->driver_override));
}

static bool holding_from(const json_t *json, struct holding *holding)
{
	const json_t *functions = json_object_get(json, "functions");

	holding->vslot = json_integer_value(json_object_get(json, "slot"));
	holding->attached = json_is_true(json_object_get(json, "attached"));
	if (holding->vslot < 0 || holding->vslot >= BDF_DEVS ||
	    !copy(json, "qmp", holding->qmp, sizeof(holding->qmp)) ||
	    !copy(json, "bus", holding->bus, sizeof(holding->bus)) ||
	    !json_array_size(functions) || json_array_size(functions) > BDF_FNS)
		return false;
	for (holding->fns = 0; holding->fns < json_array_size(functions);
	     holding->fns++)
		if (!held_from(json_array_get(functions, holding->fns),
			       &holding->fn[holding->fns]))
			return false;
	return true;
}

static int bad_file(struct err *err, const char *path, const char *why)
{
	return err_set(err, STATUS_FAILED, "%s was not written by pcislot: %s", path,
		       why);
}

static int load(struct state *state, struct err *err)
{
	char path[ROOT_PATH];
	struct holding holding;
	json_error_t error;
	json_t *json, *one;
	FILE *file;
	size_t i;

	root_path(path, STATE_FILE);
	file = fopen(path, "re");
	if (!file && errno == ENOENT)
		return 0;
	if (!file)
		return err_set(err, STATUS_FAILED, "%s: %s", path, strerror(errno));
	json = json_loadf(file, 0, &error);
	fclose(file);
	if (!json)
		return bad_file(err, path, error.text);
	if (!json_is_array(json)) {
		json_decref(json);
		return bad_file(err, path, "not an array");
	}
	json_array_foreach(json, i, one) {
		memset(&holding, 0, sizeof(holding));
		if (!holding_from(one, &holding)) {
			json_decref(json);
			return bad_file(err, path, "a member is missing, too long or out of range");
		}
		state_add(state, &holding);
	}
	json_decref(json);
	return 0;
}

static void clear(struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->lock = -1;
}

int state_read(struct state *state, struct err *err)
{
	clear(state);
	if (!load(state, err))
		return 0;
	state_end(state);
	return -1;
}

/* A function is in one holding at most, so the first one identifies it. */
static void claim_path(char path[ROOT_PATH], const struct holding *holding)
{
	char host[BDF_TEXT];

	root_path(path, STATE_DIR "/%s.claim",
		  bdf_text(&holding->fn[0].host, host));
}

/* Whether the file was removed, with an earlier claim, before it was locked here */
static bool still_named(int fd)
{
	struct stat stat;

	return !fstat(fd, &stat) && stat.st_nlink;
}

int state_claim(const struct holding *holding, struct err *err)
{
	char path[ROOT_PATH];
	bool named;
	int fd;

	claim_path(path, holding);
	do {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return err_set(err, STATUS_FAILED, "%s: %s", path,
				       strerror(errno));
		if (!flock(fd, LOCK_EX | LOCK_NB) && still_named(fd))
			return fd;
		named = still_named(fd);
		close(fd);
	} while (!named);
	return err_set(err, STATUS_REFUSED,
		       "another pcislot works on slot %02x of the guest at %s",
		       holding->vslot, holding->qmp);
}

void state_unclaim(const struct holding *holding, int claim)
{
	char path[ROOT_PATH];

	claim_path(path, holding);
	unlink(path);
	close(claim);
}

static int take_lock(struct err *err)
{
	char path[ROOT_PATH];
	int fd;

	root_path(path, STATE_DIR);
	if (mkdir(path, 0700) && errno != EEXIST)
		return err_set(err, STATUS_FAILED, "%s: %s", path, strerror(errno));
	root_path(path, STATE_DIR "/lock");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX)) {
		err_set(err, STATUS_FAILED, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

int state_begin(struct state *state, struct err *err)
{
	clear(state);
	state->lock = take_lock(err);
	if (state->lock < 0)
		return -1;
	if (!load(state, err))
		return 0;
	state_end(state);
	return -1;
}

static json_t *held_to(const struct held *held)
{
	char host[BDF_TEXT];

	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:I}", "function", held->vfn,
			 "host", bdf_text(&held->host, host), "id", held->id,
			 "driver", held->driver,
			 "driver_override", held->driver_override,
			 "bound", held->bound, "node", (json_int_t)held->node);
}

/* Returns NULL, as held_to() does, for text that JSON cannot express */
static json_t *holding_to(const struct holding *holding)
{
	json_t *functions = json_array();
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		if (json_array_append_new(functions, held_to(&holding->fn[i]))) {
			json_decref(functions);
			return NULL;
		}
	}
	return json_pack("{s:s, s:s, s:i, s:b, s:o}", "qmp", holding->qmp,
			 "bus", holding->bus, "slot", holding->vslot,
			 "attached", holding->attached, "functions", functions);
}

static json_t *all_to(const struct state *state)
{
	json_t *json = json_array();
	size_t i;

	for (i = 0; i < state->holdings; i++) {
		if (json_array_append_new(json, holding_to(&state->holding[i]))) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

/* Not json_dumpfd(), which does not report every write that failed. */
static bool store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t length = strlen(text);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, length) == (ssize_t)length && !fsync(fd);
	return !close(fd) && done;
}

int state_write(const struct state *state, struct err *err)
{
	char path[ROOT_PATH], new[ROOT_PATH];
	json_t *json = all_to(state);
	char *text;
	bool done;

	root_path(path, STATE_FILE);
	if (!json)
		return err_set(err, STATUS_FAILED,
			       "%s: a path, a driver or an override is not UTF-8", path);
	text = json_dumps(json, JSON_INDENT(1));
	json_decref(json);
	if (!text)
		abort();
	root_path(new, STATE_FILE ".new");
	done = store(new, text) && !rename(new, path);
	free(text);
	return done ? 0 : err_set(err, STATUS_FAILED, "%s: %s", path,
				  strerror(errno));
}

void state_end(struct state *state)
{
	free(state->holding);
	if (state->lock >= 0)
		close(state->lock);
	clear(state);
}

struct holding *state_holder(const struct state *state, const struct bdf *host)
{
	unsigned int fn;
	size_t i;

	for (i = 0; i < state->holdings; i++)
		for (fn = 0; fn < state->holding[i].fns; fn++)
			if (bdf_equal(&state->holding[i].fn[fn].host, host))
				return &state->holding[i];
	return NULL;
}

struct holding *state_find(const struct state *state, const char *qmp,
			   const char *bus, int vslot)
{
	size_t i;

	for (i = 0; i < state->holdings; i++) {
		struct holding *holding = &state->holding[i];

		if (holding->vslot == vslot && !strcmp(holding->qmp, qmp) &&
		    bus_equal(holding->bus, bus))
			return holding;
	}
	return NULL;
}

void state_add(struct state *state, const struct holding *holding)
{
	struct holding *more = reallocarray(state->holding, state->holdings + 1,
					    sizeof(*more));

	if (!more)
		abort();
	state->holding = more;
	more[state->holdings++] = *holding;
}

void state_drop(struct state *state, struct holding *holding)
{
	size_t rest = state->holdings - (holding - state->holding) - 1;

	memmove(holding, holding + 1, rest * sizeof(*holding));
	state->holdings--;
}
