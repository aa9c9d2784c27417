//! `list --role build`: the cases of builders, their vectors, and the builders.

use std::collections::HashSet;

use jwt_assay_core::{
    build::{Suite, Vector},
    model::{ProfileId, VectorId},
};
use jwt_assay_implementations::{
    Builder, BuilderDescription,
    registered::Role,
    registry::{KNOWN, builders_in_process},
};
use serde_json::json;

use super::{Args, Listing, add_programs, each_once, promises};
use crate::Error;
use jwt_assay::{
    build::{BuildPlan, ReferenceBuilder},
    filter::Filter,
};

/// The cases or the vectors that the filters leave.
pub(super) fn list(args: &Args, profiles: &[ProfileId]) -> Result<Listing, Error> {
    let suite = Suite::bundled();
    let plan = BuildPlan::new(suite, &Filter::from(args.filter.clone()), Vec::new())?;
    let selected: Vec<&Vector> = plan.selected().collect();
    Ok(match args.vectors {
        true => vectors(&selected),
        false => cases(suite, &selected, profiles),
    })
}

fn cases(suite: &Suite, selected: &[&Vector], profiles: &[ProfileId]) -> Listing {
    let ids: HashSet<_> = selected.iter().map(|vector| &vector.case.id).collect();
    let mut listing = Listing::of_cases(profiles);
    for case in suite.cases.iter().filter(|case| ids.contains(&case.id)) {
        let verdicts = profiles.iter().map(|&profile| {
            let is_own = |v: &&&Vector| v.case.id == case.id && v.profile == profile;
            let own = selected.iter().filter(is_own).filter(|v| !v.is_control);
            each_once(own.map(|vector| match vector.rule == case.rule {
                true => vector.verdict.to_string(),
                false => format!("{} ({})", vector.verdict, vector.rule),
            }))
        });
        listing.push_case(&case.id, case.group, case.rule, verdicts, &case.text);
    }
    listing
}

fn vectors(selected: &[&Vector]) -> Listing {
    let mut listing = Listing::new(["vector", "layer", "rule", "verdict", "needs", "control"]);
    for vector in selected {
        let control = vector.control.as_ref().map(VectorId::as_str);
        listing.rows.push(vec![
            json!(vector.id),
            json!(vector.rule.info().layer),
            json!(vector.rule),
            json!(vector.verdict),
            json!(vector.recipe.needs()),
            json!(control),
        ]);
    }
    listing
}

/// The builders and what they promise.
pub(super) fn implementations() -> Result<Listing, Error> {
    let mut listing = Listing::new([
        "implementation",
        "version",
        "layers",
        "methods",
        "algorithms",
        "clock",
        "status",
    ]);
    let built_in = builders_in_process();
    let built_in = built_in.iter().map(|builder| builder.describe());
    for BuilderDescription { about, .. } in
        [ReferenceBuilder.describe()].into_iter().chain(built_in)
    {
        listing.rows.push(promises(&about));
    }
    for known in KNOWN {
        if let Some(reason) = known.missing() {
            listing.rows.push(listing.without(known.name, reason));
        }
    }
    add_programs(&mut listing, Role::Build)?;
    Ok(listing)
}
