//! Octets for a meaning: each choice is tried in turn, and the inputs are followed up that come nearest
//! to what is wanted.

use std::{cmp::Reverse, collections::HashSet, fmt::Debug, slice};

use jwt_assay_core::generate::Drawn;

/// Reads octets, and notes the choices.
pub(crate) type Read<T> = dyn Fn(&[u8]) -> (T, Vec<Drawn>);

/// Octets that are read as what is wanted, with a text that follows the choices; `None` where none are
/// found.
pub(crate) fn that_mean<T: Debug + PartialEq>(
    wanted: &T,
    text_after: &[u8],
    read: &Read<T>,
) -> Option<Vec<u8>> {
    // The hundreds of cases of the suite hide whatever is drawn without it, so they come last.
    let mut ways = [(false, BEGINNING), (false, BOTH_ENDS), (true, BEGINNING)].into_iter();
    ways.find_map(|(takes_cases, rank)| search(wanted, text_after, read, takes_cases, rank))
}

fn search<T: Debug + PartialEq>(
    wanted: &T,
    text_after: &[u8],
    read: &Read<T>,
    takes_cases: bool,
    rank: Rank,
) -> Option<Vec<u8>> {
    let text = format!("{wanted:?}");
    let guesses = numbers_in(&text);
    let mut followed = vec![Vec::new()];
    for choice in 0..LONGEST {
        let mut next = Vec::new();
        let mut seen = HashSet::new();
        for octets in &followed {
            let trace = read(&[octets, text_after].concat()).1;
            let Some(drawn) = trace.get(choice) else {
                continue;
            };
            let numbers = match (drawn.width, drawn.numbers.as_slice()) {
                // Where any number is a choice of its own, it is one that the wanted text has.
                (_, []) => &guesses,
                // Hashes of names in the suite are the only ones of four octets.
                (4, [first, ..]) if !takes_cases => slice::from_ref(first),
                (_, numbers) => numbers,
            };
            for number in numbers {
                let mut octets = octets.clone();
                octets.resize(drawn.at, 0);
                octets.extend_from_slice(&number.to_be_bytes()[4 - drawn.width..]);
                let whole = [&octets, text_after].concat();
                let (meant, trace) = read(&whole);
                if meant == *wanted {
                    return Some(whole);
                }
                let meant = format!("{meant:?}");
                let shape: Vec<_> = trace.iter().map(|it| (it.at, it.numbers.len())).collect();
                let likeness = likeness(&meant, &text);
                if seen.insert((meant, shape)) {
                    next.push((likeness, octets));
                }
            }
        }
        next.sort_by_key(|(likeness, octets)| (Reverse(rank(*likeness)), octets.len()));
        followed = next.into_iter().take(FOLLOWED).map(|it| it.1).collect();
    }
    None
}

/// The numbers of octets that two texts have in common at the beginning and at the end.
fn likeness(one: &str, other: &str) -> (usize, usize) {
    let pairs = one.bytes().zip(other.bytes());
    let before = pairs.take_while(|(one, other)| one == other).count();
    let pairs = one.bytes().rev().zip(other.bytes().rev());
    let after = pairs.take_while(|(one, other)| one == other).count();
    (before, after)
}

/// The order of inputs by how many octets they have in common with what is wanted, at the beginning and at
/// the end. The first choices show at the beginning, but what comes before all else is drawn last.
type Rank = fn((usize, usize)) -> (usize, usize);
const BEGINNING: Rank = |likeness| likeness;
const BOTH_ENDS: Rank = |(before, after)| (before + after, before);

/// The numbers that stand in a text, with either sign, and its characters beyond ASCII.
fn numbers_in(text: &str) -> Vec<u32> {
    let digits = text.split(|c: char| !c.is_ascii_digit());
    let numbers = digits.filter_map(|digits| digits.parse::<u32>().ok());
    let signed = numbers.flat_map(|number| [number, number.wrapping_neg()]);
    let characters = text.chars().filter(|c| !c.is_ascii()).map(u32::from);
    [0].into_iter().chain(signed).chain(characters).collect()
}

/// Choices of the longest input that is looked for.
const LONGEST: usize = 60;
/// Inputs that are followed up after each choice.
const FOLLOWED: usize = 48;
