//! Choices read from octets, one after another and each of a fixed width, so that the octets that
//! lead to a choice can be written down. Where the octets end, the first choice is taken.

use arbitrary::Unstructured;

use super::choices::Choices;
use crate::recipe::Template;

/// The rest of an input, from which choices are read.
#[derive(Debug)]
pub struct Draw<'u, 'a> {
    octets: &'u mut Unstructured<'a>,
    /// The number of octets at first.
    length: usize,
    /// Every choice so far, where they are noted.
    trace: Option<Vec<Drawn>>,
}

/// One choice that was read: where its octets stand, and the numbers that lead to each other choice.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The offset of its first octet, counted on beyond the end of an input.
    pub at: usize,
    /// The number of its octets; the highest comes first.
    pub width: usize,
    /// One number for each choice there was; none where any number is a choice of its own.
    pub numbers: Vec<u32>,
}

impl<'u, 'a> Draw<'u, 'a> {
    /// Reads choices from the front of an input.
    pub fn new(octets: &'u mut Unstructured<'a>) -> Self {
        Self {
            length: octets.len(),
            octets,
            trace: None,
        }
    }

    /// Reads choices and notes them, so that octets can be written that lead elsewhere.
    pub fn traced(octets: &'u mut Unstructured<'a>) -> Self {
        Self {
            trace: Some(Vec::new()),
            ..Self::new(octets)
        }
    }

    /// The choices that were noted, in order.
    #[must_use]
    pub fn into_trace(self) -> Vec<Drawn> {
        self.trace.unwrap_or_default()
    }

    /// The octets that no choice has read.
    pub fn rest(&mut self) -> &'a [u8] {
        self.up_to(self.octets.len())
    }

    /// The next octets, fewer where the input ends.
    pub fn up_to(&mut self, count: usize) -> &'a [u8] {
        let count = count.min(self.octets.len());
        self.octets.bytes(count).unwrap_or_default()
    }

    /// Any octet.
    pub fn octet(&mut self) -> u8 {
        let [octet] = self.read(|| (0..=255).collect());
        octet
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: u8) -> u8 {
        let [octet] = self.read(|| (0..limit.into()).collect());
        octet % limit
    }

    /// Any four octets, the highest first.
    pub fn word(&mut self) -> u32 {
        u32::from_be_bytes(self.read(Vec::new))
    }

    /// Four octets that are nearest to one of several hashes.
    pub(super) fn word_near(&mut self, hashes: impl Fn() -> Vec<u32>) -> u32 {
        u32::from_be_bytes(self.read(hashes))
    }

    /// One member of a table, by two octets.
    pub fn of<'c, T>(&mut self, table: &'c Choices<T>) -> &'c T {
        table.at(self.number(table))
    }

    /// One member of a table among those that are fit; `None` where none is.
    pub fn of_fit<'c, T>(
        &mut self,
        table: &'c Choices<T>,
        is_fit: impl Fn(&T) -> bool,
    ) -> Option<&'c T> {
        table.at_fit(self.number(table), is_fit)
    }

    /// True once in this many times, and never where the octets have ended.
    pub fn once_in(&mut self, times: u8) -> bool {
        let [octet] = self.read(|| vec![0, (times - 1).into()]);
        octet % times == times - 1
    }

    fn number<T>(&mut self, table: &Choices<T>) -> u16 {
        u16::from_be_bytes(self.read(|| table.numbers().map(u32::from).collect()))
    }

    fn read<const N: usize>(&mut self, numbers: impl Fn() -> Vec<u32>) -> [u8; N] {
        if let Some(trace) = &mut self.trace {
            let at = trace.last().map_or(0, |last| last.at + last.width);
            trace.push(Drawn {
                at: at.max(self.length - self.octets.len()),
                width: N,
                numbers: numbers(),
            });
        }
        let mut octets = [0; N];
        // OK to ignore: it fills with zeros where the input has ended, and never fails.
        let _ = self.octets.fill_buffer(&mut octets);
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
    fn the_first_choice_is_taken_where_octets_end() {
        let table = Choices::texts(["a", "b"]);
        let number = table.number_of(|it| *it == "b").unwrap();
        let input = [&number.to_be_bytes()[..], &[7]].concat();
        let mut octets = Unstructured::new(&input);
        let mut draw = Draw::new(&mut octets);
        assert_eq!(*draw.of(&table), "b");
        assert_eq!(draw.word(), 0x0700_0000);
        assert_eq!((*draw.of(&table), draw.once_in(2)), ("a", false));
    }

    #[test]
    fn a_trace_says_where_each_choice_stands_and_what_leads_to_the_others() {
        let table = Choices::texts(["a", "b", "c"]);
        let mut octets = Unstructured::new(&[1, 2, 3]);
        let mut draw = Draw::traced(&mut octets);
        let _ = (draw.below(4), draw.of(&table), draw.of(&table));
        let trace = draw.into_trace();
        let places: Vec<(usize, usize)> = trace.iter().map(|it| (it.at, it.width)).collect();
        assert_eq!(places, [(0, 1), (1, 2), (3, 2)]);
        assert_eq!(trace[0].numbers, [0, 1, 2, 3]);
        let picked = trace[1].numbers.iter();
        let picked = picked.map(|number| *table.at(u16::try_from(*number).unwrap()));
        assert_eq!(picked.collect::<String>(), "abc");
    }
}
