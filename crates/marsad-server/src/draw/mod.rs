//! Charts and maps as SVG, made here: they are there without a script, on paper and in a mail.

pub mod bars;
mod frame;
pub mod histogram;
pub mod map;
pub mod network;
mod world;

pub use frame::Frame;
pub use world::World;
