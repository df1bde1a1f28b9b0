use std::path::{Path, PathBuf};

use larder_engine::DeliveryConfig;
use serde::Deserialize;

use super::{ByteSize, ManifestError, Span};
use crate::influx::{InfluxConfig, InfluxError, InfluxSink, Token, WholeNumbers};

/// The write API of InfluxDB v2 that journals are delivered to. What is left out is as in [`InfluxConfig::new`] and
/// [`DeliveryConfig::new`]; endpoint, organisation and bucket are there, which [`Manifest::parse`](super::Manifest::parse)
/// sees to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeliverManifest {
    /// The server.
    pub endpoint: Option<String>,
    /// The organisation there.
    pub organisation: Option<String>,
    /// The bucket that rows are appended to, and that they go into there.
    pub bucket: Option<String>,
    /// The file with the token.
    pub token_file: Option<PathBuf>,
    /// The variable of the environment with the token.
    pub token_env: Option<String>,
    /// A file with the certificates of authorities that are trusted, instead of the public ones.
    pub ca_file: Option<PathBuf>,
    /// How long connecting may take.
    pub connect_timeout: Option<Span>,
    /// How long a request may take.
    pub timeout: Option<Span>,
    /// Most rows of a batch.
    pub batch_rows: Option<usize>,
    /// Bytes after which a batch ends.
    pub batch_bytes: Option<ByteSize>,
    /// The wait before the second try.
    pub first_wait: Option<Span>,
    /// The longest wait before a try.
    pub longest_wait: Option<Span>,
    /// What whole numbers become: `float` or `integer`.
    pub whole_numbers: Option<WholeNumbersName>,
}

/// A [`WholeNumbers`] as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WholeNumbersName {
    /// [`WholeNumbers::Float`].
    Float,
    /// [`WholeNumbers::Integer`].
    Integer,
}

impl DeliverManifest {
    pub(super) fn check(&self, at: &str) -> Result<(), ManifestError> {
        let missing: Vec<String> = [
            ("endpoint", &self.endpoint, "https://influx.example.org:8086"),
            ("organisation", &self.organisation, "acme"),
            ("bucket", &self.bucket, "events"),
        ]
        .into_iter()
        .filter(|(_, value, _)| value.as_ref().is_none_or(|value| value.trim().is_empty()))
        .map(|(name, _, example)| format!("`{name}` is missing, such as {name} = {example:?}"))
        .collect();
        if !missing.is_empty() {
            return Err(ManifestError::invalid(at, missing.join("; ")));
        }
        if self.token_file.is_some() && self.token_env.is_some() {
            return Err(ManifestError::invalid(
                format!("{at}.token-env"),
                "one of `token-file` and `token-env`, not both",
            ));
        }
        // Files are read when it is used.
        self.influx().url().map(drop).map_err(|error| ManifestError::invalid(format!("{at}.endpoint"), error))
    }

    /// Take paths as relative to the folder of the file.
    pub(super) fn place(&mut self, folder: &Path) {
        for path in [&mut self.token_file, &mut self.ca_file].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    /// Who takes the rows.
    ///
    /// # Errors
    /// [`InfluxError::CaFile`] when the certificates cannot be read, [`InfluxError::Endpoint`].
    pub fn sink(&self) -> Result<InfluxSink, InfluxError> {
        InfluxSink::new(self.influx())
    }

    /// How rows are delivered.
    pub fn delivery(&self) -> DeliveryConfig {
        let mut config = DeliveryConfig::new();
        if let Some(rows) = self.batch_rows {
            config = config.batch_rows(rows);
        }
        if let Some(ByteSize(bytes)) = self.batch_bytes {
            config = config.batch_bytes(usize::try_from(bytes).unwrap_or(usize::MAX));
        }
        if let Some(Span(wait)) = self.first_wait {
            config = config.first_wait(wait);
        }
        if let Some(Span(wait)) = self.longest_wait {
            config = config.longest_wait(wait);
        }
        config
    }

    fn influx(&self) -> InfluxConfig {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut config = InfluxConfig::new(text(&self.endpoint), text(&self.organisation));
        if let Some(path) = &self.token_file {
            config = config.token(Token::File(path.clone()));
        }
        if let Some(name) = &self.token_env {
            config = config.token(Token::Env(name.clone()));
        }
        if let Some(path) = &self.ca_file {
            config = config.ca_file(path.clone());
        }
        if let Some(Span(timeout)) = self.connect_timeout {
            config = config.connect_timeout(timeout);
        }
        if let Some(Span(timeout)) = self.timeout {
            config = config.timeout(timeout);
        }
        config.whole_numbers(match self.whole_numbers {
            None | Some(WholeNumbersName::Float) => WholeNumbers::Float,
            Some(WholeNumbersName::Integer) => WholeNumbers::Integer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Manifest, tests::refused};

    const ALL: &str = "[journal.deliver]\nendpoint = \"https://h\"\norganisation = \"o\"\nbucket = \"b\"\n";

    #[test]
    fn each_of_the_three_that_is_missing_is_named_with_an_example() {
        let message = refused("[journal.deliver]\ntoken-env = \"T\"");
        for part in ["journal.deliver: ", "`endpoint`", "https://influx.example.org:8086", "`organisation`", "`bucket`"]
        {
            assert!(message.contains(part), "{message}");
        }
        let message = refused("[journal.deliver]\nendpoint = \"https://h\"\nbucket = \" \"\norganisation = \"o\"");
        assert_eq!(message, "journal.deliver: `bucket` is missing, such as bucket = \"events\"");
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_name() {
        let both = refused(&format!("{ALL}token-file = \"t\"\ntoken-env = \"T\""));
        assert!(both.starts_with("journal.deliver.token-env: "), "{both}");
        let endpoint = refused(&ALL.replace("https://h", "h:8086"));
        assert!(endpoint.starts_with("journal.deliver.endpoint: "), "{endpoint}");
        assert!(refused(&format!("{ALL}token = \"secret\"")).contains("token-file"));
        assert!(refused(&format!("{ALL}whole-numbers = \"exact\"")).contains("integer"));
    }

    #[test]
    fn what_is_delivered_is_appended_to_the_bucket_that_is_named() {
        let config = format!("{:?}", Manifest::parse(ALL).unwrap().config());
        assert!(config.contains("deliver: true") && config.contains("bucket: \"b\""), "{config}");
        let config = format!("{:?}", Manifest::parse("").unwrap().config());
        assert!(config.contains("deliver: false") && config.contains("bucket: \"store\""), "{config}");
    }

    #[test]
    fn files_are_relative_to_the_manifest_and_a_missing_one_is_told_when_it_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("larder.toml");
        std::fs::write(&path, format!("{ALL}ca-file = \"ca.pem\"\ntoken-file = \"token\"")).unwrap();
        let manifest = Manifest::read(&path).unwrap();
        let deliver = manifest.journal.deliver.unwrap();
        assert_eq!(deliver.token_file, Some(folder.path().join("token")));
        assert!(deliver.sink().unwrap_err().to_string().contains("ca.pem"));
        std::fs::write(folder.path().join("ca.pem"), "no certificate").unwrap();
        assert!(deliver.sink().unwrap_err().to_string().contains("no certificate in it"));
    }
}
