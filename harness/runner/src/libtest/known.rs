//! Known failures, written by the test program itself: `JWT_ASSAY_UPDATE=1 cargo test`.

use std::{fs, io, ops::ControlFlow, path::Path, process};

use jwt_assay_core::{escape::for_terminal, suite::Suite};

use crate::{
    divergences::update,
    filter::Filter,
    plan::{Implementation, Plan},
    run::RunOptions,
    session,
};

/// The environment variable with which a test program updates its file instead of testing.
pub(super) const VARIABLE: &str = "JWT_ASSAY_UPDATE";

/// Judges all selected vectors, and updates the file of divergences by the results. Returns the counts,
/// for people.
pub(super) fn update(
    path: &Path,
    filter: &Filter,
    implementation: Implementation,
    options: &RunOptions,
) -> Result<String, String> {
    let suite = Suite::bundled();
    let name = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            head(&implementation.description.name)
        }
        Err(error) => return Err(format!("read `{name}`: {error}")),
    };
    let plan = Plan::new(suite, filter, vec![implementation]).map_err(|error| error.to_string())?;
    let header = session::begin(&plan, options, Vec::new());
    let run = session::judge(&plan, header, Vec::new(), options, |_| {
        ControlFlow::Continue(())
    });
    let updated = update::update(&name, Some(&text), &run, None, suite);
    let updated = updated.map_err(|error| error.to_string())?;
    replace(path, &updated.text).map_err(|error| format!("write `{name}`: {error}"))?;
    let left = updated.unrecordable.iter();
    let left = left.map(|record| format!("\nnot recorded: {}, {}", record.vector, record.outcome));
    Ok(format!(
        "{}: {updated}{}",
        for_terminal(&name),
        left.collect::<String>()
    ))
}

/// Replaces a file in one step, so that an interruption leaves the old one or the new one: it has a
/// person's words.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A rename would replace the link instead of its target.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let draft = path.with_extension(format!("draft-{}", process::id()));
    let written = fs::write(&draft, text).and_then(|()| {
        if let Ok(old) = fs::metadata(&path) {
            fs::set_permissions(&draft, old.permissions())?;
        }
        fs::rename(&draft, &path)
    });
    written.inspect_err(|_| drop(fs::remove_file(&draft)))
}

fn head(implementation: &str) -> String {
    let implementation = for_terminal(implementation);
    format!(
        "\
# What `{implementation}` is known to do otherwise than the specifications ask.
#
# {VARIABLE}=1 cargo test
#   takes out what no longer happens and adds what is new.
# cargo test
#   fails as soon as something happens that is not recorded here, or something recorded does not.
#
# Reasons, links, severities, comments and the order of entries are yours to edit, and stay.
"
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jwt_assay_core::model::{BuildRequest, Role};
    use jwt_assay_implementations::{BuildAnswer, Builder, BuilderDescription};

    use super::*;
    use crate::{divergences::Divergences, reference::ReferenceBuilder};

    /// Signs with keys that are too short.
    struct Lax;

    impl Builder for Lax {
        fn describe(&self) -> BuilderDescription {
            ReferenceBuilder.describe()
        }

        fn build(&self, request: &BuildRequest) -> BuildAnswer {
            match jwt_assay_core::builder::reference::compose(request, "public-test-jti-1") {
                Ok(unsigned) => BuildAnswer::Assertion(unsigned.sign()),
                Err(objection) => BuildAnswer::decline(objection),
            }
        }
    }

    #[test]
    fn the_known_failures_of_a_builder_are_written_and_stay_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("divergences.toml");
        let filter = Filter {
            role: Role::Build,
            only: vec!["bld-rsa-min".parse().unwrap()],
            ..Filter::default()
        };
        let update = || {
            let implementation = Implementation::builder(Arc::new(Lax));
            update(&path, &filter, implementation, &RunOptions::PLAIN).unwrap();
            fs::read_to_string(&path).unwrap()
        };
        let text = update();
        assert!(text.contains("JWT_ASSAY_UPDATE=1 cargo test"), "{text}");
        assert!(text.contains("seen = \"built\""), "{text}");
        assert_eq!(text.matches("[[divergence]]").count(), 1);
        Divergences::read("divergences.toml", &text, Suite::bundled()).unwrap();
        assert_eq!(update(), text);
    }
}
