//! Joins runs of different implementations over the same vectors.

use super::Run;

impl Run {
    /// Joins runs in the order given. All are of the same vectors, and each has its own
    /// implementations.
    ///
    /// # Errors
    ///
    /// Fails if the runs are not of the same vectors, or two are of one implementation.
    pub fn join(runs: impl IntoIterator<Item = Self>) -> Result<Option<Self>, JoinError> {
        let mut runs = runs.into_iter();
        let Some(mut all) = runs.next() else {
            return Ok(None);
        };
        for run in runs {
            all.add(run)?;
        }
        Ok(Some(all))
    }

    fn add(&mut self, other: Self) -> Result<(), JoinError> {
        let (ours, theirs) = (&self.header, &other.header);
        if let Some(differing) = first_difference([
            ("the version of jwt-assay", &ours.version, &theirs.version),
            (
                "the profiles",
                &ours.profiles.join(", "),
                &theirs.profiles.join(", "),
            ),
            (
                "the number of selected vectors",
                &ours.planned.to_string(),
                &theirs.planned.to_string(),
            ),
        ]) {
            return Err(differing);
        }
        let names = |run: &Self| -> Vec<String> {
            let descriptions = run.header.implementations.iter();
            descriptions.map(|it| it.name.clone()).collect()
        };
        let (ours, theirs) = (names(self), names(&other));
        if let Some(name) = theirs.iter().find(|name| ours.contains(name)) {
            return Err(JoinError::Twice { name: name.clone() });
        }
        self.header.is_whole &= other.header.is_whole;
        self.header.started = self.header.started.min(other.header.started);
        self.header
            .implementations
            .extend(other.header.implementations);
        self.header.absent.extend(other.header.absent);
        // An implementation that one run lacked may have been judged in another.
        let judged = names(self);
        let mut listed = Vec::new();
        self.header.absent.retain(|absent| {
            let is_kept = !judged.contains(&absent.name) && !listed.contains(&absent.name);
            listed.push(absent.name.clone());
            is_kept
        });
        self.records.extend(other.records);
        self.incidents.extend(other.incidents);
        self.header.run = format!("{}+{}", self.header.run, other.header.run);
        for record in &mut self.records {
            record.run.clone_from(&self.header.run);
        }
        Ok(())
    }
}

fn first_difference(members: [(&'static str, &String, &String); 3]) -> Option<JoinError> {
    let differing = members.into_iter().find(|(_, one, other)| one != other);
    differing.map(|(what, one, other)| JoinError::Differ {
        what,
        one: one.clone(),
        other: other.clone(),
    })
}

/// Runs that cannot be joined. The texts fit after "failed to".
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JoinError {
    /// The runs are not of the same vectors.
    #[error(
        "read the records as one run: {what} is `{one}` in one file and `{other}` in another; \
         judge again with one jwt-assay and the same filters, or report on them one by one"
    )]
    Differ {
        /// The member that differs.
        what: &'static str,
        /// Its value in an earlier file.
        one: String,
        /// Its value in a later file.
        other: String,
    },
    /// Two runs are of one implementation.
    #[error(
        "read the records as one run: `{name}` was judged in two of them; report on them one by one"
    )]
    Twice {
        /// The implementation's name.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{record::Absent, report::tests::run};

    /// The made-up run, of implementations of another name.
    fn other() -> Run {
        let mut run = run();
        run.header.run = "2".to_owned();
        for description in &mut run.header.implementations {
            description.name.push_str("-2");
        }
        for record in &mut run.records {
            record.run = "2".to_owned();
            record.implementation.push_str("-2");
        }
        run
    }

    #[test]
    fn a_joined_run_has_the_implementations_and_records_of_all() {
        let all = Run::join([run(), other()]).unwrap().unwrap();
        let names = all.header.implementations.iter().map(|it| it.name.as_str());
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["careful", "hasty", "careful-2", "hasty-2"]
        );
        assert_eq!(all.records.len(), 2 * run().records.len());
        assert!(all.records.iter().all(|record| record.run == "1+2"));
    }

    #[test]
    fn an_implementation_absent_in_one_run_and_judged_in_another_is_not_absent() {
        let mut second = other();
        second.header.implementations[0].name = "missing".to_owned();
        second.header.absent = vec![Absent {
            name: "gone".to_owned(),
            reason: "no".to_owned(),
        }];
        let all = Run::join([run(), second]).unwrap().unwrap();
        let absent = all.header.absent.iter().map(|it| it.name.as_str());
        assert_eq!(absent.collect::<Vec<_>>(), ["gone"]);
    }

    #[test]
    fn runs_of_other_vectors_or_of_one_implementation_twice_are_not_joined() {
        let mut second = other();
        second.header.planned = 7;
        insta::assert_snapshot!(Run::join([run(), second]).unwrap_err(), @"read the records as one run: the number of selected vectors is `6` in one file and `7` in another; judge again with one jwt-assay and the same filters, or report on them one by one");
        insta::assert_snapshot!(Run::join([run(), run()]).unwrap_err(), @"read the records as one run: `careful` was judged in two of them; report on them one by one");
    }
}
