//! Which addresses and names an account may have.

/// Characters of a name, at least and at most.
pub(super) const USERNAME_CHARS: std::ops::RangeInclusive<usize> = 3..=32;

/// The address in the form it is stored and compared in: trimmed, in lower case.
pub(super) fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Why this is no mail address, if so: the syntax of the HTML standard (`input type=email`), with
/// the lengths of RFC 5321 and a domain of two labels at least.
pub(super) fn email_fault(email: &str) -> Option<&'static str> {
    if email.len() > 254 {
        return Some("must have at most 254 characters");
    }
    let well_formed = email.split_once('@').is_some_and(|(local, domain)| {
        (1..=64).contains(&local.len())
            && local.bytes().all(is_atext_or_dot)
            && domain.contains('.')
            && domain.split('.').all(is_domain_label)
    });
    (!well_formed).then_some("must be a mail address, such as name@example.com")
}

fn is_atext_or_dot(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_domain_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Why an account cannot have this name (in lower case), if so.
pub(super) fn username_fault(username: &str) -> Option<String> {
    if !username
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    {
        return Some("must hold only letters a to z, digits, '_' and '-'".into());
    }
    if !USERNAME_CHARS.contains(&username.len()) {
        let (min, max) = (USERNAME_CHARS.start(), USERNAME_CHARS.end());
        return Some(format!("must have {min} to {max} characters"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for email in ["a@b.co", "o'neil+veza@mail.example.org", "x@1.2.3.4"] {
            assert_eq!(email_fault(email), None, "{email}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for email in [
            "", "a", "a@", "@b.co", "a@b", "a@-b.co", "a@b..co", "a b@c.de", "a@b@c.de", "é@b.co",
            &long,
        ] {
            assert!(email_fault(email).is_some(), "{email}");
        }
    }

    #[test]
    fn names_are_letters_digits_and_two_marks() {
        assert_eq!(username_fault("the_dj-7"), None);
        for name in ["ab", "a b c", "dj.seven", "ｄｊseven", &"a".repeat(33)] {
            assert!(username_fault(name).is_some(), "{name}");
        }
    }
}
