/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests have in common: a q35 machine with sriov-edu PFs, set up with
 * the bus numbers, windows and BARs that firmware would assign; accesses by
 * ECAM and MMIO; and steps that many tests take.
 *
 * These functions check their own results, so that tests need not.
 */
#ifndef SRIOV_EDU_MACHINE_H
#define SRIOV_EDU_MACHINE_H

#include "libqtest.h"
#include "qemu/host-utils.h"
#include "standard-headers/linux/pci_regs.h"
#include "standard-headers/linux/sriov_edu_regs.h"

#define MS 1000000ll    /* in ns, the unit of qtest_clock_step() */

/* QEMU's command line for the machine without a PF */
#define MACHINE \
    "-machine q35 -m 128M -nodefaults -L /usr/share/seabios " \
    "-device pcie-root-port,id=port1,chassis=1,addr=1.0 " \
    "-device pcie-root-port,id=port2,chassis=2,addr=2.0 " \
    "-device pcie-root-port,id=port3,chassis=3,addr=3.0"

/* More ports, and what uses all VFs that the PFs of a machine can have */
#define PORT(n) " -device pcie-root-port,id=port" #n ",chassis=" #n ",addr=" #n ".0"
#define PF255(n) " -device sriov-edu,total-vfs=255,bus=port" #n
#define MOST_VFS \
    PORT(4) PORT(5) PORT(6) PORT(7) PF255(1) PF255(2) PF255(3) PF255(4) \
    PF255(5) PF255(6) PF255(7)

#define RAM_END 0x08000000ull

/* Addresses of the tests' data in the guest's memory */
#define SRC_ADDR 0x0000000001000000ull
#define DST_ADDR 0x0000000002000000ull
#define MSG_ADDR 0x0000000003000000ull  /* messages are written here */
#define BAD_ADDR 0x0000ff0000000000ull  /* no memory and no device */

typedef struct Fn {
    QTestState *qts;
    uint8_t bus;
    uint8_t devfn;
    uint64_t bar0;
    uint64_t bar2;
    uint16_t sriov;     /* offset of the SR-IOV capability; 0 in a VF */
} Fn;

/* A machine with one PF behind port1; without @props it has the defaults. */
Fn boot(const char *props);
/* A machine with devices by @args, below port1, port2 and port3, or PORT()s */
QTestState *boot_args(const char *args);
/* Returns the PF at @devfn behind root port @port, and assigns its BARs. */
Fn find_pf(QTestState *qts, unsigned int port, uint8_t devfn);
void shut_down(Fn *pf);
void system_reset(Fn *pf);
/* Waits until saving or loading ends, and returns "completed" or "failed". */
const char *end_of_migration(QTestState *qts);
/* Saves a machine of boot(@props) and loads it into another, 200 ms later. */
QTestState *save_and_load(QTestState *old, const char *props);

/* The address of configuration space in the guest's memory */
uint64_t ecam(const Fn *fn, unsigned int offset);
uint32_t cfg_readl(Fn *fn, unsigned int offset);
uint16_t cfg_readw(Fn *fn, unsigned int offset);
void cfg_writel(Fn *fn, unsigned int offset, uint32_t val);
void cfg_writew(Fn *fn, unsigned int offset, uint16_t val);
void cfg_writeb(Fn *fn, unsigned int offset, uint8_t val);
unsigned int find_cap(Fn *fn, uint8_t id);
unsigned int find_ext_cap(Fn *fn, uint16_t id);

uint32_t rd(Fn *fn, unsigned int reg);
void wr(Fn *fn, unsigned int reg, uint32_t val);
uint32_t block_rd(Fn *pf, unsigned int vf_id, unsigned int reg);
void block_wr(Fn *pf, unsigned int vf_id, unsigned int reg, uint32_t val);

void set_bus_master(Fn *fn, bool on);
void enable_msix(Fn *fn);
void set_message(Fn *fn, unsigned int vector, uint32_t data);
uint32_t take_message(Fn *fn);  /* data of the last message, 0 if none */
void flr(Fn *fn);               /* waits 100 ms, as 6.6.2 demands */

/*
 * By the rules of 9.3.3.3.1: enable_vfs() sets NumVFs, VF BARs, VF Enable and
 * VF MSE and waits 100 ms, disable_vfs() clears VF Enable and waits 1 s.
 */
void enable_vfs(Fn *pf, unsigned int num);
void enable_vfs_with(Fn *pf, unsigned int num, uint16_t ctrl);
void disable_vfs(Fn *pf);
Fn get_vf(Fn *pf, unsigned int vf_id);
bool is_there(Fn *fn);          /* answers in configuration space */

void fill(Fn *fn, uint64_t addr, uint32_t len, uint8_t seed);
uint32_t crc_of(Fn *fn, uint64_t addr, uint32_t len);
void start(Fn *fn, uint32_t cmd, uint64_t src, uint64_t dst, uint32_t len);
uint32_t wait_done(Fn *fn);     /* STATUS when BUSY is clear */
uint32_t run(Fn *fn, uint32_t cmd, uint64_t src, uint64_t dst, uint32_t len);
void check_copy(Fn *fn, uint32_t len);  /* data, CRC, bounds, counter */

#define STATUS_OF(error) \
    (SRIOV_EDU_STATUS_DONE | (error) << ctz32(SRIOV_EDU_STATUS_ERROR))

/* Checks that only @count breaches of @kind were counted, and clears them. */
void expect_breaches(Fn *pf, unsigned int kind, uint32_t count);
void expect_no_breach(Fn *pf);

/* Tests, by file */
void add_engine_tests(void);
void add_vf_tests(void);
void add_mgmt_tests(void);
void add_referee_tests(void);
void add_property_tests(void);
void add_misbehave_tests(void);
void add_hostile_tests(void);
void add_machine_tests(void);
void add_stream_tests(void);
void add_live_tests(void);
void add_vf_migration_tests(void);
void add_migrating_vf_tests(void);

#endif
