//! Times as options give them, and as reports print them.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use jwt_assay_core::model::UnixSeconds;

/// Parses seconds since 1970, or RFC 3339.
///
/// # Errors
///
/// If the text is neither.
pub fn parse(text: &str) -> Result<UnixSeconds, InstantError> {
    if let Ok(seconds) = text.parse() {
        return Ok(UnixSeconds(seconds));
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => Ok(UnixSeconds(instant.timestamp())),
        Err(_) => Err(InstantError),
    }
}

/// A text that is neither seconds nor RFC 3339.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected seconds since 1970 such as 1700000000, or RFC 3339 such as 2023-11-14T22:13:20Z")]
pub struct InstantError;

/// The current time of the system's clock.
pub fn clock() -> UnixSeconds {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixSeconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Formats a time as RFC 3339 in UTC, or says that no calendar reaches it.
pub fn in_words(instant: UnixSeconds) -> String {
    match DateTime::<Utc>::from_timestamp(instant.0, 0) {
        Some(date) => date.to_rfc3339_opts(SecondsFormat::Secs, true),
        None => "beyond every calendar".to_owned(),
    }
}

/// The distance from now in words: `in 60 s`, `3600 s ago (1 h)`.
pub fn from_now(instant: UnixSeconds, now: UnixSeconds) -> String {
    let seconds = instant - now;
    let distance = seconds.unsigned_abs();
    let rounded = match distance {
        0..=119 => String::new(),
        _ => format!(" ({})", largest_units(distance)),
    };
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {distance} s{rounded}"),
        _ => format!("{distance} s ago{rounded}"),
    }
}

/// True after the year 5000, where a number more likely counts milliseconds.
pub const fn seems_milliseconds(instant: UnixSeconds) -> bool {
    instant.0 >= 100_000_000_000
}

/// The two largest units of a duration: `1 d 1 h`.
fn largest_units(seconds: u64) -> String {
    let units = [
        ("y", 31_556_952),
        ("d", 86_400),
        ("h", 3600),
        ("min", 60),
        ("s", 1),
    ];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (name, length) in units {
        let count = rest / length;
        rest %= length;
        match (count, parts.is_empty()) {
            (0, true) => {}
            (0, false) => break,
            _ => parts.push(format!("{count} {name}")),
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_rfc_3339_are_read() {
        for text in [
            "1700000000",
            "2023-11-14T22:13:20Z",
            "2023-11-14T23:13:20.9+01:00",
        ] {
            assert_eq!(parse(text), Ok(UnixSeconds(1_700_000_000)), "{text}");
        }
        for text in ["", "tomorrow", "2023-11-14", "2023-11-14T22:13:20", "1.5"] {
            assert_eq!(parse(text), Err(InstantError));
        }
    }

    #[test]
    fn distances_are_exact_and_rounded_where_long() {
        let now = UnixSeconds(1_700_000_000);
        let words = |seconds| from_now(now + seconds, now);
        assert_eq!(words(0), "now");
        assert_eq!(words(60), "in 60 s");
        assert_eq!(words(-1), "1 s ago");
        assert_eq!(words(3600), "in 3600 s (1 h)");
        assert_eq!(words(90_061), "in 90061 s (1 d 1 h)");
        assert_eq!(words(-86_400), "86400 s ago (1 d)");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_said_to_be_so() {
        assert_eq!(in_words(UnixSeconds(1_700_000_060)), "2023-11-14T22:14:20Z");
        assert_eq!(in_words(UnixSeconds(-1)), "1969-12-31T23:59:59Z");
        assert_eq!(in_words(UnixSeconds(i64::MAX)), "beyond every calendar");
        assert!(seems_milliseconds(UnixSeconds(1_700_000_000_000)));
    }
}
