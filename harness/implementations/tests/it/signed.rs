//! Assertions that crates under test sign, with every algorithm that they name, before the oracle.
//! The other way round, what the harness signs before the crates, is in `adapters.rs`.

#[cfg(feature = "openssl")]
mod josekit;
#[cfg(feature = "jsonwebtoken")]
mod jsonwebtoken;
#[cfg(feature = "jwt-simple")]
mod jwt_simple;

use jwt_assay_core::{
    encoding::{base64url, read_base64url},
    keys,
    model::{Algorithm, Rule, Step},
    oracle::{Explanation, Memory, SignatureCheck, explain},
};
use jwt_assay_implementations::registry;

use crate::presented::Presented;

/// Has one assertion signed with every algorithm of the library's description. Returns with how
/// many.
fn every_algorithm(library: &str, sign: impl Fn(Algorithm, &Presented) -> String) -> usize {
    let to = registry::named(library).unwrap().describe();
    for &algorithm in &to.algorithms {
        let presented = Presented::valid(algorithm, &to);
        let token = sign(algorithm, &presented);

        let explanation = explained(&presented.request(&token));
        let refusals: Vec<_> = explanation.refusals().collect();
        assert!(
            refusals.is_empty(),
            "{library} with {algorithm}: {refusals:?}"
        );
        assert_eq!(
            explanation.signature,
            SignatureCheck::Valid,
            "{library} with {algorithm}"
        );

        let explanation = explained(&presented.request(&changed(&token)));
        let refusals: Vec<_> = explanation.refusals().map(|finding| finding.rule).collect();
        assert_eq!(
            refusals,
            [Rule::Signature],
            "{library} with {algorithm}, changed"
        );
    }
    to.algorithms.len()
}

fn explained(step: &Step) -> Explanation {
    explain(&mut Memory::default(), step).unwrap()
}

/// The token with one octet of its signature changed.
fn changed(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut signature = read_base64url(signature.as_bytes()).unwrap().octets;
    signature[10] ^= 1;
    format!("{input}.{}", base64url(signature))
}

fn secret() -> &'static [u8] {
    keys::secret("secret-a").as_bytes()
}
