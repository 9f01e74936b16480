//! The layout: the same words as plain text and as small HTML.

use std::fmt::Write as _;

use crate::kernel::text::one_line;

use super::model::{MailMessage, MailToken};

/// What the mails of an installation have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailStyle {
    /// What the service is called.
    pub service: String,
    /// Where its page is, which links lead to: `https://music.example`, without a slash at the
    /// end.
    pub page_url: String,
}

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedMail {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as an HTML document which loads nothing.
    pub html: String,
}

/// A part of a mail.
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// A link on a line of its own.
    Link { label: &'static str, url: String },
}

/// Words without a layout.
pub(super) struct Draft {
    subject: String,
    username: String,
    blocks: Vec<Block>,
}

impl Draft {
    pub(super) fn new(subject: String, username: &str, blocks: Vec<Block>) -> Self {
        Self {
            subject,
            username: username.into(),
            blocks,
        }
    }
}

impl MailStyle {
    /// A link to a place of the page, with a token where it needs one.
    pub(super) fn link(
        &self,
        label: &'static str,
        place: &str,
        token: Option<&MailToken>,
    ) -> Block {
        let mut url = format!("{}/{place}", self.page_url.trim_end_matches('/'));
        if let Some(token) = token {
            url.push_str("?token=");
            percent_encode(token.expose(), &mut url);
        }
        Block::Link { label, url }
    }

    /// Puts a message into words.
    pub fn render(&self, message: &MailMessage) -> RenderedMail {
        let Draft {
            subject,
            username,
            blocks,
        } = message.content.draft(self);
        let username = one_line(&username);
        let mut text = format!("Hello {username},\n\n");
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:2em auto;padding:0 1em\">\n\
             <p>Hello {},</p>\n",
            escape(&one_line(&subject)),
            escape(&username),
        );
        // Writing to a string cannot fail.
        for block in &blocks {
            let _ = match block {
                Block::Text(words) => {
                    let words = one_line(words);
                    text.push_str(&words);
                    text.push_str("\n\n");
                    writeln!(html, "<p>{}</p>", escape(&words))
                }
                Block::Link { label, url } => {
                    text.push_str(url);
                    text.push_str("\n\n");
                    writeln!(
                        html,
                        "<p><a href=\"{}\">{}</a></p>",
                        escape(url),
                        escape(label)
                    )
                }
            };
        }
        let service = one_line(&self.service);
        let _ = writeln!(text, "-- \n{service}\n{}", self.page_url);
        let _ = writeln!(
            html,
            "<p style=\"color:#666\">{}<br>{}</p>\n</body></html>",
            escape(&service),
            escape(&self.page_url)
        );
        RenderedMail {
            subject: one_line(&subject),
            text,
            html,
        }
    }
}

/// Text as it may stand in HTML, in attributes too.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A value of a query, with everything escaped but the unreserved characters of RFC 3986.
fn percent_encode(value: &str, url: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;
    use crate::mail::MailContent;

    fn style() -> MailStyle {
        MailStyle {
            service: "Veza".into(),
            page_url: "https://music.example/".into(),
        }
    }

    fn render(content: MailContent) -> RenderedMail {
        style().render(&MailMessage {
            to: "ada@example.com".into(),
            content,
        })
    }

    #[test]
    fn a_link_carries_its_token_in_both_versions() {
        let mail = render(MailContent::VerifyAddress {
            username: "ada".into(),
            token: MailToken::new("a-b_c"),
        });
        assert_eq!(mail.subject, "Confirm your address for Veza");
        let url = "https://music.example/verify?token=a-b_c";
        assert!(mail.text.contains(&format!("\n{url}\n")), "{}", mail.text);
        assert!(
            mail.html.contains(&format!("href=\"{url}\"")),
            "{}",
            mail.html
        );
        assert!(mail.text.starts_with("Hello ada,\n\n"));
    }

    #[test]
    fn what_people_typed_stays_text_and_on_its_line() {
        let evil = "<img src=x onerror=\"1\">\r\nBcc: all@example.com\n\n.\u{202e}";
        let mail = render(MailContent::ResetPassword {
            username: evil.into(),
            token: MailToken::new("x\"><script>&\r\n"),
        });
        assert!(
            !mail.html.contains("<img") && !mail.html.contains("<script"),
            "{}",
            mail.html
        );
        assert!(
            mail.html.contains("token=x%22%3E%3Cscript%3E%26%0D%0A\""),
            "{}",
            mail.html
        );
        assert!(
            mail.text
                .starts_with("Hello <img src=x onerror=\"1\">  Bcc: all@example.com")
        );
        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains('\r') && !part.contains('\u{202e}'));
        }
    }

    #[test]
    fn every_mail_has_words_of_its_own() {
        let (username, token, at) = (
            "ada".to_owned(),
            MailToken::new("t"),
            Timestamp::from_millis(1_762_079_400_000),
        );
        let name = || username.clone();
        let all = [
            MailContent::VerifyAddress {
                username: name(),
                token: token.clone(),
            },
            MailContent::AddressInUse { username: name() },
            MailContent::NoAccount {},
            MailContent::ResetPassword {
                username: name(),
                token: token.clone(),
            },
            MailContent::PasswordChanged {
                username: name(),
                at,
            },
            MailContent::ConfirmNewAddress {
                username: name(),
                token,
            },
            MailContent::AddressChanged {
                username: name(),
                at,
            },
            MailContent::SecondFactorChanged {
                username: name(),
                enabled: true,
                at,
            },
            MailContent::ExportReady {
                username: name(),
                until: at,
            },
            MailContent::DeletionScheduled {
                username: name(),
                on: at,
            },
        ];
        let subjects: std::collections::BTreeSet<_> = all
            .iter()
            .map(|content| render(content.clone()).subject)
            .collect();
        assert_eq!(subjects.len(), all.len());
        for content in all {
            let mail = render(content);
            assert!(mail.text.contains("https://music.example/"));
            // Lines of a mail have at most 998 characters (RFC 5322, 2.1.1).
            assert!(
                mail.text
                    .lines()
                    .chain(mail.html.lines())
                    .all(|line| line.len() < 998)
            );
        }
        let changed = render(MailContent::PasswordChanged { username, at });
        assert!(
            changed.text.contains("on 2025-11-02 10:30 UTC."),
            "{}",
            changed.text
        );
    }
}
