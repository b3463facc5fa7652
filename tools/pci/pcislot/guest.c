// SPDX-License-Identifier: GPL-2.0-only
#include "bus.h"
#include "guest.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#define PERIPHERAL	"/machine/peripheral"
#define TYPE_TEXT	64
#define DEVICE		"vfio-pci"	/* in QEMU */
#define REPEAT		6000		/* milliseconds between requests */

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
	bool root = !*bus_canonical(bus);
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

/* type_of - the type of an object of QEMU, "" if there is none at @path; 0 or -1 */
static int type_of(struct qmp *qmp, const char *path, char type[TYPE_TEXT],
		   struct err *err)
{
	json_t *value;

	*type = '\0';
	value = qmp_execute(qmp, "qom-get", json_pack("{s:s, s:s}", "path", path,
						      "property", "type"), err);
	if (json_is_string(value))
		snprintf(type, TYPE_TEXT, "%s", json_string_value(value));
	json_decref(value);
	return value || qmp_refused(qmp) ? 0 : -1;
}

static int no_bus(const char *bus, struct err *err)
{
	return err_set(err, STATUS_REFUSED, "the guest has no bus \"%s\"", bus);
}

/* The root bus of PCI Express cannot be hot-plugged, unlike that of PCI. */
static int check_root(struct qmp *qmp, const char *bus, struct err *err)
{
	char type[TYPE_TEXT];

	if (type_of(qmp, bus ? : "pcie.0", type, err))
		return -1;
	if (!*type && bus)
		return no_bus(bus, err);
	if (strcmp(type, "PCIE"))
		return 0;
	return err_set(err, STATUS_REFUSED,
		       "the guest's bus pcie.0 does not support hot-plug: name that of a root port or bridge by --bus");
}

/* named - the entry of QEMU's list with that name, or NULL */
static const json_t *named(const json_t *list, const char *text)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));

		if (name && !strcmp(name, text))
			return entry;
	}
	return NULL;
}

/* see_port - set @port if the bus is that of a root port or downstream port */
static int see_port(struct qmp *qmp, const char *bus, bool *port, struct err *err)
{
	char path[BUS_TEXT + 32], type[TYPE_TEXT];
	json_t *types;

	snprintf(path, sizeof(path), PERIPHERAL "/%s", bus);
	if (type_of(qmp, path, type, err))
		return -1;
	types = qmp_execute(qmp, "qom-list-types",
			    json_pack("{s:s}", "implements", "pcie-slot"), err);
	if (!types && !qmp_refused(qmp))
		return -1;
	*port = named(types, type);
	json_decref(types);
	return 0;
}

static int check_vslot(const struct slot *slot, unsigned int taken, bool port,
		       struct err *err)
{
	if (port && slot->vslot)
		err_set(err, STATUS_REFUSED,
			"%s is a port of PCI Express, which has slot 00 only", slot->bus);
	else if (taken & BIT(slot->vslot))
		err_set(err, STATUS_REFUSED, "slot %02x of the guest is taken already",
			slot->vslot);
	else
		return 0;
	return err_point(err, slot->vslot_at);
}

int guest_vslot(struct qmp *qmp, struct slot *slot, unsigned int reserved,
		struct err *err)
{
	bool there, port = false, root = !*bus_canonical(slot->bus);
	unsigned int taken;
	json_t *buses;
	int number;

	if (root && check_root(qmp, slot->bus, err))
		return -1;
	buses = qmp_execute(qmp, "query-pci", NULL, err);
	if (!buses)
		return -1;
	there = used(buses, slot->bus, &taken);
	json_decref(buses);
	if (!there)
		return no_bus(slot->bus ? : "of PCI", err);
	if (!root && see_port(qmp, slot->bus, &port, err))
		return -1;
	taken |= reserved;
	if (slot->vslot != NOTATION_ANY)
		return check_vslot(slot, taken, port, err);
	if (port)
		taken |= ~BIT(0);
	for (number = 0; number < BDF_DEVS; number++) {
		if (!(taken & BIT(number))) {
			slot->vslot = number;
			return 0;
		}
	}
	return err_set(err, STATUS_REFUSED, "no slot of the guest's bus is free");
}

static bool is_number(const char *text, json_int_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 0);
	return *text && !isspace((unsigned char)*text) && !*end && !errno;
}

/* As QEMU's command line has it */
static bool is_bool(const char *text, bool *is_on)
{
	static const char *const on[] = { "on", "yes", "true", "y" };
	static const char *const off[] = { "off", "no", "false", "n" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(on); i++) {
		*is_on = !strcmp(text, on[i]);
		if (*is_on || !strcmp(text, off[i]))
			return true;
	}
	return false;
}

/* QEMU names integer types int32, uint8, size, ... */
static enum option_type option_type(const char *type)
{
	if (!strcmp(type, "bool"))
		return OPTION_BOOL;
	if (!strncmp(type, "int", 3) || !strncmp(type, "uint", 4) || !strcmp(type, "size"))
		return OPTION_NUMBER;
	return OPTION_TEXT;
}

static int check_option(const json_t *properties, struct option_given *option,
			struct err *err)
{
	const json_t *property = named(properties, option->key);
	const char *type = json_string_value(json_object_get(property, "type"));
	json_int_t number;
	bool on;

	if (!type)
		return err_at(err, option->at, "this QEMU's " DEVICE " has no option \"%s\"",
			      option->key);
	option->type = option_type(type);
	if (option->type == OPTION_BOOL && !is_bool(option->value, &on))
		return err_at(err, option->at, "\"%s\" is on or off", option->key);
	if (option->type == OPTION_NUMBER && !is_number(option->value, &number))
		return err_at(err, option->at, "\"%s\" is a number", option->key);
	return 0;
}

int guest_options(struct qmp *qmp, struct slot *slot, struct err *err)
{
	json_t *properties;
	unsigned int i;
	int result = 0;

	if (!slot->options)
		return 0;
	properties = qmp_execute(qmp, "device-list-properties",
				 json_pack("{s:s}", "typename", DEVICE), err);
	if (!properties)
		return -1;
	for (i = 0; !result && i < slot->options; i++)
		result = check_option(properties, &slot->option[i], err);
	json_decref(properties);
	return result;
}

static json_t *value_of(const struct option_given *option)
{
	json_int_t number;
	bool on;

	if (option->type == OPTION_BOOL && is_bool(option->value, &on))
		return json_boolean(on);
	if (option->type == OPTION_NUMBER && is_number(option->value, &number))
		return json_integer(number);
	return json_string(option->value);
}

static json_t *device(const struct slot *slot, const struct function *fn,
		      const char *id)
{
	char host[FORMAT_HOST], address[8];
	const char *key = format_host(fn, host);
	json_t *json;
	unsigned int i;

	snprintf(address, sizeof(address), "%02x.%d", slot->vslot, fn->vfn);
	json = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "driver", DEVICE,
			 "id", id, key, host,
			 "addr", address, "bus", slot->bus);
	if (format_multifunction(slot, fn))
		json_object_set_new(json, "multifunction", json_true());
	for (i = 0; i < slot->options; i++)
		json_object_set_new(json, slot->option[i].key,
				    value_of(&slot->option[i]));
	return json;
}

/*
 * With a virtual IOMMU QEMU has an address space for each function of a PCI Express bus,
 * and VFIO has one for each group.
 */
static const char *advice(const char *why)
{
	if (!strstr(why, "used in multiple address spaces"))
		return "";
	return "; with a virtual IOMMU, the functions of a group need one pcie-pci-bridge";
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
			return err_set(err, STATUS_FAILED, "%s: %s%s",
				       bdf_text(&slot->fn[i].host, host), why.text,
				       advice(why.text));
		json_decref(done);
	}
	return 0;
}

int guest_present(struct qmp *qmp, const struct holding *holding,
		  unsigned int *there, struct err *err)
{
	json_t *list = qmp_execute(qmp, "qom-list",
				   json_pack("{s:s}", "path", PERIPHERAL),
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

/*
 * repeat - request the unplugging again: a guest misses a request that comes before its OS
 * has started.  QEMU takes another one after 5 seconds.  Its refusal of this one is of no
 * use to the user.
 */
static int repeat(struct qmp *qmp, const struct holding *holding, unsigned int there,
		  struct err *err)
{
	return request_all(qmp, holding, there, err) && !qmp_refused(qmp) ? -1 : 0;
}

static int await(struct qmp *qmp, const struct holding *holding,
		 unsigned int there, unsigned int seconds, struct err *err)
{
	long deadline = qmp_now() + seconds * 1000L, until;
	bool willing = true;
	json_t *event;

	while (there && willing) {
		until = MIN(deadline, qmp_now() + REPEAT);
		event = qmp_now() < deadline ? qmp_event(qmp, until, err) : NULL;
		if (!event && qmp_now() < until)
			return -1;
		if (!event && qmp_now() >= deadline)
			return still_there(holding, there,
					   "the guest did not release the slot in time",
					   err);
		if (!event && repeat(qmp, holding, there, err))
			return -1;
		willing = !event || take_event(event, holding, &there);
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

	snprintf(path, sizeof(path), PERIPHERAL "/%s", held->id);
	value = qmp_execute(qmp, "qom-get",
			    json_pack("{s:s, s:s}", "path", path, "property",
				      "hotpluggable"), &err);
	can = json_is_true(value);
	json_decref(value);
	return can;
}
