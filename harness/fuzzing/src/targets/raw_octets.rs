//! Any octets as a client assertion: the parser and the oracle return, and accept nothing that the
//! client did not sign; the fast path past the oracle decides as the oracle does, or not at all.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    fmt::Write,
    sync::LazyLock,
};

use arbitrary::Unstructured;
use jwt_assay_core::{
    encoding::base64url,
    generate::{Choices, Draw, GeneratorLimits},
    keys,
    model::{ASSERTION_TYPE, Algorithm, Assertion, ProfileId, Step, Verdict},
    mutate::{MemberEdit, Mutation, RegisteredClaim},
    oracle::{self, FastPath, Memory, Scratch, SignatureCheck},
    recipe::{EVALUATION_TIME, Recipe, Template},
    suite::{Presentation, Suite, Vector},
};

use super::Target;
use crate::{
    dictionary::{self, Words},
    seeds::{self, Seed},
};

/// Any octets as the assertion.
#[derive(Clone, Copy, Debug)]
pub struct RawOctets;

impl Target for RawOctets {
    fn name(&self) -> &'static str {
        "raw_octets"
    }

    fn run(&self, octets: &[u8]) {
        let mut input = Unstructured::new(octets);
        let mut draw = Draw::new(&mut input);
        let server = *draw.of(&KINDS);
        let octets = draw.rest();
        let (explanation, fast) = SERVERS.with_borrow_mut(|servers| {
            let (step, path) = servers.entry(server).or_insert_with(|| made(server));
            let assertion = &mut step.request.client_assertion;
            let assertion = assertion.get_or_insert_with(|| Assertion(Vec::new()));
            assertion.0.clear();
            assertion.0.extend_from_slice(octets);
            let path = path.as_ref();
            let fast = path
                .and_then(|path| path.verdict(&Memory::default(), step, &mut Scratch::default()));
            (oracle::explain(&mut Memory::default(), step), fast)
        });
        let explanation = explanation.expect("the recipe names a profile that there is");
        // Seeds are assertions that the client did sign, and a server that cannot decrypt one cannot say what
        // is inside.
        let is_signed = explanation.signature == SignatureCheck::Valid;
        let is_encrypted = octets.iter().filter(|octet| **octet == b'.').count() == 4;
        let is_owed = match explanation.verdict() {
            Verdict::Reject(_) => true,
            Verdict::Accept => is_signed,
            Verdict::May(_) => is_signed || is_encrypted,
        };
        assert!(
            is_owed,
            "accepted without the client's signature: {}",
            String::from_utf8_lossy(octets)
        );
        let found = explanation.verdict();
        assert!(
            fast.is_none_or(|fast| fast == found),
            "the fast path finds {fast:?}, the oracle {found}: {}",
            String::from_utf8_lossy(octets)
        );
    }

    fn seeds(&self) -> Vec<Seed> {
        assertions()
    }

    fn words(&self) -> Option<Words> {
        Some(segments())
    }

    fn recipe(&self, draw: &mut Draw<'_, '_>, _: &GeneratorLimits) -> Option<Recipe> {
        Some(recipe(draw))
    }
}

thread_local! {
    /// A token request to each server, with what the fast path knows of it; only the assertion changes.
    static SERVERS: RefCell<HashMap<Server, (Step, Option<FastPath>)>> = RefCell::default();
}

/// A profile, and the algorithm of the client.
type Server = (ProfileId, Algorithm);

fn made((profile, algorithm): Server) -> (Step, Option<FastPath>) {
    let mut presented = Recipe::valid(profile, algorithm).present_at(EVALUATION_TIME);
    let step = presented.steps.remove(0);
    let path = FastPath::new(&step).expect("the recipe names a profile that there is");
    (step, path)
}

/// The servers of `raw_octets`: one of each profile, for a client of each method.
static KINDS: LazyLock<Choices<Server>> = LazyLock::new(|| {
    let algorithms = [Algorithm::HS256, Algorithm::ES256];
    let of_profile = |profile| algorithms.map(|algorithm| (profile, algorithm));
    let servers = ProfileId::ALL.into_iter().flat_map(of_profile);
    let name = |(profile, algorithm): (ProfileId, Algorithm)| format!("{profile}/{algorithm}");
    Choices::even(servers.map(|server| (name(server), server)))
});

/// A server of some profile with a client of either method, and then the assertion.
fn recipe(draw: &mut Draw<'_, '_>) -> Recipe {
    let (profile, algorithm) = *draw.of(&KINDS);
    let mut recipe = Recipe::valid(profile, algorithm);
    recipe.steps[0].edits = vec![Mutation::Token(template(draw.rest()))];
    recipe
}

/// Text as it is where a template can say it so, else its octets.
fn template(octets: &[u8]) -> Template {
    let text = str::from_utf8(octets).ok().filter(|it| !it.contains("${"));
    let text = text.map_or_else(
        || {
            let digits = octets.iter().fold(String::new(), |mut digits, octet| {
                write!(digits, "{octet:02x}").expect("writing to a String");
                digits
            });
            format!("${{hex:{digits}}}")
        },
        str::to_owned,
    );
    text.parse()
        .expect("text without places, and pairs of hexadecimal digits, are templates")
}

/// The assertions of the suite that are one step and not too long, behind the server's profile and
/// the client's algorithm, of which the target knows two.
fn assertions() -> Vec<Seed> {
    let suite = Suite::bundled();
    let is_short = |(vector, own): &(&Vector, &Presentation)| {
        own.recipe.steps.len() == 1
            && matches!(vector.algorithm, Algorithm::HS256 | Algorithm::ES256)
    };
    let seed = |(vector, own): (&Vector, &Presentation)| {
        let presented = own.present();
        let assertion = presented.steps.first()?.request.client_assertion.clone()?;
        let server = (vector.profile, vector.algorithm);
        let server = KINDS.number_of(|own| *own == server)?;
        (assertion.0.len() <= seeds::LONGEST).then(|| Seed {
            name: seeds::file_name(vector),
            octets: [&server.to_be_bytes(), &assertion.0[..]].concat(),
        })
    };
    suite
        .presentations()
        .filter(is_short)
        .filter_map(seed)
        .collect()
}

/// Pieces of assertions: members as JSON text within base64url, in each of the three places that
/// they can have among groups of three octets, and what stands between segments.
fn segments() -> Words {
    let mut words: Words = [".", "..", "=", "e30", "bnVsbA", "W10"]
        .map(|word| word.as_bytes().to_vec())
        .into();
    let SuiteWords { names, values } = SuiteWords::of(Suite::bundled());
    let names = names.iter().map(|name| format!("\"{name}\":"));
    let algorithms = Algorithm::ALL.map(|algorithm| format!("\"alg\":\"{algorithm}\""));
    for text in names.chain(values).chain(algorithms) {
        words.extend((0..3).filter_map(|place| aligned(&text, place)));
    }
    words
}

/// The characters of base64url that the text alone decides, where it begins at the given place of a
/// group of three.
fn aligned(text: &str, place: usize) -> Option<Vec<u8>> {
    let mut octets = vec![0; place];
    octets.extend_from_slice(text.as_bytes());
    let whole = octets.len() / 3 * 3;
    let encoded = base64url(&octets[..whole]).into_bytes();
    let undecided = if place == 0 { 0 } else { 4 };
    let decided = encoded.get(undecided..)?;
    (!decided.is_empty()).then(|| decided.to_vec())
}

/// The words of the suite's assertions.
#[derive(Default)]
struct SuiteWords {
    names: BTreeSet<String>,
    values: BTreeSet<String>,
}

impl SuiteWords {
    fn of(suite: &Suite) -> Self {
        let mut words = Self::default();
        let claims = RegisteredClaim::ALL.map(|claim| claim.name().to_owned());
        words.names.extend(claims);
        let selected = suite
            .presentations()
            .filter(|(vector, _)| !vector.is_control);
        for (_, own) in selected {
            let steps = own.recipe.steps.iter().flat_map(|step| &step.edits);
            for edit in own.recipe.setup.iter().chain(steps) {
                words.read(edit);
            }
        }
        words.values.insert(format!("\"{ASSERTION_TYPE}\""));
        let kids = keys::all().map(|key| format!("\"{}\"", key.kid()));
        words.values.extend(kids);
        words
    }

    fn read(&mut self, edit: &Mutation) {
        let (Mutation::Claims(edit)
        | Mutation::Header(edit)
        | Mutation::TamperClaims(edit)
        | Mutation::TamperHeader(edit)) = edit
        else {
            return;
        };
        match edit {
            MemberEdit::Set(name, value)
            | MemberEdit::Append(name, value)
            | MemberEdit::Prepend(name, value) => {
                self.name(name);
                let value = value.as_str();
                // What has places to fill in is other text in every assertion.
                if !value.contains("${") && value.len() <= dictionary::LONGEST {
                    self.values.insert(value.to_owned());
                }
            }
            MemberEdit::Rename(_, name) => self.name(name),
            MemberEdit::Remove(_)
            | MemberEdit::Reverse
            | MemberEdit::AddMany(_)
            | MemberEdit::AddColliding(..)
            | MemberEdit::EscapeSlashes(_) => {}
        }
    }

    fn name(&mut self, name: &str) {
        if name.len() <= dictionary::LONGEST {
            self.names.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets;

    #[test]
    fn raw_octets_are_presented_as_they_are() {
        for token in [&b"a.b.c"[..], b"", b"\xff.\x00.", b"${cid}.${hex:00}.x"] {
            let input = [&[0, 0], token].concat();
            let recipe = targets::recipe(&RawOctets, &input, &GeneratorLimits::default()).unwrap();
            let presented = recipe.present_at(EVALUATION_TIME);
            let sent = presented.steps[0].request.client_assertion.clone().unwrap();
            assert_eq!(sent.0, token);
        }
    }
    #[test]
    fn a_word_is_found_in_base64url_wherever_it_stands() {
        for before in ["", "{", "{ "] {
            let encoded = base64url(format!("{before}\"exp\":1700000000"));
            let word = String::from_utf8(aligned("\"exp\":", before.len() % 3).unwrap()).unwrap();
            assert!(word.len() >= 4, "{word}");
            assert!(encoded.contains(&word), "{word} in {encoded}");
        }
    }

    #[test]
    fn the_words_are_those_of_the_suite() {
        let SuiteWords { names, values } = SuiteWords::of(Suite::bundled());
        assert!(
            ["crit", "aud", "exp", "x5c"]
                .iter()
                .all(|it| names.contains(*it))
        );
        assert!(
            ["null", "[]", "1e400"]
                .iter()
                .all(|it| values.contains(*it)),
            "{values:?}"
        );
    }
}
