//! Slowdowns planted on purpose, to prove that the gate catches them. They grow from the environment
//! variable `JWT_ASSAY_PLANT` alone, which the gate takes away from the side that it compares with.
//! `prove.py` sets it; nothing else does.

use std::{env, hint::black_box};

use jwt_assay_core::{model::Algorithm, sign::AssertionBuffer};

use super::{assertion, signer};

/// What is planted, by the name of the work: `sign/HS256=allocation,sign/ES256=340`.
#[derive(Debug, Default)]
pub(crate) struct Plant(Vec<(String, Kind)>);

/// What is planted in one work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// One allocation for each signature.
    Allocation,
    /// So many turns of a loop for each signature.
    Turns(u32),
    /// The key is prepared again for each signature.
    Key,
    /// Nothing.
    None,
}

impl Plant {
    /// Reads the variable; where it is not set, nothing is planted.
    ///
    /// # Errors
    ///
    /// Where it is not in the form.
    pub(crate) fn from_environment() -> Result<Self, String> {
        let Some(text) = env::var_os(VARIABLE) else {
            return Ok(Self::default());
        };
        let text = text.to_string_lossy();
        let planted = text.split(',').map(|part| {
            let (work, kind) = part.split_once('=')?;
            let kind = match kind {
                "allocation" => Kind::Allocation,
                "key" => Kind::Key,
                turns => Kind::Turns(turns.parse().ok()?),
            };
            Some((work.to_owned(), kind))
        });
        let planted: Option<Vec<_>> = planted.collect();
        planted.map(Self).ok_or_else(|| {
            format!("read {VARIABLE} `{text}`: expected WORK=allocation, WORK=key or WORK=TURNS")
        })
    }

    /// What is planted in a work.
    pub(crate) fn of(&self, work: &str) -> Kind {
        let planted = self.0.iter().find(|(name, _)| name == work);
        planted.map_or(Kind::None, |(_, kind)| *kind)
    }
}

impl Kind {
    /// The work with what is planted in it.
    pub(crate) fn into_work(self, algorithm: Algorithm) -> Box<dyn FnMut() -> usize> {
        let (kept, mut buffer) = (signer(algorithm), AssertionBuffer::default());
        match self {
            Self::None => Box::new(move || assertion(&kept, &mut buffer)),
            Self::Allocation => Box::new(move || {
                planted_allocation();
                assertion(&kept, &mut buffer)
            }),
            Self::Turns(turns) => Box::new(move || {
                planted_turns(turns);
                assertion(&kept, &mut buffer)
            }),
            Self::Key => Box::new(move || assertion(&signer(algorithm), &mut buffer)),
        }
    }
}

#[inline(never)]
fn planted_allocation() {
    black_box(Vec::<u8>::with_capacity(1));
}

#[inline(never)]
fn planted_turns(turns: u32) {
    for turn in 0..turns {
        black_box(turn);
    }
}

const VARIABLE: &str = "JWT_ASSAY_PLANT";
