//! Keys in PEM: RFC 7468, and the older labels of OpenSSL.

use super::{Key, KeyFileError, der, jwk};

/// Reads the key of a PEM file. Of several blocks, such as parameters or certificates beside it, a
/// private key is preferred, then a public one.
pub(super) fn read(path: &str, text: &str) -> Result<Key, KeyFileError> {
    let malformed = |reason: &str| KeyFileError::malformed(path, "PEM", reason);
    let blocks = blocks(text);
    if blocks.is_empty() && text.contains("\\n") {
        return Err(malformed(
            "its line breaks are written as the two characters \\n; undo that",
        ));
    }
    let best = blocks.iter().max_by_key(|block| rank(block.label));
    let block = best.ok_or_else(|| malformed("no `-----END` line closes its `-----BEGIN` line"))?;
    // OpenSSL before 1.0 wrote encrypted keys with this header of RFC 1421 section 4.6.1.1.
    if block.label == "ENCRYPTED PRIVATE KEY" || block.text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyFileError::Encrypted {
            path: path.to_owned(),
        });
    }
    let structure = match block.label {
        "PRIVATE KEY" => der::private_from_pkcs8,
        "RSA PRIVATE KEY" => der::private_from_pkcs1,
        "EC PRIVATE KEY" => der::private_from_sec1,
        "PUBLIC KEY" => der::public_from_spki,
        "RSA PUBLIC KEY" => der::public_from_pkcs1,
        "CERTIFICATE" => {
            let remedy = "openssl x509 -in FILE -noout -pubkey";
            return Err(KeyFileError::foreign(path, "a certificate", remedy));
        }
        "OPENSSH PRIVATE KEY" => {
            let remedy = "ssh-keygen -p -m PKCS8 -f FILE";
            return Err(KeyFileError::foreign(
                path,
                "a private key of OpenSSH",
                remedy,
            ));
        }
        other => return Err(malformed(&format!("it holds no key but {other:?}"))),
    };
    let octets = decode(block).map_err(|error| malformed(&error.to_string()))?;
    let (key_type, jwk) = structure(&octets).map_err(|problem| problem.of(path, block.label))?;
    jwk::check_public(key_type, &jwk).map_err(|reason| malformed(&reason))?;
    Ok(Key::new(path, key_type, jwk))
}

struct Block<'t> {
    label: &'t str,
    /// The block with its two boundary lines.
    text: &'t str,
}

/// Finds the blocks whose two boundaries have the same label and stand on lines of their own.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let block = &rest[start..];
        rest = &block[BEGIN.len()..];
        let Some((label, _)) = rest.split_once("-----") else {
            break;
        };
        let end = format!("{END}{label}-----");
        let Some(position) = block.find(&end) else {
            continue;
        };
        let (text, after) = block.split_at(position + end.len());
        if text.contains('\n') {
            blocks.push(Block { label, text });
        }
        rest = after;
    }
    blocks
}

fn decode(block: &Block<'_>) -> Result<Vec<u8>, pem_rfc7468::Error> {
    // The decoder allows lines of any one width, but no white space that editors leave at their
    // ends.
    let lines: Vec<&str> = block
        .text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let text = lines.join("\n");
    let mut octets = Vec::new();
    pem_rfc7468::Decoder::new_detect_wrap(text.as_bytes())?.decode_to_end(&mut octets)?;
    Ok(octets)
}

/// The preference for a block among several; the highest is the key.
fn rank(label: &str) -> u8 {
    match label {
        label if label.ends_with("PRIVATE KEY") => 3,
        label if label.ends_with("PUBLIC KEY") => 2,
        "CERTIFICATE" => 1,
        _ => 0,
    }
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
