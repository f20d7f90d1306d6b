# make, make check, make install; see README.md.
PREFIX   ?= /usr/local
DESTDIR  ?=
VERSION  := $(shell sed -n 's/^\#\# \[\([0-9.]*\)\].*/\1/p;T;q' CHANGELOG.md)
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
O        ?= $(if $(SANITIZE),build/sanitize,build)

PKGS      = rdkafka libpq libcurl jansson icu-i18n icu-uc
CFLAGS   ?= -O2 -g
WARN      = -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Werror
HARDEN    = -fstack-protector-strong -fPIE
CPPFLAGS += -D_XOPEN_SOURCE=700 -Ilib -DRC_VERSION='"$(VERSION)"' \
	    -DRC_PREFIX='"$(PREFIX)"' $(shell pkg-config --cflags $(PKGS))
LDFLAGS  += -pie -Wl,-z,relro,-z,now,--as-needed
LDLIBS   += $(shell pkg-config --libs $(PKGS)) -lpthread

ifdef SANITIZE
HARDEN   += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=address,undefined
else
HARDEN   += -D_FORTIFY_SOURCE=2
endif

TOOLS    := $(patsubst cmd/%.c,%,$(wildcard cmd/rc-*.c))
LIB_OBJ  := $(patsubst %.c,$O/%.o,$(wildcard lib/*.c))
UNITS    := $(patsubst %.c,$O/%,$(wildcard tests/unit/*.c))
SOURCES  := $(wildcard cmd/*.c lib/*.[ch] tests/unit/*.[ch])
MAN      := $(wildcard man/*.[157])
SCRIPTS   = scripts/rc-flow scripts/rc-stack

all: $(TOOLS:%=$O/%)

$O/rc-%: $O/cmd/rc-%.o $O/librc.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$O/tests/unit/%: $O/tests/unit/%.o $O/librc.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$O/librc.a: $(LIB_OBJ)
	rm -f $@ && $(AR) rcs $@ $^

$O/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $O/*/*.d $O/*/*/*.d)

units: $(UNITS)

clean:
	rm -rf $O

.PHONY: all units clean
.SECONDARY:
