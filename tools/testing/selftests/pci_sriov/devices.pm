# QEMU options for pm_test: a sriov-edu PF that loses its state, VFs included, between
# D3hot and D0; one that keeps its state; and a foreign PF.
-device pcie-root-port,id=port1,chassis=1,slot=1,addr=04.0,pref64-reserve=64M
-device pcie-root-port,id=port2,chassis=2,slot=2,addr=05.0,pref64-reserve=64M
-device pcie-root-port,id=port3,chassis=3,slot=3,addr=06.0,pref64-reserve=64M
-device sriov-edu,bus=port1,id=edu1,total-vfs=8,no-soft-reset=off
-device sriov-edu,bus=port2,id=edu2,total-vfs=8
-device nvme-subsys,id=subsys0
-device nvme,bus=port3,serial=lab,subsys=subsys0,sriov_max_vfs=8,max_ioqpairs=18,sriov_vq_flexible=16,msix_qsize=9,sriov_vi_flexible=8
