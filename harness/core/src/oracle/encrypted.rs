//! A JWE: RFC 7516 section 5.2. RFC 7523 section 7 lets an assertion be encrypted besides being
//! signed; support is optional.

use std::sync::LazyLock;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};

use super::examination::Examination;
use crate::{
    encoding::{pem_octets, read_base64url},
    json::{Object, Reading, Value},
    keys,
    model::Rule,
};

impl Examination<'_> {
    /// RFC 7519 section 7.2: five parts are a JWE, and what is inside is what counts. RFC 7523
    /// section 3, item 9: encryption replaces no signature. Whether it holds a signed assertion.
    pub(super) fn read_encrypted(&mut self, parts: &[&[u8]]) -> bool {
        let &[header, key, iv, text, tag] = parts else {
            return false;
        };
        let content = open(header, key, iv, text, tag).and_then(|c| String::from_utf8(c).ok());
        match content {
            Some(inner) if is_compact(&inner) => {
                self.note(Rule::Encrypted, "it is encrypted to the server");
                self.read_inner(&inner);
                true
            }
            Some(_) | None => false,
        }
    }
}

/// A claims set is a JSON object, and the periods in its values separate nothing.
fn is_compact(content: &str) -> bool {
    !content.starts_with('{') && content.split('.').count() == 3
}

/// RFC 7516 section 5.2, with RSA-OAEP-256 and A256GCM (RFC 7518 sections 4.3 and 5.3) and the
/// one key that the server decrypts with.
fn open(header: &[u8], key: &[u8], iv: &[u8], text: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
    let octets = |part| read_base64url(part).ok().map(|segment| segment.octets);
    let header_text = String::from_utf8(octets(header)?).ok()?;
    let object = Object::parse(&header_text).ok()?;
    let member = |name| {
        object
            .get(name, Reading::LastWins)
            .and_then(Value::as_string)
    };
    let is_known = member("alg").as_deref() == Some("RSA-OAEP-256")
        && member("enc").as_deref() == Some("A256GCM");
    let unwrapping = SERVER.as_ref().filter(|_| is_known)?;
    let mut room = vec![0; unwrapping.key_size_bytes()];
    let key = unwrapping
        .decrypt(&OAEP_SHA256_MGF1SHA256, &octets(key)?, &mut room, None)
        .ok()?;
    let opening = UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .ok()?;
    let nonce = Nonce::try_assume_unique_for_key(&octets(iv)?).ok()?;
    let mut sealed = [octets(text)?, octets(tag)?].concat();
    opening
        .open_in_place(nonce, Aad::from(header), &mut sealed)
        .ok()
        .map(|content| content.to_vec())
}

/// The key pair that the server of the cases has for what is encrypted to it, read once.
static SERVER: LazyLock<Option<OaepPrivateDecryptingKey>> = LazyLock::new(|| {
    let pair = keys::key("rsa-2048-server");
    let key = PrivateDecryptingKey::from_pkcs8(&pem_octets(&pair.pkcs8)).ok()?;
    OaepPrivateDecryptingKey::new(key).ok()
});
