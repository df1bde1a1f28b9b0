use wasmtime::ResourceLimiter;

use crate::limits::{CORE_ITEMS, TABLE_ELEMENT_BYTES};

/// Bounds the linear memories and tables of one instance together, and remembers whether it refused one: a guest that got
/// no memory mostly ends in a trap that says nothing of memory.
pub(crate) struct MemoryLimiter {
    limit: u64,
    used: u64,
    last_growth: u64,
    refused: bool,
}

impl MemoryLimiter {
    /// At most `limit` bytes.
    pub(crate) fn new(limit: u64) -> MemoryLimiter {
        MemoryLimiter { limit, used: 0, last_growth: 0, refused: false }
    }

    /// Whether memory was refused.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }

    /// Whether something of elements of `size` bytes may grow; if so, it is charged.
    fn may_grow(&mut self, current: usize, desired: usize, maximum: Option<usize>, size: u64) -> bool {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return false;
        }
        let elements = u64::try_from(desired.saturating_sub(current)).unwrap_or(u64::MAX);
        let growth = elements.saturating_mul(size);
        let used = self.used.saturating_add(growth);
        if used > self.limit {
            self.refused = true;
            return false;
        }
        self.used = used;
        self.last_growth = growth;
        true
    }

    /// The system refused what was charged last.
    fn give_back(&mut self) {
        self.used = self.used.saturating_sub(std::mem::take(&mut self.last_growth));
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.may_grow(current, desired, maximum, 1))
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.give_back();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.may_grow(current, desired, maximum, TABLE_ELEMENT_BYTES))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.give_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        CORE_ITEMS
    }

    fn tables(&self) -> usize {
        CORE_ITEMS
    }

    fn memories(&self) -> usize {
        CORE_ITEMS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_count_together() {
        let mut limiter = MemoryLimiter::new(100);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(!limiter.memory_growing(0, 41, None).unwrap());
        assert!(limiter.refused());
        assert!(limiter.memory_growing(0, 40, None).unwrap());
    }

    /// Otherwise 256 tables of a million elements would take gigabytes of the host that no limit counts.
    #[test]
    fn tables_count_with_the_memories() {
        let mut limiter = MemoryLimiter::new(100);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(!limiter.table_growing(0, 3, None).unwrap());
        assert!(limiter.refused());
        assert!(limiter.table_growing(0, 2, None).unwrap());
        assert!(!limiter.memory_growing(60, 69, None).unwrap());
    }

    #[test]
    fn growth_that_the_system_refused_is_given_back() {
        let mut limiter = MemoryLimiter::new(100);
        assert!(limiter.memory_growing(0, 100, None).unwrap());
        limiter.memory_grow_failed(wasmtime::format_err!("no memory")).unwrap();
        assert!(limiter.memory_growing(0, 100, None).unwrap());
        assert!(!limiter.refused());
    }

    #[test]
    fn a_memory_s_own_maximum_is_not_the_limit_s_doing() {
        let mut limiter = MemoryLimiter::new(100);
        assert!(!limiter.memory_growing(0, 50, Some(40)).unwrap());
        assert!(!limiter.refused());
    }
}
