//! Choices read from octets, one after another and each of a fixed width, so that the octets that
//! lead to a choice can be written down. Where the octets end, the first choice is taken.

use arbitrary::Unstructured;

use crate::recipe::Template;

/// What remains of an input.
pub(super) struct Draw<'u, 'a>(&'u mut Unstructured<'a>);

impl<'u, 'a> Draw<'u, 'a> {
    pub(super) fn new(octets: &'u mut Unstructured<'a>) -> Self {
        Self(octets)
    }

    /// One octet.
    pub(super) fn octet(&mut self) -> u8 {
        self.octets::<1>()[0]
    }

    /// Four octets, the highest first.
    pub(super) fn word(&mut self) -> u32 {
        u32::from_be_bytes(self.octets())
    }

    /// One of several, the first being the plainest; reads one octet, or two where there are more
    /// than 256.
    pub(super) fn of<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        let number = match choices.len() {
            0..=256 => usize::from(self.octet()),
            _ => usize::from(u16::from_be_bytes(self.octets())),
        };
        &choices[number % choices.len()]
    }

    /// One of several that are too many to be written down.
    pub(super) fn among<T>(&mut self, choices: impl IntoIterator<Item = T>) -> Option<T> {
        let mut choices: Vec<T> = choices.into_iter().collect();
        let number = usize::from(u16::from_be_bytes(self.octets()));
        match choices.is_empty() {
            true => None,
            false => Some(choices.swap_remove(number % choices.len())),
        }
    }

    /// True once in so many times, and never where the octets have ended.
    pub(super) fn once_in(&mut self, times: u8) -> bool {
        self.octet() % times == times - 1
    }

    /// A template out of a table.
    pub(super) fn text(&mut self, table: &[&str]) -> Template {
        let text: &&str = self.of(table);
        template(text)
    }

    fn octets<const N: usize>(&mut self) -> [u8; N] {
        let mut octets = [0; N];
        // OK to ignore: it fills with zeros where the input has ended, and never fails.
        let _ = self.0.fill_buffer(&mut octets);
        octets
    }
}

/// A template of this crate's own.
pub(super) fn template(text: &str) -> Template {
    text.parse()
        .expect("the templates of the generator are written in its files, tested")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_octets_end_the_first_choice_is_taken() {
        let mut octets = Unstructured::new(&[1, 7]);
        let mut draw = Draw::new(&mut octets);
        assert_eq!(*draw.of(&['a', 'b']), 'b');
        assert_eq!(draw.word(), 0x0700_0000);
        assert_eq!((*draw.of(&['a', 'b']), draw.once_in(2)), ('a', false));
    }
}
