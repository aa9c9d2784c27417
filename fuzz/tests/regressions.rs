//! Replays every kept input on stable. Each folder under `regressions` is a target, and its
//! README says what each file found.

use std::{fs, path::Path};

use arbitrary::Unstructured;
use jwt_assay_fuzz::TARGETS;

#[test]
fn no_kept_input_fails_again() {
    for (name, run) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("regressions")
            .join(name);
        let mut replayed = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                continue;
            }
            let _ = run(&mut Unstructured::new(&fs::read(path).unwrap()));
            replayed += 1;
        }
        assert!(replayed > 0, "nothing to replay in {}", folder.display());
    }
}
