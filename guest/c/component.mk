# Builds a component of C: `make` in a folder whose Makefile sets NAME and SOURCES and includes this file.
#
# What it needs, by the names of Debian 12: `apt-get install make clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc`. Besides
# `cargo install --locked wit-bindgen-cli`, and the wasm-component-ld that any Rust since 1.82 has. With a wasi-sdk, which the
# project's tests do not use: `make WASI_SDK=/opt/wasi-sdk`.

WORLD ?= plugin
OUT ?= target
CFLAGS ?= -Os -Wall -Wextra -Werror
WIT_BINDGEN ?= wit-bindgen c

ifdef WASI_SDK
CC := $(WASI_SDK)/bin/clang
COMPONENT_LD ?= $(WASI_SDK)/bin/wasm-component-ld
else
ifeq ($(origin CC),default)
CC := clang-19
endif
COMPONENT_LD ?= $(or $(shell command -v wasm-component-ld),$(firstword \
	$(wildcard $(addsuffix /bin/wasm-component-ld,$(wildcard $(shell rustc --print sysroot)/lib/rustlib/*)))))
START := -nostartfiles $(OUT)/start.o
endif

# For a world that exports functions, and no `main`.
ifdef LIBRARY
START := -mexec-model=reactor
endif

LARDER_C := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
BINDINGS := $(OUT)/bindings
OBJECTS := $(SOURCES:%.c=$(OUT)/%.o) $(BINDINGS)/plugin.o

$(OUT)/$(NAME).wasm: $(OBJECTS) $(filter %.o,$(START))
	@test -n "$(COMPONENT_LD)" || { echo 'there is no wasm-component-ld: cargo install wasm-component-ld' >&2; exit 1; }
	$(CC) --target=wasm32-wasi -s -fuse-ld=$(COMPONENT_LD) -o $@ $(START) $(OBJECTS) $(BINDINGS)/plugin_component_type.o $(LDLIBS)

# Generated code is a system header, so that warnings about it are not ours.
$(OUT)/%.o: %.c $(BINDINGS)/plugin.h $(LARDER_C)/larder.h $(wildcard *.h)
	$(CC) --target=wasm32-wasi -std=gnu11 $(CFLAGS) -isystem $(BINDINGS) -I$(LARDER_C) -c -o $@ $<

$(OUT)/start.o: $(LARDER_C)/start.c $(BINDINGS)/plugin.h
	$(CC) --target=wasm32-wasi -Os -c -o $@ $<

$(BINDINGS)/plugin.o: $(BINDINGS)/plugin.h
	$(CC) --target=wasm32-wasi -Os -c -o $@ $(BINDINGS)/plugin.c

$(BINDINGS)/plugin.h: $(wildcard wit/*.wit)
	@mkdir -p $(OUT)
	$(WIT_BINDGEN) --world $(WORLD) --rename-world plugin --out-dir $(BINDINGS) wit

.PHONY: clean
clean:
	rm -rf $(OUT)
