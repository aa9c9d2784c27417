//! The reference: the signers of this project, its oracle, and the fast path past the oracle.

use jwt_assay_core::{
    oracle::{self, FastPath, Memory, Scratch},
    recipe::Material,
    sign::{AssertionBuffer, AssertionSigner, KeyMismatch, SigningKey},
};

use super::{Operation, Task, Work};

/// The fast signer, and the fast path.
pub(super) fn fast(operation: Operation, task: &Task) -> Option<Result<Work, String>> {
    Some(match operation {
        Operation::Sign => signing(task, |key, kid| {
            AssertionSigner::fast(task.algorithm, key, kid)
        }),
        Operation::Verify => verifying_fast(task),
    })
}

/// The signer of the vectors, and the oracle.
pub(super) fn readable(operation: Operation, task: &Task) -> Option<Result<Work, String>> {
    Some(match operation {
        Operation::Sign => signing(task, |key, kid| {
            AssertionSigner::deterministic(task.algorithm, key, kid, "bench")
        }),
        Operation::Verify => verifying(task),
    })
}

fn signing(
    task: &Task,
    signer: impl FnOnce(SigningKey<'_>, &str) -> Result<AssertionSigner, KeyMismatch>,
) -> Result<Work, String> {
    let kid = task.build.kid.as_deref().unwrap_or_default();
    let signer = match &task.material() {
        Material::Pair(pair) => signer(SigningKey::Pair(pair), kid),
        Material::Secret(text) => signer(SigningKey::Secret(text.as_bytes()), kid),
    };
    let signer = signer.map_err(|error| error.to_string())?;
    let (build, mut buffer) = (task.build.clone(), AssertionBuffer::default());
    Ok(Box::new(move || {
        let signed = signer.sign(&super::claims(&build), &mut buffer);
        signed.map(<[u8]>::len).map_err(|error| error.to_string())
    }))
}

fn verifying(task: &Task) -> Result<Work, String> {
    let step = task.verify.clone();
    Ok(Box::new(move || {
        let explained = oracle::explain(&mut Memory::default(), &step);
        let explanation = explained.map_err(|error| error.to_string())?;
        if explanation.is_rejected() {
            Err(explanation.verdict().to_string())
        } else {
            Ok(explanation.findings.len())
        }
    }))
}

fn verifying_fast(task: &Task) -> Result<Work, String> {
    let step = task.verify.clone();
    let path = FastPath::new(&step).map_err(|error| error.to_string())?;
    let path = path.ok_or("the assertion is no pattern")?;
    let (memory, mut scratch) = (Memory::default(), Scratch::default());
    Ok(Box::new(move || {
        match path.verdict(&memory, &step, &mut scratch) {
            Some(_) => Ok(1),
            None => Err("the assertion is not plain".to_owned()),
        }
    }))
}
