//! Time on the CPU, so that a machine with other work to do disturbs a measurement less.

/// A moment, by the time this process has spent on the CPU.
pub struct Moment(u64);

impl Moment {
    pub fn now() -> Self {
        // Nanoseconds on the CPU come first.
        let spent = std::fs::read_to_string("/proc/self/schedstat").unwrap();
        Self(spent.split_whitespace().next().unwrap().parse().unwrap())
    }

    pub fn nanoseconds(&self) -> f64 {
        (Self::now().0 - self.0) as f64
    }

    pub fn seconds(&self) -> f64 {
        self.nanoseconds() / 1e9
    }
}
