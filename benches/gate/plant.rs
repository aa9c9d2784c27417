//! Planted slowdowns, which prove that the gate catches real ones. They come from the environment variable
//! `JWT_ASSAY_PLANT` alone, which `prove.py` sets and which the gate removes for the base of a comparison.

use std::{env, hint::black_box};

use jwt_assay_core::{model::Algorithm, sign::AssertionBuffer};

use super::{assertion, signer};

/// The planted slowdowns by the name of the work: `sign/HS256=allocation,sign/ES256=340`.
#[derive(Debug, Default)]
pub(crate) struct Plant(Vec<(String, Kind)>);

/// The kind of slowdown in one work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// One allocation for each signature.
    Allocation,
    /// This number of turns of a loop for each signature.
    Turns(u32),
    /// A key prepared again for each signature.
    Key,
    /// No slowdown.
    None,
}

impl Plant {
    /// Reads the variable. Without it no slowdown is planted.
    ///
    /// # Errors
    ///
    /// If the variable is malformed.
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

    /// The slowdown of a work.
    pub(crate) fn of(&self, work: &str) -> Kind {
        let planted = self.0.iter().find(|(name, _)| name == work);
        planted.map_or(Kind::None, |(_, kind)| *kind)
    }
}

impl Kind {
    /// The work with its slowdown.
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
