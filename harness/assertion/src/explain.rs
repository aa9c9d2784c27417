//! One assertion explained, profile by profile: what it says, and what each profile asks a server to
//! answer.

pub mod json;
mod migration;
mod peek;
mod registration;
mod report;

pub use self::{
    migration::{Migration, Point},
    peek::{Audience, Peek, Segment, Typ},
    registration::{Known, Material, Registration, prefers_issuer},
    report::{Answer, ProfileReport, Report, Unchecked},
};
