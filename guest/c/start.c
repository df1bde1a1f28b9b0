// Where a program starts and ends, in the place of the start file of Debian's libc.
//
// That one leaves constructors and the flush of standard output to wrappers, which the linker then puts around every export:
// also around the one that takes memory in the middle of a call of the host, where calls of the host are forbidden.
#include <stdlib.h>

extern void __wasm_call_ctors(void);
extern int __main_void(void);

void _start(void) {
  __wasm_call_ctors();
  exit(__main_void());
}
