TOPSRC_DIR = 
CC = cc
OBJCOPY = objcopy
PYTHON = python3
