//! Tables that several parts of the generator draw from: profiles, algorithms, hashes and keys.

use super::choices::{Choices, Table};
use crate::{
    keys::KeyId,
    model::{Algorithm, Hash, ProfileId},
};

/// Every profile.
pub(super) static PROFILES: Table<ProfileId> =
    Table::new(|| Choices::even(ProfileId::ALL.map(|id| (id.name(), id))));

/// Every algorithm.
pub(super) static ALGORITHMS: Table<Algorithm> =
    Table::new(|| Choices::even(Algorithm::ALL.map(|it| (it.name(), it))));

/// Every hash that a signature can be made with.
pub(super) static HASHES: Table<Hash> = Table::new(|| {
    Choices::even([
        ("sha256", Hash::Sha256),
        ("sha384", Hash::Sha384),
        ("sha512", Hash::Sha512),
        ("sha1", Hash::Sha1),
    ])
});

/// Test keys by name.
pub(super) fn keys(names: impl IntoIterator<Item = &'static str>) -> Choices<KeyId> {
    let key = |name: &'static str| {
        let id: KeyId = name.parse().expect("a key of this project, tested");
        (name, id)
    };
    Choices::even(names.into_iter().map(key))
}
