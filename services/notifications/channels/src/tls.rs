//! Whom we believe to be who they say: the machine's authorities, and those of a file.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The machine's authorities and those of `ca_file`, for connections to receivers.
///
/// # Errors
/// The file cannot be read or holds no certificate.
pub(crate) fn config(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    // A machine without authorities can still post to `http` and to what the file vouches for.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        for certificate in certificates(file)? {
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    match found {
        Ok(found) if Vec::is_empty(&found) => Err("it holds no certificate".into()),
        Ok(found) => Ok(found),
        Err(error) => Err(error.to_string()),
    }
}

/// Why a handshake failed, without names.
pub(crate) fn reason(error: &rustls::Error) -> &'static str {
    use rustls::CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => "the certificate has expired",
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => "the certificate is not valid yet",
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "the certificate is of another name"
            }
            Bad::UnknownIssuer => "the certificate is of an unknown authority",
            Bad::Revoked => "the certificate was revoked",
            _ => "the certificate is not valid",
        },
        rustls::Error::AlertReceived(_) => "the receiver ended the handshake",
        _ => "the handshake failed",
    }
}
