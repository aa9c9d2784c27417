//! Timed work: one full client assertion is signed, or verified with every claim, again and again, by
//! a library as a careful user calls it who has prepared once what can be prepared once.

mod raw;
mod reference;

use jwt_assay_core::{
    model::{
        Algorithm, Assertion, BuildKey, BuildRequest, ClientId, Family, Presented, Profile,
        ProfileId, Step, UnixSeconds,
    },
    recipe::{KeyRole, Material, Recipe},
    sign::{AssertionBuffer, AssertionClaims, AssertionSigner, KeyMismatch, SigningKey},
};
use serde_json::Map;

use crate::libraries;

/// Work to repeat. It returns the number of octets that came out, so that nothing is optimised away.
pub type Work = Box<dyn FnMut() -> Result<usize, String>>;

/// The operation that is timed.
#[derive(
    Clone, Copy, Debug, serde::Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// From claims to the compact form.
    Sign,
    /// From the compact form to claims that were checked.
    Verify,
}

impl Operation {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sign, Self::Verify];

    /// The name as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Verify => "verify",
        }
    }
}

/// One client assertion, the same for all that are timed: as a builder is asked for it, and as a
/// server is presented with it.
#[derive(Clone, Debug)]
pub struct Task {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The build request; the key is PKCS#8 PEM or a secret.
    pub build: BuildRequest,
    /// The verify request, with the assertion signed.
    pub verify: Step,
}

impl Task {
    /// The assertion of the profile `rfc7523`, or of `fapi2` where that has no such algorithm, with
    /// ten minutes to live from `now` on.
    ///
    /// # Errors
    ///
    /// If the test key does not fit the algorithm.
    ///
    /// # Panics
    ///
    /// If the primitive fails with a key that it took.
    pub fn new(algorithm: Algorithm, now: UnixSeconds) -> Result<Self, KeyMismatch> {
        let profile = match algorithm.family() {
            Family::RsaPss | Family::EdDsa => ProfileId::Fapi2,
            Family::Hmac | Family::RsaPkcs1 | Family::Ecdsa => ProfileId::Rfc7523,
        };
        let Presented { mut steps } = Recipe::valid(profile, algorithm).present_at(now);
        let mut verify = steps.remove(0);
        let client = &verify.context.clients[0];
        let server = &verify.context.server;
        let material = Material::of(algorithm, KeyRole::Own);
        let (key, kid) = match &material {
            Material::Pair(pair) => (BuildKey::Pem(pair.pkcs8.clone()), pair.kid()),
            Material::Secret(text) => (BuildKey::Secret(text.clone()), "public-test-secret"),
        };
        let build = BuildRequest {
            now,
            client_id: ClientId(client.client_id.0.clone()),
            audience: Profile::get(profile).preferred_audience(server).to_owned(),
            method: client.method,
            algorithm: algorithm.name().to_owned(),
            key,
            kid: Some(kid.to_owned()),
            lifetime: LIFETIME,
            typ: None,
            claims: Map::from_iter([("jti".to_owned(), JTI.into())]),
            policy: verify.context.policy.clone(),
        };
        let key = match &material {
            Material::Pair(pair) => SigningKey::Pair(pair),
            Material::Secret(text) => SigningKey::Secret(text.as_bytes()),
        };
        let mut buffer = AssertionBuffer::default();
        AssertionSigner::fast(algorithm, key, kid)?
            .sign(&claims(&build), &mut buffer)
            .expect("a key that was prepared");
        verify.request.client_assertion = Some(Assertion(buffer.octets().to_vec()));
        Ok(Self {
            algorithm,
            build,
            verify,
        })
    }

    /// The compact form.
    #[must_use]
    pub fn assertion(&self) -> &[u8] {
        let assertion = self.verify.request.client_assertion.as_ref();
        assertion.map_or(&[], |assertion| &assertion.0)
    }

    /// The claims, as the reference signer takes them.
    #[must_use]
    pub fn claims(&self) -> AssertionClaims<'_> {
        claims(&self.build)
    }

    /// The signing input, and the signature.
    fn parts(&self) -> (&[u8], Vec<u8>) {
        let assertion = self.assertion();
        let end = assertion.iter().rposition(|octet| *octet == b'.');
        let (input, signature) = assertion.split_at(end.unwrap_or_default());
        let signature = jwt_assay_core::encoding::read_base64url(&signature[1..]);
        let signature = signature.expect("the assertion was just signed");
        (input, signature.octets)
    }

    /// The key as PKCS#1 PEM, where it is one of RSA.
    #[must_use]
    pub fn pkcs1(&self) -> Option<String> {
        match self.material() {
            Material::Pair(pair) => pair.pkcs1.clone(),
            Material::Secret(_) => None,
        }
    }

    /// The key as a private JWK with the builder's `kid`, where it is one.
    #[must_use]
    pub fn jwk(&self) -> Option<Map<String, serde_json::Value>> {
        match self.material() {
            Material::Pair(pair) => Some(pair.private_jwk.clone()),
            Material::Secret(_) => None,
        }
    }

    fn material(&self) -> Material {
        Material::of(self.algorithm, KeyRole::Own)
    }
}

/// A library, a primitive or the reference, whose work is timed.
#[derive(Clone, Copy)]
pub struct Timed {
    /// The name that tables have.
    pub name: &'static str,
    /// The version; empty for what is part of this program.
    pub version: &'static str,
    pub(crate) prepare: fn(Operation, &Task) -> Option<Result<Work, String>>,
}

impl Timed {
    /// Prepares once, and does nothing else: it reads keys, headers and expected values.
    ///
    /// # Errors
    ///
    /// The library's own words, where it fails at what it says that it has.
    pub fn load(&self, operation: Operation, task: &Task) -> Option<Result<Work, String>> {
        (self.prepare)(operation, task)
    }

    /// Prepares everything and does the work once; `None` for one that does not have the algorithm
    /// or the operation.
    ///
    /// # Errors
    ///
    /// The library's own words, where it fails at what it says that it has.
    pub fn prepare(&self, operation: Operation, task: &Task) -> Option<Result<Work, String>> {
        let prepared = (self.prepare)(operation, task)?;
        Some(prepared.and_then(|mut work| {
            // The first signature of a process pays for what is set up once in it.
            work()?;
            Ok(work)
        }))
    }
}

/// The bare primitive, with which all others are compared.
pub const RAW: Timed = Timed {
    name: "aws-lc-rs, bare",
    version: "",
    prepare: raw::prepare,
};

/// All that is timed in this program: the reference first, then the libraries in the order of reports.
#[must_use]
pub fn all() -> Vec<Timed> {
    let own = [
        Timed {
            name: "reference",
            version: env!("CARGO_PKG_VERSION"),
            prepare: reference::fast,
        },
        Timed {
            name: "reference, readable",
            version: env!("CARGO_PKG_VERSION"),
            prepare: reference::readable,
        },
    ];
    let libraries = libraries::ALL.iter().filter_map(|it| it.parts.ok());
    own.into_iter()
        .chain(libraries.map(|parts| parts.timed))
        .collect()
}

fn claims(build: &BuildRequest) -> AssertionClaims<'_> {
    AssertionClaims {
        issuer: &build.client_id.0,
        subject: &build.client_id.0,
        audience: &build.audience,
        jti: JTI,
        expires_at: build.now + i64::from(build.lifetime),
        issued_at: build.now + -1,
    }
}

/// Seconds: longer than anything that is measured with one assertion.
const LIFETIME: u32 = 600;
/// A `jti` as long as 128 random bits make it.
const JTI: &str = "q83vEjRWeJC6nKvN7xI0Vg";
