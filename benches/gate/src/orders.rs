//! Orders of the gate to a program: one word on the command line, and further lines for `time`.

use std::time::Duration;

/// An order to the program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Order {
    /// Prints the number of allocations of each work.
    Allocations,
    /// Repeats each work where callgrind counts.
    Count,
    /// Prints the list of works.
    List,
    /// Does nothing: cargo runs the program as a bench or a test.
    Nothing,
    /// Times the works that standard input names.
    Time,
}

impl Order {
    /// Reads the command line. Words with dashes come from cargo and are ignored.
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let words: Vec<String> = arguments.filter(|word| !word.starts_with('-')).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => Ok(Self::Nothing),
            ["allocations"] => Ok(Self::Allocations),
            ["count"] => Ok(Self::Count),
            ["list"] => Ok(Self::List),
            ["time"] => Ok(Self::Time),
            _ => Err(format!(
                "read `{}`: expected allocations, count, list or time",
                words.join(" ")
            )),
        }
    }
}

/// Reads a line: the place of a work and the time for which to repeat it.
pub(crate) fn slice(line: &str, works: usize) -> Option<(usize, Duration)> {
    let (place, milliseconds) = line.split_once(' ')?;
    let place = place.parse().ok().filter(|place| *place < works)?;
    Some((place, Duration::from_millis(milliseconds.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Order, String> {
        Order::from_arguments(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn one_word_is_an_order_and_the_options_of_cargo_are_ignored() {
        assert_eq!(read(&["count", "--bench"]), Ok(Order::Count));
        assert_eq!(read(&["--bench"]), Ok(Order::Nothing));
        let message = "read `count it`: expected allocations, count, list or time";
        assert_eq!(read(&["count", "it"]), Err(message.to_owned()));
    }

    #[test]
    fn a_slice_names_a_work_that_is_there() {
        assert_eq!(slice("1 3", 2), Some((1, Duration::from_millis(3))));
        for line in ["2 3", "1", "-1 3", "1 x", ""] {
            assert_eq!(slice(line, 2), None, "{line:?}");
        }
    }
}
