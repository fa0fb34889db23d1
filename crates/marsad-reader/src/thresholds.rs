//! How sure the model must be before the reader says something.
//!
//! The values belong to the weights and stand beside them, in `models/thresholds.tsv`; `cargo run --release --example tune`
//! sets them anew on annotated articles that training did not see.

use crate::Error;

macro_rules! thresholds {
    ($($name:ident),+ $(,)?) => {
        /// The values of `models/thresholds.tsv`, whose third column says what each means.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs, reason = "the table says what each means")]
        pub struct Thresholds { $(pub $name: f32),+ }

        impl Thresholds {
            /// The names, in the order of the table.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The value of that name, to be read or set.
            pub fn value(&mut self, name: &str) -> Option<&mut f32> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)+
                    _ => None,
                }
            }

            fn unset() -> Self {
                Self { $($name: f32::NAN),+ }
            }
        }
    };
}

thresholds!(
    look, trigger, typed, protest, cue, speaker, speaker_run, speaker_after, content, via, actor, recipient, participant_run, participant_far, participant_share, participant_lone, place, place_far, date, date_far, count, count_far, count_bare, count_beside, entity,
    slope, shift,
);

const TABLE: &str = include_str!("../../../models/thresholds.tsv");

impl Thresholds {
    /// The table in the program.
    ///
    /// # Errors
    /// When a value is missing or is no number.
    pub fn embedded() -> Result<Self, Error> {
        Self::parse(TABLE)
    }

    /// A table of names, values and meanings.
    ///
    /// # Errors
    /// When a value is missing or is no number.
    pub fn parse(table: &str) -> Result<Self, Error> {
        let mut out = Self::unset();
        for (number, line) in table.lines().enumerate().skip(1).filter(|(_, l)| !l.trim().is_empty()) {
            let fault = |reason: String| Error::Thresholds(format!("line {}: {reason}", number + 1));
            let mut cells = line.split('\t');
            let (name, value) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let parsed: f32 = value.trim().parse().map_err(|_| fault(format!("{value:?} is no number")))?;
            *out.value(name).ok_or_else(|| fault(format!("{name:?} is none of {}", Self::NAMES.join(", "))))? = parsed;
        }
        match Self::NAMES.iter().find(|n| out.value(n).is_none_or(|v| v.is_nan())) {
            Some(missing) => Err(Error::Thresholds(format!("{missing} is missing"))),
            None => Ok(out),
        }
    }

    /// The table again, with these values and the meanings as they stand.
    pub fn table(&mut self) -> String {
        let mut lines = TABLE.lines().map(str::to_owned);
        let mut out = lines.next().unwrap_or_default() + "\n";
        for line in lines {
            let mut cells = line.splitn(3, '\t');
            let (name, _, meaning) = (cells.next().unwrap_or_default().to_owned(), cells.next(), cells.next().unwrap_or_default().to_owned());
            if let Some(value) = self.value(&name) {
                out.extend([name.as_str(), "\t", &value.to_string(), "\t", &meaning, "\n"]);
            }
        }
        out
    }
}
