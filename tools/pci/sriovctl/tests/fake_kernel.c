// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into sriovctl.  Does what the kernel does on writes to files of PFs, VFs
 * and drivers, on a tree that "plant" created below SRIOVCTL_ROOT; and has the settings
 * of VFs, which come through libmnl, in the file net/vf<N> there.
 *
 * In the tree, a PF's "fake_vf_driver" is the driver for its VFs, and "refuses" of a
 * driver lists the functions that its probe fails for.
 *
 *	FAKE_FAIL=N		the Nth write to sysfs fails with EIO
 *	FAKE_COUNT=FILE		the number of writes, which the caller sets to 0
 *	FAKE_ERROR=FILE:ERRNO	a write to files of that name fails
 *	FAKE_SLOW=MS		each write takes that long
 *	FAKE_HANG=FILE		a write to files of that name does not return
 *	FAKE_NO_DEVICE=N	VF N has no device after it was enabled
 *	FAKE_LATE=MS		drivers bind that much later
 */
#include "compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOT_OURS	1

static const char *root(void)
{
	return getenv("SRIOVCTL_ROOT");
}

__printf(2, 3)
static void path_of(char path[PATH_MAX], const char *format, ...)
{
	int length = snprintf(path, PATH_MAX, "%s", root());
	va_list args;

	va_start(args, format);
	vsnprintf(path + length, PATH_MAX - length, format, args);
	va_end(args);
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX + NAME_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	if (!file)
		return;
	fprintf(file, "%s\n", text);
	fclose(file);
}

static void put_number(const char *dir, const char *name, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	put(dir, name, text);
}

static bool get(const char *dir, const char *name, char text[128])
{
	char path[PATH_MAX + NAME_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	text[0] = '\0';
	if (!file)
		return false;
	if (fgets(text, 128, file))
		text[strcspn(text, "\n")] = '\0';
	fclose(file);
	return true;
}

static long get_number(const char *dir, const char *name)
{
	char text[128];

	return get(dir, name, text) ? strtol(text, NULL, 0) : 0;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *where)
{
	(void)stat;
	(void)type;
	(void)where;
	return remove(path);
}

static void remove_below(const char *dir, const char *name)
{
	char path[PATH_MAX + NAME_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static bool refused(const char *driver, const char *address)
{
	char path[PATH_MAX], line[64];
	bool found = false;
	FILE *list;

	path_of(path, "/sys/bus/pci/drivers/%s/refuses", driver);
	list = fopen(path, "r");
	while (list && !found && fgets(line, sizeof(line), list))
		found = !strncmp(line, address, strlen(address));
	if (list)
		fclose(list);
	return found;
}

static void log_failure(const char *driver, const char *address)
{
	char path[PATH_MAX];
	FILE *log;

	path_of(path, "/dev/kmsg");
	log = fopen(path, "a");
	if (!log)
		return;
	fprintf(log, "4,1234,5678,-;%s %s: probe with driver %s failed with error -5\n", driver,
		address, driver);
	fclose(log);
}

/* igbvf makes a network interface, other drivers make nothing. */
static void make_interface(const char *vf, long id)
{
	char path[PATH_MAX + NAME_MAX];

	snprintf(path, sizeof(path), "%s/net", vf);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/net/ens5v%ld", vf, id);
	mkdir(path, 0755);
	put(path, "flags", "0x1002");
	put_number(path, "ifindex", 100 + id);
}

static void probe(const char *vf)
{
	char path[PATH_MAX], pf[PATH_MAX], driver[128];
	const char *address = name_of(vf);

	snprintf(pf, sizeof(pf), "%s/physfn", vf);
	get(vf, "driver_override", driver);
	if (!strcmp(driver, "(null)") || !*driver) {
		if (!get_number(pf, "sriov_drivers_autoprobe"))
			return;
		get(pf, "fake_vf_driver", driver);
	}
	path_of(path, "/sys/bus/pci/drivers/%s/bind", driver);
	if (!*driver || access(path, F_OK))
		return;
	if (refused(driver, address)) {
		log_failure(driver, address);
		return;
	}
	snprintf(path, sizeof(path), "%s/driver", vf);
	snprintf(pf, sizeof(pf), "../../../../bus/pci/drivers/%s", driver);
	if (!symlink(pf, path) && !strcmp(driver, "igbvf"))
		make_interface(vf, get_number(vf, "fake_id"));
}

static void probe_late(const char *vf)
{
	const char *late = getenv("FAKE_LATE");

	if (late && fork())
		return;
	if (late)
		usleep(atoi(late) * 1000);
	probe(vf);
	if (late)
		_exit(0);
}

static void put_config(const char *vf, long msix)
{
	unsigned char config[256] = { [0x34] = 0x50, [0x50] = 0x10, [0x51] = 0x70,
				      [0x70] = 0x11, [0x72] = msix - 1 };
	char path[PATH_MAX + NAME_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/config", vf);
	file = fopen(path, "w");
	if (!file)
		return;
	fwrite(config, sizeof(config), 1, file);
	fclose(file);
}

static void vf_address(const char *pf, long id, char address[32])
{
	unsigned int segment, bus, dev, fn;
	long rid;

	if (sscanf(name_of(pf), "%x:%x:%x.%x", &segment, &bus, &dev, &fn) != 4)
		abort();
	rid = (bus << 8 | dev << 3 | fn) + get_number(pf, "sriov_offset") +
	      id * get_number(pf, "sriov_stride");
	snprintf(address, 32, "%04x:%02lx:%02lx.%lx", segment, rid >> 8, rid >> 3 & 31, rid & 7);
}

static void add(const char *pf, long id)
{
	char vf[PATH_MAX + NAME_MAX], path[PATH_MAX], text[128], address[32];

	if (getenv("FAKE_NO_DEVICE") && atol(getenv("FAKE_NO_DEVICE")) == id)
		return;
	vf_address(pf, id, address);
	snprintf(vf, sizeof(vf), "%.*s/%s", (int)(name_of(pf) - pf - 1), pf, address);
	mkdir(vf, 0755);
	put(vf, "driver_override", "(null)");
	put(vf, "sriov_vf_msix_count", "");
	put_number(vf, "fake_id", id);
	put_config(vf, 3);
	snprintf(text, sizeof(text), "../%s", name_of(pf));
	snprintf(path, sizeof(path), "%s/physfn", vf);
	symlink(text, path);
	path_of(path, "/sys/bus/pci/devices/%s", address);
	symlink(vf, path);
	snprintf(path, sizeof(path), "%s/virtfn%ld", pf, id);
	snprintf(text, sizeof(text), "../%s", address);
	symlink(text, path);
}

static void take_away(const char *pf, long id)
{
	char path[PATH_MAX], name[64], address[32];

	vf_address(pf, id, address);
	snprintf(name, sizeof(name), "virtfn%ld", id);
	remove_below(pf, name);
	path_of(path, "/sys/bus/pci/devices/%s", address);
	unlink(path);
	snprintf(path, sizeof(path), "%.*s", (int)(name_of(pf) - pf - 1), pf);
	remove_below(path, address);
}

static int set_numvfs(const char *pf, long count)
{
	long now = get_number(pf, "sriov_numvfs"), id;
	char vf[PATH_MAX + NAME_MAX];

	if (count > get_number(pf, "sriov_totalvfs"))
		return -ERANGE;
	if (now && count && count != now && get_number(pf, "sriov_hw_numvfs") < count)
		return -EBUSY;
	for (id = now; id < count; id++)
		add(pf, id);
	for (id = now; id < count; id++) {
		snprintf(vf, sizeof(vf), "%s/virtfn%ld", pf, id);
		if (!access(vf, F_OK))
			probe_late(realpath(vf, NULL));
	}
	for (id = now; id > count; id--)
		take_away(pf, id - 1);
	put_number(pf, "sriov_numvfs", count);
	return 0;
}

/* One number in the file is enough here. */
static int set_online(const char *pf, long id, bool online)
{
	char vf[PATH_MAX + NAME_MAX];

	if (id >= get_number(pf, "sriov_numvfs"))
		return -EINVAL;
	put(pf, "sriov_vf_offline", "");
	if (!online) {
		take_away(pf, id);
		put_number(pf, "sriov_vf_offline", id);
		return 0;
	}
	add(pf, id);
	snprintf(vf, sizeof(vf), "%s/virtfn%ld", pf, id);
	probe(realpath(vf, NULL));
	return 0;
}

static int unbind(const char *address)
{
	char vf[PATH_MAX], path[PATH_MAX + NAME_MAX];

	path_of(vf, "/sys/bus/pci/devices/%s", address);
	remove_below(vf, "net");
	snprintf(path, sizeof(path), "%s/driver", vf);
	return unlink(path) ? -ENODEV : 0;
}

static int set_msix(const char *vf, long count)
{
	char path[PATH_MAX + NAME_MAX];

	snprintf(path, sizeof(path), "%s/driver", vf);
	if (!access(path, F_OK))
		return -EBUSY;
	put_config(vf, count);
	return 0;
}

static bool of_file(const char *variable, const char *name)
{
	const char *text = getenv(variable);
	size_t length = text ? strcspn(text, ":") : 0;

	return text && strlen(name) == length && !strncmp(text, name, length);
}

/* Children write, so the number of writes is in a file. */
static long count_write(void)
{
	const char *name = getenv("FAKE_COUNT");
	FILE *file = name ? fopen(name, "r+") : NULL;
	long count = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &count) != 1)
		count = 0;
	rewind(file);
	fprintf(file, "%ld\n", ++count);
	fclose(file);
	return count;
}

/* Returns 0, a negative errno, or NOT_OURS if the file is not in sysfs. */
static int act(const char *file, const char *text)
{
	const char *name = name_of(file);
	char dir[PATH_MAX], path[PATH_MAX];
	long count;

	snprintf(dir, sizeof(dir), "%.*s", (int)(name - file - 1), file);
	count = count_write();
	if (count && getenv("FAKE_FAIL") && atol(getenv("FAKE_FAIL")) == count)
		return -EIO;
	if (getenv("FAKE_SLOW"))
		usleep(atoi(getenv("FAKE_SLOW")) * 1000);
	if (of_file("FAKE_ERROR", name))
		return -atoi(strchr(getenv("FAKE_ERROR"), ':') + 1);
	if (of_file("FAKE_HANG", name))
		pause();
	if (!strcmp(name, "sriov_numvfs"))
		return set_numvfs(dir, atol(text));
	if (!strcmp(name, "sriov_vf_online") || !strcmp(name, "sriov_vf_offline"))
		return set_online(dir, atol(text), !strcmp(name, "sriov_vf_online"));
	if (!strcmp(name, "sriov_vf_msix_count"))
		return set_msix(dir, atol(text));
	if (!strcmp(name, "unbind"))
		return unbind(text);
	if (!strcmp(name, "drivers_probe")) {
		path_of(path, "/sys/bus/pci/devices/%s", text);
		probe(realpath(path, NULL));
		return 0;
	}
	if (!strcmp(name, "driver_override") && !strcmp(text, "\n"))
		text = "(null)";
	put(dir, name, text);
	return 0;
}

ssize_t write(int fd, const void *data, size_t size)
{
	char link[64], file[PATH_MAX], text[256], sys[PATH_MAX];
	ssize_t length;
	int result;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, file, sizeof(file) - 1);
	path_of(sys, "/sys/");
	if (length < 0 || fd <= STDERR_FILENO || strncmp(file, sys, strlen(sys)))
		return syscall(SYS_write, fd, data, size);
	file[length] = '\0';
	snprintf(text, sizeof(text), "%.*s", (int)size, (const char *)data);
	result = act(file, text);
	errno = -result;
	return result ? -1 : (ssize_t)size;
}

/* Events are the paragraphs of the file "uevents". */
int socket(int family, int type, int protocol)
{
	static int ends[2];
	char path[PATH_MAX], event[4096], line[512];
	size_t length = 0;
	FILE *file;

	if (family != AF_NETLINK || protocol != NETLINK_KOBJECT_UEVENT)
		return syscall(SYS_socket, family, type, protocol);
	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
	path_of(path, "/uevents");
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line) {
			memcpy(event + length, line, strlen(line) + 1);
			length += strlen(line) + 1;
			continue;
		}
		send(ends[1], event, length, 0);
		length = 0;
	}
	if (file)
		fclose(file);
	close(ends[1]);
	return ends[0];
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	if (address->sa_family == AF_NETLINK)
		return 0;
	return syscall(SYS_bind, fd, address, length);
}

/*
 * libmnl: a request to set is kept, and acknowledged; a request to read is answered with what
 * was set before.
 */
static char answer[4096];
static char sent[4096];

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return (struct mnl_socket *)sent;
}

int mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid)
{
	(void)socket;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_close(struct mnl_socket *socket)
{
	(void)socket;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *socket)
{
	(void)socket;
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *socket, const void *data, size_t size)
{
	(void)socket;
	memcpy(sent, data, size);
	return size;
}

struct kept {
	unsigned char mac[6];
	unsigned int vlan, qos, trust, spoofchk, link;
};

#define SETTINGS	"vlan %u qos %u trust %u spoofchk %u link %u"

static void keep(struct kept *kept, unsigned int id, bool write)
{
	char path[PATH_MAX], dir[PATH_MAX];
	unsigned char *m = kept->mac;
	FILE *file;

	path_of(dir, "/net");
	mkdir(dir, 0755);
	path_of(path, "/net/vf%u", id);
	file = fopen(path, write ? "w" : "r");
	if (!file)
		return;
	if (write)
		fprintf(file, "mac %02x:%02x:%02x:%02x:%02x:%02x " SETTINGS "\n",
			m[0], m[1], m[2], m[3], m[4], m[5], kept->vlan, kept->qos, kept->trust,
			kept->spoofchk, kept->link);
	else if (fscanf(file, "mac %hhx:%hhx:%hhx:%hhx:%hhx:%hhx " SETTINGS,
			&m[0], &m[1], &m[2], &m[3], &m[4], &m[5], &kept->vlan, &kept->qos,
			&kept->trust, &kept->spoofchk, &kept->link) != 11)
		abort();
	fclose(file);
}

static void set_one(const struct nlattr *attr)
{
	const void *data = mnl_attr_get_payload(attr);
	const struct ifla_vf_mac *mac = data;
	const struct ifla_vf_vlan *vlan = data;
	const struct ifla_vf_trust *flag = data;
	struct kept kept = {};

	keep(&kept, flag->vf, false);
	switch (mnl_attr_get_type(attr)) {
	case IFLA_VF_MAC:
		memcpy(kept.mac, mac->mac, 6);
		break;
	case IFLA_VF_VLAN:
		kept.vlan = vlan->vlan;
		kept.qos = vlan->qos;
		break;
	case IFLA_VF_TRUST:
		kept.trust = flag->setting;
		break;
	case IFLA_VF_SPOOFCHK:
		kept.spoofchk = flag->setting;
		break;
	case IFLA_VF_LINK_STATE:
		kept.link = flag->setting;
		break;
	}
	keep(&kept, flag->vf, true);
}

static int set_all(const struct nlmsghdr *request)
{
	struct nlattr *attr, *info, *one;
	const struct ifinfomsg *head = mnl_nlmsg_get_payload(request);

	if (getenv("FAKE_NET_ERROR"))
		return -atoi(getenv("FAKE_NET_ERROR"));
	if (head->ifi_index != 3)
		return -ENODEV;
	mnl_attr_for_each(attr, request, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) != IFLA_VFINFO_LIST)
			return -EINVAL;
		mnl_attr_for_each_nested(info, attr)
			mnl_attr_for_each_nested(one, info)
				set_one(one);
	}
	return 0;
}

static void answer_one(struct nlmsghdr *message, unsigned int id)
{
	struct kept kept = {};
	struct ifla_vf_mac mac = { .vf = id };
	struct ifla_vf_vlan vlan = { .vf = id };
	struct ifla_vf_trust flag = { .vf = id };
	struct nlattr *info = mnl_attr_nest_start(message, IFLA_VF_INFO);

	keep(&kept, id, false);
	memcpy(mac.mac, kept.mac, 6);
	vlan.vlan = kept.vlan;
	vlan.qos = kept.qos;
	mnl_attr_put(message, IFLA_VF_MAC, sizeof(mac), &mac);
	mnl_attr_put(message, IFLA_VF_VLAN, sizeof(vlan), &vlan);
	flag.setting = kept.trust;
	mnl_attr_put(message, IFLA_VF_TRUST, sizeof(flag), &flag);
	flag.setting = kept.spoofchk;
	mnl_attr_put(message, IFLA_VF_SPOOFCHK, sizeof(flag), &flag);
	flag.setting = kept.link;
	mnl_attr_put(message, IFLA_VF_LINK_STATE, sizeof(flag), &flag);
	mnl_attr_nest_end(message, info);
}

static void answer_all(struct nlmsghdr *message)
{
	struct nlattr *list;
	unsigned int id;

	message->nlmsg_type = RTM_NEWLINK;
	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	list = mnl_attr_nest_start(message, IFLA_VFINFO_LIST);
	for (id = 0; id < 8; id++)
		answer_one(message, id);
	mnl_attr_nest_end(message, list);
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *socket, void *data, size_t size)
{
	const struct nlmsghdr *request = (const struct nlmsghdr *)sent;
	struct nlmsghdr *message = mnl_nlmsg_put_header(answer);
	struct nlmsgerr *error;

	(void)socket;
	message->nlmsg_seq = request->nlmsg_seq;
	if (request->nlmsg_type == RTM_GETLINK) {
		answer_all(message);
	} else {
		message->nlmsg_type = NLMSG_ERROR;
		error = mnl_nlmsg_put_extra_header(message, sizeof(*error));
		error->error = set_all(request);
	}
	if (message->nlmsg_len > size)
		abort();
	memcpy(data, message, message->nlmsg_len);
	return message->nlmsg_len;
}
