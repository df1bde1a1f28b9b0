//! Delivery of journals to a write API of InfluxDB v2: the line protocol over HTTP, compressed.
//!
//! ```no_run
//! use larder::engine::{Config, DeliveryConfig, JournalConfig, Larder};
//! use larder::influx::{InfluxConfig, InfluxSink, Token};
//! use std::sync::Arc;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let journal = JournalConfig { deliver: true, bucket: "events".into(), ..JournalConfig::default() };
//! let larder = Larder::open("data", Config::new().journal(journal))?;
//! let config = InfluxConfig::new("https://influx.example.org:8086", "acme").token(Token::File("token".into()));
//! larder.deliver_to(Arc::new(InfluxSink::new(config)?), DeliveryConfig::new())?;
//! # Ok(())
//! # }
//! ```
//!
//! # What a row becomes
//! A point of the row's measurement in the row's bucket, with the row's tags and fields and the time of its commit.
//!
//! - The tag `tenant` is the tenant's name, `scope` that of the scope that appended the row. A row's own tag of such a name
//!   gets `_` behind it. Tags with an empty value are left out: in the line protocol they are absent.
//! - Numbers are floats, unless [`WholeNumbers::Integer`] is chosen; truth values and texts are what they are, arrays and
//!   objects texts of JSON, `null` no field.
//! - The time is in nanoseconds: the millisecond of the commit, and in it the last six digits of the row's number. Points of
//!   the same series and time would overwrite each other.
//! - What the line protocol cannot hold is not delivered in another form: the row is parked.

mod answer;
mod config;
mod line;
mod operator_files;
mod sink;
#[cfg(test)]
mod tests;
mod token;

pub use config::{InfluxConfig, InfluxError, WholeNumbers};
pub use sink::InfluxSink;
pub use token::Token;
