//! Tables of named choices. A drawn number picks a member by the hash of its name, never by its place
//! in a list, so that a member more changes what few of the numbers mean, and no member moves.
//!
//! Every member stands at several places of a ring of 65,536, which the hashes of its name decide; a
//! number picks the member whose place is the next at or above it. A new member takes over what lies
//! just below its own places, and nothing else. The number zero is apart: it picks the first member,
//! the plainest, since inputs that end are read as zeros. So a new member never comes first.

use std::{cmp::Reverse, collections::BTreeMap, sync::LazyLock};

use super::draw::template;
use crate::recipe::Template;

/// A table that is made when it is first drawn from.
pub(super) type Table<T> = LazyLock<Choices<T>>;

/// Members by name, each with its share.
#[derive(Debug)]
pub struct Choices<T> {
    members: Vec<T>,
    /// Places on the ring in order, each with the index of its member.
    ring: Vec<(u16, usize)>,
}

impl<T> Choices<T> {
    /// A table of names, weights and members, the plainest first. A member is drawn as often as its
    /// weight says, within what a few dozen hashes differ by.
    ///
    /// # Panics
    ///
    /// If two members have one name, or there is no member at all.
    #[must_use]
    pub fn weighted<N: AsRef<str>>(members: impl IntoIterator<Item = (N, usize, T)>) -> Self {
        let mut names = Vec::new();
        let mut taken: BTreeMap<u16, (Reverse<String>, usize)> = BTreeMap::new();
        let mut all = Vec::new();
        for (name, weight, member) in members {
            let (name, index) = (name.as_ref().to_owned(), all.len());
            assert!(
                !names.contains(&name),
                "`{name}` stands twice among choices"
            );
            for place in places(&name).take(weight * PLACES) {
                // Where two names hash to one place the order of the names decides, not of the table.
                let own = (Reverse(name.clone()), index);
                let holder = taken.entry(place).or_insert_with(|| own.clone());
                *holder = own.max(holder.clone());
            }
            names.push(name);
            all.push(member);
        }
        assert!(!all.is_empty(), "a choice among nothing");
        let ring = taken.into_iter().map(|(place, (_, index))| (place, index));
        Self {
            ring: ring.collect(),
            members: all,
        }
    }

    /// A table of names and members that are drawn alike, the plainest first.
    ///
    /// # Panics
    ///
    /// If two members have one name, or there is no member at all.
    #[must_use]
    pub fn even<N: AsRef<str>>(members: impl IntoIterator<Item = (N, T)>) -> Self {
        Self::weighted(members.into_iter().map(|(name, member)| (name, 1, member)))
    }

    /// The member that a number picks.
    #[must_use]
    pub fn at(&self, number: u16) -> &T {
        // OK: a table has members, and without a condition the first that is met is fit.
        self.at_fit(number, |_| true).unwrap_or(&self.members[0])
    }

    /// The member that a number picks among those that are fit; `None` where none is.
    pub fn at_fit(&self, number: u16, is_fit: impl Fn(&T) -> bool) -> Option<&T> {
        if number == 0 {
            return self.members.iter().find(|member| is_fit(member));
        }
        let place = scrambled(number);
        let above = self.ring.partition_point(|(own, _)| *own < place);
        let (before, from) = self.ring.split_at(above);
        let in_turn = from.iter().chain(before);
        let mut in_turn = in_turn.map(|(_, index)| &self.members[*index]);
        in_turn.find(|member| is_fit(member))
    }

    /// A number that picks the wanted member; `None` where no member is wanted.
    pub fn number_of(&self, is_wanted: impl Fn(&T) -> bool) -> Option<u16> {
        let wanted = self.members.iter().position(is_wanted)?;
        self.number_at(wanted)
    }

    /// A number for every member, in the order of the table.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u16> {
        (0..self.members.len()).filter_map(|index| self.number_at(index))
    }

    fn number_at(&self, wanted: usize) -> Option<u16> {
        if wanted == 0 {
            return Some(0);
        }
        let mut places = self.ring.iter();
        let own = places.find(|(place, index)| *index == wanted && *place != 0);
        own.map(|(place, _)| unscrambled(*place))
    }
}

impl Choices<&'static str> {
    /// Texts that are their own names.
    pub(super) fn texts(texts: impl IntoIterator<Item = &'static str>) -> Self {
        Self::even(texts.into_iter().map(|text| (text, text)))
    }
}

impl Choices<Template> {
    /// Templates under their texts as names.
    pub(super) fn templates(texts: impl IntoIterator<Item = &'static str>) -> Self {
        Self::even(texts.into_iter().map(|text| (text, template(text))))
    }
}

/// FNV-1a, mixed: names that differ in one letter are far apart.
pub(super) fn hash(name: &str) -> u32 {
    let step = |hash: u32, octet: u8| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193);
    mix(name.bytes().fold(0x811c_9dc5, step))
}

/// A permutation of the 32-bit numbers that keeps 0, so that nothing is nearer than itself (the
/// finaliser of MurmurHash3).
pub(super) const fn mix(mut number: u32) -> u32 {
    number = (number ^ (number >> 16)).wrapping_mul(0x85eb_ca6b);
    number = (number ^ (number >> 13)).wrapping_mul(0xc2b2_ae35);
    number ^ (number >> 16)
}

/// The places of a name on the ring, without end.
fn places(name: &str) -> impl Iterator<Item = u16> {
    let own = hash(name);
    let place = move |number: u32| (mix(own ^ number.wrapping_mul(0x9e37_79b9)) >> 16) as u16;
    (1..).map(place)
}

/// A permutation of the 16-bit numbers that keeps 0: numbers that differ in one bit pick unlike members,
/// so that a fuzzer that changes either octet changes the choice.
const fn scrambled(number: u16) -> u16 {
    let number = (number ^ (number >> 8)).wrapping_mul(FACTOR);
    number ^ (number >> 8)
}

/// The number that is scrambled to a place.
const fn unscrambled(place: u16) -> u16 {
    // Half of the width shifted onto the other half undoes itself.
    let number = (place ^ (place >> 8)).wrapping_mul(INVERSE);
    number ^ (number >> 8)
}

const FACTOR: u16 = 0x9e3b;
/// The inverse of the factor modulo 65,536, by Newton's steps.
const INVERSE: u16 = {
    let mut inverse = FACTOR;
    let mut steps = 0;
    while steps < 4 {
        inverse = inverse.wrapping_mul(2_u16.wrapping_sub(FACTOR.wrapping_mul(inverse)));
        steps += 1;
    }
    inverse
};
/// Places on the ring for each unit of weight: shares then differ from even ones by a fifth.
const PLACES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 12] = [
        "rfc7523",
        "oidc-core",
        "okta",
        "pingone",
        "fapi2",
        "rfc10070",
        "a",
        "b",
        "c",
        "d",
        "",
        "e",
    ];

    #[test]
    fn a_new_member_takes_its_share_and_no_other_member_moves() {
        let before = Choices::texts(NAMES);
        let mut more = NAMES.to_vec();
        // Anywhere but at the place of the plainest.
        more.insert(3, "new");
        let after = Choices::texts(more);
        let mut moved = 0_u32;
        for number in 0..=u16::MAX {
            let (old, new) = (before.at(number), after.at(number));
            if old != new {
                assert_eq!(*new, "new", "{number} meant {old}");
                moved += 1;
            }
        }
        let share = u32::from(u16::MAX) / 13;
        assert!((share / 2..share * 2).contains(&moved), "{moved} of 65536");
    }

    #[test]
    fn the_order_of_a_table_decides_nothing_but_what_zero_means() {
        let there = Choices::texts(NAMES);
        let back = Choices::texts(NAMES.into_iter().rev());
        assert!((1..=u16::MAX).all(|number| there.at(number) == back.at(number)));
        assert_eq!((*there.at(0), *back.at(0)), ("rfc7523", "e"));
    }

    #[test]
    fn every_member_has_a_number_and_a_share_by_its_weight() {
        let table = Choices::weighted(NAMES.into_iter().zip(1..).map(|(it, n)| (it, n, it)));
        let mut drawn: BTreeMap<&str, usize> = BTreeMap::new();
        for number in 0..=u16::MAX {
            *drawn.entry(table.at(number)).or_default() += 1;
        }
        let unit = usize::from(u16::MAX) / (1..=NAMES.len()).sum::<usize>();
        for (name, weight) in NAMES.into_iter().zip(1..) {
            let number = table.number_of(|it| *it == name).unwrap();
            assert_eq!(*table.at(number), name);
            let even = unit * weight;
            assert!(
                (even * 2 / 3..even * 3 / 2).contains(&drawn[name]),
                "{name}: {drawn:?}"
            );
        }
        assert_eq!(table.number_of(|it| *it == "unheard-of"), None);
    }

    #[test]
    fn an_unfit_choice_is_passed_over() {
        let table = Choices::texts(NAMES);
        for number in 0..=u16::MAX {
            let fit = table.at_fit(number, |it| it.len() > 3).unwrap();
            assert!(fit.len() > 3);
            let drawn = table.at(number);
            assert!(drawn.len() <= 3 || drawn == fit);
        }
        assert!(table.at_fit(7, |_| false).is_none());
    }

    #[test]
    fn scrambling_loses_nothing() {
        assert!((0..=u16::MAX).all(|number| unscrambled(scrambled(number)) == number));
        assert_eq!(scrambled(0), 0);
    }
}
