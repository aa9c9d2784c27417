//! Calls: the client, the algorithms and the keys, which a caller settles before it calls a library.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jwt_assay_core::model::{Algorithm, Client, KidPolicy, Method, Policy, Step, UnixSeconds};
use serde_json::{Map, Value};

use crate::Answer;

/// One assertion of a client that is registered.
pub(crate) struct Call<'a> {
    /// The client that is to be authenticated.
    pub(crate) client: &'a Client,
    /// The server's configuration.
    pub(crate) policy: &'a Policy,
    /// The evaluation time.
    pub(crate) now: UnixSeconds,
    /// The algorithms that the policy allows, the client has registered and the library knows. Not
    /// empty.
    pub(crate) algorithms: Vec<Algorithm>,
    assertion: &'a [u8],
    unverified_alg: Option<String>,
    unverified_kid: Option<String>,
}

impl<'a> Call<'a> {
    /// Looks up the client and its algorithms.
    ///
    /// # Errors
    ///
    /// The answer, where the library need not or cannot be asked.
    pub(crate) fn prepare(step: &'a Step, library: &[Algorithm]) -> Result<Self, Answer> {
        let policy = &step.context.policy;
        if policy.clock_skew != policy.future_skew {
            return Err(Answer::unsupported(
                "the library has one leeway for both directions",
            ));
        }
        let Some(assertion) = &step.request.client_assertion else {
            return Err(Answer::reject("there is no client assertion"));
        };
        let header = unverified_object(&assertion.0, 0);
        let payload = unverified_object(&assertion.0, 1);
        // RFC 6749 section 3.2: a parameter without a value is as good as left out.
        let parameter = step
            .request
            .client_id
            .as_deref()
            .filter(|client_id| !client_id.is_empty());
        let client_id = parameter.or_else(|| text(&payload, "sub"));
        let client = step
            .context
            .clients
            .iter()
            .find(|client| Some(client.client_id.0.as_str()) == client_id)
            .ok_or_else(|| Answer::reject("the client is not registered"))?;

        let allowed = allowed_algorithms(client, policy);
        if allowed.is_empty() {
            return Err(Answer::reject(
                "the client is registered with no algorithm allowed here",
            ));
        }
        let algorithms: Vec<Algorithm> = allowed
            .into_iter()
            .filter(|algorithm| library.contains(algorithm))
            .collect();
        if algorithms.is_empty() {
            return Err(Answer::unsupported(
                "the library has none of the client's algorithms",
            ));
        }
        Ok(Self {
            client,
            policy,
            now: step.now,
            algorithms,
            assertion: &assertion.0,
            unverified_alg: text(&header, "alg").map(str::to_owned),
            unverified_kid: text(&header, "kid").map(str::to_owned),
        })
    }

    /// The value that `iss` and `sub` must have.
    pub(crate) fn client_id(&self) -> &'a str {
        &self.client.client_id.0
    }

    /// Seconds of tolerance, for `exp` and `nbf` alike.
    pub(crate) fn leeway(&self) -> u32 {
        self.policy.clock_skew
    }

    /// The assertion as it arrived.
    pub(crate) fn octets(&self) -> &'a [u8] {
        self.assertion
    }

    /// The assertion for libraries that read text.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8.
    pub(crate) fn text(&self) -> Result<&'a str, String> {
        std::str::from_utf8(self.assertion).map_err(|error| error.to_string())
    }

    /// For libraries that are given one algorithm: the one that the header names where it is
    /// allowed, else any that is, so that it is the library that rejects the header.
    pub(crate) fn algorithm(&self) -> Algorithm {
        let named =
            |algorithm: &&Algorithm| self.unverified_alg.as_deref() == Some(algorithm.name());
        *self
            .algorithms
            .iter()
            .find(named)
            .unwrap_or(&self.algorithms[0])
    }

    /// The MAC key.
    ///
    /// # Errors
    ///
    /// If the client has none.
    pub(crate) fn secret(&self) -> Result<&'a [u8], String> {
        let secret = self
            .client
            .secret
            .as_deref()
            .ok_or("the client has no secret")?;
        Ok(secret.as_bytes())
    }

    /// The registered JWK Set.
    ///
    /// # Errors
    ///
    /// If the client has none.
    pub(crate) fn jwks(&self) -> Result<&'a Value, String> {
        self.client
            .jwks
            .as_ref()
            .ok_or_else(|| "the client has no keys".to_owned())
    }

    /// The keys that `kid` names, or all where it names none.
    pub(crate) fn choose<'k, K>(
        &self,
        keys: &'k [K],
        kid_of: impl Fn(&K) -> Option<&str>,
    ) -> Vec<&'k K> {
        let kid = self.unverified_kid.as_deref();
        let named: Vec<&K> = keys
            .iter()
            .filter(|key| kid.is_some() && kid_of(key) == kid)
            .collect();
        if named.is_empty() {
            keys.iter().collect()
        } else {
            named
        }
    }

    /// Tells whether the policy binds a token to the key that its `kid` names, for a client with a
    /// number of keys.
    pub(crate) fn binds_kid(&self, keys: usize) -> bool {
        match self.policy.kid {
            KidPolicy::Hint => false,
            KidPolicy::Match => true,
            KidPolicy::WhenSeveral => keys > 1,
        }
    }
}

/// Tries keys, or expected values, until one passes.
///
/// # Errors
///
/// All reasons, where none does.
pub(crate) fn any_passes<T>(
    candidates: impl IntoIterator<Item = T>,
    mut check: impl FnMut(T) -> Result<(), String>,
) -> Result<(), String> {
    let mut reasons: Vec<String> = Vec::new();
    for candidate in candidates {
        match check(candidate) {
            Ok(()) => return Ok(()),
            Err(reason) if reasons.contains(&reason) => {}
            Err(reason) => reasons.push(reason),
        }
    }
    if reasons.is_empty() {
        Err("there is nothing to check with".to_owned())
    } else {
        Err(reasons.join("; "))
    }
}

/// The reason for an algorithm that the library does not have, or not for this kind of key.
pub(crate) fn out_of_place(algorithm: Algorithm) -> String {
    format!("{algorithm} is not for this library or not for this kind of key")
}

fn allowed_algorithms(client: &Client, policy: &Policy) -> Vec<Algorithm> {
    let is_registered = |algorithm: &Algorithm| {
        Method::of(*algorithm) == client.method
            && client
                .alg
                .as_deref()
                .is_none_or(|alg| alg == algorithm.name())
    };
    policy
        .algorithms
        .iter()
        .copied()
        .filter(is_registered)
        .collect()
}

/// A segment read as leniently as can be, so that what is odd about it reaches the library.
fn unverified_object(assertion: &[u8], segment: usize) -> Map<String, Value> {
    let segment = assertion.split(|&octet| octet == b'.').nth(segment);
    segment
        .and_then(|segment| LENIENT.decode(segment).ok())
        .and_then(|json| serde_json::from_slice(&json).ok())
        .unwrap_or_default()
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
