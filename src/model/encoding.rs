//! How a text from outside is encoded, as far as that matters for saying what is wrong with it.

/// Whether bytes that are meant to be a text begin as UTF-16 does: with a byte-order mark, or, without one, with two
/// plain characters and a NUL in each. No text in UTF-8 or Latin-1 begins so.
#[must_use]
pub fn is_utf16(bytes: &[u8]) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match *bytes {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => true,
        [one, 0, other, 0, ..] | [0, one, 0, other, ..] => plain(one) && plain(other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_known_with_and_without_its_mark() {
        let words = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        for text in ["\u{feff}time", "time,user", "{\"a\": 1}", "# да\n", "\r\nx"] {
            let little: Vec<u8> = words(text).iter().flat_map(|word| word.to_le_bytes()).collect();
            let big: Vec<u8> = words(text).iter().flat_map(|word| word.to_be_bytes()).collect();
            assert!(is_utf16(&little) && is_utf16(&big), "{text:?}");
        }
        for other in [&b""[..], b"t", b"time", b"a\0b", b"\0\0\0\0", b"1,a\0b", b"\x01\0\x02\0"] {
            assert!(!is_utf16(other), "{other:?}");
        }
    }
}
