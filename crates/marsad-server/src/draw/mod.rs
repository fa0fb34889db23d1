//! Charts and maps as SVG, made here: they are there without a script, on paper and in a mail.

mod frame;
pub mod histogram;
pub mod map;
mod world;

pub use frame::Frame;
pub use world::World;
