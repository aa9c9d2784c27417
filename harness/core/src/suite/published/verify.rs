//! Published vectors of verifiers: one a line, with shared contexts and clients by reference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{jsonl, line};
use crate::{
    encoding::base64url,
    model::{ASSERTION_TYPE, Client, Context, Hash, ProfileId, Role, Step, TokenRequest},
    recipe::Recipe,
    sign,
    suite::{Case, Presentation, Suite, Support, Vector},
};

/// One line of `vectors/suite/PROFILE.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedVector {
    /// `case/profile/algorithm` or `case/profile/algorithm/variant`; permanent.
    pub id: String,
    /// The rule that the vector is about, where it is not that of its case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The vector that must be accepted before a rejection of this one counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// True where more than one rule rejects the request; absent elsewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub combined: bool,
    /// The presented requests, in order, with one replay memory for all.
    pub steps: Vec<PublishedStep>,
}

/// A presented request, with the time, the context and the verdict.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedStep {
    /// The evaluation time, in seconds since 1970.
    pub now: i64,
    /// The server's knowledge: the `id` of a line of `contexts.jsonl`.
    pub context: String,
    /// The parameters of the token request.
    pub request: PublishedRequest,
    /// The verdict: `accept`, `may+`, `may`, `may-`, or `reject` and the rule.
    pub verdict: String,
}

/// The parameters of a token request. An absent member is an absent parameter, except for
/// `client_assertion_type`, which has a default.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedRequest {
    /// `client_assertion_type`: absent where it is
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, null where the parameter is absent.
    #[serde(
        default,
        deserialize_with = "crate::model::null_is_a_value",
        skip_serializing_if = "Option::is_none"
    )]
    pub client_assertion_type: Option<Option<String>>,
    /// `client_assertion`, where it is UTF-8 and not larger than 8 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_assertion: Option<String>,
    /// `client_assertion` in standard base64, where it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_assertion_base64: Option<String>,
    /// A larger `client_assertion`; consumers build it, or skip and count the vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_assertion_recipe: Option<Large>,
    /// `client_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// An assertion or a client that is too large for a line: the edits that make it, and a length and a hash
/// to check the result.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Large {
    /// The number of octets.
    pub length: usize,
    /// The SHA-256 of the octets, in base64url without padding.
    pub sha256: String,
    /// The edits to the valid default, as case files write them.
    pub edits: Vec<Value>,
}

/// One line of `vectors/suite/contexts.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedContext {
    /// The name that steps refer to: the beginning of the SHA-256 of the rest.
    pub id: String,
    /// The server's policy, as the process protocol sends it.
    pub policy: Value,
    /// The server's own names.
    pub server: Value,
    /// All registered clients: the `id`s of lines of `clients.jsonl`.
    pub clients: Vec<String>,
}

/// One line of `vectors/suite/clients.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedClient {
    /// The name that contexts refer to: the beginning of the SHA-256 of the rest.
    pub id: String,
    /// The registered client, as the process protocol sends it, but without `pems`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Value>,
    /// A client larger than 8 KiB; consumers build it, or skip and count its vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_recipe: Option<Large>,
}

/// One line of `vectors/suite/cases.jsonl`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishedCase {
    /// The first part of its vectors' ids; permanent.
    pub id: String,
    /// The letter of the group.
    pub group: String,
    /// The edit in one sentence.
    pub text: String,
    /// The rule that the case is about.
    pub rule: String,
    /// The clauses on which the case rests.
    pub clauses: Vec<String>,
    /// Other rules that the edit breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_breaks: Vec<String>,
    /// The reason for an open or surprising verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// True where the case asks if an algorithm is supported; `unsupported` is an answer to a `may`.
    pub asks_for_support: bool,
    /// True where only an implementation that is given the time can be asked.
    pub needs_given_clock: bool,
    /// True where a live endpoint must show no side effect beside the rejection.
    pub no_side_effects: bool,
}

/// Adds the generated files of verifiers' vectors, as path below `vectors` and text.
pub(super) fn publish(suite: &Suite, files: &mut Vec<(String, String)>) {
    let mut shared = Shared::default();
    for profile in ProfileId::ALL {
        let own = suite
            .presentations()
            .filter(|(vector, _)| vector.profile == profile);
        let lines = own.map(|(vector, own)| line(&publish_vector(vector, own, &mut shared)));
        files.push((format!("suite/{profile}.jsonl"), jsonl(lines)));
    }
    let contexts = jsonl(shared.contexts.values().map(line));
    files.push(("suite/contexts.jsonl".to_owned(), contexts));
    let clients = jsonl(shared.clients.values().map(line));
    files.push(("suite/clients.jsonl".to_owned(), clients));
    let cases = suite.cases.iter().filter(|case| case.role == Role::Verify);
    let cases = cases.map(|case| line(&publish_case(case)));
    files.push(("suite/cases.jsonl".to_owned(), jsonl(cases)));
}

/// The contexts and clients to which vectors refer, by id.
#[derive(Default)]
struct Shared {
    contexts: BTreeMap<String, PublishedContext>,
    clients: BTreeMap<String, PublishedClient>,
}

fn publish_vector(vector: &Vector, own: &Presentation, shared: &mut Shared) -> PublishedVector {
    let steps = own
        .present()
        .steps
        .into_iter()
        .zip(&own.verdicts)
        .enumerate();
    PublishedVector {
        id: vector.id.to_string(),
        rule: (vector.rule != vector.case.rule).then(|| vector.rule.to_string()),
        control: vector.control.as_ref().map(ToString::to_string),
        combined: own.is_combined,
        steps: steps
            .map(|(index, (step, verdict))| PublishedStep {
                now: step.now.0,
                context: publish_context(own, index, &step.context, shared),
                request: publish_request(own, index, &step),
                verdict: verdict.to_string(),
            })
            .collect(),
    }
}

fn publish_request(own: &Presentation, index: usize, step: &Step) -> PublishedRequest {
    let TokenRequest {
        client_assertion_type,
        client_assertion,
        client_id,
    } = &step.request;
    let mut published = PublishedRequest {
        client_assertion_type: match client_assertion_type.as_deref() {
            Some(ASSERTION_TYPE) => None,
            other => Some(other.map(str::to_owned)),
        },
        client_id: client_id.clone(),
        ..PublishedRequest::default()
    };
    let Some(assertion) = client_assertion else {
        return published;
    };
    if assertion.0.len() > LARGEST_INLINE {
        published.client_assertion_recipe = Some(large(own, index, &assertion.0));
        return published;
    }
    let wire = serde_json::to_value(&step.request).expect("a request is data");
    let text = |name: &str| wire.get(name).and_then(Value::as_str).map(str::to_owned);
    published.client_assertion = text("client_assertion");
    published.client_assertion_base64 = text("client_assertion_base64");
    published
}

fn large(own: &Presentation, step: usize, octets: &[u8]) -> Large {
    let Recipe { setup, steps, .. } = &own.recipe;
    let edits = setup.iter().chain(&steps[step].edits);
    Large {
        length: octets.len(),
        sha256: base64url(sign::hash(Hash::Sha256, octets)),
        edits: edits
            .map(|edit| serde_json::to_value(edit).expect("an edit is data"))
            .collect(),
    }
}

fn publish_context(
    own: &Presentation,
    step: usize,
    context: &Context,
    shared: &mut Shared,
) -> String {
    let clients = context
        .clients
        .iter()
        .map(|client| publish_client(own, step, client, &mut shared.clients));
    let mut published = PublishedContext {
        id: String::new(),
        policy: serde_json::to_value(&context.policy).expect("a policy is data"),
        server: serde_json::to_value(&context.server).expect("names are data"),
        clients: clients.collect(),
    };
    let id = short_hash(&line(&published));
    published.id.clone_from(&id);
    shared.contexts.entry(id.clone()).or_insert(published);
    id
}

fn publish_client(
    own: &Presentation,
    step: usize,
    client: &Client,
    clients: &mut BTreeMap<String, PublishedClient>,
) -> String {
    let slim = Client {
        pems: Vec::new(),
        ..client.clone()
    };
    let client = serde_json::to_value(&slim).expect("a client is data");
    let text = client.to_string();
    let id = short_hash(&text);
    clients.entry(id.clone()).or_insert_with(|| {
        let is_large = text.len() > LARGEST_INLINE;
        PublishedClient {
            id: id.clone(),
            client_recipe: is_large.then(|| large(own, step, text.as_bytes())),
            client: (!is_large).then_some(client),
        }
    });
    id
}

/// The first 48 bits of a SHA-256: among ten thousand texts, two share an id once in five million suites.
fn short_hash(text: &str) -> String {
    let digest = sign::hash(Hash::Sha256, text.as_bytes());
    digest
        .iter()
        .take(6)
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

fn publish_case(case: &Case) -> PublishedCase {
    PublishedCase {
        id: case.id.to_string(),
        group: case.group.to_string(),
        text: case.text.clone(),
        rule: case.rule.to_string(),
        clauses: case.clauses.clone(),
        also_breaks: case.also_breaks.iter().map(ToString::to_string).collect(),
        note: case.note.clone(),
        asks_for_support: case.support == Support::Algorithm,
        needs_given_clock: case.needs_given_clock,
        no_side_effects: case.no_side_effects,
    }
}

/// The largest assertion or client, in octets, that is published in full. A larger one is published as
/// recipe, length and hash, so that no line outgrows an editor.
const LARGEST_INLINE: usize = 8192;
