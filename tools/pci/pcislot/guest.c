// SPDX-License-Identifier: GPL-2.0-only
#include "guest.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/*
 * The devices on the bus behind the bridge @name, as a borrowed reference, or NULL if
 * there is no such bridge.  A bridge whose bus the guest has not numbered yet has no
 * list of devices.
 */
static const json_t *behind(const json_t *devices, const char *name)
{
	const json_t *device, *bridge, *found = NULL;
	const char *id;
	size_t i;

	json_array_foreach(devices, i, device) {
		bridge = json_object_get(device, "pci_bridge");
		id = json_string_value(json_object_get(device, "qdev_id"));
		if (bridge && id && !strcmp(id, name))
			return json_object_get(bridge, "devices") ? :
				json_object_get(bridge, "bus");
		found = behind(json_object_get(bridge, "devices"), name);
		if (found)
			return found;
	}
	return NULL;
}

/*
 * devices_of - the devices on the bus.  @buses are those of all host bridges: the first
 * has number 0, but is not the first in the list if there are expander bridges (pxb).
 */
static const json_t *devices_of(const json_t *buses, const char *bus)
{
	const json_t *one, *devices, *found = NULL;
	bool root = !*state_bus(bus);
	size_t i;

	json_array_foreach(buses, i, one) {
		devices = json_object_get(one, "devices");
		if (root && !json_integer_value(json_object_get(one, "bus")))
			return devices;
		if (!root && !found)
			found = behind(devices, bus);
	}
	return found;
}

/* used - the device numbers in use on the bus; false if there is no such bus */
static bool used(const json_t *buses, const char *bus, unsigned int *taken)
{
	const json_t *device, *devices = devices_of(buses, bus);
	size_t i;

	*taken = 0;
	json_array_foreach(devices, i, device) {
		int number = json_integer_value(json_object_get(device, "slot"));

		if (number >= 0 && number < BDF_DEVS)
			*taken |= BIT(number);
	}
	return devices;
}

static int refuse(const struct slot *slot, struct err *err)
{
	err_set(err, STATUS_REFUSED, "slot %02x of the guest is taken already",
		slot->vslot);
	return err_point(err, slot->vslot_at);
}

int guest_vslot(struct qmp *qmp, struct slot *slot, unsigned int reserved,
		struct err *err)
{
	json_t *buses = qmp_execute(qmp, "query-pci", NULL, err);
	unsigned int taken;
	bool there;
	int number;

	if (!buses)
		return -1;
	there = used(buses, slot->bus, &taken);
	json_decref(buses);
	if (!there)
		return err_set(err, STATUS_REFUSED, "the guest has no bus \"%s\"",
			       slot->bus ? slot->bus : "of PCI");
	taken |= reserved;
	if (slot->vslot != NOTATION_ANY)
		return taken & BIT(slot->vslot) ? refuse(slot, err) : 0;
	for (number = 0; number < BDF_DEVS; number++) {
		if (!(taken & BIT(number))) {
			slot->vslot = number;
			return 0;
		}
	}
	return err_set(err, STATUS_REFUSED, "no slot of the guest's bus is free");
}

/* The types of QEMU's options: on and off, numbers, and text */
static json_t *value_of(const char *text)
{
	char *end;
	long number = strtol(text, &end, 0);

	if (!strcmp(text, "on"))
		return json_true();
	if (!strcmp(text, "off"))
		return json_false();
	if (!*end && isdigit((unsigned char)*text) && number < LONG_MAX)
		return json_integer(number);
	return json_string(text);
}

static json_t *device(const struct slot *slot, const struct function *fn,
		      const char *id)
{
	char host[BDF_TEXT], address[8];
	json_t *json;
	unsigned int i;

	snprintf(address, sizeof(address), "%02x.%d", slot->vslot, fn->vfn);
	json = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "driver", "vfio-pci",
			 "id", id, "host", bdf_text(&fn->host, host),
			 "addr", address, "bus", slot->bus);
	if (format_multifunction(slot, fn))
		json_object_set_new(json, "multifunction", json_true());
	for (i = 0; i < slot->options; i++)
		json_object_set_new(json, slot->option[i].key,
				    value_of(slot->option[i].value));
	return json;
}

int guest_plug(struct qmp *qmp, const struct slot *slot,
	       const struct holding *holding, struct err *err)
{
	char host[BDF_TEXT];
	struct err why;
	unsigned int i;

	/* the functions are sorted by position, and there is a function 0 */
	for (i = slot->fns; i-- > 0;) {
		json_t *done = qmp_execute(qmp, "device_add",
					   device(slot, &slot->fn[i],
						  holding->fn[i].id), &why);
		if (!done)
			return err_set(err, STATUS_FAILED, "%s: %s",
				       bdf_text(&slot->fn[i].host, host), why.text);
		json_decref(done);
	}
	return 0;
}

static bool named(const json_t *list, const char *id)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));

		if (name && !strcmp(name, id))
			return true;
	}
	return false;
}

int guest_present(struct qmp *qmp, const struct holding *holding,
		  unsigned int *there, struct err *err)
{
	json_t *list = qmp_execute(qmp, "qom-list",
				   json_pack("{s:s}", "path", "/machine/peripheral"),
				   err);
	unsigned int i;

	if (!list)
		return -1;
	*there = 0;
	for (i = 0; i < holding->fns; i++)
		if (named(list, holding->fn[i].id))
			*there |= BIT(i);
	json_decref(list);
	return 0;
}

static bool unplugs_already(const struct err *err)
{
	return strstr(err->text, "in the process of unplug");
}

static int request(struct qmp *qmp, const char *id, struct err *err)
{
	json_t *done = qmp_execute(qmp, "device_del", json_pack("{s:s}", "id", id),
				   err);

	json_decref(done);
	return done || unplugs_already(err) ? 0 : -1;
}

/* Unplugging function 0 unplugs all; without function 0 the guest has seen none. */
static int request_all(struct qmp *qmp, const struct holding *holding,
		       unsigned int there, struct err *err)
{
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		if (!(there & BIT(i)))
			continue;
		if (request(qmp, holding->fn[i].id, err))
			return -1;
		if (!holding->fn[i].vfn)
			return 0;
	}
	return 0;
}

static unsigned int whose(const json_t *event, const struct holding *holding)
{
	const json_t *data = json_object_get(event, "data");
	const char *id = json_string_value(json_object_get(data, "device"));
	unsigned int i;

	for (i = 0; id && i < holding->fns; i++)
		if (!strcmp(holding->fn[i].id, id))
			return BIT(i);
	return 0;
}

static int still_there(const struct holding *holding, unsigned int there,
		       const char *why, struct err *err)
{
	char names[BDF_FNS * BDF_TEXT] = "", host[BDF_TEXT];
	size_t length = 0;
	unsigned int i;

	for (i = 0; i < holding->fns; i++)
		if (there & BIT(i))
			length += snprintf(names + length, sizeof(names) - length,
					   " %s", bdf_text(&holding->fn[i].host, host));
	return err_set(err, STATUS_HELD, "%s; of slot %02x it still has%s", why,
		       holding->vslot, names);
}

/* take_event - update @there; false if the guest refuses to release the slot */
static bool take_event(const json_t *event, const struct holding *holding,
		       unsigned int *there)
{
	const char *name = json_string_value(json_object_get(event, "event"));

	if (name && !strcmp(name, "DEVICE_DELETED"))
		*there &= ~whose(event, holding);
	return !name || strcmp(name, "DEVICE_UNPLUG_GUEST_ERROR") ||
	       !whose(event, holding);
}

static int await(struct qmp *qmp, const struct holding *holding,
		 unsigned int there, unsigned int seconds, struct err *err)
{
	long deadline = qmp_now() + seconds * 1000L;
	bool willing = true;
	json_t *event;

	while (there && willing) {
		event = qmp_now() < deadline ? qmp_event(qmp, deadline, err) : NULL;
		if (!event && qmp_now() < deadline)
			return -1;
		if (!event)
			return still_there(holding, there,
					   "the guest did not release the slot in time",
					   err);
		willing = take_event(event, holding, &there);
		json_decref(event);
	}
	return willing ? 0 : still_there(holding, there,
					 "the guest refuses to release the slot", err);
}

int guest_release(struct qmp *qmp, const struct holding *holding,
		  unsigned int seconds, unsigned int *there, struct err *err)
{
	if (guest_present(qmp, holding, there, err) ||
	    request_all(qmp, holding, *there, err))
		return -1;
	return await(qmp, holding, *there, seconds, err);
}

bool guest_hotpluggable(struct qmp *qmp, const struct held *held)
{
	char path[FORMAT_ID + 32];
	struct err err;
	json_t *value;
	bool can;

	snprintf(path, sizeof(path), "/machine/peripheral/%s", held->id);
	value = qmp_execute(qmp, "qom-get",
			    json_pack("{s:s, s:s}", "path", path, "property",
				      "hotpluggable"), &err);
	can = json_is_true(value);
	json_decref(value);
	return can;
}
