//! NumericDate, read from its lexeme (RFC 7519 section 2, RFC 8259 section 6). A double would round
//! moments together, and a 64-bit integer has no fractions.

use std::cmp::Ordering;

use crate::model::UnixSeconds;

/// A JSON number read as seconds since the epoch, exactly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NumericDate {
    /// The largest integer that is not greater; saturates far beyond every calendar.
    floor: i128,
    /// Set where something remains above `floor`.
    has_fraction: bool,
    /// Set where the lexeme is an integer without fraction and exponent, minus zero aside.
    is_plain_integer: bool,
}

impl NumericDate {
    /// Reads a lexeme that the JSON grammar calls a number.
    ///
    /// `None` where it has a fraction or an exponent and lies beyond the range of a double: such
    /// a number is read as infinity or not at all, and is no time.
    #[must_use]
    pub fn parse(lexeme: &str) -> Option<Self> {
        let (negative, magnitude) = lexeme
            .strip_prefix('-')
            .map_or((false, lexeme), |rest| (true, rest));
        let is_plain_integer = !magnitude.contains(['.', 'e', 'E']) && lexeme != "-0";
        if is_plain_integer {
            let size = magnitude.parse().map_or(FAR, |size: i128| size.min(FAR));
            return Some(Self {
                floor: if negative { -size } else { size },
                has_fraction: false,
                is_plain_integer: true,
            });
        }
        if !lexeme.parse::<f64>().is_ok_and(f64::is_finite) {
            return None;
        }
        let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(i32::MIN);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX) + i64::from(exponent);
        let integer_digits = usize::try_from(point.clamp(0, MAX_DIGITS)).unwrap_or_default();
        let (kept, cut) = digits.split_at(integer_digits.min(digits.len()));
        let padding = "0".repeat(integer_digits.saturating_sub(kept.len()));
        let truncated = match format!("0{kept}{padding}").parse::<i128>() {
            Ok(truncated) => truncated,
            Err(_) => FAR,
        };
        let has_rest = cut.bytes().any(|digit| digit != b'0');
        let (floor, has_fraction) = match (negative, has_rest) {
            (false, rest) => (truncated, rest),
            (true, false) => (-truncated, false),
            (true, true) => (-truncated - 1, true),
        };
        Some(Self {
            floor: floor.clamp(-FAR, FAR),
            has_fraction,
            is_plain_integer: false,
        })
    }

    /// Compares with an instant.
    #[must_use]
    pub fn compare(self, instant: UnixSeconds) -> Ordering {
        match self.floor.cmp(&i128::from(instant.0)) {
            Ordering::Equal if self.has_fraction => Ordering::Greater,
            ordering => ordering,
        }
    }

    /// Tells if the lexeme is an integer without fraction and exponent, and not minus zero, which no
    /// integer is.
    #[must_use]
    pub const fn is_plain_integer(self) -> bool {
        self.is_plain_integer
    }

    /// Tells if it lies before 1970.
    #[must_use]
    pub const fn is_before_epoch(self) -> bool {
        self.floor < 0
    }

    /// Compares two of them.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        (self.floor, self.has_fraction) > (other.floor, other.has_fraction)
    }

    /// The number rounded up to whole seconds, which is the first moment that is not before it.
    #[must_use]
    pub fn saturating_seconds(self) -> UnixSeconds {
        let ceiling = self.floor + i128::from(self.has_fraction);
        let edge = if ceiling < 0 { i64::MIN } else { i64::MAX };
        UnixSeconds(i64::try_from(ceiling).unwrap_or(edge))
    }
}

/// Beyond every 64-bit count of seconds or milliseconds.
const FAR: i128 = 1 << 100;
/// More digits than [`FAR`] has; longer integers saturate.
const MAX_DIGITS: i64 = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn cmp(lexeme: &str, instant: i64) -> Ordering {
        NumericDate::parse(lexeme)
            .unwrap()
            .compare(UnixSeconds(instant))
    }

    #[test]
    fn fractions_and_exponents_are_exact() {
        assert_eq!(cmp("1700000000", 1_700_000_000), Ordering::Equal);
        assert_eq!(cmp("1700000000.0", 1_700_000_000), Ordering::Equal);
        assert_eq!(cmp("1.7e9", 1_700_000_000), Ordering::Equal);
        assert_eq!(cmp("1700000000.5", 1_700_000_000), Ordering::Greater);
        assert_eq!(cmp("17000000005e-1", 1_700_000_000), Ordering::Greater);
        assert_eq!(cmp("17000000005e-1", 1_700_000_001), Ordering::Less);
        assert_eq!(cmp("-0", 0), Ordering::Equal);
        assert_eq!(cmp("-0.5", 0), Ordering::Less);
        assert_eq!(cmp("-0.5", -1), Ordering::Greater);
        assert_eq!(cmp("0.000e99", 0), Ordering::Equal);
        assert_eq!(cmp("5e-99999999999", 0), Ordering::Greater);
    }

    #[test]
    fn huge_integers_saturate_without_wrapping() {
        for lexeme in [
            "9223372036854775808",
            "18446744073709551616",
            &"9".repeat(500),
        ] {
            assert_eq!(cmp(lexeme, i64::MAX), Ordering::Greater, "{lexeme}");
        }
        assert_eq!(cmp("-9223372036854775809", i64::MIN), Ordering::Less);
    }

    #[test]
    fn a_number_that_overflows_a_double_is_no_time() {
        assert_eq!(NumericDate::parse("1e400"), None);
        assert_eq!(NumericDate::parse("-1e400"), None);
    }
}
