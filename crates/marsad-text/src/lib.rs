//! Marsad.
