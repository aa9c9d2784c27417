//! Explanations of one assertion: its content, and the answer that each profile asks of a server.

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
