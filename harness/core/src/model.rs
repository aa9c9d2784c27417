//! The words of the project as types: what a server knows, what it is sent, what the
//! specifications ask of it.

mod algorithm;
mod build;
mod case;
mod context;
mod need;
mod profile;
mod request;
mod role;
mod rule;
mod time;
mod verdict;

pub(crate) use self::build::null_is_a_value;
pub use self::{
    algorithm::{
        ALGORITHMS, Algorithm, AlgorithmInfo, Curve, Family, Hash, TestKeys, UnknownAlgorithm,
    },
    build::{BuildKey, BuildRequest, BuildVerdict, Fixed, KeyFormat},
    case::{CaseId, CaseIdError, VectorId, VectorIdError},
    context::{
        AudienceForm, Client, ClientId, Context, IatPolicy, JtiPolicy, KidPolicy, Method, Policy,
        ReplayPolicy, Server,
    },
    need::Need,
    profile::{
        AlgorithmTable, Futures, Level, Parameters, Profile, ProfileError, ProfileId, Stance,
        UnknownProfile,
    },
    request::{ASSERTION_TYPE, Assertion, Presented, Step, TokenRequest},
    role::Role,
    rule::{Layer, Rule, RuleGroup, RuleInfo, UnknownRule},
    time::UnixSeconds,
    verdict::{Lean, Verdict},
};
