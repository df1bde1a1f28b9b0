use std::{
    env, fmt,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::operator_files;

/// Largest file with a token, in bytes.
const FILE_BYTES: u64 = 4096;

/// Where the token comes from that a server knows this host by. It is never in a configuration itself, nor in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// What is in a file, without blanks around it. The file is read when a token is first needed, and again when the
    /// server did not accept it: so a token can be changed without a restart.
    File(PathBuf),
    /// What is in this variable of the environment.
    Env(String),
}

/// The token as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

/// The token in use.
#[derive(Debug)]
pub(super) struct TokenInUse {
    source: Token,
    known: Mutex<Option<Secret>>,
}

impl TokenInUse {
    pub(super) fn new(source: Token) -> TokenInUse {
        TokenInUse { source, known: Mutex::default() }
    }

    /// The token that was used last, or the one that is there.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn get(&self) -> Result<Secret, String> {
        let mut known = self.known();
        if known.is_none() {
            *known = Some(self.source.read()?);
        }
        known.clone().ok_or_else(String::new)
    }

    /// The token that is there now, if it is another one than `refused`, which the server did not accept.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn another(&self, refused: &Secret) -> Result<Option<Secret>, String> {
        let mut known = self.known();
        *known = None;
        let found = self.source.read()?;
        *known = Some(found.clone());
        Ok(Some(found).filter(|found| found != refused))
    }

    fn known(&self) -> MutexGuard<'_, Option<Secret>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Token {
    fn read(&self) -> Result<Secret, String> {
        let text = match self {
            Token::File(path) => {
                let bytes = operator_files::read(path, FILE_BYTES);
                let bytes =
                    bytes.map_err(|error| format!("the token in {} cannot be read: {error}", path.display()))?;
                String::from_utf8(bytes).map_err(|_| format!("the token in {} is no text", path.display()))?
            }
            Token::Env(name) => env::var(name).map_err(|error| format!("the token in the variable {name}: {error}"))?,
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(format!("{self} is empty"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("{self} has blanks in it, or letters that a token cannot have"));
        }
        Ok(Secret(text.into()))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::File(path) => write!(f, "the token in {}", path.display()),
            Token::Env(name) => write!(f, "the token in the variable {name}"),
        }
    }
}

impl Secret {
    /// The value of the header `Authorization`.
    pub(super) fn header(&self) -> String {
        format!("Token {}", self.0)
    }

    /// Take the token out of a text that somebody else wrote.
    pub(super) fn removed_from(&self, text: &str) -> String {
        text.replace(&self.0, "(token)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_trimmed_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, " s3cret==\n").unwrap();
        let token = TokenInUse::new(Token::File(path.clone()));
        let secret = token.get().unwrap();
        assert_eq!(secret.header(), "Token s3cret==");
        assert!(!format!("{secret:?} {token:?}").contains("s3cret"));
        assert_eq!(secret.removed_from("no s3cret== here"), "no (token) here");
        // Only when it was refused is it read again.
        std::fs::write(&path, "other").unwrap();
        assert_eq!(token.get().unwrap().header(), "Token s3cret==");
        assert_eq!(token.another(&secret).unwrap().unwrap().header(), "Token other");
        assert_eq!(token.another(&Secret("other".into())).unwrap(), None);
    }

    #[test]
    fn what_is_no_token_is_told_by_its_place_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        for content in [&b""[..], b" \n", b"s3cret s3cret", b"s3cret\n\xc3\xa9", &[b's'; 5000], b"\xff"] {
            std::fs::write(&path, content).unwrap();
            let error = TokenInUse::new(Token::File(path.clone())).get().unwrap_err();
            assert!(error.contains(path.to_str().unwrap()) && !error.contains("s3cret"), "{error}");
        }
        let error = TokenInUse::new(Token::File(folder.path().join("none"))).get().unwrap_err();
        assert!(error.contains("none"), "{error}");
        let error = TokenInUse::new(Token::Env("LARDER_TEST_NO_SUCH_TOKEN".into())).get().unwrap_err();
        assert!(error.contains("LARDER_TEST_NO_SUCH_TOKEN"), "{error}");
        // Every test has a path.
        assert!(TokenInUse::new(Token::Env("CARGO_MANIFEST_DIR".into())).get().is_ok());
    }
}
