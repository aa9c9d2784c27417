//! `show`: one case, with the octets of one of its vectors, to read and to try by hand.

mod builders;

use std::fmt::{self, Write};

use jwt_assay_core::{
    encoding::read_base64url,
    model::{ProfileId, TokenRequest, VectorId},
    suite::{Case, Experiment, Presentation, Suite, Vector},
};
use jwt_assay_implementations::protocol::VerifyRequest;

use super::{Error, print};
use jwt_assay::{exit_code::ExitCode, record::Expected};
use jwt_assay_core::escape::{for_terminal, shortened};

/// Shows a case or a vector: its rule, clauses and verdicts, the decoded token, and the octets.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Case id such as `aud-missing`, or vector id such as `aud-missing/okta/es256`
    #[arg(value_name = "CASE|VECTOR")]
    id: String,
    /// For a case: profile whose first vector to show
    #[arg(long, value_name = "PROFILE")]
    profile: Option<ProfileId>,
    /// Prints only the requests in the process protocol, one JSON object per line
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let suite = Suite::bundled();
        let vector = find(suite, self)?;
        let text = match (&vector.experiment, self.json) {
            (Experiment::Verify(own), true) => requests(own),
            (Experiment::Verify(own), false) => render(suite, vector, own),
            (Experiment::Build(own), is_json) => builders::shown(suite, vector, own, is_json),
        };
        print(&text)?;
        Ok(ExitCode::Expected)
    }
}

fn find<'a>(suite: &'a Suite, args: &Args) -> Result<&'a Vector, Error> {
    let id = args.id.as_str();
    if id.contains('/') {
        let found = suite.vectors.iter().find(|vector| vector.id.as_str() == id);
        return found.ok_or_else(|| Error::unknown_vector(id));
    }
    if !suite.cases.iter().any(|case| case.id.as_str() == id) {
        return Err(Error::unknown_case(id));
    }
    let mut of_case = suite
        .vectors
        .iter()
        .filter(|v| v.case.id.as_str() == id && !v.is_control);
    let found = match args.profile {
        Some(profile) => of_case.find(|vector| vector.profile == profile),
        None => of_case.next(),
    };
    found.ok_or_else(|| match args.profile {
        Some(profile) => Error::unknown_vector(&format!("{id}/{profile}")),
        None => Error::unknown_case(id),
    })
}

/// Renders the case with its rule and verdicts, then the vector step by step.
fn render(suite: &Suite, vector: &Vector, own: &Presentation) -> String {
    let mut text = String::new();
    push_case(&mut text, suite, &vector.case);
    let presented = own.present();
    let count = presented.steps.len();
    line(&mut text, format_args!("\nvector    {}", vector.id));
    line(&mut text, format_args!("layer     {}", vector.layer()));
    let control = vector.control.as_ref().map_or("none", VectorId::as_str);
    line(&mut text, format_args!("control   {control}"));
    line(
        &mut text,
        format_args!("policy    {}", vector.rules().label()),
    );
    let audience = presented
        .steps
        .first()
        .map(|step| step.context.policy.audience.join(", "));
    line(
        &mut text,
        format_args!("audience  {}", audience.unwrap_or_default()),
    );
    for (index, (step, &verdict)) in presented.steps.iter().zip(&own.verdicts).enumerate() {
        let expected = Expected::from(verdict);
        let number = index + 1;
        line(
            &mut text,
            format_args!("\nstep {number} of {count}, at {}: {expected}", step.now),
        );
        push_request(&mut text, &step.request);
    }
    let rerun = format!("jwt-assay show {} --json", vector.id);
    line(
        &mut text,
        format_args!("\nthe request to try by hand: {rerun}"),
    );
    text
}

fn push_case(text: &mut String, suite: &Suite, case: &Case) {
    let rule = case.rule.info();
    line(text, format_args!("case      {}", case.id));
    line(text, format_args!("text      {}", case.text));
    line(text, format_args!("group     {}", case.group));
    line(text, format_args!("rule      {}: {}", rule.id, rule.says));
    if !case.also_breaks.is_empty() {
        let others: Vec<_> = case.also_breaks.iter().map(|rule| rule.id()).collect();
        line(text, format_args!("breaks    {} too", others.join(", ")));
    }
    line(text, format_args!("clauses   {}", case.clauses.join(", ")));
    if let Some(note) = &case.note {
        line(text, format_args!("note      {note}"));
    }
    line(text, format_args!(""));
    for profile in ProfileId::ALL {
        push_verdicts(text, suite, case, profile);
    }
}

/// Pushes a line per different verdict of the case in the profile.
fn push_verdicts(text: &mut String, suite: &Suite, case: &Case, profile: ProfileId) {
    let of_case = suite
        .vectors
        .iter()
        .filter(|v| v.case.id == case.id && v.profile == profile && !v.is_control);
    push_counted(
        text,
        profile,
        of_case.map(|vector| {
            let clauses = vector.rules().clauses(vector.deciding_rule()).join(", ");
            format!("{}: {clauses}", Expected::of(vector))
        }),
    );
}

/// Pushes a line per different verdict in a profile, with the number of its vectors.
fn push_counted(text: &mut String, profile: ProfileId, all: impl Iterator<Item = String>) {
    let mut verdicts: Vec<(String, usize)> = Vec::new();
    for verdict in all {
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, count)) => *count += 1,
            None => verdicts.push((verdict, 1)),
        }
    }
    if verdicts.is_empty() {
        line(text, format_args!("{:<9} not asked", profile.name()));
    }
    for (verdict, count) in verdicts {
        let plural = if count == 1 { "" } else { "s" };
        line(
            text,
            format_args!("{:<9} {verdict}; {count} vector{plural}", profile.name()),
        );
    }
}

pub(super) fn push_request(text: &mut String, request: &TokenRequest) {
    let parameter = |value: &Option<String>| match value {
        None => "absent".to_owned(),
        Some(value) => format!("`{}`", for_terminal(value)),
    };
    line(
        text,
        format_args!(
            "  client_assertion_type  {}",
            parameter(&request.client_assertion_type)
        ),
    );
    line(
        text,
        format_args!("  client_id              {}", parameter(&request.client_id)),
    );
    let Some(assertion) = &request.client_assertion else {
        line(text, format_args!("  client_assertion       absent"));
        return;
    };
    let octets = &assertion.0;
    line(
        text,
        format_args!("  client_assertion       {} octets", octets.len()),
    );
    push_segments(text, octets);
}

/// Pushes an assertion, first segment by segment, then whole.
fn push_segments(text: &mut String, octets: &[u8]) {
    for (index, segment) in octets.split(|&octet| octet == b'.').enumerate() {
        let name = match index {
            0 => "header".to_owned(),
            1 => "payload".to_owned(),
            2 => "signature".to_owned(),
            more => format!("segment {}", more + 1),
        };
        line(
            text,
            format_args!("    {name:<10} {}", decoded(index, segment)),
        );
    }
    let whole = String::from_utf8_lossy(octets);
    line(
        text,
        format_args!("  {}", for_terminal(&shortened(&whole, LONGEST_SHOWN))),
    );
}

/// The text of a segment; of the signature only the length.
fn decoded(index: usize, segment: &[u8]) -> String {
    match read_base64url(segment) {
        Ok(decoded) if index == 2 => format!("{} octets", decoded.octets.len()),
        Ok(decoded) => {
            let bits = if decoded.has_trailing_bits {
                " (unused bits are set)"
            } else {
                ""
            };
            let text = String::from_utf8_lossy(&decoded.octets);
            format!("{}{bits}", for_terminal(&shortened(&text, LONGEST_SHOWN)))
        }
        Err(error) => {
            let text = String::from_utf8_lossy(segment);
            format!(
                "no base64url ({error}): {}",
                for_terminal(&shortened(&text, LONGEST_SHOWN))
            )
        }
    }
}

/// The steps as lines of the process protocol.
fn requests(own: &Presentation) -> String {
    let mut text = String::new();
    for (step, seq) in own.present().steps.iter().zip(1..) {
        let request = VerifyRequest::new(seq, "c1", step).line();
        line(&mut text, format_args!("{request}"));
    }
    text
}

fn line(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String");
}

/// The most characters that are shown of a token or of a decoded segment.
const LONGEST_SHOWN: usize = 4096;

const EXAMPLES: &str = "\
Examples:
  jwt-assay show aud-missing                       a case with its clauses, and one of its tokens
  jwt-assay show aud-missing --profile okta        the same with a token for another profile
  jwt-assay show aud-missing/okta/es256 --json     the request, for a program that reads it
  jwt-assay show bld-rsa-min                       a case of builders, with its request";
