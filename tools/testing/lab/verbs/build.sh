# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
steps=3
prepare
build
