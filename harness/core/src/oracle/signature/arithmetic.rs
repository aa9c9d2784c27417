//! Powers modulo an RSA modulus, each computed once: a report examines one assertion by each profile, and a
//! long exponent takes as long as a signature.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use aws_lc_rs::digest;
use num_bigint::BigUint;

/// The integer of a signature, raised to the public exponent (RFC 8017 section 5.2.2); `None` where it is not
/// below the modulus.
pub(super) fn power(n: &[u8], e: &[u8], signature: &[u8]) -> Option<BigUint> {
    static POWERS: LazyLock<Mutex<Powers>> = LazyLock::new(Mutex::default);

    let (modulus, integer) = (BigUint::from_bytes_be(n), BigUint::from_bytes_be(signature));
    if integer >= modulus {
        return None;
    }
    // A short exponent costs less than looking it up.
    if e.len() <= SHORT_EXPONENT {
        return Some(integer.modpow(&BigUint::from_bytes_be(e), &modulus));
    }
    let powers = || POWERS.lock().unwrap_or_else(PoisonError::into_inner);
    let question = Question::of([n, e, signature]);
    let known = powers().0.get(&question).cloned();
    // Not under the lock, since others may ask about other keys.
    Some(known.unwrap_or_else(|| {
        let power = integer.modpow(&BigUint::from_bytes_be(e), &modulus);
        powers().keep(question, &power);
        power
    }))
}

/// The powers that were computed lately.
#[derive(Debug, Default)]
struct Powers(HashMap<Question, BigUint>);

/// The SHA-256 hash of modulus, exponent and signature, so that a question takes 32 octets.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Question([u8; 32]);

impl Question {
    fn of(numbers: [&[u8]; 3]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for number in numbers {
            // The length first, so that no two triples have the same octets.
            context.update(&number.len().to_be_bytes());
            context.update(number);
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        Self(hash)
    }
}

impl Powers {
    fn keep(&mut self, question: Question, power: &BigUint) {
        #[cfg(test)]
        COMPUTED.with(|computed| computed.set(computed.get() + 1));
        if self.0.len() >= MOST_KEPT {
            self.0.clear();
        }
        self.0.insert(question, power.clone());
    }
}

/// Octets of an exponent with which a power takes microseconds.
const SHORT_EXPONENT: usize = 8;
/// Powers that are kept: some hundred kilobytes of them, and more than one client's keys.
const MOST_KEPT: usize = 256;

#[cfg(test)]
thread_local! {
    /// Powers with a long exponent that this thread has computed.
    pub(in crate::oracle) static COMPUTED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::COMPUTED;
    use crate::{
        model::{Method, Profile, ProfileId},
        oracle::{Memory, SignatureCheck, explain},
        suite::Suite,
    };

    #[test]
    fn one_assertion_costs_one_power_whatever_the_number_of_profiles() {
        let id = "key-rsa-e-huge/rfc7523/rs256".parse().unwrap();
        let suite = Suite::bundled();
        let (_, own) = suite
            .presentations()
            .find(|(vector, _)| vector.id == id)
            .unwrap();
        let step = own.present().steps.remove(0);
        let before = COMPUTED.get();
        for id in ProfileId::ALL {
            let mut step = step.clone();
            let mut context = (*step.context).clone();
            context.policy = Profile::get(id).policy(&context.server, Method::PrivateKeyJwt);
            step.context = Arc::new(context);
            let explanation = explain(&mut Memory::default(), &step).unwrap();
            assert_ne!(explanation.signature, SignatureCheck::NotChecked, "{id}");
        }
        assert_eq!(COMPUTED.get() - before, 1);
    }
}
