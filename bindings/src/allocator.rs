//! Everything this library frees is overwritten first, so that no copy of a command or a secret stays behind.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);
